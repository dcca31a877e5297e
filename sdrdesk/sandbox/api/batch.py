"""Batches of up to 100 records: read, create, update, upsert, archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.errors import ApiError, invalid, not_found
from sdrdesk.sandbox.reads.render import columns, render
from sdrdesk.sandbox.schema.schema import ObjectType, object_type
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import Call, Reply, as_array, as_names, as_object, as_text
from sdrdesk.sandbox.writes.archive import archive as archive_record
from sdrdesk.sandbox.writes.writes import (
    Claims,
    WritePlan,
    apply,
    find,
    non_unique,
    plan_create,
    plan_update,
)

MAX_INPUTS, MAX_WITH_HISTORY = 100, 50


def inputs_of(body: dict[str, Any], highest: int = MAX_INPUTS) -> list[dict[str, Any]]:
    """Return the ``inputs`` of a batch; 400 for none or too many."""
    given = [as_object(item, "inputs") for item in as_array(body.get("inputs"), "inputs")]
    if not given:
        raise invalid("inputs must not be empty")
    if len(given) > highest:
        raise invalid(f"The maximum number of inputs allowed is {highest}, got {len(given)}")
    return given


def answer(
    account: Account,
    results: list[dict[str, Any]],
    errors: list[dict[str, Any]],
    status: int = 200,
) -> Reply:
    """Return a batch answer, a 207 when any input failed.

    Results are in another order than the inputs, because HubSpot promises none.
    """
    now = iso(account.now_ms)
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results[::-1],
        "startedAt": now,
        "completedAt": now,
    }
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = errors
    return Reply(207 if errors else status, body)


def read(account: Account, call: Call) -> Reply:
    """Return records by id; missing ones are in one error, merged ids in none."""
    kind = object_type(call.params["type"])
    body = call.json_object()
    history = as_names(body.get("propertiesWithHistory"), "propertiesWithHistory")
    given = inputs_of(body, MAX_WITH_HISTORY if history else MAX_INPUTS)
    id_property = body.get("idProperty")
    names = as_names(body.get("properties"), "properties")
    archived = call.flag("archived")
    found: dict[str, Record] = {}
    missing = []
    for item in given:
        key = as_text(item.get("id"), "inputs.id")
        record = _find_for_read(account, kind, key, id_property, archived)
        if record is None:
            missing.append(key)
        else:
            found[record.id] = record
    shown = columns(account, kind, names)
    results = [render(account, record, shown, history=history) for record in found.values()]
    return answer(account, results, [_missing(kind, missing)] if missing else [])


def _find_for_read(
    account: Account, kind: ObjectType, key: str, id_property: Any, archived: bool
) -> Record | None:
    if archived:
        return account.tables[kind.name].get(key, archived=True)
    return find(account, kind, key, None if id_property is None else str(id_property))


def _missing(kind: ObjectType, ids: list[str]) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {kind.singular.upper()} objects, they may be deleted or "
        "not exist. Check that ids are valid.",
        "context": {"ids": ids},
        "errors": [],
        "links": {},
    }


Planner = Callable[[dict[str, Any], Claims], WritePlan]


def _run(
    account: Account, given: list[dict[str, Any]], planner: Planner
) -> tuple[list[tuple[Record, WritePlan, dict[str, Any]]], list[dict[str, Any]]]:
    """Plan all inputs, then apply all or none, unless each input has its own trace id."""
    traces = [item.get("objectWriteTraceId") for item in given]
    is_traced = all(isinstance(trace, str) for trace in traces) and len(set(traces)) == len(given)
    claims: Claims = {}
    plans: list[tuple[WritePlan, dict[str, Any]]] = []
    errors = []
    for item in given:
        try:
            plans.append((planner(item, claims), item))
        except ApiError as error:
            if not is_traced:
                raise
            errors.append(error.as_item({"objectWriteTraceId": [item["objectWriteTraceId"]]}))
    return [(apply(account, plan), plan, item) for plan, item in plans], errors


def _shown(account: Account, record: Record, item: dict[str, Any]) -> dict[str, Any]:
    shown = render(account, record, everything=True)
    if isinstance(item.get("objectWriteTraceId"), str):
        shown["objectWriteTraceId"] = item["objectWriteTraceId"]
    return shown


def create(account: Account, call: Call) -> Reply:
    """Create records. Trace ids only identify errors: the same batch again makes more records."""
    kind = object_type(call.params["type"])
    given = inputs_of(call.json_object())
    done, errors = _run(
        account,
        given,
        lambda item, claims: plan_create(account, kind, item, call.version, claims),
    )
    return answer(account, [_shown(account, record, item) for record, _, item in done], errors, 201)


def update(account: Account, call: Call) -> Reply:
    """Change records; ids of merged records do not work here."""
    kind = object_type(call.params["type"])
    given = inputs_of(call.json_object())
    _refuse_same(given)
    missing: list[str] = []
    known = []
    found: list[Record] = []
    for item in given:
        key = as_text(item.get("id"), "inputs.id")
        record = _for_update(account, kind, key, item.get("idProperty"))
        if record is None:
            missing.append(key)
        else:
            known.append(item)
            found.append(record)
    _refuse_same_record(found)

    def planner(item: dict[str, Any], claims: Claims) -> WritePlan:
        record = _for_update(account, kind, str(item["id"]), item.get("idProperty"))
        if record is None:
            raise not_found()
        return plan_update(account, record, item.get("properties"), call.version, claims)

    done, errors = _run(account, known, planner)
    if missing:
        errors.append(_missing(kind, missing))
    return answer(account, [_shown(account, record, item) for record, _, item in done], errors)


def _for_update(account: Account, kind: ObjectType, key: str, id_property: Any) -> Record | None:
    if id_property is None:
        return account.tables[kind.name].get(key)
    name = as_text(id_property, "idProperty")
    if name == "hs_object_id":
        raise non_unique(kind, name)
    return find(account, kind, key, name)


def _refuse_same(given: list[dict[str, Any]]) -> None:
    keys = [
        (str(item.get("idProperty") or ""), as_text(item.get("id"), "inputs.id").lower())
        for item in given
    ]
    doubled = sorted({key for _, key in keys if sum(key == other for _, other in keys) > 1})
    if doubled:
        raise invalid(f"Duplicate IDs found in batch input: [{', '.join(doubled)}]")


def _refuse_same_record(found: list[Record]) -> None:
    """Refuse a batch with two inputs for one record, however they name it."""
    ids = [record.id for record in found]
    doubled = sorted({one for one in ids if ids.count(one) > 1})
    if doubled:
        raise invalid(f"Duplicate IDs found in batch input: [{', '.join(doubled)}]")


def upsert(account: Account, call: Call) -> Reply:
    """Create or change records by a unique property; ``associations`` are ignored."""
    kind = object_type(call.params["type"])
    given = inputs_of(call.json_object())
    for item in given:
        name = item.get("idProperty")
        if not isinstance(name, str) or name not in account.tables[kind.name].unique:
            raise non_unique(kind, str(name))
    _refuse_same(given)
    named = [find(account, kind, str(item["id"]), item["idProperty"]) for item in given]
    _refuse_same_record([record for record in named if record is not None])

    def planner(item: dict[str, Any], claims: Claims) -> WritePlan:
        key = as_text(item.get("id"), "inputs.id")
        record = find(account, kind, key, item["idProperty"])
        properties = dict(as_object(item.get("properties") or {}, "properties"))
        properties[item["idProperty"]] = key
        if record is not None:
            return plan_update(account, record, properties, call.version, claims)
        return plan_create(account, kind, {"properties": properties}, call.version, claims)

    done, errors = _run(account, given, planner)
    results = [
        _shown(account, record, item) | {"new": plan.current is None} for record, plan, item in done
    ]
    return answer(account, results, errors)


def archive(account: Account, call: Call) -> Reply:
    """Archive records; unknown ids are ignored."""
    kind = object_type(call.params["type"])
    for item in inputs_of(call.json_object()):
        archive_record(account, kind, as_text(item.get("id"), "inputs.id"))
    return Reply(204)
