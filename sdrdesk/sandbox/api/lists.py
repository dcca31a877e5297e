"""Lists (segments), for the hand-off to nurture workflows."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.errors import ApiError, invalid, not_found
from sdrdesk.sandbox.schema.schema import object_type
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import Call, Reply, as_array, as_names, as_text

PROCESSING = ("MANUAL", "SNAPSHOT", "DYNAMIC")


def shown(item: dict[str, Any]) -> dict[str, Any]:
    """Return a list as JSON."""
    made = item.get("createdAt") or "2024-03-01T09:00:00.000Z"
    return {
        "listId": item["listId"],
        "listVersion": item.get("listVersion", 1),
        "name": item["name"],
        "objectTypeId": item.get("objectTypeId", "0-1"),
        "processingType": item.get("processingType", "MANUAL"),
        "processingStatus": "COMPLETE",
        "createdAt": made,
        "updatedAt": item.get("updatedAt") or made,
        "filtersUpdatedAt": made,
        "createdById": "9001",
        "updatedById": "9001",
    }


def _members(account: Account, item: dict[str, Any]) -> dict[str, int]:
    table = account.table(item.get("objectTypeId", "0-1"))
    return {key: at for key, at in item["members"].items() if table.get(key) is not None}


def _existing(account: Account, list_id: str) -> dict[str, Any]:
    item = account.lists.get(list_id)
    if item is None:
        raise not_found(f"List does not exist with ID {list_id[:50]}.")
    return item


def read(account: Account, call: Call) -> Reply:
    """Return one list."""
    return Reply(200, {"list": shown(_existing(account, call.params["id"]))})


def listing(account: Account, call: Call) -> Reply:
    """Return lists by id."""
    wanted = call.names("listIds")
    rows = [account.lists[key] for key in wanted if key in account.lists]
    return Reply(200, {"lists": [shown(item) for item in rows]})


def create(account: Account, call: Call) -> Reply:
    """Create a list."""
    body = call.json_object()
    name = as_text(body.get("name"), "name").strip()
    processing = body.get("processingType")
    if not name:
        raise invalid("name must not be empty")
    if processing not in PROCESSING:
        raise invalid(f"processingType must be one of {', '.join(PROCESSING)}")
    kind = object_type(as_text(body.get("objectTypeId"), "objectTypeId"))
    if any(item["name"].lower() == name.lower() for item in account.lists.values()):
        raise ApiError(
            409, f"A list already exists with name '{name}'", "CONFLICT",
            subCategory="ILS.DUPLICATE_LIST_NAMES",
        )  # fmt: skip
    now = iso(account.now_ms)
    item: dict[str, Any] = {
        "listId": str(max((int(key) for key in account.lists), default=0) + 1),
        "name": name,
        "objectTypeId": kind.type_id,
        "processingType": processing,
        "createdAt": now,
        "updatedAt": now,
        "members": {},
    }
    account.lists[item["listId"]] = item
    account.dirty_documents.add("lists")
    account.journal.add("create", "lists", item["listId"], now)
    return Reply(200, {"list": shown(item)})


def rename(account: Account, call: Call) -> Reply:
    """Give a list another name."""
    item = _existing(account, call.params["id"])
    name = (call.query("listName") or "").strip()
    if not name:
        raise invalid("listName must not be empty")
    item["name"], item["updatedAt"] = name, iso(account.now_ms)
    account.dirty_documents.add("lists")
    return Reply(200, {"updatedList": shown(item)})


def delete(account: Account, call: Call) -> Reply:
    """Delete a list."""
    item = _existing(account, call.params["id"])
    del account.lists[item["listId"]]
    account.dirty_documents.add("lists")
    account.journal.add("archive", "lists", item["listId"], iso(account.now_ms))
    return Reply(204)


def search(account: Account, call: Call) -> Reply:
    """Return lists by name, id, kind."""
    body = call.json_object()
    words = as_text(body.get("query") or "", "query").lower()
    ids = as_names(body.get("listIds"), "listIds")
    kinds = as_names(body.get("processingTypes"), "processingTypes")
    object_id = body.get("objectTypeId")
    count, offset = _whole(body.get("count"), 20, "count"), _whole(body.get("offset"), 0, "offset")
    if count > 500:
        raise invalid("count must be at most 500")
    rows = [
        item
        for item in sorted(account.lists.values(), key=lambda item: int(item["listId"]))
        if words in item["name"].lower()
        and (not ids or item["listId"] in ids)
        and (not kinds or item.get("processingType", "MANUAL") in kinds)
        and (object_id is None or item.get("objectTypeId", "0-1") == object_id)
    ]
    page = rows[offset : offset + count]
    return Reply(
        200,
        {
            "lists": [
                shown(item)
                | {"additionalProperties": {"hs_list_size": str(len(_members(account, item)))}}
                for item in page
            ],
            "offset": offset + len(page),
            "hasMore": offset + len(page) < len(rows),
            "total": len(rows),
        },
    )


def _whole(value: Any, default: int, name: str) -> int:
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
        raise invalid(f"{name} must be a non-negative integer")
    return value


def memberships(account: Account, call: Call) -> Reply:
    """Return the members of a list."""
    item = _existing(account, call.params["id"])
    limit = call.number("limit", 100, 250)
    after = call.query("after") or "0"
    if not after.isascii() or not after.isdigit():
        raise invalid(f"Invalid paging cursor: {after[:50]}")
    rows = sorted(_members(account, item).items(), key=lambda row: int(row[0]))
    rows = [row for row in rows if int(row[0]) >= int(after[:19])]
    body: dict[str, Any] = {
        "results": [
            {"recordId": key, "membershipTimestamp": iso(at_ms)} for key, at_ms in rows[:limit]
        ],
        "total": len(_members(account, item)),
    }
    if len(rows) > limit:
        body["paging"] = {"next": {"after": rows[limit][0], "link": call.base_url + call.path}}
    return Reply(200, body)


def add(account: Account, call: Call) -> Reply:
    """Add records; existing members are no error."""
    return _change(account, call, as_names(call.json_array(), "recordIds"), [])


def remove(account: Account, call: Call) -> Reply:
    """Remove records."""
    return _change(account, call, [], as_names(call.json_array(), "recordIds"))


def add_and_remove(account: Account, call: Call) -> Reply:
    """Add and remove records."""
    body = call.json_object()
    to_add = as_names(as_array(body.get("recordIdsToAdd") or []), "recordIdsToAdd")
    to_remove = as_names(as_array(body.get("recordIdsToRemove") or []), "recordIdsToRemove")
    return _change(account, call, to_add, to_remove)


def _change(account: Account, call: Call, to_add: list[str], to_remove: list[str]) -> Reply:
    item = _existing(account, call.params["id"])
    if item.get("processingType") == "DYNAMIC":
        raise invalid("Records cannot be added to or removed from a DYNAMIC list")
    table = account.table(item.get("objectTypeId", "0-1"))
    now = iso(account.now_ms)
    added, missing = [], []
    for key in dict.fromkeys(to_add):
        record_id = table.resolve(key)
        if table.get(record_id) is None:
            missing.append(key)
        elif record_id not in item["members"]:
            item["members"][record_id] = account.now_ms
            added.append(record_id)
    removed = [
        key for key in dict.fromkeys(to_remove) if item["members"].pop(key, None) is not None
    ]
    for op, ids in (("list_add", added), ("list_remove", removed)):
        if ids:
            item["updatedAt"] = now
            account.dirty_documents.add("lists")
            account.journal.add(op, "lists", item["listId"], now, records=ids)
    return Reply(
        200,
        {"recordsIdsAdded": added, "recordIdsRemoved": removed, "recordIdsMissing": missing},
    )


def of_record(account: Account, call: Call) -> Reply:
    """Return the lists of one record."""
    kind = object_type(call.params["typeId"])
    rows = [
        {
            "listId": item["listId"],
            "listVersion": item.get("listVersion", 1),
            "firstAddedTimestamp": iso(item["members"][call.params["id"]]),
            "lastAddedTimestamp": iso(item["members"][call.params["id"]]),
        }
        for item in account.lists.values()
        if item.get("objectTypeId", "0-1") == kind.type_id and call.params["id"] in item["members"]
    ]
    return Reply(200, {"results": rows, "total": len(rows)})
