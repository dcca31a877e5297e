"""Setting an account up: its do-not-call field, the stage of qualified leads, and what is lost
without them.
"""

from __future__ import annotations

import io
import json
import sqlite3
import tomllib
from contextlib import closing
from typing import Any

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

FIELD = "do_not_call_phone"
LEAD, OTHER = "900001", "900002"
SECOND = {
    "name": "dnc_reason",
    "label": "DNC reason",
    "type": "enumeration",
    "fieldType": "select",
    "groupName": "contactinformation",
    "options": [
        {"label": "Asked", "value": "asked", "displayOrder": 0},
        {"label": "Fine", "value": "fine", "displayOrder": 1},
    ],
}


@pytest.fixture(autouse=True)
def _two_leads(crm: Sandbox) -> None:
    """Two leads of the rep, whatever the hour made of the generated ones."""
    values = {
        "lastname": "Known",
        "hubspot_owner_id": "70001",
        "lifecyclestage": "marketingqualifiedlead",
        "hs_lead_status": "NEW",
        "phone": "+353875550142",
        "country": "Ireland",
    }
    records = [{"type": "contacts", "id": i, "properties": values} for i in (LEAD, OTHER)]
    crm.control("records", {"records": records})


@pytest.fixture
def synced(desk: DeskHome) -> DeskHome:
    """A rep who has synced both."""
    desk.ok("sync")
    return desk


@pytest.fixture
def unset(desk: DeskHome) -> DeskHome:
    """A rep who has not named the account's do-not-call field."""
    desk.environ = {k: v for k, v in desk.environ.items() if k != "SDRDESK_DO_NOT_CALL"}
    return desk


def without_stage(crm: Sandbox) -> None:
    body = {"type": "contacts", "property": "lifecyclestage", "remove": ["salesqualifiedlead"]}
    crm.control("options", body)


def written(desk: DeskHome) -> dict[str, Any]:
    path = desk.home / "config.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found: dict[str, Any] = tomllib.loads(text).get("crm", {})
    return found


def contact(crm: Sandbox, lead_id: str) -> dict[str, Any]:
    found: dict[str, Any] = crm.control(f"record/contacts/{lead_id}")["properties"]
    return found


def rules_of(desk: DeskHome) -> set[str]:
    return {block["rule"] for block in desk.ok("why", LEAD, "--json").json["blocked_by"]}


def test_a_lost_stage_is_told_blocks_its_item_and_goes_once_setup_chose_another(
    desk: DeskHome, crm: Sandbox
) -> None:
    without_stage(crm)
    desk.ok("sync")
    seen = desk.ok("dispose", LEAD, "qualified", "--dry-run").out
    assert '! The account has no lifecycle stage "salesqualifiedlead"' in seen
    ran = desk("dispose", LEAD, "qualified", "--push", "now", "--json")
    assert ran.code == 5
    assert "salesqualifiedlead" in ran.err
    assert [i["state"] for i in ran.json["outbox"] if i["kind"] == "contact"] == ["blocked"]
    assert any("salesqualifiedlead" in line for line in ran.json["notes"])
    (item,) = desk.ok("outbox", "--json").json
    assert "qualified_stage" in item["last_error"]
    assert desk("sync").code == 5
    # One bad value holds nothing else up.
    assert contact(crm, LEAD)["hs_lead_status"] == "CONNECTED"
    assert contact(crm, LEAD)["lifecyclestage"] == "marketingqualifiedlead"
    assert any("salesqualifiedlead" in line for line in desk("doctor", "--json").json["mapping"])
    asked = desk("setup", "--yes", "--json")
    assert asked.code == 5
    assert "opportunity" in asked.json["undecided"]["qualified_stage"]
    assert written(desk) == {}
    done = desk.ok("setup", "--yes", "--qualified-stage", "Opportunity", "--json").json
    assert (done["chosen"], done["retried"]) == ({"qualified_stage": "opportunity"}, 1)
    assert written(desk) == {"qualified_stage": "opportunity"}
    desk.ok("sync")
    assert contact(crm, LEAD)["lifecyclestage"] == "opportunity"
    assert desk("doctor", "--json").json["mapping"] == []


