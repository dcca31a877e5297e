"""Single records and listings: ``/crm/objects/{version}/{type}``."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.account.tables import Table
from sdrdesk.sandbox.api.links import next_link
from sdrdesk.sandbox.errors import ApiError, invalid, not_found
from sdrdesk.sandbox.reads.render import association_types, columns, render
from sdrdesk.sandbox.schema.schema import object_type
from sdrdesk.sandbox.web import Call, Reply, as_text
from sdrdesk.sandbox.writes.archive import archive, purge
from sdrdesk.sandbox.writes.merging import merge as merge_records
from sdrdesk.sandbox.writes.writes import (
    apply,
    find,
    must_find,
    non_unique,
    plan_create,
    plan_update,
)

LIST_LIMIT, HISTORY_LIMIT = 100, 50


def read(account: Account, call: Call) -> Reply:
    """Return one record by id or unique property; a merged id leads to the survivor."""
    kind = object_type(call.params["type"])
    table = account.tables[kind.name]
    record = _read(account, table, call)
    shown = render(
        account,
        record,
        call.names("properties"),
        history=call.names("propertiesWithHistory"),
        associations=association_types(call.names("associations")),
    )
    return Reply(200, shown)


def _read(account: Account, table: Table, call: Call) -> Record:
    key = call.params["id"]
    if call.flag("archived"):
        record = table.get(key, archived=True)
        if record is None:
            raise not_found()
        return record
    return must_find(account, table.kind, key, call.query("idProperty"))


def listing(account: Account, call: Call) -> Reply:
    """Return a page of records by id; ``after`` is the next id."""
    kind = object_type(call.params["type"])
    history = call.names("propertiesWithHistory")
    limit = call.number("limit", 10, HISTORY_LIMIT if history else LIST_LIMIT)
    after = call.query("after") or "0"
    if not after.isascii() or not after.isdigit() or len(after) > 19:
        raise invalid(f"Invalid paging cursor: {after[:50]}")
    records, following = account.tables[kind.name].page(int(after), limit, call.flag("archived"))
    names = columns(account, kind, call.names("properties"))
    linked = association_types(call.names("associations"))
    answer: dict[str, Any] = {
        "results": [
            render(account, record, names, history=history, associations=linked)
            for record in records
        ]
    }
    if following is not None:
        link = next_link(call, f"/crm/v3/objects/{call.params['type']}", following)
        answer["paging"] = {"next": {"after": following, "link": link}}
    return Reply(200, answer)


def create(account: Account, call: Call) -> Reply:
    """Create a record."""
    kind = object_type(call.params["type"])
    plan = plan_create(account, kind, call.json_object(), call.version, {})
    return Reply(201, render(account, apply(account, plan), everything=True))


def update(account: Account, call: Call) -> Reply:
    """Change a record; a merged id changes the survivor."""
    kind = object_type(call.params["type"])
    body = call.json_object()
    record = must_find(account, kind, call.params["id"], call.query("idProperty"))
    plan = plan_update(account, record, body.get("properties"), call.version, {})
    changed = apply(account, plan)
    return Reply(200, render(account, changed, list(body.get("properties") or {})))


def delete(account: Account, call: Call) -> Reply:
    """Archive a record; a second time is no error."""
    kind = object_type(call.params["type"])
    table = account.tables[kind.name]
    record_id = table.resolve(call.params["id"])
    if record_id not in table.rows:
        raise not_found()
    archive(account, kind, record_id)
    return Reply(204)


def merge(account: Account, call: Call) -> Reply:
    """Merge two records."""
    kind = object_type(call.params["type"])
    if kind.name not in {"contacts", "companies"}:
        raise invalid(f"Merging is not supported for {kind.type_id}")
    body = call.json_object()
    primary = must_find(
        account, kind, as_text(body.get("primaryObjectId"), "primaryObjectId"), None
    )
    other = must_find(account, kind, as_text(body.get("objectIdToMerge"), "objectIdToMerge"), None)
    if primary.id == other.id:
        raise invalid("Cannot merge an object with itself")
    return Reply(200, render(account, merge_records(account, kind, primary, other)))


def gdpr_delete(account: Account, call: Call) -> Reply:
    """Delete a contact permanently and block the address."""
    kind = object_type(call.params["type"])
    if kind.name != "contacts":
        raise ApiError(404, f"No resource found at {call.path}", "OBJECT_NOT_FOUND")
    body = call.json_object()
    id_property = body.get("idProperty")
    if id_property is not None and id_property != "email":
        raise non_unique(kind, as_text(id_property, "idProperty"))
    record = find(account, kind, as_text(body.get("objectId"), "objectId"), id_property)
    if record is not None:
        purge(account, kind, record.id)
    return Reply(204)
