"""Associations in v4 style: of one record, in batches, and their labels."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.api.batch import answer, inputs_of
from sdrdesk.sandbox.api.links import next_link
from sdrdesk.sandbox.errors import ApiError, invalid, not_found
from sdrdesk.sandbox.schema.schema import TYPES_OF, ObjectType, legacy_name, object_type
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import Call, Reply, as_array, as_object, as_text
from sdrdesk.sandbox.writes.linking import (
    Target,
    associate,
    check_direction,
    default_type,
    dissociate,
    existing,
    live_neighbours,
    no_associations,
    parse_type,
    type_label,
)

PAGE = 500
MAX_READ, MAX_WRITE = 1000, 2000
_TEXT_IDS = frozenset(("2026-03",))
"""Versions with ids of associated records as text, not as numbers."""


def _row(to_id: str, types: list[int], version: str) -> dict[str, Any]:
    return {
        "toObjectId": to_id if version in _TEXT_IDS else int(to_id),
        "associationTypes": [
            {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": type_label(type_id)}
            for type_id in types
        ],
    }


def _rows(
    account: Account, call: Call, kind: ObjectType, record_id: str, other: ObjectType
) -> list[dict[str, Any]]:
    """Return associated records; on v3 one row per association type, in the older form."""
    found = live_neighbours(account, kind, record_id, other)
    if call.version != "v3":
        return [_row(other_id, types, call.version) for other_id, types in found.items()]
    return [
        {"id": other_id, "type": legacy_name(kind, other, type_id)}
        for other_id, types in found.items()
        for type_id in types
    ]


def _page(
    rows: list[dict[str, Any]], after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    start = int(after) if after and after.isascii() and after.isdigit() and len(after) < 10 else 0
    following = start + limit
    return rows[start:following], str(following) if following < len(rows) else None


def listing(account: Account, call: Call) -> Reply:
    """Return the associations of a record, none for the id of a merged one."""
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    record_id = call.params["id"]
    table = account.tables[kind.name]
    if record_id not in table.aliases and table.get(record_id) is None:
        raise not_found()
    rows = _rows(account, call, kind, record_id, other)
    shown, following = _page(rows, call.query("after"), call.number("limit", PAGE, PAGE))
    body: dict[str, Any] = {"results": shown}
    if following is not None:
        path = f"/crm/v4/objects/{kind.name}/{record_id}/associations/{other.name}"
        body["paging"] = {"next": {"after": following, "link": next_link(call, path, following)}}
    return Reply(200, body)


def _pair(account: Account, call: Call) -> tuple[ObjectType, ObjectType, Record, Record]:
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    default_type(kind, other)
    left = account.current(kind, call.params["id"])
    right = account.current(other, call.params["toId"])
    if left is None or right is None:
        raise not_found()
    return kind, other, left, right


def put_default(account: Account, call: Call) -> Reply:
    """Create the unlabelled association of two records; safe to repeat."""
    kind, other, left, right = _pair(account, call)
    _associate(account, left, Target(other, right.id, default_type(kind, other)))
    return answer(account, _both_ways(kind, other, left.id, right.id), [])


def _both_ways(kind: ObjectType, other: ObjectType, left: str, right: str) -> list[dict[str, Any]]:
    return [
        {
            "from": {"id": from_id},
            "to": {"id": to_id},
            "associationSpec": {
                "associationCategory": "HUBSPOT_DEFINED",
                "associationTypeId": default_type(from_kind, to_kind),
            },
        }
        for from_kind, from_id, to_kind, to_id in (
            (kind, left, other, right),
            (other, right, kind, left),
        )
    ]


def _associate(account: Account, left: Record, target: Target) -> None:
    if associate(account, left, target):
        account.journal.add(
            "associate",
            left.type,
            left.id,
            iso(account.now_ms),
            to={"type": target.kind.name, "id": target.record_id},
            typeId=target.type_id,
        )


def put_labelled(account: Account, call: Call) -> Reply:
    """Create associations of given types between two records."""
    kind, other, left, right = _pair(account, call)
    types = [parse_type(spec) for spec in call.json_array()]
    if not types:
        raise invalid("Association types must not be empty")
    for type_id in types:
        check_direction(kind, other, type_id)
    for type_id in types:
        _associate(account, left, Target(other, right.id, type_id))
    return Reply(201, _created(kind, other, left.id, right.id, types))


def _created(
    kind: ObjectType, other: ObjectType, left: str, right: str, types: list[int]
) -> dict[str, Any]:
    return {
        "fromObjectTypeId": kind.type_id,
        "fromObjectId": int(left),
        "toObjectTypeId": other.type_id,
        "toObjectId": int(right),
        "labels": [label for type_id in types if (label := type_label(type_id))],
    }


def delete(account: Account, call: Call) -> Reply:
    """Remove all associations between two records."""
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    _dissociate(account, kind, call.params["id"], other, call.params["toId"])
    return Reply(204)


def _dissociate(
    account: Account, kind: ObjectType, left: str, other: ObjectType, right: str
) -> None:
    if right in account.graph.neighbours(kind.name, left, other.name):
        dissociate(account, kind.name, left, other.name, right)
        account.journal.add(
            "dissociate",
            kind.name,
            left,
            iso(account.now_ms),
            to={"type": other.name, "id": right},
        )


def batch_read(account: Account, call: Call) -> Reply:
    """Return associations of many records; records without any are error items of a 207."""
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    results, errors = [], []
    for item in inputs_of(call.json_object(), MAX_READ):
        from_id = as_text(item.get("id"), "inputs.id")
        rows = _rows(account, call, kind, from_id, other)
        if not rows:
            errors.append(no_associations(kind, from_id, other))
            continue
        after = item.get("after")
        shown, following = _page(rows, None if after is None else str(after), PAGE)
        result: dict[str, Any] = {"from": {"id": from_id}, "to": shown}
        if following is not None:
            link = next_link(call, f"{call.path}", following)
            result["paging"] = {"next": {"after": following, "link": link}}
        results.append(result)
    return answer(account, results, errors)


def _ends(item: dict[str, Any]) -> tuple[str, str]:
    left = as_text(as_object(item.get("from"), "from").get("id"), "from.id")
    return left, as_text(as_object(item.get("to"), "to").get("id"), "to.id")


def batch_create(account: Account, call: Call) -> Reply:
    """Create many associations of given types, each input on its own."""
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    results, errors = [], []
    for item in inputs_of(call.json_object(), MAX_WRITE):
        left, right = _ends(item)
        types = [parse_type(spec) for spec in as_array(item.get("types"), "types")]
        try:
            for type_id in types:
                check_direction(kind, other, type_id)
            near, far = existing(account, kind, left), existing(account, other, right)
        except ApiError as error:
            errors.append(error.as_item({"fromObjectId": [left], "toObjectId": [right]}))
            continue
        for type_id in types:
            _associate(account, near, Target(other, far.id, type_id))
        results.append(_created(kind, other, near.id, far.id, types))
    return answer(account, results, errors, 201)


def batch_default(account: Account, call: Call) -> Reply:
    """Create many unlabelled associations."""
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    type_id = default_type(kind, other)
    results, errors = [], []
    for item in inputs_of(call.json_object(), MAX_WRITE):
        left, right = _ends(item)
        try:
            near, far = existing(account, kind, left), existing(account, other, right)
        except ApiError as error:
            errors.append(error.as_item({"fromObjectId": [left], "toObjectId": [right]}))
            continue
        _associate(account, near, Target(other, far.id, type_id))
        results += _both_ways(kind, other, near.id, far.id)
    return answer(account, results, errors)


def batch_archive(account: Account, call: Call) -> Reply:
    """Remove many associations; missing ones are ignored."""
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    for item in inputs_of(call.json_object(), MAX_WRITE):
        left = as_text(as_object(item.get("from"), "from").get("id"), "from.id")
        targets = item.get("to")
        for target in targets if isinstance(targets, list) else [targets]:
            right = as_text(as_object(target, "to").get("id"), "to.id")
            _dissociate(account, kind, left, other, right)
    return Reply(204)


def labels(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the association types from one object type to another."""
    kind, other = object_type(call.params["type"]), object_type(call.params["to"])
    types = TYPES_OF.get((kind.name, other.name), [])
    rows = [
        {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": type_label(type_id)}
        for type_id in types
    ]
    return Reply(200, {"results": rows})