def test_a_refused_item_takes_the_corrected_mapping_when_it_is_retried(
    desk: DeskHome, crm: Sandbox
) -> None:
    without_stage(crm)
    desk.ok("sync")
    desk("dispose", LEAD, "qualified", "--push", "now")
    (item,) = desk.ok("outbox", "--json").json
    (desk.home / "config.toml").write_text('[crm]\nqualified_stage = "opportunity"\n')
    desk.ok("outbox", "retry", item["key"])
    desk.ok("sync")
    assert contact(crm, LEAD)["lifecyclestage"] == "opportunity"


def test_a_status_that_the_account_dropped_waits_for_the_mapping_too(
    desk: DeskHome, crm: Sandbox
) -> None:
    body = {"type": "contacts", "property": "hs_lead_status", "remove": ["ATTEMPTED_TO_CONTACT"]}
    crm.control("options", body)
    desk.ok("sync")
    ran = desk("dispose", LEAD, "no_answer", "--push", "now")
    assert ran.code == 5
    assert "dispositions.toml" in ran.err
    (item,) = desk.ok("outbox", "--json").json
    assert 'no lead status "ATTEMPTED_TO_CONTACT"' in item["last_error"]


def test_a_call_whose_outcome_was_renamed_goes_out_by_its_id(
    synced: DeskHome, crm: Sandbox
) -> None:
    guid = next(
        option["value"]
        for option in crm.get("/crm/v3/properties/calls/hs_call_disposition").json["options"]
        if option["label"] == "Busy"
    )
    crm.control("outcomes", {"rename": {guid: "Engaged"}})
    synced.ok("dispose", LEAD, "busy", "--push", "now")
    assert synced.ok("outbox", "--json").json == []
    calls = crm.get("/crm/objects/2026-09/calls?limit=100&properties=hs_call_disposition").json
    assert guid in {call["properties"]["hs_call_disposition"] for call in calls["results"]}


def test_marks_at_the_crm_are_read_once_the_field_was_chosen(unset: DeskHome, crm: Sandbox) -> None:
    unset.ok("sync")
    crm.control("edit", {"type": "contacts", "id": LEAD, "properties": {FIELD: "true"}})
    unset.ok("sync")
    assert "do_not_call" not in rules_of(unset)
    report = unset("doctor", "--json").json
    assert any("not read" in line for line in report["mapping"] + report["findings"])
    only_looked = unset("setup")
    assert only_looked.code == 5
    assert FIELD in only_looked.out
    assert written(unset) == {}
    dry = unset("setup", "--yes", "--dry-run")
    assert written(unset) == {}
    assert FIELD in dry.out
    unset.ok("dispose", OTHER, "do_not_call", "--push", "now")
    assert contact(crm, OTHER).get(FIELD) != "true", "there was no field to write it to"
    unset.ok("setup", "--yes")
    assert written(unset) == {"do_not_call": FIELD}
    unset.ok("sync")
    assert contact(crm, OTHER)[FIELD] == "true"
    assert "do_not_call" in rules_of(unset)
    report = unset("doctor", "--json").json
    assert not any("not read" in line for line in report["mapping"] + report["findings"])


