"""Gotcha rows: search, with its lag, its 10,000 results and its own comparisons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import NEW, V3, new_call, new_contact, read, search, where
from tests.support.sandbox import Sandbox, running_sandbox


def test_row_21_search_is_late(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True})
    crm.settings(lag_ms=4000)
    contact = new_contact(crm, jobtitle="Latecomer")
    by_title = where("jobtitle", "EQ", "latecomer")
    assert search(crm, "contacts", by_title) == []
    assert read(crm, "contacts", contact, "jobtitle")["jobtitle"] == "Latecomer"
    body = {"inputs": [{"id": contact}], "properties": ["jobtitle"]}
    found = crm.post(f"{NEW}/contacts/batch/read", body).json["results"]
    assert found[0]["properties"]["jobtitle"] == "Latecomer"
    crm.control("clock", {"advance_ms": 4000})
    assert search(crm, "contacts", by_title) == [contact]
    crm.patch(f"{NEW}/contacts/{contact}", {"properties": {"jobtitle": "Buyer"}})
    answer = crm.post(
        f"{NEW}/contacts/search",
        {"filterGroups": [{"filters": [by_title]}], "properties": ["jobtitle"]},
    )
    assert answer.json["results"][0]["properties"]["jobtitle"] == "Latecomer"
    crm.control("clock", {"advance_ms": 4000})
    assert search(crm, "contacts", by_title) == []


def test_row_22_a_later_change_may_be_seen_earlier(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True})
    crm.settings(lag_ms=1000, out_of_order_ms=60_000)
    first = new_contact(crm, jobtitle="Overtaken")
    crm.control("clock", {"advance_ms": 10})
    second = new_contact(crm, jobtitle="Overtaken")
    crm.control("clock", {"advance_ms": 1000})
    test = where("jobtitle", "EQ", "overtaken")
    assert search(crm, "contacts", test) == [second]
    crm.control("clock", {"advance_ms": 60_000})
    assert search(crm, "contacts", test) == [first, second]


def test_row_23_archived_and_merged_records_are_never_found(crm: Sandbox) -> None:
    crm.settings(lag_ms=60_000)
    crm.control("index/flush", {})
    ids = [new_contact(crm, jobtitle="Vanishing") for _ in range(3)]
    crm.control("index/flush", {})
    test = where("jobtitle", "EQ", "vanishing")
    assert search(crm, "contacts", test) == ids
    assert crm.delete(f"{NEW}/contacts/{ids[0]}").status == 204
    assert search(crm, "contacts", test) == ids[1:]
    crm.control("merge", {"type": "contacts", "ids": ids[1:]})
    assert search(crm, "contacts", test) == []


def test_row_24_nothing_beyond_ten_thousand() -> None:
    with running_sandbox(leads=0) as crm:
        rows = [
            {"type": "contacts", "properties": {"lastname": f"N{n}"}, "createdAt": 1763700000000}
            for n in range(10_050)
        ]
        crm.control("records", {"records": rows})
        last = crm.post(f"{NEW}/contacts/search", {"limit": 200, "after": "9800"})
        assert last.status == 200
        assert last.json["total"] == 10_050
        assert len(last.json["results"]) == 200
        assert last.json["paging"]["next"]["after"] == "10000"
        for body in (
            {"limit": 200, "after": "10000"},
            {"limit": 200, "after": "9801"},
            {"limit": 1, "after": "10000"},
        ):
            answer = crm.post(f"{V3}/contacts/search", body)
            assert answer.status == 400
            assert answer.json["category"] == "VALIDATION_ERROR"


def _filters(count: int) -> list[dict[str, Any]]:
    return [where("email", "HAS_PROPERTY")] * count


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        (
            {"filterGroups": [{"filters": _filters(1)}] * 5},
            {"filterGroups": [{"filters": _filters(1)}] * 6},
        ),
        (
            {"filterGroups": [{"filters": _filters(6)}]},
            {"filterGroups": [{"filters": _filters(7)}]},
        ),
        (
            {"filterGroups": [{"filters": _filters(6)}] * 3},
            {"filterGroups": [*[{"filters": _filters(6)}] * 3, {"filters": _filters(1)}]},
        ),
        ({"sorts": ["email"]}, {"sorts": ["email", "lastname"]}),
        ({"limit": 200}, {"limit": 201}),
        ({"query": "x" * 2900}, {"query": "x" * 3000}),
    ],
    ids=["groups", "filters-in-group", "filters", "sorts", "limit", "body"],
)
def test_row_25_limits_of_a_search(
    crm: Sandbox, path: str, allowed: dict[str, Any], refused: dict[str, Any]
) -> None:
    assert crm.post(f"{path}/contacts/search", allowed).status == 200
    answer = crm.post(f"{path}/contacts/search", refused)
    assert answer.status == 400
    assert answer.json["category"] == "VALIDATION_ERROR"


def test_row_26_short_and_empty_pages_lose_nothing(crm: Sandbox) -> None:
    everyone = search(crm, "contacts", where("hs_object_id", "HAS_PROPERTY"))
    crm.settings(short_pages=True)
    found: list[str] = []
    sizes = []
    after: str | None = "0"
    while after is not None:
        answer = crm.post(f"{NEW}/contacts/search", {"limit": 10, "after": after}).json
        sizes.append(len(answer["results"]))
        found += [row["id"] for row in answer["results"]]
        after = answer.get("paging", {}).get("next", {}).get("after")
    assert found == everyone
    assert 0 in sizes[:-1]
    assert 5 in sizes[:-1]


def test_row_27_case_in_search(crm: Sandbox) -> None:
    contact = new_contact(crm, jobtitle="Head of Ops", hs_lead_status="OPEN")
    mine = where("hs_object_id", "EQ", contact)

    def matches(*tests: dict[str, Any]) -> bool:
        return search(crm, "contacts", mine, *tests) == [contact]

    assert not matches(where("jobtitle", "IN", values=["Head of Ops"]))
    assert matches(where("jobtitle", "IN", values=["head of ops"]))
    assert matches(where("jobtitle", "EQ", "HEAD OF OPS"))
    assert matches(where("hs_lead_status", "EQ", "OPEN"))
    assert not matches(where("hs_lead_status", "EQ", "open"))
    assert matches(where("hs_lead_status", "IN", values=["OPEN"]))
    assert not matches(where("jobtitle", "NOT_IN", values=["head of ops"]))


def test_row_28_five_hundred_changes_in_one_millisecond(crm: Sandbox) -> None:
    at_ms = 1_500_000_000_123
    rows = [
        {"type": "contacts", "properties": {"lastname": "Bulk"}, "createdAt": at_ms}
        for _ in range(500)
    ]
    made = {row["id"] for row in crm.control("records", {"records": rows})["results"]}
    window = where("lastmodifieddate", "BETWEEN", str(at_ms), highValue=str(at_ms))
    found: list[str] = []
    for after in ("0", "200", "400"):
        found += search(crm, "contacts", window, sorts=["lastmodifieddate"], after=after)
    assert len(found) == 500
    assert set(found) == made
    keyset = [window, where("hs_object_id", "GT", found[399])]
    assert search(crm, "contacts", *keyset, sorts=["hs_object_id"]) == found[400:]
    crm.control("purge", {"type": "contacts", "ids": sorted(made)})


def test_row_29_modification_dates_by_type(crm: Sandbox, path: str) -> None:
    def status(kind: str, name: str) -> int:
        tests = [{"filters": [where(name, "GTE", "1700000000000")]}]
        return crm.post(f"{path}/{kind}/search", {"filterGroups": tests}).status

    assert status("contacts", "lastmodifieddate") == 200
    assert status("contacts", "hs_lastmodifieddate") == 200
    assert status("companies", "hs_lastmodifieddate") == 200
    assert status("calls", "hs_lastmodifieddate") == 200
    assert status("calls", "lastmodifieddate") == 400
    contact = new_contact(crm)
    crm.control("clock", {"advance_ms": 3_600_000})
    crm.patch(f"{NEW}/contacts/{contact}", {"properties": {"jobtitle": "Buyer"}})
    dates = read(crm, "contacts", contact, "hs_lastmodifieddate")
    assert dates["hs_lastmodifieddate"] != dates["lastmodifieddate"]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (where("jobtitle", "CONTAINS_TOKEN", "plumber"), True),
        (where("jobtitle", "CONTAINS_TOKEN", "plumb*"), True),
        (where("jobtitle", "CONTAINS_TOKEN", "plumb"), False),
        (where("jobtitle", "NOT_CONTAINS_TOKEN", "plumber"), False),
        (where("mobilephone", "NOT_HAS_PROPERTY"), True),
        (where("mobilephone", "NEQ", "1"), False),
        (where("jobtitle", "NEQ", "Baker"), True),
        (where("createdate", "GT", "2020-01-01"), True),
        (where("createdate", "LT", "1577836800000"), False),
        (where("hs_pinned_engagement_id", "BETWEEN", "9", highValue="100"), True),
        (where("hs_pinned_engagement_id", "GT", "9"), True),
        (where("hs_pinned_engagement_id", "LTE", "9"), False),
    ],
)
def test_operators(crm: Sandbox, test: dict[str, Any], expected: bool) -> None:
    contact = new_contact(crm, jobtitle="Master Plumber", hs_pinned_engagement_id="10")
    found = search(crm, "contacts", where("hs_object_id", "EQ", contact), test)
    assert (found == [contact]) is expected


def test_free_text_associations_and_bare_filters(crm: Sandbox) -> None:
    contact = new_contact(crm, firstname="Quirinus", lastname="Zett")
    call = new_call(crm, contact)
    assert search(crm, "contacts", query="quiri zett") == [contact]
    assert search(crm, "calls", where("associations.contact", "EQ", contact)) == [call]
    body = {"filters": [where("associations.contact", "IN", values=[contact])]}
    answer = crm.post(f"{NEW}/calls/search", body)
    assert [row["id"] for row in answer.json["results"]] == [call]


@pytest.mark.parametrize(
    "test",
    [
        where("nope", "EQ", "1"),
        where("email", "LIKE", "1"),
        where("email", "EQ"),
        where("email", "IN", values=[]),
        where("createdate", "GT", "yesterday"),
    ],
)
def test_searches_that_cannot_be_run(crm: Sandbox, test: dict[str, Any]) -> None:
    answer = crm.post(f"{NEW}/contacts/search", {"filterGroups": [{"filters": [test]}]})
    assert answer.status == 400
