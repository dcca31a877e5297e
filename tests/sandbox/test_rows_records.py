"""Gotcha rows: lists, the recycle bin, merges and ids."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import (
    NEW,
    V3,
    new_call,
    new_company,
    new_contact,
    read,
    search,
    where,
)
from tests.support.sandbox import Sandbox


def test_row_30_lists_page_by_id(crm: Sandbox, path: str) -> None:
    assert crm.get(f"{path}/contacts?limit=101").status == 400
    assert crm.get(f"{path}/contacts?limit=51&propertiesWithHistory=email").status == 400
    page = crm.get(f"{path}/contacts?limit=3").json
    after = page["paging"]["next"]["after"]
    following = crm.get(f"{path}/contacts?limit=3&after={after}").json
    ids = [int(row["id"]) for row in page["results"] + following["results"]]
    assert ids == sorted(ids)
    assert str(ids[3]) == after
    everyone = [
        row["id"] for row in crm.get(f"{path}/contacts?limit=100&properties=email").json["results"]
    ]
    assert len(everyone) == len(set(everyone)) >= 60


def test_row_31_deleting_a_contact(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm)
    before = crm.get(f"{path}/contacts/{contact}").json
    crm.control("clock", {"advance_ms": 60_000})
    assert crm.delete(f"{path}/contacts/{contact}").status == 204
    gone = crm.get(f"{path}/contacts/{contact}")
    assert gone.status == 404
    assert gone.json["category"] == "OBJECT_NOT_FOUND"
    assert crm.delete(f"{path}/contacts/{contact}").status == 204
    shown = crm.get(f"{path}/contacts/{contact}?archived=true").json
    assert shown["archived"] is True
    assert shown["archivedAt"] > before["updatedAt"]
    assert shown["updatedAt"] == before["updatedAt"]
    assert contact not in [
        row["id"] for row in crm.get(f"{path}/contacts?limit=100").json["results"]
    ]
    binned = crm.get(f"{path}/contacts?limit=100&archived=true").json["results"]
    assert contact in [row["id"] for row in binned]
    assert all(row["archivedAt"] for row in binned)
    body = {"inputs": [{"id": contact}]}
    assert crm.post(f"{path}/contacts/batch/read", body).status == 207
    again = crm.post(f"{path}/contacts/batch/read?archived=true", body)
    assert again.status == 200
    assert again.json["results"][0]["archivedAt"] == shown["archivedAt"]


def test_row_32_restoring_from_the_bin(crm: Sandbox) -> None:
    contact = new_contact(crm, jobtitle="Phoenix")
    before = crm.get(f"{NEW}/contacts/{contact}").json
    crm.delete(f"{NEW}/contacts/{contact}")
    crm.control("clock", {"frozen": True, "advance_ms": 60_000})
    crm.settings(lag_ms=2000)
    assert crm.control("restore", {"type": "contacts", "ids": [contact]})["ids"] == [contact]
    assert crm.get(f"{NEW}/contacts/{contact}").json == before
    test = where("jobtitle", "EQ", "phoenix")
    assert search(crm, "contacts", test) == []
    crm.control("clock", {"advance_ms": 2000})
    assert search(crm, "contacts", test) == [contact]


def test_row_33_merge_makes_a_new_id(crm: Sandbox, path: str) -> None:
    first, second = new_contact(crm, jobtitle="Merged"), new_contact(crm, jobtitle="Merged")
    calls = {new_call(crm, first), new_call(crm, second)}
    before = read(crm, "contacts", first)["lastmodifieddate"]
    crm.control("clock", {"advance_ms": 5000})
    survivor = crm.control("merge", {"type": "contacts", "ids": [first, second]})["id"]
    assert survivor not in (first, second)
    for old in (first, second):
        answer = crm.get(f"{path}/contacts/{old}?properties=hs_merged_object_ids")
        assert answer.status == 200
        assert answer.json["id"] == survivor
        held = answer.json["properties"]
        assert held["hs_merged_object_ids"] == f"{first};{second}"
        assert held["lastmodifieddate"] > before
        listed = crm.get(f"{NEW}/contacts/{old}/associations/calls")
        assert (listed.status, listed.json["results"]) == (200, [])
    assert search(crm, "contacts", where("jobtitle", "EQ", "merged")) == [survivor]
    union = crm.get(f"{NEW}/contacts/{survivor}/associations/calls").json["results"]
    assert {str(row["toObjectId"]) for row in union} == calls
    crm.control("purge", {"type": "contacts", "ids": [survivor]})


def test_row_33_old_merges_keep_the_primary(crm: Sandbox) -> None:
    crm.settings(merge_mode="survivor")
    first, second = new_contact(crm), new_contact(crm)
    assert crm.control("merge", {"type": "contacts", "ids": [first, second]})["id"] == first
    answer = crm.get(f"{NEW}/contacts/{second}?properties=hs_merged_object_ids").json
    assert answer["id"] == first
    assert answer["properties"]["hs_merged_object_ids"] == second


def test_row_33_merge_by_the_api(crm: Sandbox) -> None:
    first, second = new_company(crm), new_company(crm)
    body = {"primaryObjectId": first, "objectIdToMerge": second}
    answer = crm.post(f"{NEW}/companies/merge", body)
    assert answer.status == 200
    assert crm.get(f"{NEW}/companies/{second}").json["id"] == answer.json["id"]


def test_row_34_batch_read_after_a_merge(crm: Sandbox, path: str) -> None:
    first, second = new_contact(crm), new_contact(crm)
    survivor = crm.control("merge", {"type": "contacts", "ids": [first, second]})["id"]
    body = {"inputs": [{"id": first}, {"id": second}, {"id": "999999"}]}
    answer = crm.post(f"{path}/contacts/batch/read", body)
    assert answer.status == 207
    assert [row["id"] for row in answer.json["results"]] == [survivor]
    assert answer.json["numErrors"] == 1
    assert answer.json["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert answer.json["errors"][0]["context"] == {"ids": ["999999"]}


def test_row_35_writing_to_a_merged_id(crm: Sandbox, path: str) -> None:
    first, second = new_contact(crm), new_contact(crm)
    survivor = crm.control("merge", {"type": "contacts", "ids": [first, second]})["id"]
    body = {"properties": {"jobtitle": "Buyer"}}
    answer = crm.patch(f"{path}/contacts/{first}", body)
    assert answer.status == 200
    assert answer.json["id"] == survivor
    batch = {"inputs": [{"id": first, "properties": {"jobtitle": "Baker"}}]}
    answer = crm.post(f"{path}/contacts/batch/update", batch)
    assert answer.status == 207
    assert answer.json["results"] == []
    assert answer.json["errors"][0]["context"] == {"ids": [first]}
    assert read(crm, "contacts", survivor, "jobtitle")["jobtitle"] == "Buyer"
    call = new_call(crm, first)
    listed = crm.get(f"{NEW}/calls/{call}/associations/contacts").json["results"]
    assert [str(row["toObjectId"]) for row in listed] == [survivor]


def test_purged_records_are_gone_for_good(crm: Sandbox) -> None:
    contact = new_contact(crm)
    email = read(crm, "contacts", contact, "email")["email"]
    assert crm.post(f"{NEW}/contacts/gdpr-delete", {"objectId": contact}).status == 204
    assert crm.get(f"{NEW}/contacts/{contact}").status == 404
    assert crm.get(f"{NEW}/contacts/{contact}?archived=true").status == 404
    assert crm.post(f"{NEW}/contacts", {"properties": {"email": email}}).status == 400


def test_row_67_ids_are_per_type(crm: Sandbox) -> None:
    rows = [
        {"type": kind, "id": "777000777", "properties": {name: "Twin"}}
        for kind, name in (("contacts", "lastname"), ("companies", "name"))
    ]
    crm.control("records", {"records": rows})
    assert read(crm, "contacts", "777000777", "lastname")["lastname"] == "Twin"
    assert read(crm, "companies", "777000777", "name")["name"] == "Twin"
    crm.delete(f"{NEW}/contacts/777000777")
    assert crm.get(f"{NEW}/companies/777000777").status == 200


@pytest.mark.parametrize("base", [V3, NEW])
def test_row_68_ids_of_nineteen_digits(crm: Sandbox, base: str) -> None:
    long_id = "9007199254740993123"
    row = {"type": "contacts", "id": long_id, "properties": {"lastname": "Long"}}
    crm.control("records", {"records": [row]})
    assert crm.get(f"{base}/contacts/{long_id}").json["id"] == long_id
    call = new_call(crm, long_id)
    listed = crm.get(f"{NEW}/calls/{call}/associations/contacts")
    assert f'"toObjectId":{long_id}' in listed.text
    assert len(new_contact(crm)) < 15, "new ids do not continue after such a one"
    assert search(crm, "contacts", where("hs_object_id", "EQ", long_id)) == [long_id]
    crm.control("purge", {"type": "contacts", "ids": [long_id]})
