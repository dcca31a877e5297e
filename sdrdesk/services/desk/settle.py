"""Triage of many leads without a call, in words: ``101 102 snooze "tomorrow 9:00"``.

Used by the command line and by plain mode; the screen has keys for the same. Each lead is a
transaction of its own, all of them together are one undo step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sdrdesk.domain.errors import SdrDeskError, StorageError, UsageError
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.queue.rests import is_until_conversion
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.views.call import Disposed

ACTIONS: Final = (
    "nurture", "disqualify", "snooze", "pin", "unpin", "persona", "first-line", "assign",
)  # fmt: skip
_NOTHING: Final = "Nothing was changed."
_TAKES: Final = {
    "snooze": "a time",
    "persona": "a persona",
    "first-line": "the opening note",
    "assign": "a rep",
}


class SettleOrder(NamedTuple):
    """An action, and the leads it is for."""

    lead_ids: tuple[str, ...]
    action: str
    """One of ``ACTIONS``."""
    text: str
    """A time, persona, reason, rep or opening note; ``""`` where none is needed."""


class SettledLead(NamedTuple):
    """A lead that was settled."""

    lead_id: str
    name: str
    until: datetime | None
    """The end of a snooze, aware UTC; ``None`` for a conversion, and for other actions."""
    callback_at: datetime | None = None
    """A promise that becomes due during the snooze and stays, aware UTC."""


class LeftLead(NamedTuple):
    """A lead that was left as it is."""

    lead_id: str
    name: str
    why: str


class SettledLeads(NamedTuple):
    """The result: every lead is in ``done`` or in ``left``."""

    action: str
    said: str
    """The result, in words."""
    done: tuple[SettledLead, ...]
    left: tuple[LeftLead, ...]
    problems: tuple[str, ...]
    """Problems that did not stop anything, each once."""


def read_order(words: Sequence[str], known: Sequence[str] = ()) -> SettleOrder:
    """Return the order in ``words``: ids, an action, and what the action takes.

    Args:
        words: as typed; the ids ``all`` and ``-`` mean the leads in ``known``.
        known: the leads listed last, or read from a file.

    Raises:
        UsageError: no id, no action, or the action lacks what it takes.
    """
    place = next((n for n, word in enumerate(words) if word.casefold() in ACTIONS), None)
    if place is None:
        raise UsageError(
            "No action is named.", kept=_NOTHING, next_step=f"Actions: {', '.join(ACTIONS)}."
        )
    action, rest = words[place].casefold(), words[place + 1 :]
    ids = list[str]()
    for word in words[:place]:
        ids += (
            known if word.casefold() in ("all", "-") else [part for part in word.split(",") if part]
        )
    if not ids:
        raise UsageError("No lead is named.", kept=_NOTHING, next_step="Give their ids first.")
    text = " ".join(rest)
    if action in _TAKES and not rest:
        raise UsageError(f"{action} takes {_TAKES[action]}.", kept=_NOTHING)
    if action in ("nurture", "pin", "unpin") and text:
        raise UsageError(f"{action} takes no words: {text!r}.", kept=_NOTHING)
    return SettleOrder(tuple(dict.fromkeys(ids)), action, text)


def settle(desk: Desk, order: SettleOrder, *, promises_too: bool = False) -> SettledLeads:
    """Do it to each lead; one that is refused is left, and the others are done.

    A snooze is read in each lead's own zone. Callbacks promised before its end stay due, unless
    ``promises_too``; of a single lead, one that is due already is put off.

    Raises:
        UsageError: the action is impossible for all of them, such as an unknown reason.
        SdrDeskError: not one lead could be settled.
    """
    many = len(order.lead_ids) > 1
    act, said = _act(desk, order, promises_too or (False if many else None))
    done, left, problems = list[SettledLead](), list[LeftLead](), dict[str, None]()
    first: SdrDeskError | None = None
    with desk.undo.together():
        for lead_id in order.lead_ids:
            name = lead_id
            try:
                row = desk.leads.view(lead_id).row
                name, until, callback = row.name, None, None
                if order.action == "snooze":
                    if not is_until_conversion(order.text):
                        until = desk.outcome.when(row.lead_id, order.text)
                    if not promises_too:
                        before = desk.decisions.callbacks_before({row.lead_id: until}, due=many)
                        callback = before.get(row.lead_id)
                made = act(row.lead_id, until)
                if isinstance(made, Disposed) and made.problem:
                    problems[made.problem] = None
                done.append(SettledLead(row.lead_id, name, until, callback))
            except StorageError as error:
                if not done:
                    raise
                first = first or error
                left.append(LeftLead(lead_id, name, str(error)))
            except SdrDeskError as error:
                first = first or error
                left.append(LeftLead(lead_id, name, error.what))
    if first is not None and not done:
        raise first
    return SettledLeads(order.action, said, tuple(done), tuple(left), tuple(problems))


_Act = Callable[[str, datetime | None], object]
"""Settles a lead, until a moment where the action has one."""


def _act(desk: Desk, order: SettleOrder, with_promise: bool | None) -> tuple[_Act, str]:
    action, text = order.action, order.text
    if action == "nurture":
        return _recording(desk, _outcome(desk, Flag.NURTURE), ""), "To nurture"
    if action == "disqualify":
        outcome = _outcome(desk, Flag.WITHOUT_CALL)
        if outcome.reasons and not text.strip():
            keys = ", ".join(key for key, _ in outcome.reasons)
            raise UsageError(
                "Disqualifying needs a reason.", kept=_NOTHING, next_step=f"Reasons: {keys}."
            )
        return _recording(desk, outcome, text), "Disqualified"
    decide = desk.decisions
    if action == "snooze":
        return lambda lead_id, until: decide.snooze(
            lead_id, until, with_promise=with_promise
        ), "Snoozed"
    if action in ("pin", "unpin"):
        pinned = action == "pin"
        said = "Pinned" if pinned else "Unpinned"
        return lambda lead_id, _: decide.pin(lead_id, pinned), said
    if action == "persona":
        said = f"Persona {text}" if text.strip() else "Persona inferred again"
        return lambda lead_id, _: decide.set_persona(lead_id, text), said
    if action == "assign":
        return lambda lead_id, _: decide.assign(lead_id, text), f"Given to {text}"
    said = "Opening note kept" if text.strip() else "Opening note removed"
    return lambda lead_id, _: decide.set_first_line(lead_id, text), said


def _outcome(desk: Desk, flag: Flag) -> Disposition:
    found = next((item for item in desk.outcomes() if item.is_(flag)), None)
    if found is None:
        raise UsageError("Your team has no outcome for that.", kept=_NOTHING)
    return found


def _recording(desk: Desk, outcome: Disposition, reason: str) -> _Act:
    def record(lead_id: str, _until: datetime | None) -> Disposed:
        entry = Entry(outcome.key, desk.now(), reason=reason, without_call=True)
        return desk.outcome.record(lead_id, entry)

    return record


def settled_lines(made: SettledLeads, zone_words: Callable[[datetime], str]) -> list[str]:
    """Return the result in sentences; ``zone_words`` says a moment in the rep's zone."""
    count = len(made.done)
    names = ", ".join(lead.name for lead in made.done[:3])
    more = f" and {count - 3} more" if count > 3 else ""
    ends = {lead.until for lead in made.done if lead.until is not None}
    until = ""
    if made.action == "snooze" and count and not ends:
        until = " until they convert again"
    elif len(ends) == 1:
        until = f" until {zone_words(next(iter(ends)))} (your time)"
    elif ends:
        first, last = zone_words(min(ends)), zone_words(max(ends))
        until = f", each in their own zone: {first} to {last} (your time)"
    lines = [f"{made.said}{until}: {names}{more}."] if count else ["Nothing was changed."]
    stay = [lead for lead in made.done if lead.callback_at is not None]
    if stay:
        at = [f"{lead.name} {zone_words(lead.callback_at)}" for lead in stay if lead.callback_at]
        due = "1 callback stays" if len(stay) == 1 else f"{len(stay)} callbacks stay"
        lines.append(f"{due} due (your time): {', '.join(at)}.")
    lines += [f"Left as is: {lead.name} ({lead.lead_id}): {lead.why}." for lead in made.left]
    return [*lines, *made.problems]
