"""Records in the API's form: every value text or null."""

from __future__ import annotations

from typing import Any, NamedTuple

from sdrdesk.sandbox.account.account import Account, Version
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.account.tables import value_of
from sdrdesk.sandbox.schema.schema import ObjectType, legacy_name, object_type
from sdrdesk.sandbox.times import iso, iso_short
from sdrdesk.sandbox.writes.conversions import event_name, submissions_of
from sdrdesk.sandbox.writes.linking import live_neighbours

ASSOCIATIONS_SHOWN = 500
"""Associations of one record per answer; more are paged."""


class Columns(NamedTuple):
    """The properties to show, looked up once per page of records: in order, known ones only."""

    names: tuple[str, ...]


def columns(account: Account, kind: ObjectType, names: list[str] | None) -> Columns:
    """Return the columns of a type for the requested ``names``, as in ``render``."""
    if not names:
        return Columns(tuple(sorted(set(kind.defaults))))
    defined = account.catalog.definitions[kind.name]
    wanted = {name for name in (*_stamps(kind), *names) if name in defined}
    return Columns(tuple(sorted(name for name in wanted if not defined[name]["archived"])))


def render(
    account: Account,
    record: Record,
    names: list[str] | Columns | None = None,
    *,
    history: list[str] | None = None,
    associations: list[ObjectType] | None = None,
    everything: bool = False,
) -> dict[str, Any]:
    """Return one record as JSON.

    Args:
      account: the account.
      record: the record, also an older state of it.
      names: requested properties, empty for the type's defaults. Unknown names are omitted, known
          ones without a value are null.
      history: properties with their earlier values.
      associations: types with their associated ids.
      everything: all properties with a value, as in the answer to a create.
    """
    kind = account.tables[record.type].kind
    shown: dict[str, Any] = {
        "id": record.id,
        "properties": _properties(account, kind, record, names, everything),
        "createdAt": iso(record.created_ms),
        "updatedAt": iso(record.updated_ms),
        "archived": record.archived_ms is not None,
    }
    if record.archived_ms is not None:
        shown["archivedAt"] = iso(record.archived_ms)
    if history:
        shown["propertiesWithHistory"] = {
            name: versions_of(account, record, name)
            for name in history
            if account.catalog.get(kind.name, name)
        }
        shown["properties"].update(
            _properties(account, kind, record, list(shown["propertiesWithHistory"]), False)
        )
    if associations:
        linked = {
            other.name: _linked(account, kind, record, other)
            for other in associations
            if account.graph.neighbours(kind.name, record.id, other.name)
        }
        if linked:
            shown["associations"] = linked
    return shown


def _properties(
    account: Account,
    kind: ObjectType,
    record: Record,
    names: list[str] | Columns | None,
    everything: bool,
) -> dict[str, str | None]:
    if everything:
        wanted = sorted({*_stamps(kind), *record.properties})
        return {name: value_of(kind, record, name) for name in wanted}
    if not isinstance(names, Columns):
        names = columns(account, kind, names)
    get = record.properties.get
    shown = {name: get(name) for name in names.names}
    # These three are not stored as properties.
    shown.update({n: value_of(kind, record, n) for n in _stamps(kind) if n in shown})
    return shown


def _stamps(kind: ObjectType) -> tuple[str, str, str]:
    return ("hs_object_id", kind.created, kind.modified)


def _linked(
    account: Account, kind: ObjectType, record: Record, other: ObjectType
) -> dict[str, Any]:
    rows = [
        {"id": other_id, "type": legacy_name(kind, other, type_id)}
        for other_id, types in live_neighbours(account, kind, record.id, other).items()
        for type_id in types
    ]
    shown: dict[str, Any] = {"results": rows[:ASSOCIATIONS_SHOWN]}
    if len(rows) > ASSOCIATIONS_SHOWN:
        shown["paging"] = {"next": {"after": rows[ASSOCIATIONS_SHOWN]["id"]}}
    return shown


def versions_of(account: Account, record: Record, name: str) -> list[dict[str, Any]]:
    """Return the values of a property, newest first, as in HubSpot's history."""
    kind = account.tables[record.type].kind
    kept = account.history.get((record.type, record.id), {}).get(name)
    if kept is None and name.startswith("recent_conversion") and record.type == "contacts":
        kept = _conversions(account, record, name)
    if not kept:
        value = value_of(kind, record, name)
        if value is None:
            return []
        kept = [Version(value, record.updated_ms, "CRM_UI")]
    return [
        {
            "value": version.value,
            "timestamp": iso(version.at_ms),
            "sourceType": version.source,
            "sourceId": version.user_id or version.source,
            "sourceLabel": version.source.replace("_", " ").title(),
        }
        | ({"updatedByUserId": int(version.user_id)} if version.user_id else {})
        for version in reversed(kept)
    ]


def _conversions(account: Account, record: Record, name: str) -> list[Version]:
    """Return the history from generated form submissions, oldest first."""
    made = []
    for form, row in submissions_of(account, record.properties.get("email", "")):
        at_ms = int(row["submittedAt"])
        is_date = name == "recent_conversion_date"
        made.append(
            Version(iso_short(at_ms) if is_date else event_name(account, form, row), at_ms, "FORM")
        )
    return sorted(made, key=lambda version: version.at_ms)[-45:]


def association_types(names: list[str]) -> list[ObjectType]:
    """Return the types of the ``associations`` of a read; 400 for an unknown one."""
    return [object_type(name) for name in names]
