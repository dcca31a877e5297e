"""Changes of records by other people and the CRM itself: edit, archive, restore, merge."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account, Actor, parse_when, strip_derived
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.reads.render import render
from sdrdesk.sandbox.schema.schema import ObjectType, object_type
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import Call, Reply, as_array, as_object, as_text
from sdrdesk.sandbox.writes.archive import archive, purge, restore
from sdrdesk.sandbox.writes.linking import (
    Target,
    associate,
    check_direction,
    default_type,
    existing,
)
from sdrdesk.sandbox.writes.merging import merge
from sdrdesk.sandbox.writes.writes import WritePlan, apply, must_find


def insert(account: Account, call: Call) -> Reply:
    """Insert records unvalidated; search shows them after the lag.

    ``{"records": [{"type", "id"?, "properties", "createdAt"?, "updatedAt"?, "archivedAt"?}]}``
    """
    rows = []
    for item in as_array(call.json_object().get("records"), "records"):
        given = as_object(item)
        kind = object_type(as_text(given.get("type"), "type"))
        created_ms = parse_when(given.get("createdAt"), account.now_ms)
        archived = given.get("archivedAt")
        record_id = str(given.get("id") or account.tables[kind.name].new_id())
        if not record_id.isascii() or not record_id.isdigit() or len(record_id) > 19:
            raise ValueError("id is decimal text of at most 19 digits.")
        properties = as_object(given.get("properties") or {})
        record = Record(
            kind.name,
            record_id,
            {str(name): str(value) for name, value in properties.items()},
            created_ms,
            parse_when(given.get("updatedAt"), created_ms),
            None if archived is None else parse_when(archived, created_ms),
        )
        account.put(strip_derived(kind, record))
        rows.append({"type": kind.name, "id": record.id})
    return Reply(201, {"results": rows})


def edit(account: Account, call: Call) -> Reply:
    """Edit a record as another user would: ``{"type", "id", "properties", "user"?}``.

    Unlike the API, a user may move a lifecycle stage back and set read-only fields.
    """
    body = call.json_object()
    kind, record = _record(account, body)
    properties = as_object(body.get("properties"), "properties")
    unknown = [name for name in properties if account.catalog.get(kind.name, name) is None]
    if unknown:
        raise ValueError(f"{kind.name} have no property {unknown[0]!r}.")
    values = {name: "" if value is None else str(value) for name, value in properties.items()}
    actor = Actor("CRM_UI", str(body.get("user", "9002")))
    changed = apply(account, WritePlan(kind, record, values), actor, by="control")
    return Reply(200, render(account, changed, everything=True))


def _record(account: Account, body: dict[str, Any]) -> tuple[ObjectType, Record]:
    kind = object_type(as_text(body.get("type"), "type"))
    return kind, must_find(account, kind, as_text(body.get("id"), "id"), None)


def associate_records(account: Account, call: Call) -> Reply:
    """Associate two records: ``{"from": {"type","id"}, "to": {"type","id"}, "typeId"?}``."""
    body = call.json_object()
    kind, record = _record(account, as_object(body.get("from"), "from"))
    to = as_object(body.get("to"), "to")
    other = object_type(as_text(to.get("type"), "to.type"))
    far = existing(account, other, as_text(to.get("id"), "to.id"))
    type_id = body.get("typeId", default_type(kind, other))
    check_direction(kind, other, type_id)
    associate(account, record, Target(other, far.id, type_id))
    return Reply(200, {"typeId": type_id})


def _ids(call: Call) -> tuple[ObjectType, list[str]]:
    body = call.json_object()
    kind = object_type(as_text(body.get("type"), "type"))
    return kind, [as_text(item, "ids") for item in as_array(body.get("ids"), "ids")]


def archive_records(account: Account, call: Call) -> Reply:
    """Archive records: ``{"type", "ids"}``."""
    kind, ids = _ids(call)
    done = [key for key in ids if archive(account, kind, key, by="control")]
    return Reply(200, {"ids": done})


def restore_records(account: Account, call: Call) -> Reply:
    """Restore archived records with their old dates: ``{"type", "ids"}``."""
    kind, ids = _ids(call)
    done = [key for key in ids if restore(account, kind, key) is not None]
    return Reply(200, {"ids": done})


def purge_records(account: Account, call: Call) -> Reply:
    """Delete records permanently: ``{"type", "ids"}``."""
    kind, ids = _ids(call)
    done = [key for key in ids if purge(account, kind, key, by="control")]
    return Reply(200, {"ids": done})


def merge_records(account: Account, call: Call) -> Reply:
    """Merge two records and return the survivor: ``{"type", "ids": [primary, other]}``."""
    kind, ids = _ids(call)
    if len(set(ids)) != 2 or kind.name not in {"contacts", "companies"}:
        raise ValueError("merge takes two different ids of contacts or companies.")
    primary, other = (must_find(account, kind, key, None) for key in ids)
    survivor = merge(account, kind, primary, other, by="control")
    return Reply(
        200, render(account, survivor, ["hs_merged_object_ids"]) | {"at": iso(account.now_ms)}
    )
