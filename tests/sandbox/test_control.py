"""The control API: what a test or a trainer can do to the account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import NEW, new_call, new_contact, read
from tests.support.sandbox import Sandbox, running_sandbox

HEADERS = {"X-Sandbox-Control": "control-for-tests"}


def test_another_users_edit(crm: Sandbox) -> None:
    contact = new_contact(crm, lifecyclestage="opportunity")
    crm.control("clock", {"advance_ms": 60_000})
    before = read(crm, "contacts", contact)["lastmodifieddate"]
    crm.control(
        "edit",
        {
            "type": "contacts",
            "id": contact,
            "properties": {"lifecyclestage": "lead", "num_notes": "5"},
            "user": "9002",
        },
    )
    answer = crm.get(
        f"{NEW}/contacts/{contact}?properties=num_notes&propertiesWithHistory=lifecyclestage"
    ).json
    assert answer["properties"]["num_notes"] == "5"
    assert answer["properties"]["lastmodifieddate"] > before
    newest, oldest = answer["propertiesWithHistory"]["lifecyclestage"]
    assert (newest["value"], newest["updatedByUserId"]) == ("lead", 9002)
    assert oldest["value"] == "opportunity"
    by = "hs_updated_by_user_id"
    assert read(crm, "contacts", contact, by)[by] == "9002"


def test_journal_has_no_holes_and_says_who(crm: Sandbox) -> None:
    start = len(crm.journal())
    contact = new_contact(crm)
    call = new_call(crm, contact, hs_call_title="One")
    crm.delete(f"{NEW}/calls/{call}")
    rows = crm.journal(after=start)
    assert [(row["op"], row["object"]) for row in rows] == [
        ("create", "contacts"),
        ("create", "calls"),
        ("archive", "calls"),
    ]
    assert [row["seq"] for row in rows] == [start + 1, start + 2, start + 3]
    assert rows[1]["properties"]["hs_call_title"] == "One"
    assert rows[1]["associations"] == [{"type": "contacts", "id": contact, "typeId": 194}]
    assert {row["by"] for row in rows} == {"api"}


def test_requests_are_counted(crm: Sandbox) -> None:
    crm.control("requests?reset=true")
    crm.get(f"{NEW}/contacts/501")
    crm.get(f"{NEW}/contacts/502")
    crm.get(f"{NEW}/contacts/1")
    crm.get("/nowhere/someone@row.example")
    counts = crm.control("requests")
    assert counts["total"] == 4
    assert not [name for name in counts["counts"] if "someone" in name]
    assert counts["counts"][f"GET {NEW}/contacts/{{id}}"] == 3
    assert counts["counts"]["status 404"] == 2


def test_clock_offset_shows_in_the_date_header(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True, "now": "2031-05-05T05:05:05Z"})
    assert crm.get(f"{NEW}/contacts").headers["date"] == "Mon, 05 May 2031 05:05:05 GMT"
    crm.control("clock", {"advance_ms": 60_000})
    assert crm.get(f"{NEW}/contacts").headers["date"] == "Mon, 05 May 2031 05:06:05 GMT"


def test_fault_meets_the_nth_request_only(crm: Sandbox) -> None:
    crm.control("faults", {"path": "/owners", "nth": 2, "times": 2, "status": 500})
    statuses = [crm.get("/crm/v3/owners").status for _ in range(5)]
    assert statuses == [200, 500, 500, 200, 200]
    rule = crm.control("faults")["results"][0]
    assert (rule["seen"], rule["met"]) == (5, 2)
    crm.control(f"faults/{rule['id']}", method="DELETE")
    assert crm.control("faults")["results"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("settings", {"nope": 1}),
        ("settings", {"lag_ms": "soon"}),
        ("settings", {"merge_mode": "other"}),
        ("clock", {}),
        ("clock", {"now": "soon"}),
        ("clock", {"advance_ms": 10**20}),
        ("faults", {"path": "("}),
        ("faults", {"status": 99}),
        ("faults", {"drop": "sometimes"}),
        ("faults", {"commit_delay_ms": 5}),
        ("faults", {"nope": 1}),
        ("faults", {"nth": 0}),
        ("tokens", {}),
        ("records", {"records": [{"type": "contacts", "id": "x"}]}),
        ("records", {"records": [{"type": "spaceships"}]}),
        ("merge", {"type": "contacts", "ids": ["501"]}),
        ("edit", {"type": "contacts", "id": "501", "properties": {"nope": "1"}}),
        ("convert", {"contactId": "501", "form": "nope"}),
        ("live", {"minutes": 0}),
        ("nowhere", {}),
    ],
)
def test_bad_control_requests_are_explained(crm: Sandbox, path: str, body: Any) -> None:
    answer = crm.request("POST", f"/sandbox/control/{path}", body, headers=HEADERS)
    assert answer.status in (400, 404)
    assert answer.json["message"]


def test_nothing_changes_when_one_switch_is_wrong(crm: Sandbox) -> None:
    before = crm.control("settings")
    body = {"lag_ms": 5, "nope": 1}
    assert crm.request("POST", "/sandbox/control/settings", body, headers=HEADERS).status == 400
    assert crm.control("settings") == before


def test_the_world_moves() -> None:
    with running_sandbox(leads=60, now="2026-11-18T15:00:00Z") as crm:
        start_ms = 1_795_014_000_000 - 300 * 60_000
        before = crm.control("summary")["records"]
        forms = crm.get("/marketing/v3/forms?limit=100").json["results"]
        assert crm.control("live", {"minutes": 300})["happened"] > 10
        after = crm.control("summary")["records"]
        assert after["contacts"] > before["contacts"]
        assert after["calls"] > before["calls"]
        rows = crm.journal()
        assert {row["by"] for row in rows} == {"live"}
        made = [row["id"] for row in rows if (row["op"], row["object"]) == ("create", "contacts")]
        shown = crm.get(f"{NEW}/contacts/{made[0]}?associations=companies").json
        assert shown["associations"]["companies"]["results"]
        newest = [
            crm.get(f"/form-integrations/v1/submissions/forms/{form['id']}?limit=1").json["results"]
            for form in forms
        ]
        assert max(row[0]["submittedAt"] for row in newest if row) > start_ms


def test_practice_call(crm: Sandbox) -> None:
    dial = {"contactId": "501", "at": "2026-11-18T10:00:00Z"}
    first = crm.post("/sandbox/practice/dial", dial)
    assert first.status == 200
    assert set(first.json) == {"answered", "ring_s", "by", "reaction", "suggested_outcomes"}
    assert first.json["reaction"]
    assert crm.post("/sandbox/practice/dial", dial).json == first.json
    assert crm.post("/sandbox/practice/dial", dial, token=None).status == 401
    assert crm.post("/sandbox/practice/dial", {"contactId": "1"}).status == 404
    everyone = [row["id"] for row in crm.get(f"{NEW}/contacts?limit=50").json["results"]]
    by = {
        crm.post("/sandbox/practice/dial", dial | {"contactId": contact}).json["by"]
        for contact in everyone
    }
    assert len(by) > 2


def test_an_owner_can_be_renamed_or_leave(crm: Sandbox) -> None:
    crm.control("owners", {"id": "79999", "email": "new@row.example", "userId": 99})
    assert crm.get("/crm/owners/2026-09/79999").json["email"] == "new@row.example"
    crm.control("owners", {"id": "79999", "archived": True, "userIdIncludingInactive": 99})
    assert crm.get("/crm/owners/2026-09/79999").status == 404
    assert crm.get("/crm/owners/2026-09/79999?archived=true").json["userId"] is None
