"""One check sees everything: files, account, scopes; and the account is kept in a snapshot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

FIELD = {
    "name": "anrufsperre",
    "label": "Anrufsperre",
    "type": "enumeration",
    "fieldType": "select",
    "groupName": "contactinformation",
    "options": [
        {"label": "Ja", "value": "ja", "displayOrder": 0},
        {"label": "Nein", "value": "nein", "displayOrder": 1},
    ],
}


def test_a_field_with_options_has_to_say_which_one_is_the_mark(
    desk: DeskHome, crm: Sandbox
) -> None:
    crm.post("/crm/v3/properties/contacts", FIELD)
    bare = {"SDRDESK_DO_NOT_CALL": "anrufsperre"}
    ran = desk("sync", **bare)
    assert ran.code == 1
    assert '"anrufsperre=ja" (Ja), "anrufsperre=nein" (Nein)' in ran.err
    assert desk.ok("funnel", "--json").json["total"] == 0
    checked = desk("rules", "check", "--json", **bare).json
    (found,) = [one for one in checked["findings"] if one["kind"] == "do not call"]
    assert "anrufsperre=ja" in found["fix"]
    offered = desk("setup", "--json", SDRDESK_DO_NOT_CALL="").json["undecided"]["do_not_call"]
    assert {"anrufsperre=ja", "anrufsperre=nein", "do_not_call_phone"} <= set(offered)
    desk.ok("sync", SDRDESK_DO_NOT_CALL="anrufsperre=ja")
    funnel = desk.ok("funnel", "--json", SDRDESK_DO_NOT_CALL="anrufsperre=ja").json
    assert funnel["total"] > 0


def test_a_snapshot_serves_where_there_is_no_token(
    synced: DeskHome, tmp_path: Path, crm: Sandbox
) -> None:
    file, folder = tmp_path / "account.json", tmp_path / "team"
    folder.mkdir()
    (folder / "rules.toml").write_text(
        '[owner]\nunassigned = true\n[lifecycle]\npast = ["Customer"]\n[status]\n'
        'closed = ["UNQUALIFIED", "WON"]\nuntil_conversion = []\n[colleague]\nminutes = 60\n'
    )
    synced.ok("setup", "--snapshot", str(file))
    for text in ("@harbourline", synced.environ["SDRDESK_TOKEN"]):
        assert (text in file.read_text()) == (text == "@harbourline"), "reps are in it, no token"
    ran = synced(
        "rules", "check", str(folder), "--account", str(file), "--json",
        SDRDESK_TOKEN="", SDRDESK_API_URL="http://127.0.0.1:9",
    )  # fmt: skip
    assert ran.code == 5
    told = {(f["kind"], f["line"]): f["message"] for f in ran.json["findings"]}
    assert "is the label of customer" in told["lifecycle", 4]
    assert told["status", 6] == 'the account has no lead status "WON"'
    assert ran.json["not_looked_at"] == {}
    bad = tmp_path / "other.json"
    bad.write_text(json.dumps({"sdrdesk_account": 99}))
    assert synced("rules", "check", str(folder), "--account", str(bad)).code == 2


def test_what_a_shipped_file_says_is_changed_in_a_file_of_the_teams_own(
    synced: DeskHome, crm: Sandbox
) -> None:
    crm.control(
        "options", {"type": "contacts", "property": "hs_lead_status", "remove": ["BAD_TIMING"]}
    )
    (found,) = [
        f for f in synced("rules", "check", "--json").json["findings"] if f["kind"] == "status"
    ]
    assert found["fix"].endswith(
        'Write in dispositions.toml (a new file begins with extends = "shipped"): '
        "[disposition.nurture] lead_status = …"
    )


def test_a_token_that_may_not_read_schemas_is_no_account_in_order(
    synced: DeskHome, crm: Sandbox
) -> None:
    scopes = ["crm.objects.contacts.read", "crm.objects.companies.read", "crm.objects.owners.read"]
    crm.control("tokens", {"token": "pat-narrow", "scopes": scopes})
    narrow = {"SDRDESK_TOKEN": "pat-narrow"}
    ran = synced("rules", "check", "--json", **narrow)
    assert ran.code == 5
    (lacking,) = [f for f in ran.json["findings"] if f["kind"] == "scopes"]
    assert "crm.schemas.contacts.read" in lacking["message"]
    assert "crm.objects.contacts.write" in lacking["message"]
    assert {"lead statuses", "lifecycle stages", "fields of contacts"} <= set(
        ran.json["not_looked_at"]
    )
    doctor = synced("doctor", **narrow)
    assert doctor.code == 5
    assert "exists at the account" not in doctor.out
    assert "lead statuses" in doctor.out


def test_without_token_and_leads_it_says_so(desk: DeskHome, tmp_path: Path) -> None:
    ran = desk("rules", "check", str(tmp_path), "--json", SDRDESK_TOKEN="")
    assert ran.code == 5
    assert list(ran.json["not_looked_at"]) == ["the account"]


@pytest.mark.parametrize("command", [("rules", "check"), ("doctor",)])
def test_an_account_in_order_is_exit_0(synced: DeskHome, command: tuple[str, ...]) -> None:
    ran = synced(*command)
    assert ran.code == 0, ran.out


NUMBER = {
    "name": "telefon_buero", "label": "Telefon Büro", "type": "string", "fieldType": "text",
    "groupName": "contactinformation",
}  # fmt: skip


def rename(crm: Sandbox, field: str, labels: dict[str, str], **more: object) -> None:
    """Give options of a field of contacts other labels."""
    body = {"type": "contacts", "property": field, "rename": labels, **more}
    crm.control("options", body)


def test_an_account_of_its_own_is_told_whole_and_each_fact_once(
    desk: DeskHome, crm: Sandbox
) -> None:
    """Renamed and extended, without SQL, half of the leads unowned, numbers in an own property."""
    crm.post("/crm/v3/properties/contacts", FIELD)
    crm.post("/crm/v3/properties/contacts", NUMBER)
    rename(
        crm, "hs_lead_status", {}, remove=["UNQUALIFIED", "BAD_TIMING"],
        add=[{"label": "Ungeeignet", "value": "NICHT_QUALIFIZIERT"},
             {"label": "Geparkt", "value": "GEPARKT"}],
    )  # fmt: skip
    rename(
        crm, "lifecyclestage", {}, remove=["salesqualifiedlead"],
        add=[{"label": "Pilotkunde", "value": "4711"}],
    )  # fmt: skip
    rename(crm, "hs_persona", {"persona_1": "Technik"})
    crm.control("outcomes", {"add": [{"label": "Besetzt"}]})
    crm.control(
        "outcomes",
        {"rename": {o["value"]: "Kein Anschluss"
                    for o in crm.get("/crm/v3/properties/calls/hs_call_disposition").json["options"]
                    if o["label"] == "Wrong number"}},
    )  # fmt: skip
    people = [
        {"type": "contacts", "id": str(910_000 + n), "properties": {"lastname": f"Muster {n}"}}
        for n in range(90)
    ]
    crm.control("records", {"records": people})
    desk("sync", SDRDESK_DO_NOT_CALL="anrufsperre=ja")
    ran = desk("rules", "check", "--json", SDRDESK_DO_NOT_CALL="anrufsperre")
    assert ran.code == 5
    assert ran.json["not_looked_at"] == {}
    told = ran.json["findings"]
    facts = [(f["kind"], f["message"]) for f in told]
    assert len(facts) == len(set(facts))
    said = "\n".join(f"{f['message']}. {f['fix']}" for f in told)
    for words in (
        'no lead status "UNQUALIFIED"',
        'no lead status "BAD_TIMING"',
        '"NICHT_QUALIFIZIERT" (Ungeeignet)',
        '"GEPARKT" (Geparkt)',
        'no lifecycle stage "salesqualifiedlead"',
        '"4711" (Pilotkunde)',
        'no call outcome "Wrong number"',
        'no persona "Technical Builder"',
        "have no owner, and nobody calls them",
        "telefon_buero (Telefon Büro)",
        '"anrufsperre=ja" (Ja)',
    ):
        assert said.count(words) == 1, words