def test_of_several_fields_a_person_chooses(unset: DeskHome, crm: Sandbox) -> None:
    crm.post("/crm/v3/properties/contacts", SECOND)
    ran = unset("setup", "--yes", "--json")
    assert ran.code == 5
    offered = ran.json["undecided"]["do_not_call"]
    assert offered == [FIELD, "dnc_reason=asked", "dnc_reason=fine", "none"]
    assert written(unset) == {}
    assert unset("setup", "--do-not-call", "dnc_reason").code == 2
    assert unset("setup", "--do-not-call", "no_such_field").code == 2
    unset.ok("setup", "--yes", "--do-not-call", "dnc_reason=asked")
    assert written(unset) == {"do_not_call": "dnc_reason=asked"}


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def test_in_a_terminal_the_questions_are_asked_one_by_one(
    unset: DeskHome, crm: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_stage(crm)
    (unset.home / "config.toml").write_text("# mine\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Terminal("x\n1\n4\ny\n"))
    ran = unset("setup")
    assert ran.code == 0, ran.err
    assert "Type a number" in ran.err
    assert written(unset)["do_not_call"] == FIELD
    stages = ["subscriber", "lead", "marketingqualifiedlead", "51439524"]
    assert written(unset)["qualified_stage"] == stages[3]
    assert "# mine" in (unset.home / "config.toml").read_text(encoding="utf-8")


def test_a_rep_who_comes_later_keeps_how_calls_are_found_without_consent_to_anything(
    desk: DeskHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ok("setup", "--yes")
    with closing(sqlite3.connect(desk.home / "sdrdesk.db")) as db, db:
        assert db.execute("DELETE FROM sync_state WHERE name LIKE 'mode.%'").rowcount
    monkeypatch.setattr("sys.stdin", Terminal(""))
    ran = desk("setup")
    assert "Make these changes" not in ran.err
    assert "Each call is now logged once: the CRM keeps the key unique" in ran.out


def field(crm: Sandbox, of: str, name: str, kind: str) -> None:
    group = "contactinformation" if of == "contacts" else "companyinformation"
    body = {"name": name, "label": name, "type": kind, "fieldType": "text", "groupName": group}
    crm.post(f"/crm/v3/properties/{of}", body)


def test_what_an_account_keeps_elsewhere_is_asked_for_used_and_checked(
    desk: DeskHome, crm: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("tel_a", "tel_b"):
        field(crm, "contacts", name, "string")
    field(crm, "companies", "headcount", "number")
    field(crm, "companies", "staff", "number")
    own = {"tel_a": "+353875550142", "tel_b": "+35315550142"}
    for lead in crm.get("/crm/v3/objects/contacts?limit=100").json["results"]:
        crm.control("edit", {"type": "contacts", "id": lead["id"], "properties": own})
    held = {"numberofemployees": "", "headcount": "2000000", "staff": "7"}
    for firm in crm.get("/crm/v3/objects/companies?limit=100").json["results"]:
        crm.control("edit", {"type": "companies", "id": firm["id"], "properties": held})
    crm.control("index/flush", {})
    monkeypatch.setattr("sys.stdin", Terminal("y\n9\n4 3\n1\ny\n"))
    ran = desk("setup")
    assert ran.code == 0, ran.err
    assert "type numbers from 1 to 4, or 0 for none" in ran.err
    path = desk.home / "crm.toml"
    said = tomllib.loads(path.read_text(encoding="utf-8"))["fields"]
    assert said["numbers"][:2] == ["tel_b", "tel_a"]
    assert said["employees"] == "company:headcount"
    desk.ok("sync")
    first = desk.ok("queue", "--json", "--limit", "1").json[0]["lead_id"]
    assert "2,000,000 people" in desk.ok("lead", first).out
    desk.ok("config", "check")
    path.write_text(
        path.read_text(encoding="utf-8").replace("headcount", "headcoun"), encoding="utf-8"
    )
    ran = desk("config", "check", "--json")
    assert (ran.code, len(ran.json["names"])) == (5, 1)
    assert 'no field "headcoun" of companies. Did you mean "headcount"?' in ran.json["names"][0]


def test_a_config_that_cannot_be_read_is_not_written_over(unset: DeskHome) -> None:
    path = unset.home / "config.toml"
    path.write_text("[crm\n", encoding="utf-8")
    assert unset("setup", "--yes").code == 1
    assert path.read_text(encoding="utf-8") == "[crm\n"
    told = unset("doctor", "--json").json
    assert any("config.toml, line 1" in line for line in told["findings"])


def test_an_account_without_such_a_field_says_none(unset: DeskHome) -> None:
    unset.ok("setup", "--yes", "--do-not-call", "none")
    unset.ok("sync")
    assert unset("doctor", "--json").json["findings"] == []


def test_an_outcome_that_cannot_be_pushed_is_printed_all_the_same(synced: DeskHome) -> None:
    ran = synced("dispose", LEAD, "no_answer", "--push", "now", "--json", SDRDESK_TOKEN="wrong")
    assert ran.code == 4
    assert ran.json["lead_id"] == LEAD
    assert "token" in ran.err


def test_a_rule_that_kept_a_field_is_in_the_receipt(synced: DeskHome, crm: Sandbox) -> None:
    body = {"type": "contacts", "id": LEAD, "properties": {"lifecyclestage": "customer"}}
    crm.control("edit", body)
    assert synced("dispose", LEAD, "qualified", "--push", "now").code == 5, "a customer: it asks"
    synced.ok("outbox", "answer", "--all", "--as", "write")
    synced.ok("sync")
    sent = synced.ok("outbox", "list", "--all").out
    assert "lifecycle was not written: it is at customer already, and a stage only moves" in sent
    synced.ok("sync")
    ran = synced.ok("dispose", LEAD, "qualified", "--json")
    assert "Lifecycle stays Customer: it is past Sales Qualified Lead" in ran.json["notes"]


def test_a_default_country_is_offered_with_its_gain_and_makes_the_numbers_usable(
    unset: DeskHome, crm: Sandbox
) -> None:
    values = {"lastname": "Nowhere", "hubspot_owner_id": "70001", "phone": "087 555 0142"}
    crm.control(
        "records", {"records": [{"type": "contacts", "id": "900003", "properties": values}]}
    )
    unset("sync")
    assert unset("lead", "900003", "--json").json["phone"] == "087 555 0142"  # as typed
    offered = unset("setup", "--dry-run", "--json").json["undecided"]
    assert "IE" in offered["default_country"]
    done = unset("setup", "--default-country", "ie", "--do-not-call", "none")
    assert done.code == 5, done
    assert written(unset)["default_country"] == "IE"
    assert unset("lead", "900003", "--json").json["phone"] == "+353875550142"


def test_a_later_sync_says_why_it_ends_with_5(synced: DeskHome) -> None:
    synced.ok("dispose", LEAD, "no_answer")
    with sqlite3.connect(synced.home / "sdrdesk.db") as connection:
        connection.execute("UPDATE outbox SET state = 'blocked', last_error = 'the CRM refused'")
    ran = synced("sync", "--json")
    assert (ran.code, ran.json["pushed"]["blocked"]) == (5, 0), "it was refused before"
    assert ran.json["blocked"] > 0
    ran = synced("sync")
    assert ran.code == 5
    assert "sdrdesk outbox" in ran.err


def test_a_mark_whose_value_the_account_dropped_names_the_mapping(
    unset: DeskHome, crm: Sandbox
) -> None:
    crm.post("/crm/v3/properties/contacts", SECOND)
    unset.ok("setup", "--yes", "--do-not-call", "dnc_reason=asked")
    unset.ok("sync")
    crm.control("options", {"type": "contacts", "property": "dnc_reason", "remove": ["asked"]})
    ran = unset("dispose", LEAD, "do_not_call", "--push", "now")
    assert ran.code == 5
    (item,) = unset.ok("outbox", "--json").json
    assert item["state"] == "blocked"
    assert "sdrdesk setup" in item["last_error"]
    assert "do_not_call under [crm]" in item["last_error"]


def test_an_account_with_fields_of_its_own_gets_its_first_crm_file_by_consent(
    unset: DeskHome, crm: Sandbox
) -> None:
    known = crm.get("/crm/v3/properties/contacts/hs_lead_status").json["options"]
    for name, kind, more in (
        ("durchwahl", "string", {"fieldType": "phonenumber"}),
        ("sdr_status", "enumeration", {"fieldType": "select", "options": known}),
    ):
        field = {"name": name, "label": name.title(), "type": kind, **more}
        crm.post("/crm/v3/properties/contacts", {**field, "groupName": "contactinformation"})
    records = [
        {
            "type": "contacts",
            "id": str(920_000 + n),
            "properties": {
                "lastname": f"Muster {n}",
                "durchwahl": f"+49 30 555 01{n:03}",
                "sdr_status": "NEW",
            },
        }
        for n in range(100)
    ]
    crm.control("records", {"records": records})
    path = unset.home / "crm.toml"
    looked = unset("setup", "--json", "--do-not-call", "none")
    assert (looked.code, path.exists()) == (5, False)
    assert looked.json["mapping"]["path"] == str(path)
    done = unset.ok("setup", "--yes", "--json").json["mapping"]
    assert (done["written"], done["open"]) == (True, [])
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    assert said["do_not_call"] == "none"
    assert said["fields"] == {
        "numbers": ["durchwahl", "phone", "mobilephone"],
        "status": "sdr_status",
    }
    unset.ok("setup", "--yes", "--do-not-call", FIELD)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["do_not_call"] == FIELD
    unset.ok("sync")
    told = unset.ok("lead", "920000", "--json").json
    assert "555" in json.dumps(told["numbers"])
