"""Gotcha rows: batches, trace ids, unique properties."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.sandbox.conftest import (
    NEW,
    V3,
    codes,
    link,
    new_contact,
    read,
    search,
    unique_property,
    where,
)
from tests.support.sandbox import Sandbox


def test_row_36_hundred_inputs_and_no_order(crm: Sandbox, path: str) -> None:
    ids = [new_contact(crm) for _ in range(3)]
    inputs = [{"id": record} for record in ids]
    answer = crm.post(f"{path}/contacts/batch/read", {"inputs": inputs})
    found = [row["id"] for row in answer.json["results"]]
    assert sorted(found) == sorted(ids)
    assert found != ids
    many = [{"id": str(number)} for number in range(1, 101)]
    assert crm.post(f"{path}/contacts/batch/read", {"inputs": many}).status == 207
    over = {"inputs": [*many, {"id": "101"}]}
    assert crm.post(f"{path}/contacts/batch/read", over).status == 400
    history = {"inputs": many[:51], "propertiesWithHistory": ["email"]}
    assert crm.post(f"{path}/contacts/batch/read", history).status == 400


def _three(marker: str, traced: bool) -> dict[str, Any]:
    inputs: list[dict[str, Any]] = [
        {"properties": {"lastname": marker, "jobtitle": marker}},
        {"properties": {"lastname": marker, "jobtitle": marker, "hs_lead_status": "wrong"}},
        {"properties": {"lastname": marker, "jobtitle": marker}},
    ]
    if traced:
        for number, item in enumerate(inputs):
            item["objectWriteTraceId"] = f"trace-{number}"
    return {"inputs": inputs}


def test_row_37_one_bad_of_three_without_trace_ids(crm: Sandbox, path: str) -> None:
    answer = crm.post(f"{path}/contacts/batch/create", _three("allornothing", traced=False))
    assert answer.status == 400
    assert codes(answer) == ["INVALID_OPTION"]
    assert search(crm, "contacts", where("jobtitle", "EQ", "allornothing")) == []


def test_row_38_one_bad_of_three_with_trace_ids(crm: Sandbox, path: str) -> None:
    answer = crm.post(f"{path}/contacts/batch/create", _three("traced", traced=True))
    assert answer.status == 207
    assert {row["objectWriteTraceId"] for row in answer.json["results"]} == {"trace-0", "trace-2"}
    assert answer.json["numErrors"] == 1
    assert answer.json["errors"][0]["context"]["objectWriteTraceId"] == ["trace-1"]


def test_row_39_trace_ids_are_no_idempotency_keys(crm: Sandbox, path: str) -> None:
    body = {"inputs": [{"properties": {"lastname": "Twice"}, "objectWriteTraceId": "same"}]}
    ids = {
        crm.post(f"{path}/contacts/batch/create", body).json["results"][0]["id"] for _ in range(2)
    }
    assert len(ids) == 2


def _upsert(key: str, **properties: str) -> dict[str, Any]:
    held = {"sdrdesk_key": key, "hs_timestamp": "2026-11-20T09:00:00Z"} | properties
    return {"id": key, "idProperty": "sdrdesk_key", "properties": held}


def test_row_40_upsert_by_a_unique_property(crm: Sandbox, path: str) -> None:
    unique_property(crm, "calls")
    key = str(uuid4())
    first = crm.post(f"{path}/calls/batch/upsert", {"inputs": [_upsert(key)]})
    again = crm.post(
        f"{path}/calls/batch/upsert", {"inputs": [_upsert(key, hs_call_title="second")]}
    )
    assert (first.status, again.status) == (200, 200)
    assert first.json["results"][0]["new"] is True
    assert again.json["results"][0]["new"] is False
    assert first.json["results"][0]["id"] == again.json["results"][0]["id"]
    assert search(crm, "calls", where("sdrdesk_key", "EQ", key)) == [first.json["results"][0]["id"]]
    by_key = crm.get(f"{path}/calls/{key}?idProperty=sdrdesk_key&properties=hs_call_title")
    assert by_key.json["properties"]["hs_call_title"] == "second"


def test_row_41_upsert_by_a_property_that_is_not_unique(crm: Sandbox, path: str) -> None:
    item = _upsert("x") | {"idProperty": "hs_call_title"}
    answer = crm.post(f"{path}/calls/batch/upsert", {"inputs": [item]})
    assert answer.status == 400
    assert answer.json["message"] == (
        "Unable to perform update/upsert by non-unique 0-48 property hs_call_title"
    )
    domain = {"id": "a.example", "idProperty": "domain", "properties": {}}
    answer = crm.post(f"{path}/companies/batch/upsert", {"inputs": [domain]})
    assert "non-unique 0-2 property domain" in answer.json["message"]


def test_row_42_two_inputs_for_one_record(crm: Sandbox, path: str) -> None:
    unique_property(crm, "calls")
    key = str(uuid4())
    body = {"inputs": [_upsert(key), _upsert(str(uuid4())), _upsert(key)]}
    before = crm.journal()
    assert crm.post(f"{path}/calls/batch/upsert", body).status == 400
    assert crm.journal() == before


def test_row_42_one_record_named_in_two_ways(crm: Sandbox, path: str) -> None:
    unique_property(crm, "contacts")
    contact = new_contact(crm, sdrdesk_key=str(uuid4()))
    held = read(crm, "contacts", contact, "email", "sdrdesk_key")
    items = [
        {"id": held[name], "idProperty": name, "properties": {"jobtitle": name}}
        for name in ("email", "sdrdesk_key")
    ]
    for op in ("upsert", "update"):
        answer = crm.post(f"{path}/contacts/batch/{op}", {"inputs": items})
        assert answer.status == 400
    assert read(crm, "contacts", contact, "jobtitle")["jobtitle"] is None


def test_row_43_upsert_ignores_associations(crm: Sandbox, path: str) -> None:
    unique_property(crm, "calls")
    contact = new_contact(crm)
    item = _upsert(str(uuid4())) | {"associations": [link(contact, 194)]}
    answer = crm.post(f"{path}/calls/batch/upsert", {"inputs": [item]})
    call = answer.json["results"][0]["id"]
    listing = f"{NEW}/calls/{call}/associations/contacts"
    assert crm.get(listing).json["results"] == []
    put = crm.put(f"{NEW}/calls/{call}/associations/default/contacts/{contact}")
    assert put.status == 200
    assert len(crm.get(listing).json["results"]) == 1


def test_row_44_a_taken_unique_value(crm: Sandbox, path: str) -> None:
    unique_property(crm, "notes")
    key = str(uuid4())
    body = {"properties": {"hs_timestamp": "2026-11-20T09:00:00Z", "sdrdesk_key": key}}
    assert crm.post(f"{path}/notes", body).status == 201
    answer = crm.post(f"{path}/notes", body)
    assert answer.status == 400
    assert answer.json["category"] == "VALIDATION_ERROR"
    assert codes(answer) == ["CONFLICTING_UNIQUE_VALUE"]


@pytest.mark.parametrize("mode", ["refused", "ignored"])
def test_row_45_unique_properties_unsupported_on_activities(crm: Sandbox, mode: str) -> None:
    crm.settings(unique_on_activities=mode)
    name = f"key_{mode}"
    given = {"name": name, "label": name, "type": "string", "fieldType": "text"}
    answer = crm.post(
        "/crm/properties/2026-09/tasks", given | {"groupName": "task", "hasUniqueValue": True}
    )
    if mode == "refused":
        assert answer.status == 400
    else:
        assert answer.status == 201
        assert answer.json["hasUniqueValue"] is False
    item = {"id": "k", "idProperty": name, "properties": {"hs_timestamp": "1763700000000"}}
    assert crm.post(f"{NEW}/tasks/batch/upsert", {"inputs": [item]}).status == 400


def test_batch_archive_ignores_unknown_ids(crm: Sandbox) -> None:
    contact = new_contact(crm)
    body = {"inputs": [{"id": contact}, {"id": "987654321"}]}
    assert crm.post(f"{V3}/contacts/batch/archive", body).status == 204
    assert crm.get(f"{V3}/contacts/{contact}").status == 404


def test_batch_update_by_id_property(crm: Sandbox) -> None:
    contact = new_contact(crm)
    email = read(crm, "contacts", contact, "email")["email"]
    item = {"id": email, "idProperty": "email", "properties": {"jobtitle": "By mail"}}
    assert crm.post(f"{NEW}/contacts/batch/update", {"inputs": [item]}).status == 200
    assert read(crm, "contacts", contact, "jobtitle")["jobtitle"] == "By mail"
    bare = {"id": email, "properties": {"jobtitle": "No"}}
    assert crm.post(f"{NEW}/contacts/batch/update", {"inputs": [bare]}).status == 207
    wrong = {"id": contact, "idProperty": "hs_object_id", "properties": {}}
    assert crm.post(f"{NEW}/contacts/batch/update", {"inputs": [wrong]}).status == 400
