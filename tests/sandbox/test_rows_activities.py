"""Gotcha rows: lost answers, and associations between activities and people."""

from __future__ import annotations

from http.client import RemoteDisconnected
from typing import Any

import pytest

from tests.sandbox.conftest import NEW, call_body, link, new_call, new_company, new_contact, read
from tests.support.sandbox import Sandbox


def _calls(crm: Sandbox) -> int:
    return int(crm.control("summary")["records"]["calls"])


@pytest.mark.parametrize("status", [502, 504, 524])
def test_row_46_answer_lost_after_the_commit(crm: Sandbox, path: str, status: int) -> None:
    before = _calls(crm)
    crm.control("faults", {"method": "POST", "path": "/calls$", "status": status, "commit": True})
    assert crm.post(f"{path}/calls", call_body()).status == status
    assert _calls(crm) == before + 1
    assert crm.post(f"{path}/calls", call_body()).status == 201
    assert _calls(crm) == before + 2


@pytest.mark.parametrize(("drop", "made"), [("before", 0), ("after", 1)])
def test_row_46_connection_dropped(crm: Sandbox, path: str, drop: str, made: int) -> None:
    before = _calls(crm)
    crm.control("faults", {"method": "POST", "path": "/calls$", "drop": drop})
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        crm.post(f"{path}/calls", call_body())
    assert _calls(crm) == before + made


def test_row_46_a_504_may_still_be_committing(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True})
    before = _calls(crm)
    fault = {"method": "POST", "path": "/calls$", "status": 504, "commit_delay_ms": 30_000}
    crm.control("faults", fault)
    assert crm.post(f"{NEW}/calls", call_body(hs_call_title="late")).status == 504
    assert _calls(crm) == before
    crm.control("clock", {"advance_ms": 29_999})
    assert _calls(crm) == before
    crm.control("clock", {"advance_ms": 1})
    assert _calls(crm) == before + 1
    assert crm.journal()[-1]["properties"]["hs_call_title"] == "late"


def test_row_46_duplicates_are_counted(crm: Sandbox) -> None:
    body = call_body(hs_call_body="spoke [ref sdrdesk key-of-row-46]")
    crm.control("faults", {"path": "/calls$", "status": 502, "commit": True})
    assert crm.post(f"{NEW}/calls", body).status == 502
    found = crm.control("duplicates?object=calls&property=sdrdesk_key")
    assert "key-of-row-46" not in [row["key"] for row in found["results"]]
    assert crm.post(f"{NEW}/calls", body).status == 201
    found = crm.control("duplicates?object=calls&property=sdrdesk_key")
    assert "key-of-row-46" in [row["key"] for row in found["results"]]
    assert found["duplicates"] >= 1


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        ({"status": 429}, 0),
        ({"status": 423}, 0),
        ({"status": 503}, 0),
        ({"status": 503, "commit": True}, 1),
    ],
)
def test_row_47_refusals_that_did_not_commit(
    crm: Sandbox, path: str, fault: dict[str, Any], made: int
) -> None:
    before = _calls(crm)
    crm.control("faults", {"method": "POST", "path": "/calls$"} | fault)
    answer = crm.post(f"{path}/calls", call_body())
    assert answer.status == fault["status"]
    assert answer.json["status"] == "error"
    assert _calls(crm) == before + made


def test_row_49_association_with_a_missing_record(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm)
    crm.delete(f"{NEW}/contacts/{contact}")
    before = _calls(crm)
    for target in ("999999999", contact):
        answer = crm.post(f"{path}/calls", call_body(target))
        assert answer.status == 400
        assert answer.json["category"] == "VALIDATION_ERROR"
    assert _calls(crm) == before


def test_row_50_association_type_of_the_other_direction(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm)
    before = _calls(crm)
    body = call_body() | {"associations": [link(contact, 193)]}
    assert crm.post(f"{path}/calls", body).status == 400
    assert _calls(crm) == before
    call = new_call(crm)
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 193}]
    put = f"{NEW}/calls/{call}/associations/contacts/{contact}"
    assert crm.put(put, types).status == 400
    types[0]["associationTypeId"] = 194
    answer = crm.put(put, types)
    assert answer.status == 201
    assert answer.json["fromObjectTypeId"] == "0-48"


def test_row_51_default_association_is_idempotent(crm: Sandbox) -> None:
    contact, call = new_contact(crm), new_call(crm)
    for base in (NEW, "/crm/v4/objects"):
        for _ in range(2):
            put = crm.put(f"{base}/calls/{call}/associations/default/contacts/{contact}")
            assert put.status == 200
    rows = crm.get(f"{NEW}/calls/{call}/associations/contacts").json["results"]
    assert rows == [
        {
            "toObjectId": int(contact),
            "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 194, "label": None}],
        }
    ]
    older = crm.get(f"/crm/objects/2026-03/calls/{call}/associations/contacts").json["results"]
    assert older[0]["toObjectId"] == contact, "text there, a number elsewhere"
    back = crm.get(f"{NEW}/contacts/{contact}/associations/calls").json["results"]
    assert back[0]["associationTypes"][0]["typeId"] == 193
    delete = f"{NEW}/calls/{call}/associations/contacts/{contact}"
    assert crm.delete(delete).status == 204
    assert crm.get(f"{NEW}/contacts/{contact}/associations/calls").json["results"] == []


