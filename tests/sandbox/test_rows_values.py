"""Gotcha rows: allowed values, and their stored and returned forms."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.conftest import NEW, V3, call_body, codes, new_contact, read
from tests.support.sandbox import Sandbox


def test_row_08_contact_with_a_taken_email(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm, email=f"taken{path.count('/')}{len(path)}@row.example")
    email = read(crm, "contacts", contact, "email")["email"]
    answer = crm.post(f"{path}/contacts", {"properties": {"email": email.upper()}})
    assert answer.status == 409
    assert answer.json["category"] == "CONFLICT"
    assert answer.json["message"] == f"Contact already exists. Existing ID: {contact}"


def test_row_09_contact_without_a_name_or_email(crm: Sandbox, path: str) -> None:
    answer = crm.post(f"{path}/contacts", {"properties": {"phone": "+353 1 555 0100"}})
    assert answer.status == 400
    assert answer.json["category"] == "VALIDATION_ERROR"


def test_row_10_reading_unknown_and_empty_properties(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm)
    answer = crm.get(f"{path}/contacts/{contact}?properties=nope,jobtitle")
    assert answer.status == 200
    assert "nope" not in answer.json["properties"]
    assert answer.json["properties"]["jobtitle"] is None


def test_row_11_writing_an_unknown_property(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm)
    journal = crm.journal()
    for answer in (
        crm.patch(f"{path}/contacts/{contact}", {"properties": {"nope": "1"}}),
        crm.post(f"{path}/contacts", {"properties": {"lastname": "A", "nope": "1"}}),
    ):
        assert answer.status == 400
        assert codes(answer) == ["PROPERTY_DOESNT_EXIST"]
        head, _, inner = answer.json["message"].partition(": ")
        assert head == "Property values were not valid"
        assert json.loads(inner)[0]["error"] == "PROPERTY_DOESNT_EXIST"
        assert json.loads(inner)[0]["name"] == "nope"
    assert crm.journal() == journal


def test_row_12_one_bad_property_spoils_the_good_one(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm)
    body = {"properties": {"jobtitle": "Buyer", "hs_lead_status": "nonsense"}}
    assert crm.patch(f"{path}/contacts/{contact}", body).status == 400
    assert read(crm, "contacts", contact, "jobtitle")["jobtitle"] is None


def test_row_13_enumeration_values_are_exact(crm: Sandbox) -> None:
    contact = new_contact(crm)
    for value in ("new", "Attempted to Contact", "WHATEVER"):
        answer = crm.patch(f"{NEW}/contacts/{contact}", {"properties": {"hs_lead_status": value}})
        assert answer.status == 400
        assert codes(answer) == ["INVALID_OPTION"]
    crm.control("outcomes", {"add": [{"label": "Short lived", "value": "guid-1"}]})
    assert crm.post(f"{NEW}/calls", call_body(hs_call_disposition="guid-1")).status == 201
    crm.control("outcomes", {"remove": ["guid-1"]})
    answer = crm.post(f"{NEW}/calls", call_body(hs_call_disposition="guid-1"))
    assert answer.status == 400
    assert codes(answer) == ["INVALID_OPTION"]


@pytest.mark.parametrize(
    "name", ["recent_conversion_date", "num_contacted_notes", "hs_object_id", "createdate"]
)
def test_row_14_read_only_properties(crm: Sandbox, name: str) -> None:
    contact = new_contact(crm)
    answer = crm.patch(f"{NEW}/contacts/{contact}", {"properties": {name: "1763700000000"}})
    assert answer.status == 400
    assert codes(answer) == ["READ_ONLY_VALUE"]


def test_row_15_lifecycle_moves_forward_only(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm, lifecyclestage="opportunity")

    def write(stage: str) -> str | None:
        answer = crm.patch(f"{path}/contacts/{contact}", {"properties": {"lifecyclestage": stage}})
        assert answer.status == 200
        value: str | None = answer.json["properties"]["lifecyclestage"]
        assert read(crm, "contacts", contact, "lifecyclestage")["lifecyclestage"] == value
        return value

    assert write("lead") == "opportunity"
    assert write("") is None
    assert write("lead") == "lead"
    assert write("customer") == "customer"


def test_row_16_custom_lifecycle_stage(crm: Sandbox) -> None:
    answer = crm.get("/crm/properties/2026-09/0-1/lifecyclestage")
    own = [option for option in answer.json["options"] if option["value"].isdigit()]
    assert own
    assert not own[0]["label"].isdigit()
    contact = new_contact(crm, lifecyclestage=own[0]["value"])
    assert read(crm, "contacts", contact, "lifecyclestage")["lifecyclestage"] == own[0]["value"]
    answer = crm.patch(f"{NEW}/contacts/{contact}", {"properties": {"lifecyclestage": "999"}})
    assert answer.status == 400


def test_row_17_empty_text_clears(crm: Sandbox, path: str) -> None:
    contact = new_contact(crm, jobtitle="Buyer")
    crm.control("clock", {"advance_ms": 5000})
    before = read(crm, "contacts", contact)["lastmodifieddate"]
    crm.control("clock", {"advance_ms": 5000})
    answer = crm.patch(f"{path}/contacts/{contact}", {"properties": {"jobtitle": ""}})
    assert answer.json["properties"]["jobtitle"] is None
    held = read(crm, "contacts", contact, "jobtitle")
    assert held["jobtitle"] is None
    assert held["lastmodifieddate"] > before


def test_row_18_multi_select_appends_with_a_leading_semicolon(crm: Sandbox) -> None:
    contact = new_contact(crm, hs_buying_role="CHAMPION")

    def write(value: str) -> str:
        body = {"properties": {"hs_buying_role": value}}
        answer = crm.patch(f"{NEW}/contacts/{contact}", body)
        return str(answer.json["properties"]["hs_buying_role"])

    assert write(";BLOCKER") == "CHAMPION;BLOCKER"
    assert write("END_USER") == "END_USER"


def test_row_19_every_value_is_text_or_null(crm: Sandbox) -> None:
    for kind in ("contacts", "companies", "calls", "tasks", "notes", "meetings"):
        names = [row["name"] for row in crm.get(f"/crm/v3/properties/{kind}").json["results"]]
        some = crm.post(
            f"{NEW}/{kind}/batch/read",
            {
                "properties": names,
                "inputs": [
                    {"id": row["id"]} for row in crm.get(f"{NEW}/{kind}?limit=5").json["results"]
                ],
            },
        )
        values = [v for row in some.json["results"] for v in row["properties"].values()]
        assert values
        assert {type(value) for value in values} <= {str, type(None)}
    answer = crm.post(f"{NEW}/calls", {"properties": {"hs_timestamp": 1763700000000}})
    assert answer.json["properties"]["hs_timestamp"] == "2025-11-21T04:40:00Z"


def test_row_20_dates_in_and_out(crm: Sandbox) -> None:
    for given, shown in (
        ("1763700000000", "2025-11-21T04:40:00Z"),
        ("1763700000500", "2025-11-21T04:40:00.5Z"),
        ("2026-01-02T03:04:05.678+01:00", "2026-01-02T02:04:05.678Z"),
        ("1763700000", "1970-01-21T09:55:00Z"),
    ):
        answer = crm.post(f"{NEW}/notes", {"properties": {"hs_timestamp": given}})
        assert answer.status == 201
        assert answer.json["properties"]["hs_timestamp"] == shown
    day = {"name": "day", "label": "Day", "type": "date", "fieldType": "date"}
    crm.post("/crm/properties/2026-09/contacts", day | {"groupName": "contactinformation"})
    contact = new_contact(crm, day="2026-02-03")
    assert read(crm, "contacts", contact, "day")["day"] == "2026-02-03"
    for value, status in (("1763683200000", 200), ("1763683200001", 400), ("soon", 400)):
        answer = crm.patch(f"{NEW}/contacts/{contact}", {"properties": {"day": value}})
        assert answer.status == status
        assert status == 200 or codes(answer) == ["INVALID_DATE"]


@pytest.mark.parametrize("kind", ["calls", "tasks", "notes", "meetings"])
def test_row_48_activities_need_a_timestamp(crm: Sandbox, path: str, kind: str) -> None:
    answer = crm.post(f"{path}/{kind}", {"properties": {}})
    assert answer.status == 400
    assert answer.json["category"] == "VALIDATION_ERROR"
    assert crm.post(f"{path}/companies", {"properties": {}}).status == 201
    assert crm.post(f"{path}/contacts", {"properties": {}}).status == 400


def test_row_48_meeting_takes_its_start_as_timestamp(crm: Sandbox) -> None:
    start = "2026-12-01T10:00:00Z"
    answer = crm.post(f"{NEW}/meetings", {"properties": {"hs_meeting_start_time": start}})
    assert answer.json["properties"]["hs_timestamp"] == start


def test_row_54_duration_in_seconds_is_a_silent_error(crm: Sandbox) -> None:
    answer = crm.post(f"{NEW}/calls", call_body(hs_call_duration="185"))
    assert answer.status == 201
    assert answer.json["properties"]["hs_call_duration"] == "185"


def test_row_55_bodies_are_sanitised(crm: Sandbox) -> None:
    written = "<p onclick='x()'>one\ntwo</p><script>alert(1)</script><!-- key --><blink>3</blink>"
    answer = crm.post(f"{NEW}/calls", call_body(hs_call_body=written))
    held = read(crm, "calls", answer.json["id"], "hs_call_body", "hs_body_preview")
    assert held["hs_call_body"] == "<p>one two</p>3"
    assert held["hs_body_preview"] == "one two3"
    marked = crm.post(f"{NEW}/calls", call_body(hs_call_body="note [ref sdrdesk 7f3a]"))
    assert "[ref sdrdesk 7f3a]" in marked.json["properties"]["hs_call_body"]


def test_row_56_user_id_is_not_an_owner_id(crm: Sandbox) -> None:
    owner = crm.get("/crm/owners/2026-09").json["results"][0]
    answer = crm.post(f"{NEW}/calls", call_body(hubspot_owner_id=str(owner["userId"])))
    assert answer.status == 400
    assert codes(answer) == ["INVALID_OPTION"]
    assert crm.post(f"{NEW}/calls", call_body(hubspot_owner_id=owner["id"])).status == 201


def test_row_58_administrators_rules_bind_on_2026_09_only(crm: Sandbox) -> None:
    rule = {"object": "contacts", "property": "jobtitle", "when": {"hs_lead_status": "CONNECTED"}}
    crm.settings(required=[rule, {"object": "calls", "property": "hs_call_direction"}])
    contact = new_contact(crm)
    body = {"properties": {"hs_lead_status": "CONNECTED"}}
    answer = crm.patch(f"{NEW}/contacts/{contact}", body)
    assert answer.status == 400
    assert answer.json["category"] == "VALIDATION_ERROR"
    assert read(crm, "contacts", contact, "hs_lead_status")["hs_lead_status"] is None
    assert crm.patch(f"/crm/objects/2026-03/contacts/{contact}", body).status == 200
    assert crm.patch(f"{V3}/contacts/{contact}", body).status == 200
    both = {"properties": {"hs_lead_status": "CONNECTED", "jobtitle": "Buyer"}}
    assert crm.patch(f"{NEW}/contacts/{contact}", both).status == 200
    assert crm.post(f"{NEW}/calls", call_body()).status == 400
    assert crm.post(f"{V3}/calls", call_body()).status == 201


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("email", "not an address", "INVALID_EMAIL"),
        ("hs_pinned_engagement_id", "1,000", "INVALID_LONG"),
        ("firstname", "x" * 65_537, "INVALID_STRING_LENGTH"),
    ],
)
def test_bad_values_have_codes(crm: Sandbox, name: str, value: str, code: str) -> None:
    contact = new_contact(crm)
    answer = crm.patch(f"{NEW}/contacts/{contact}", {"properties": {name: value}})
    assert answer.status == 400
    assert codes(answer) == [code]
