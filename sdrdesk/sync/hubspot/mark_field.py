"""The account's "do not call" field: whether it says what a mark is.

A field with options other than yes and no says nothing on its own. Read as "any value is a mark" it
would keep everybody out of the queue, and a mark could never be written.
"""

from __future__ import annotations

from sdrdesk.sync.errors import Gone, MarksUnread, MissingScope, Refused
from sdrdesk.sync.hubspot.mapping import DoNotCall
from sdrdesk.sync.hubspot.paths import ApiPaths
from sdrdesk.sync.hubspot.payloads import PropertyDefinition, parse
from sdrdesk.sync.hubspot.transport import Transport

_LISTED = 12


def options_problem(chosen: DoNotCall, definition: PropertyDefinition) -> str:
    """Return what is wrong with the choice, ``""`` for nothing; names the values."""
    values = {option.value for option in definition.options}
    wanted = chosen.value or ("true" if definition.type == "bool" else "")
    name = chosen.name
    shown = [option for option in definition.options if not option.hidden][:_LISTED]
    listed = ", ".join(f'"{name}={one.value}" ({one.label or one.value})' for one in shown)
    if wanted and values and wanted not in values:
        return f'"{wanted}" is no option of the property "{name}"; write one of {listed}'
    if not wanted and values and {value.casefold() for value in values} != {"true", "false"}:
        return f'the property "{name}" has options, say which one is the mark: {listed}'
    return ""


class MarkField:
    """The part of the client that knows the field."""

    _http: Transport
    _paths: ApiPaths
    _do_not_call: DoNotCall | None
    _mark_said: str | None = None

    def mark_problem(self) -> str:
        """Return the problem with a field that has options and no value, ``""`` for none.

        Asked once per client, and only for a choice without a value.
        """
        chosen = self._do_not_call
        if chosen is None or chosen.value:
            return ""
        if self._mark_said is None:
            path = self._paths.properties("lead", f"/{chosen.name}")
            try:
                definition = parse(PropertyDefinition, self._http.get(path))
            except (Gone, Refused, MissingScope):  # `rules check` and `doctor` tell that
                self._mark_said = ""
            else:
                self._mark_said = options_problem(chosen, definition)
        return self._mark_said

    def need_clear_mark(self) -> None:
        """Check that leads can be read.

        Raises:
            MarksUnread: whom not to call is not clear.
        """
        if problem := self.mark_problem():
            raise MarksUnread(problem, "Choose it with sdrdesk setup --do-not-call PROPERTY=VALUE.")
