"""Shared by connectors, about the fields of a CRM: the team's own ones, and a change of a lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from sdrdesk.domain.crm.foreign_values import ForeignRecord, choice
from sdrdesk.domain.crm.records import ActivityKindName
from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.lead.properties import as_json
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import OutcomeMissing, Refused, Rejected
from sdrdesk.sync.port import KeyStep, LeadField

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The account's own fields, by ``crm.toml``."""

    persona: str = ""
    do_not_call: str = ""
    outcome: str = ""
    key: str = ""
    also: tuple[str, ...] = ()
    """Further fields of leads to read, because the team's rules name them."""

    usual: ClassVar[Mapping[str, str]] = {}
    """``LEAD_FIELDS`` to the CRM's names, without the account's own ones."""

    @classmethod
    def of(cls, mapping: Mapping[str, Mapping[str, object]], do_not_call: str = "") -> Self:
        """Return the names; those that are not said are the connector's default."""
        said = {**mapping.get("lead", {}), **mapping.get("call", {})}
        said |= {"do_not_call": do_not_call.partition("=")[0]} if do_not_call else {}
        texts = (f.name for f in fields(cls) if isinstance(f.default, str))
        named: dict[str, Any] = {n: str(said[n]) for n in texts if said.get(n)}
        also = mapping.get("also", {}).get("lead", ())
        return cls(**named, also=tuple(map(str, also)) if isinstance(also, list | tuple) else ())

    def lead_field(self, name: str) -> str:
        """Return the CRM's name of a field of ``LEAD_FIELDS``, ``""`` when it has none."""
        own = {"persona": self.persona, "do_not_call": self.do_not_call}
        return own.get(name) or self.usual.get(name, "")


def lines_of(p: ForeignRecord, fields_of: Mapping[str, str]) -> dict[str, Any]:
    """Return fields of a record that are one line of text, by our names."""
    return {name: p.line(field) for name, field in fields_of.items()}


def own_properties(row: Row, names: Sequence[str]) -> str:
    """Return fields of a record as ``RemoteLead.properties``; ``false`` counts as given."""
    return as_json({name: _plain(row.get(name)) for name in names}) if names else ""


def every_field(labels: Mapping[str, object]) -> Mapping[str, tuple[LeadField, ...]]:
    """Return ``Survey.properties`` of fields of leads with their labels; companies have none."""
    found = (LeadField(name, one_line(str(text)) or name) for name, text in labels.items())
    return {"lead": tuple(found), "company": ()}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):  # several values; of a linked record id and name
        linked = len(value) == 2 and type(value[0]) is int and isinstance(value[1], str)
        return one_line(value[1]) if linked else ";".join(map(_plain, value))
    return "" if value is None or isinstance(value, dict) else one_line(str(value))


def own_fields(
    crm: str,
    mapping: Mapping[str, Mapping[str, object]],
    used: Iterable[tuple[str, str, str, str]],
    has: Callable[[str, str], object],
) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    """Return the team's own fields that are there, and words on those named in vain.

    Args:
        crm: the CRM's name.
        mapping: the tables of ``crm.toml``.
        used: table, our name, the CRM's entity and field.
        has: whether an entity has a field.
    """
    there, missing = dict[str, dict[str, str]](), []
    for table, name, entity, field in used:
        if has(entity, field):
            there.setdefault(table, {})[name] = field
        elif mapping.get(table, {}).get(name):
            missing.append(f'{crm} has no field "{field}" on {entity} for {name}')
    return there, tuple(missing)


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


def changed_values(
    crm: str, changes: Mapping[str, str], field_of: Callable[[str], str]
) -> dict[str, object]:
    """Return a change of a lead by the CRM's names of its fields.

    Raises:
        OutcomeMissing, Rejected: the CRM has no field for one of them.
    """
    body: dict[str, object] = {}
    for name, value in changes.items():
        field = field_of(name)
        if not field:
            kind = OutcomeMissing if name == "lifecycle" else Rejected
            raise kind(f"{crm} has no field for {name} of a lead", fields=(name,))
        body[field] = value == "true" if name == "do_not_call" else value or None
    return body


def in_our_words(error: Rejected, names: Iterable[str], field_of: Callable[[str], str]) -> Rejected:
    """Return a refusal of a change with our names of the fields instead of the CRM's."""
    ours = {field_of(name): name for name in names}
    return type(error)(error.message, fields=tuple(ours.get(f, f) for f in error.fields))


def read_values(row: Row, names: Sequence[str], field_of: Callable[[str], str]) -> dict[str, str]:
    """Return fields of a lead by our names, in our words."""
    return {name: _value(name, row.get(field)) for name in names if (field := field_of(name))}


def _value(name: str, value: object) -> str:
    if name == "do_not_call":
        return "true" if value in (True, "true") else "false"
    return "" if value is None else choice(value) if name == "status" else one_line(str(value))
