"""The fields of a CRM: names of a lead's, the team's own ones, and a change of a lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from sdrdesk.domain.crm.foreign_values import ForeignRecord, choice
from sdrdesk.domain.crm.records import ActivityKindName, NewLead, RemoteLead
from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.lead.properties import as_json
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import OutcomeMissing, Refused, Rejected
from sdrdesk.sync.port import KeyStep

Row = Mapping[str, Any]
Tables = Mapping[str, Mapping[str, object]]
"""The tables of ``crm.toml``."""
_NEW: Mapping[str, str] = {"title": "job_title", "company": "company_text"}
"""Names of ``NewLead.values`` that are others in ``RemoteLead``."""


@dataclass(frozen=True, slots=True)
class Names:
    """The CRM's names of fields; ``""`` for one that it does not have."""

    lead: Mapping[str, str] = field(default_factory=dict)
    """Names of ``RemoteLead`` to the CRM's."""
    new: Mapping[str, str] = field(default_factory=dict)
    """The same, of values that are only written, in a new lead."""
    persona: str = ""
    do_not_call: str = ""
    outcome: str = ""
    """Of a call."""
    key: str = ""
    """Of an activity."""
    also: tuple[str, ...] = ()
    """Further fields of leads to read, because the team's rules name them."""

    def said(self, tables: Tables, do_not_call: str | None = None) -> Self:
        """Return the names, with those that ``crm.toml`` and the settings say instead."""
        said = {**tables.get("lead", {}), **tables.get("call", {})}
        said |= {"do_not_call": do_not_call.partition("=")[0]} if do_not_call else {}
        texts = (f.name for f in fields(self) if isinstance(getattr(self, f.name), str))
        named: dict[str, Any] = {name: str(said[name]) for name in texts if said.get(name)}
        also = tables.get("also", {}).get("lead", ())
        named |= {"do_not_call": ""} if do_not_call == "" else {}  # the team says that none does
        known = tuple(map(str, also)) if isinstance(also, list | tuple) else ()
        return replace(self, **named, also=known)

    def lead_field(self, name: str) -> str:
        """Return the CRM's name of a field of ``LEAD_FIELDS``, ``""`` when it has none."""
        own = {"persona": self.persona, "do_not_call": self.do_not_call}
        return own.get(name) or self.lead.get(name, "")

    def read_of_lead(self, *more: str) -> list[str]:
        """Return the names of the fields that are read of a lead."""
        own = (self.persona, self.do_not_call, *more, *self.also)
        return list(dict.fromkeys(filter(None, (*self.lead.values(), *own))))

    def to_lead(self, p: ForeignRecord, row: Row, created: str, **own: Any) -> RemoteLead:
        """Return a lead: what the connector reads in its own way, and the rest by the names.

        ``created`` is the CRM's name of the date: such a CRM has no other date of a conversion.
        """
        lines = {n: p.line(f) for n, f in self.lead.items() if n not in own and n != "owner_id"}
        made = p.moment(created)
        known: dict[str, Any] = {
            "persona": p.line(self.persona) if self.persona else "",
            "owner_id": p.record(self.lead["owner_id"]),
            "lifecycle": "lead",
            "converted_ms": made,
            "conversions": 1,
            "properties": own_properties(row, self.also),
            "do_not_call": is_true(p.value(self.do_not_call)),
            "created_ms": made,
        }
        return RemoteLead(p.record_id, **(lines | known | own), left_out=p.left_out)

    def new_lead(self, lead: NewLead, owner_id: str) -> dict[str, Any]:
        """Return the body of a new lead."""
        table = {**self.lead, **self.new}
        said = {_NEW.get(name, name): value for name, value in lead.values.items()}
        said |= {"email": lead.email, "owner_id": owner_id}
        body: dict[str, Any] = {table[n]: v for n, v in said.items() if v and n in table}
        # Without a field the CRM refuses the lead, which must not be there unmarked.
        return body | ({self.do_not_call or "do_not_call": True} if lead.do_not_call else {})

    def changed_values(self, crm: str, changes: Mapping[str, str]) -> dict[str, object]:
        """Return a change of a lead by the CRM's names of its fields.

        Raises:
            OutcomeMissing, Rejected: the CRM has no field for one of them.
        """
        body: dict[str, object] = {}
        for name, value in changes.items():
            known = self.lead_field(name)
            if not known:
                kind = OutcomeMissing if name == "lifecycle" else Rejected
                raise kind(f"{crm} has no field for {name} of a lead", fields=(name,))
            body[known] = value == "true" if name == "do_not_call" else value or None
        return body

    def say_ours(self, error: Rejected, names: Iterable[str]) -> None:
        """Put our names of the fields into a refusal of a change, instead of the CRM's."""
        ours = {self.lead_field(name): name for name in names}
        error.fields = tuple(ours.get(f, f) for f in error.fields)

    def values(self, row: Row, names: Sequence[str]) -> dict[str, str]:
        """Return fields of a lead by our names, in our words."""
        return {name: _value(name, row.get(f)) for name in names if (f := self.lead_field(name))}


def is_true(value: object) -> bool:
    """Return whether a value of a CRM means yes."""
    return value in (True, "true")


def _value(name: str, value: object) -> str:
    if name == "do_not_call":
        return "true" if is_true(value) else "false"
    return "" if value is None else choice(value) if name == "status" else one_line(str(value))


def own_properties(row: Row, names: Sequence[str]) -> str:
    """Return fields of a record as ``RemoteLead.properties``; ``false`` counts as given."""
    return as_json({name: _plain(row.get(name)) for name in names}) if names else ""


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):  # several values; of a linked record id and name
        linked = len(value) == 2 and type(value[0]) is int and isinstance(value[1], str)
        return one_line(value[1]) if linked else ";".join(map(_plain, value))
    return "" if value is None or isinstance(value, dict) else one_line(str(value))


def key_step(
    kind: ActivityKindName, what: str, act: Callable[[], object] | None, advice: str
) -> KeyStep:
    """Make a change of the account's schema, or without ``act`` only plan it.

    ``advice``: how an administrator makes it, for one who may not.
    """
    problem = ""
    try:
        if act is not None:
            act()
    except (Refused, CredentialsError) as error:
        said = getattr(error, "message", error.what).rstrip(".")
        problem = f"{said}. {advice}"
    return KeyStep(kind, what, act is not None and not problem, problem)
