"""Associations, with the CRM's own changes when one is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.errors import ApiError, invalid
from sdrdesk.sandbox.schema.schema import (
    DEFAULT_TYPE,
    PRIMARY_COMPANY,
    PRIMARY_LABEL,
    PRIMARY_TYPES,
    TYPES_OF,
    ObjectType,
)
from sdrdesk.sandbox.web import as_array, as_object, as_text


@dataclass(frozen=True, slots=True)
class Target:
    """The other end of a new association."""

    kind: ObjectType
    record_id: str
    type_id: int


def parse_associations(account: Account, kind: ObjectType, given: Any) -> list[Target]:
    """Return the validated ``associations`` of a create.

    Raises:
      ApiError: 400 for a type that does not start at this object, or a missing record.
    """
    targets = []
    for item in as_array(given or [], "associations"):
        entry = as_object(item, "associations")
        to_id = as_text(as_object(entry.get("to"), "to").get("id"), "to.id")
        types = as_array(entry.get("types"), "types")
        if not types:
            raise invalid("Association types must not be empty")
        for spec in types:
            type_id = parse_type(spec)
            targets.append(resolve_target(account, kind, type_id, to_id))
    return targets


def parse_type(spec: Any) -> int:
    """Return the type id of ``{"associationCategory", "associationTypeId"}``; 400 if malformed."""
    item = as_object(spec, "types")
    if item.get("associationCategory") != "HUBSPOT_DEFINED":
        raise invalid(f"Unknown association category {str(item.get('associationCategory'))[:50]}")
    number = item.get("associationTypeId")
    if isinstance(number, str) and number.isdigit() and number.isascii() and len(number) < 10:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise invalid("associationTypeId must be an integer")
    return number


def resolve_target(account: Account, kind: ObjectType, type_id: int, to_id: str) -> Target:
    """Return the target record of an association type from ``kind``, following merges."""
    for (left, right), ids in TYPES_OF.items():
        if left == kind.name and type_id in ids:
            to_kind = account.tables[right].kind
            return Target(to_kind, existing(account, to_kind, to_id).id, type_id)
    raise invalid(
        f"Association type id {type_id} does not exist or is not valid from {kind.type_id}"
    )


def existing(account: Account, kind: ObjectType, record_id: str) -> Record:
    """Return the live record of an id; 400 INVALID_OBJECT_IDS without one."""
    record = account.current(kind, record_id)
    if record is None:
        raise invalid(
            f"Object {kind.singular.upper()} with id {record_id[:100]} does not exist",
            errors=[
                {
                    "message": f"{kind.singular} {record_id[:100]} is not valid",
                    "code": "INVALID_OBJECT_IDS",
                    "context": {"id": [record_id[:100]]},
                }
            ],
        )
    return record


def default_type(from_kind: ObjectType, to_kind: ObjectType) -> int:
    """Return the unlabelled association type of a pair; 400 without one."""
    type_id = DEFAULT_TYPE.get((from_kind.name, to_kind.name))
    if type_id is None:
        raise invalid(
            f"No association type exists between {from_kind.type_id} and {to_kind.type_id}"
        )
    return type_id


def check_direction(from_kind: ObjectType, to_kind: ObjectType, type_id: int) -> None:
    """Refuse a type id of another direction with a 400."""
    if type_id not in TYPES_OF.get((from_kind.name, to_kind.name), ()):
        raise invalid(
            f"Association type id {type_id} is not valid between {from_kind.type_id} and "
            f"{to_kind.type_id}"
        )


def associate(account: Account, record: Record, target: Target) -> bool:
    """Associate two records; return False when they were already."""
    graph = account.graph
    made = graph.add(record.type, record.id, target.kind.name, target.record_id, target.type_id)
    pair = (record.type, target.kind.name)
    if pair == ("contacts", "companies"):
        _primary(account, record.id, target.record_id, explicit=target.type_id in PRIMARY_TYPES)
    elif pair == ("companies", "contacts"):
        _primary(account, target.record_id, record.id, explicit=target.type_id in PRIMARY_TYPES)
    if made and record.type in _ACTIVITIES:
        _logged(account, record, target.kind.name, target.record_id)
    elif made and target.kind.name in _ACTIVITIES:
        activity = account.tables[target.kind.name].rows[target.record_id]
        _logged(account, activity, record.type, record.id)
    return made


_ACTIVITIES = ("calls", "tasks", "notes", "meetings", "emails", "communications")


def _logged(account: Account, activity: Record, kind: str, record_id: str) -> None:
    if kind in {"contacts", "companies"}:
        account.schedule(
            "logged",
            {"activity": activity.type, "activityId": activity.id, "type": kind, "id": record_id},
        )


def _primary(account: Account, contact_id: str, company_id: str, explicit: bool) -> None:
    """Make exactly one company primary: the first, or the given one."""
    graph = account.graph
    held = graph.neighbours("contacts", contact_id, "companies")
    current = [other for other, types in held.items() if PRIMARY_COMPANY in types]
    graph.add("contacts", contact_id, "companies", company_id, 279)
    if explicit:
        for other in current:
            if other != company_id:
                graph.remove("contacts", contact_id, "companies", other, PRIMARY_COMPANY)
    elif current:
        return
    graph.add("contacts", contact_id, "companies", company_id, PRIMARY_COMPANY)
    mirror_primary(account, contact_id)


def mirror_primary(account: Account, contact_id: str) -> None:
    """Set ``associatedcompanyid`` from the associations."""
    contact = account.tables["contacts"].rows.get(contact_id)
    held = account.graph.neighbours("contacts", contact_id, "companies")
    primary = next((other for other, types in held.items() if PRIMARY_COMPANY in types), None)
    if contact is not None and contact.properties.get("associatedcompanyid") != primary:
        account.touch(contact, {"associatedcompanyid": primary})


def dissociate(account: Account, from_kind: str, from_id: str, to_kind: str, to_id: str) -> None:
    """Remove every association type between two records."""
    account.graph.remove(from_kind, from_id, to_kind, to_id)
    if {from_kind, to_kind} == {"contacts", "companies"}:
        mirror_primary(account, from_id if from_kind == "contacts" else to_id)


def type_label(type_id: int) -> str | None:
    """Return the label of an association type, None without one."""
    return PRIMARY_LABEL if type_id in PRIMARY_TYPES else None


def live_neighbours(
    account: Account, from_kind: ObjectType, from_id: str, to_kind: ObjectType
) -> dict[str, list[int]]:
    """Return associated live records with their types; none for a merged id."""
    table = account.tables[to_kind.name]
    found = account.graph.neighbours(from_kind.name, from_id, to_kind.name)
    return {other: types for other, types in found.items() if table.get(other) is not None}


def no_associations(from_kind: ObjectType, from_id: str, to_kind: ObjectType) -> dict[str, Any]:
    """Return the error item for a record without associations in a batch read."""
    error = ApiError(
        404,
        f"No {to_kind.singular} is associated with {from_kind.singular} {from_id}.",
        "OBJECT_NOT_FOUND",
        subCategory="crm.associations.NO_ASSOCIATIONS_FOUND",
    )
    return error.as_item(
        {
            "fromObjectId": [from_id],
            "fromObjectType": [from_kind.singular],
            "toObjectType": [to_kind.singular],
        }
    )
