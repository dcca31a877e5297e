"""Creating and changing records: plan first, then apply as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sdrdesk.sandbox.account.account import Account, Actor
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.errors import ApiError, invalid, not_found
from sdrdesk.sandbox.schema.schema import ObjectType
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.writes.checks import check_required, check_unique, checked_values
from sdrdesk.sandbox.writes.derived import derive
from sdrdesk.sandbox.writes.linking import Target, associate, parse_associations

Claims = dict[tuple[str, str], int]
_KNOWS_WHO = frozenset(
    (
        "contacts", "companies", "calls", "tasks", "notes", "meetings", "emails", "communications",
    )
)  # fmt: skip
"""Types with a property for the user of the last change."""


@dataclass(slots=True)
class WritePlan:
    """A validated write."""

    kind: ObjectType
    current: Record | None
    """The record to change; None to create one."""
    values: dict[str, str]
    """Values in stored form; ``""`` clears."""
    targets: list[Target] = field(default_factory=list)


def plan_create(
    account: Account, kind: ObjectType, item: dict[str, Any], version: str, claims: Claims
) -> WritePlan:
    """Validate a create and return its plan.

    Args:
      account: the account.
      kind: the object type.
      item: ``{"properties": {...}, "associations": [...]}``.
      version: path version; administrators' rules apply on 2026-09 only.
      claims: unique values of earlier inputs of the request; this one's are added.

    Raises:
      ApiError: 400 or 409; nothing was written.
    """
    values = checked_values(account, kind, item.get("properties"), None)
    check_required(account, kind, values, None, version)
    if kind.name == "meetings" and not values.get("hs_timestamp"):
        values["hs_timestamp"] = values["hs_meeting_start_time"]
    targets = parse_associations(account, kind, item.get("associations"))
    if kind.name == "leads" and not targets:
        raise invalid("A lead must be associated with a contact or a company")
    check_unique(account, kind, values, None, claims)
    return WritePlan(kind, None, values, targets)


def plan_update(
    account: Account, record: Record, properties: Any, version: str, claims: Claims
) -> WritePlan:
    """Validate a change of one record and return its plan; raises like ``plan_create``."""
    kind = account.tables[record.type].kind
    values = checked_values(account, kind, properties, record)
    check_required(account, kind, values, record, version)
    check_unique(account, kind, values, record.id, claims)
    return WritePlan(kind, record, values)


def apply(account: Account, plan: WritePlan, actor: Actor | None = None, by: str = "api") -> Record:
    """Apply a plan and return the new state of the record."""
    now_ms = account.now_ms
    changes = derive(account, plan.kind, plan.current, plan.values)
    if actor is not None and actor.user_id is not None and plan.kind.name in _KNOWS_WHO:
        changes["hs_updated_by_user_id"] = actor.user_id
    if plan.current is None:
        record_id = account.tables[plan.kind.name].new_id()
        record = Record(plan.kind.name, record_id, _without_empty(changes), now_ms, now_ms)
        op = "create"
    else:
        merged = _without_empty(plan.current.properties | changes)
        updated_ms = now_ms if plan.values else plan.current.updated_ms
        record = replace(plan.current, properties=merged, updated_ms=updated_ms)
        op = "update"
    account.put(record, actor or Actor())
    more: dict[str, Any] = {"properties": plan.values}
    if plan.targets:
        more["associations"] = [
            {"type": target.kind.name, "id": target.record_id, "typeId": target.type_id}
            for target in plan.targets
        ]
    account.journal.add(op, record.type, record.id, iso(now_ms), by, **more)
    for target in plan.targets:
        associate(account, record, target)
    return account.tables[record.type].rows[record.id]


def _without_empty(properties: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in properties.items() if value != ""}


def find(account: Account, kind: ObjectType, key: str, id_property: str | None) -> Record | None:
    """Return the live record of a path or an input, None without one.

    Args:
      account: the account.
      kind: its type.
      key: a record id, or a value of ``id_property``.
      id_property: a unique property, or None for the record id.

    Raises:
      ApiError: 400 when ``id_property`` is not a unique property.
    """
    if not id_property or id_property == "hs_object_id":
        return account.current(kind, key)
    owners = account.tables[kind.name].unique.get(id_property)
    if owners is None:
        raise non_unique(kind, id_property)
    holder = owners.get(key.lower())
    return account.tables[kind.name].get(holder) if holder else None


def non_unique(kind: ObjectType, name: str) -> ApiError:
    """Return a 400 for an ``idProperty`` that is not unique."""
    return invalid(
        f"Unable to perform update/upsert by non-unique {kind.type_id} property {name[:200]}"
    )


def must_find(account: Account, kind: ObjectType, key: str, id_property: str | None) -> Record:
    """Return the record as ``find`` does; raise a 404 without one."""
    record = find(account, kind, key, id_property)
    if record is None:
        raise not_found()
    return record
