"""The control API, for tests and trainers."""

from __future__ import annotations

from typing import Any

import pytest

from sdrdesk.sandbox.control.routes import build_control
from tests.sandbox.conftest import NEW, new_call, new_contact, read
from tests.support.sandbox import QUIET, Sandbox, running_sandbox

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


NONSENSE: list[Any] = [
    [],
    5,
    None,
    "text",
    {"type": 5, "id": {}, "ids": "x", "properties": []},
    {"type": "contacts", "id": "501", "ids": ["501", 5], "properties": {"email": {"a": []}}},
    {"type": "contacts", "property": "email", "rename": [], "remove": 5, "add": "x"},
    {"type": "calls", "property": "hs_call_disposition", "rename": {"a": []}, "add": [5, {}, []]},
    {"records": [{"type": "contacts", "properties": 5, "createdAt": []}]},
    {"records": [{"type": "contacts", "id": -1, "updatedAt": True}], "minutes": "x"},
    {"contactId": "501", "form": 5, "at": {}, "values": [5], "number": [], "email": 5},
    {"contactId": "501", "values": [{}], "at": "2026-01-01"},
    {"from": 5, "to": {"type": "contacts"}, "typeId": "x"},
    {"from": {"type": "calls", "id": "1"}, "to": {"type": "contacts", "id": "501"}},
    {"token": 5, "scopes": "x", "expires_in_s": "x"},
    {"token": "pat-x", "scopes": [[]], "expires_in_s": 10**15, "user_id": "x"},
    {"now": [], "frozen": "x", "advance_ms": 1.5, "offset_ms": None},
    {"id": "x", "email": 5},
    {"id": "-1", "archived": "x"},
    {"method": 5, "path": 5, "nth": True, "status": "x"},
    {"required": [5], "lag_ms": True, "ten_second_limit": "x"},
]


def test_no_nonsense_breaks_the_control_api() -> None:
    with running_sandbox(leads=5) as crm:
        form = crm.get("/marketing/v3/forms").json["results"][0]["id"]
        reads = [
            "/crm/v3/objects/contacts?limit=5",
            "/crm/owners/2026-09",
            "/crm/owners/2026-09?archived=true",
            f"/form-integrations/v1/submissions/forms/{form}",
            "/contacts/v1/contact/vid/502/profile",
            "/crm/properties/2026-09/calls",
            "/account-info/2026-09/details",
        ]
        for body in NONSENSE:
            for route in build_control().routes:
                path = route.template.replace("{type}", "contacts").replace("{id}", "501")
                answer = crm.request(route.method, path, body, headers=HEADERS)
                assert answer.status < 500, (route.method, path, body, answer.text)
            crm.control("faults", method="DELETE")
            crm.settings(**QUIET)
            for read_path in reads:
                answer = crm.get(read_path)
                assert answer.status in (200, 404), (read_path, body, answer.text)
        for query in ("journal?after=x", "journal?limit=0", "requests?reset=x"):
            answer = crm.request("GET", f"/sandbox/control/{query}", headers=HEADERS)
            assert answer.status == 400
