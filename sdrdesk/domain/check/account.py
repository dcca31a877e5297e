"""An account as the checks see it: read from the CRM, from this machine, or from a snapshot.

A snapshot is a JSON file for a team's CI, where nobody has a token. It holds names of fields,
options, lists and owners, and counts of leads; no lead and no secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sdrdesk.domain.config.reader import TableReader

FORMAT: Final = 1
"""Of a snapshot; a newer one is refused."""
OPTION_FIELDS: Final = ("status", "lifecycle", "outcome", "persona")
"""Fields with options that rules name."""


class AccountOption(NamedTuple):
    """An option of a field."""

    value: str
    label: str
    hidden: bool = False


class AccountOwner(NamedTuple):
    """A present or former rep."""

    owner_id: str
    email: str = ""
    name: str = ""
    archived: bool = False


class AccountField(NamedTuple):
    """A field of leads."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    """Value and label; empty for texts and yes-or-no."""
    is_boolean: bool = False
    kind: str = ""
    """``text``, ``number``, ``date``, ``choice`` or ``yes/no``; ``""`` when not known."""


@dataclass(frozen=True, slots=True)
class LeadCounts:
    """Counts of leads by value, without deleted ones."""

    total: int = 0
    unowned: int = 0
    without_number: int = 0
    """Without any number in the fields that are read."""
    by_value: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Field (``status``, ``lifecycle``, ``persona``, ``language``) to leads by value."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account; ``None`` or a missing key is something that was not read."""

    name: str = ""
    options: Mapping[str, tuple[AccountOption, ...]] = field(default_factory=dict)
    """Options by one of ``OPTION_FIELDS``."""
    owners: tuple[AccountOwner, ...] | None = None
    lists: tuple[str, ...] | None = None
    """Names of the static lists."""
    fields: tuple[AccountField, ...] | None = None
    """Fields that can be written and may mean "do not call"."""
    do_not_call_fields: tuple[str, ...] = ()
    """Names of those that look like it."""
    number_fields: tuple[AccountField, ...] | None = None
    """Fields that look like telephone numbers and are not read."""
    properties: Mapping[str, tuple[AccountField, ...]] = field(default_factory=dict)
    """Every field that can be read, of ``lead`` and ``company``."""
    missing_scopes: tuple[str, ...] = ()
    not_read: Mapping[str, str] = field(default_factory=dict)
    """Parts that were not read, in words, and why."""
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Kind (``outcome``, ``persona``, ``list``) to former names in lower case and today's names."""
    mapping_problems: tuple[str, ...] = ()
    """Names in ``crm.toml`` that the account does not have; not part of a snapshot."""
    leads: LeadCounts | None = None

    def known(self, name: str) -> bool:
        """Return whether the options of a field were read."""
        return name in self.options

    def to_json(self) -> dict[str, object]:
        """Return the snapshot."""
        leads = self.leads
        return {
            "sdrdesk_account": FORMAT,
            "account": self.name,
            "options": {name: [o._asdict() for o in found] for name, found in self.options.items()},
            "owners": None if self.owners is None else [o._asdict() for o in self.owners],
            "lists": None if self.lists is None else list(self.lists),
            "fields": _fields_json(self.fields),
            "do_not_call_fields": list(self.do_not_call_fields),
            "number_fields": _fields_json(self.number_fields),
            "properties": {name: _fields_json(found) for name, found in self.properties.items()},
            "missing_scopes": list(self.missing_scopes),
            "not_read": dict(self.not_read),
            "renamed": {kind: dict(names) for kind, names in self.renamed.items() if names},
            "leads": None
            if leads is None
            else {
                "total": leads.total,
                "unowned": leads.unowned,
                "without_number": leads.without_number,
                "by_value": {name: dict(found) for name, found in leads.by_value.items()},
            },
        }


def account_of_json(data: Mapping[str, object]) -> AccountView:
    """Return the account of a snapshot.

    Raises:
        ConfigProblem: it is no snapshot, or one of a newer version.
    """
    top = TableReader(data)
    if top.integer("sdrdesk_account", 0) != FORMAT:
        said = "is not a snapshot of this version; write one: sdrdesk setup --snapshot FILE"
        raise top.problem("sdrdesk_account", said)
    options = top.table("options")
    return AccountView(
        name=top.text("account", ""),
        options={
            name: tuple(map(_option, options.tables(name)))
            for name in options.keys()  # noqa: SIM118 - a reader
        },
        owners=tuple(map(_owner, top.tables("owners"))) if _has(data, "owners") else None,
        lists=top.texts("lists") if _has(data, "lists") else None,
        fields=_fields(top, data, "fields"),
        do_not_call_fields=top.texts("do_not_call_fields", ()),
        number_fields=_fields(top, data, "number_fields"),
        properties=_properties(top.table("properties", optional=True)),
        missing_scopes=top.texts("missing_scopes", ()),
        not_read=_texts(top.table("not_read", optional=True)),
        renamed=_renamed(top.table("renamed", optional=True)),
        leads=_leads(top.table("leads")) if _has(data, "leads") else None,
    )


def _has(data: Mapping[str, object], key: str) -> bool:
    return data.get(key) is not None


def _option(row: TableReader) -> AccountOption:
    return AccountOption(row.text("value"), row.text("label", ""), row.boolean("hidden", False))


def _owner(row: TableReader) -> AccountOwner:
    return AccountOwner(
        row.text("owner_id"),
        row.text("email", ""),
        row.text("name", ""),
        row.boolean("archived", False),
    )


def _fields(
    top: TableReader, data: Mapping[str, object], key: str
) -> tuple[AccountField, ...] | None:
    return tuple(map(_field, top.tables(key))) if _has(data, key) else None


def _field(row: TableReader) -> AccountField:
    options = tuple(
        (o.text("value"), o.text("label", "")) for o in row.tables("options", optional=True)
    )
    return AccountField(
        row.text("name"),
        row.text("label", ""),
        options,
        row.boolean("is_boolean", False),
        row.text("kind", ""),
    )


def _properties(table: TableReader) -> dict[str, tuple[AccountField, ...]]:
    return {kind: tuple(map(_field, table.tables(kind))) for kind in table.keys()}  # noqa: SIM118


def _texts(table: TableReader) -> dict[str, str]:
    return {key: table.text(key) for key in table.keys()}  # noqa: SIM118 - a reader


def _renamed(table: TableReader) -> dict[str, dict[str, str]]:
    return {kind: _texts(table.table(kind)) for kind in table.keys()}  # noqa: SIM118 - a reader


def _leads(table: TableReader) -> LeadCounts:
    values = table.table("by_value", optional=True)
    return LeadCounts(
        table.integer("total"),
        table.integer("unowned"),
        table.integer("without_number"),
        {name: _counts(values.table(name)) for name in values.keys()},  # noqa: SIM118
    )


def _counts(table: TableReader) -> dict[str, int]:
    return {key: table.integer(key) for key in table.keys()}  # noqa: SIM118 - a reader


def _fields_json(fields: tuple[AccountField, ...] | None) -> object:
    if fields is None:
        return None
    return [
        {
            "name": one.name,
            "label": one.label,
            **({"is_boolean": True} if one.is_boolean else {}),
            **({"kind": one.kind} if one.kind else {}),
            "options": [{"value": value, "label": label} for value, label in one.options],
        }
        for one in fields
    ]