def test_row_52_companies_of_a_contact(crm: Sandbox) -> None:
    contact, company, lone = new_contact(crm), new_company(crm), new_contact(crm)
    crm.put(f"{NEW}/contacts/{contact}/associations/default/companies/{company}")
    answer = crm.get(
        f"{NEW}/contacts/{contact}?associations=companies&properties=associatedcompanyid"
    )
    assert answer.json["associations"]["companies"]["results"] == [
        {"id": company, "type": "contact_to_company_unlabeled"},
        {"id": company, "type": "contact_to_company"},
    ]
    assert answer.json["properties"]["associatedcompanyid"] == company
    assert "associations" not in crm.get(f"{NEW}/contacts/{lone}?associations=companies").json
    body = {"inputs": [{"id": contact}, {"id": lone}]}
    for path in (
        "/crm/associations/2026-09/contacts/companies/batch/read",
        "/crm/v4/associations/contacts/companies/batch/read",
    ):
        answer = crm.post(path, body)
        assert answer.status == 207
        assert [row["from"]["id"] for row in answer.json["results"]] == [contact]
        assert [row["toObjectId"] for row in answer.json["results"][0]["to"]] == [int(company)]
        error = answer.json["errors"][0]
        assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
        assert error["context"]["fromObjectId"] == [lone]


def test_row_52_one_company_is_primary(crm: Sandbox) -> None:
    contact = new_contact(crm)
    first, second = new_company(crm), new_company(crm)
    for company in (first, second):
        crm.put(f"{NEW}/contacts/{contact}/associations/default/companies/{company}")
    name = "associatedcompanyid"
    assert read(crm, "contacts", contact, name)[name] == first
    primary = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    crm.put(f"{NEW}/contacts/{contact}/associations/companies/{second}", primary)
    assert read(crm, "contacts", contact, name)[name] == second
    rows = crm.get(f"{NEW}/contacts/{contact}/associations/companies").json["results"]
    types = {
        str(row["toObjectId"]): {kind["typeId"] for kind in row["associationTypes"]} for row in rows
    }
    assert types == {first: {279}, second: {279, 1}}
    crm.delete(f"{NEW}/contacts/{contact}/associations/companies/{second}")
    assert read(crm, "contacts", contact, name)[name] is None


def test_row_53_logging_a_call_moves_the_contact(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True, "now": "2026-11-20T10:00:00Z"})
    crm.settings(rollup_ms=1000)
    contact = new_contact(crm)
    names = ("notes_last_contacted", "num_contacted_notes")
    before = read(crm, "contacts", contact, *names)
    new_call(crm, contact)
    assert read(crm, "contacts", contact, *names) == before
    crm.control("clock", {"advance_ms": 1000})
    after = read(crm, "contacts", contact, *names)
    assert after["notes_last_contacted"] == "2026-11-20T09:30:00Z"
    assert after["num_contacted_notes"] == "1"
    assert after["lastmodifieddate"] == "2026-11-20T10:00:01Z"
    assert after["lastmodifieddate"] > before["lastmodifieddate"]


def test_row_52_the_older_shape_on_v3(crm: Sandbox) -> None:
    contact, company = new_contact(crm), new_company(crm)
    crm.put(f"{NEW}/contacts/{contact}/associations/default/companies/{company}")
    rows = [
        {"id": company, "type": "contact_to_company_unlabeled"},
        {"id": company, "type": "contact_to_company"},
    ]
    answer = crm.get(f"/crm/v3/objects/contacts/{contact}/associations/companies")
    assert answer.json["results"] == rows
    body = {"inputs": [{"id": contact}]}
    answer = crm.post("/crm/v3/associations/contacts/companies/batch/read", body)
    assert answer.json["results"] == [{"from": {"id": contact}, "to": rows}]


def test_association_batches(crm: Sandbox) -> None:
    contact, calls = new_contact(crm), [new_call(crm), new_call(crm)]
    base = "/crm/associations/2026-09/calls/contacts"
    pairs = [{"from": {"id": call}, "to": {"id": contact}} for call in calls]
    answer = crm.post(f"{base}/batch/associate/default", {"inputs": pairs[:1]})
    assert answer.status == 200
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}
    missing = {"from": {"id": "999999"}, "to": {"id": contact}, "types": [kind]}
    answer = crm.post(f"{base}/batch/create", {"inputs": [pairs[1] | {"types": [kind]}, missing]})
    assert answer.status == 207
    assert answer.json["numErrors"] == 1
    listing = f"{NEW}/contacts/{contact}/associations/calls"
    assert len(crm.get(listing).json["results"]) == 2
    inputs = [{"from": {"id": call}, "to": [{"id": contact}]} for call in calls]
    assert crm.post(f"{base}/batch/archive", {"inputs": inputs}).status == 204
    assert crm.get(listing).json["results"] == []
    labels = crm.get("/crm/associations/2026-09/contacts/companies/labels").json["results"]
    assert {(row["typeId"], row["label"]) for row in labels} == {(279, None), (1, "Primary")}
