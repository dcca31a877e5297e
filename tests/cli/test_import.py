"""``sdrdesk import``: people from a file become leads at the CRM, each once, and none is lost."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

FAIR = """\
E-mail;First name;Last name;Job title;Company;Phone;Shoe size
ada@fair.example;Ada;O'Kafor;CTO;Acme [/x] Inc;+353 87 555 0142;44
not an address;Bo;;;;;
jun@fair.example;=HYPERLINK(1);Watanabe;;;;41
"""
MARKED = """\
Email,First name,Phone,Country,Do Not Call
dora@fair.example,Dora,+353 87 555 0149,Ireland,1
"""
BY_NUMBER = """\
Name,Phone,Country
Ida Row,087 555 0147,Ireland
Ben Oak,01 555 0199,Ireland
"""


@pytest.fixture
def fair(tmp_path: Path) -> Path:
    path = tmp_path / "fair.csv"
    path.write_text(FAIR, encoding="utf-8-sig")
    return path


def written(tmp_path: Path, text: str, name: str = "list.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def contacts_made(crm: Sandbox) -> list[dict[str, Any]]:
    return [
        row
        for row in crm.journal()
        if (row["op"], row["object"], row["by"]) == ("create", "contacts", "api")
    ]


def at_the_crm(crm: Sandbox, lead_id: str, *names: str) -> dict[str, Any]:
    path = f"/crm/v3/objects/contacts/{lead_id}?properties={','.join(names)}"
    values: dict[str, Any] = crm.get(path).json["properties"]
    return {name: values.get(name) for name in names}


def put(crm: Sandbox, lead_id: str, **properties: str) -> None:
    record = {"type": "contacts", "id": lead_id, "properties": properties}
    crm.control("records", {"records": [record]})


def test_people_of_a_file_are_leads_of_the_rep_and_in_the_queue(
    desk: DeskHome, crm: Sandbox, fair: Path
) -> None:
    desk.ok("sync")
    crm.settings(lag_ms=60_000)  # the index shows nobody new: they are fetched by id
    ran = desk("import", str(fair))
    assert ran.code == 5  # one line needs a person
    assert "3 rows: 2 created, 0 known to the CRM, 1 left out." in ran.out
    assert 'line 3: "not an address" is no e-mail address' in ran.err
    assert "Shoe size" in ran.err
    found = desk.ok("export", "leads", "--json").json
    new = {lead["email"]: lead for lead in found if lead["email"].endswith("@fair.example")}
    assert set(new) == {"ada@fair.example", "jun@fair.example"}
    ada = new["ada@fair.example"]
    assert (ada["first_name"], ada["last_name"], ada["title"]) == ("Ada", "O'Kafor", "CTO")
    assert (ada["company"], ada["phone"]) == ("Acme [/x] Inc", "+353875550142")
    assert new["jun@fair.example"]["first_name"] == "=HYPERLINK(1)"
    assert desk.ok("lead", ada["lead_id"], "--json").json["lead_id"] == ada["lead_id"]


def test_the_receipt_is_as_promised(desk: DeskHome, crm: Sandbox, fair: Path) -> None:
    told = desk("import", str(fair), "--json").json
    assert told["rows"] == 3
    assert len(told["created"]) == told["fetched"] == 2
    assert told["existing"] == []
    assert told["left_out"] == [{"line": 3, "why": '"not an address" is no e-mail address'}]
    assert told["columns"]["Phone"] == "phone"
    assert told["ignored_columns"] == ["Shoe size"]
    owner = at_the_crm(crm, told["created"][0], "hubspot_owner_id")["hubspot_owner_id"]
    assert owner  # also without a sync before: nobody's leads would be lost


def test_doing_it_again_adds_and_changes_nobody(desk: DeskHome, crm: Sandbox, fair: Path) -> None:
    first = desk("import", str(fair), "--json").json["created"]
    fair.write_text(FAIR.replace("CTO", "Intern"), encoding="utf-8")
    again = desk("import", str(fair), "--json").json
    assert (again["created"], sorted(again["existing"])) == ([], sorted(first))
    assert len(contacts_made(crm)) == 2
    leads = desk.ok("export", "leads", "--json").json
    assert [lead["title"] for lead in leads if lead["email"] == "ada@fair.example"] == ["CTO"]


def test_an_answer_that_got_lost_adds_nobody_twice(
    desk: DeskHome, crm: Sandbox, fair: Path
) -> None:
    crm.control("faults", {"path": "/contacts/batch/create$", "status": 504, "commit": True})
    ran = desk("import", str(fair), "--json")
    assert len(ran.json["created"]) == 2
    assert len(contacts_made(crm)) == 2


def test_one_refused_value_holds_up_only_its_own_line(
    desk: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    path = written(tmp_path, "email,country\na@fair.example,Ireland\nb[1]@fair.example,IE\n")
    ran = desk("import", path, "--json")
    assert len(ran.json["created"]) == 1
    assert [row["line"] for row in ran.json["left_out"]] == [3]
    assert ran.code == 5


def test_a_dry_run_shows_the_columns_and_changes_nothing(
    desk: DeskHome, crm: Sandbox, fair: Path
) -> None:
    ran = desk("import", str(fair), "--dry-run")
    assert ran.code == 5
    assert "Job title   job title" in ran.out
    assert "Shoe size   left out" in ran.out
    assert "CTO" in ran.out
    assert "2 would be created" in ran.out
    told = desk("import", str(fair), "--dry-run", "--json", "--rejects", "no.csv").json
    assert (told["would_create"], told["created"]) == (2, [])
    assert not Path("no.csv").exists()
    assert contacts_made(crm) == []
    assert desk.ok("export", "leads", "--json").json == []


def test_without_a_network_nothing_is_lost(desk: DeskHome, fair: Path) -> None:
    ran = desk("import", str(fair), SDRDESK_API_URL="http://127.0.0.1:9")
    assert ran.code == 3


def test_a_network_that_goes_away_leaves_a_receipt_of_what_was_done(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    rows = "".join(f"p{n}@fair.example\n" for n in range(150))
    path = written(tmp_path, f"Email\n{rows}")
    crm.control(
        "faults", {"path": "/contacts/batch/create$", "nth": 2, "drop": "before", "times": 9}
    )
    ran = synced("import", path, "--json")
    assert ran.code == 3
    assert (len(ran.json["created"]), ran.json["not_tried"]) == (100, 50)
    crm.control("faults", {}, "DELETE")
    again = synced.ok("import", path, "--json").json
    assert (len(again["created"]), len(again["existing"])) == (50, 100)
    assert len(contacts_made(crm)) == 150


REFUSED = [
    (b"", "it is empty"),
    (b"shoe,hat\nAda,1\n", "headings found: shoe, hat"),
    (b"email\n\0\n", "no text"),
    (b"email,reach me on\na@fair.example,+353 87 555 0142\n", "looks like a telephone number"),
    (b"Email,Vorname des Gastes\na@fair.example,Ada\n", "looks like a name"),
    (b"Email,Email opt out\na@fair.example,1\n", "looks like consent"),
]


def test_a_file_that_would_lose_something_is_refused_whole(
    desk: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    for content, says in REFUSED:
        path.write_bytes(content)
        ran = desk("import", str(path))
        assert ran.code == 2
        assert says in ran.err
        assert "Nothing was changed" in ran.err
    assert contacts_made(crm) == []


def test_a_person_decides_about_columns(synced: DeskHome, crm: Sandbox, tmp_path: Path) -> None:
    path = written(
        tmp_path, "Wer,Mailbox,Draht,Email opt out\nIda Row,ida@fair.example,+353 1 555 0142,1\n"
    )
    ran = synced("import", path)
    assert ran.code == 2
    assert "--map 'Mailbox'=FIELD" in ran.err
    done = synced.ok(
        "import", path, "--json", "--map", "wer=name", "--map", "Mailbox=email",
        "--map", "Draht=phone", "--ignore", "Email opt out",
    ).json  # fmt: skip
    names = ("firstname", "lastname", "phone", "do_not_call_phone")
    made = at_the_crm(crm, done["created"][0], *names)
    assert made == dict(zip(names, ("Ida", "Row", "+353 1 555 0142", None), strict=True))
    assert done["columns"] == {"Wer": "name", "Mailbox": "email", "Draht": "phone"}
    assert synced("import", path, "--map", "Shoe=email").code == 2
    assert "Fields: email" in synced("import", path, "--map", "Wer=hat").err
    assert synced("import", path, "--map", "Wer").code == 2


def test_what_was_left_out_is_a_file_of_the_owner_s_alone(synced: DeskHome, tmp_path: Path) -> None:
    text = (
        'Email,Company\na@fair.example,"Co\n=cmd()|x,Co\nb@fair.example,Smith, Jones\n'
        "c@fair.example,Co\n"
    )
    path, rejects = written(tmp_path, text), tmp_path / "rejects.csv"
    ran = synced("import", path, "--rejects", str(rejects), "--json")
    assert ran.code == 5
    assert [row["line"] for row in ran.json["left_out"]] == [2, 3, 4]
    rows = list(csv.DictReader(rejects.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["Email", "Company", "line", "why"]
    assert [row["line"] for row in rows] == ["2", "3", "4"]
    assert rows[1]["Email"] == "'=cmd()|x"  # no spreadsheet runs it
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    assert synced("import", path, "--rejects", path).code == 2
    assert Path(path).read_text(encoding="utf-8") == text


# Do not call.


def test_a_marked_person_is_never_callable(synced: DeskHome, crm: Sandbox, tmp_path: Path) -> None:
    done = synced.ok("import", written(tmp_path, MARKED), "--json").json
    (made,) = done["created"]
    (row,) = contacts_made(crm)
    assert row["properties"]["do_not_call_phone"] == "true"  # in the creation itself
    why = synced.ok("why", made, "--json").json
    assert "do_not_call" in [block["rule"] for block in why["blocked_by"]]
    assert done["do_not_call"] == 1
    crm.patch(f"/crm/v3/objects/contacts/{made}", {"properties": {"do_not_call_phone": "false"}})
    synced.ok("sync")
    why = synced.ok("why", made, "--json").json  # kept here, whatever another program does there
    assert "do_not_call" in [block["rule"] for block in why["blocked_by"]]


def test_a_mark_reaches_somebody_the_crm_has_already(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    put(crm, "4001", email="dora@fair.example", phone="+353875550149", country="Ireland")
    done = synced.ok("import", written(tmp_path, MARKED), "--json").json
    assert (done["created"], done["existing"]) == ([], ["4001"])
    assert at_the_crm(crm, "4001", "do_not_call_phone") == {"do_not_call_phone": "true"}
    why = synced.ok("why", "4001", "--json").json
    assert "do_not_call" in [block["rule"] for block in why["blocked_by"]]
    writes = len(crm.journal())
    synced.ok("import", written(tmp_path, MARKED))
    assert len(crm.journal()) == writes  # said once


def test_without_a_field_for_it_nobody_is_made_callable(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    ran = synced("import", written(tmp_path, MARKED), "--json", SDRDESK_DO_NOT_CALL="")
    assert ran.code == 5
    assert "must not be called" in ran.json["left_out"][0]["why"]
    assert contacts_made(crm) == []
    put(crm, "4001", email="dora@fair.example", phone="+353875550149", country="Ireland")
    ran = synced("import", written(tmp_path, MARKED), "--json", SDRDESK_DO_NOT_CALL="")
    assert (ran.code, ran.json["existing"]) == (5, ["4001"])
    assert "kept here" in ran.json["left_out"][0]["why"]
    why = synced.ok("why", "4001", "--json").json
    assert "do_not_call" in [block["rule"] for block in why["blocked_by"]]


def test_the_account_s_own_name_of_the_field_is_known(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    path = written(tmp_path, "Email,do_not_call_phone\na@fair.example,true\n")
    (made,) = synced.ok("import", path, "--json").json["created"]
    assert at_the_crm(crm, made, "do_not_call_phone") == {"do_not_call_phone": "true"}


def test_a_mark_waits_in_the_outbox_when_the_network_is_gone(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    put(crm, "4001", email="dora@fair.example", phone="+353875550149", country="Ireland")
    crm.control("faults", {"path": "/contacts/4001", "drop": "before", "times": 20})
    ran = synced("import", written(tmp_path, MARKED), "--json")
    assert ran.code == 3
    (item,) = synced.ok("outbox", "--json").json
    assert (item["kind"], item["lead_id"]) == ("contact", "4001")
    why = synced.ok("why", "4001", "--json").json
    assert "do_not_call" in [block["rule"] for block in why["blocked_by"]]


# People without an address.


def test_people_with_a_number_are_made_once(synced: DeskHome, crm: Sandbox, tmp_path: Path) -> None:
    path = written(tmp_path, BY_NUMBER)
    crm.settings(lag_ms=60_000)
    first = synced.ok("import", path, "--json").json
    assert len(first["created"]) == first["fetched"] == 2
    for _ in range(2):
        again = synced.ok("import", path, "--json").json
        assert (again["created"], again["existing"]) == ([], first["created"])
    assert len(contacts_made(crm)) == 2


def test_somebody_who_is_there_is_found_by_number_and_name(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    crm.settings(lag_ms=60_000)
    put(crm, "4001", firstname="Ida", lastname="Row", mobilephone="+353 (87) 555-0147")
    put(crm, "4002", firstname="Cy", lastname="Ash", phone="+353 1 555 0199")
    done = synced.ok("import", written(tmp_path, BY_NUMBER), "--json").json
    assert done["existing"] == ["4001"]  # her own number
    assert len(done["created"]) == 1  # Ben Oak shares the line of Cy Ash


def test_a_mobile_is_one_person_s_whatever_the_name(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    put(crm, "4001", firstname="Bob", lastname="Smith", phone="+353875550147")
    done = synced.ok("import", written(tmp_path, BY_NUMBER), "--json").json
    assert done["existing"] == ["4001"]
    assert any("Bob Smith (4001)" in note for note in done["notes"])


@pytest.mark.parametrize("commit", [True, False])
def test_an_answer_that_got_lost_makes_nobody_without_address_twice(
    synced: DeskHome,
    crm: Sandbox,
    tmp_path: Path,
    commit: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sdrdesk.services.people.create.LOOKS_S", (0.0, 0.0))
    crm.settings(lag_ms=60_000)
    fault = {"path": "/contacts/batch/create$", "status": 504, "commit": commit}
    crm.control("faults", fault)
    path = written(tmp_path, BY_NUMBER)
    ran = synced("import", path, "--json")
    assert ran.code == (0 if commit else 5)
    assert len(ran.json["created"]) == (2 if commit else 0)
    again = synced.ok("import", path, "--json").json
    assert len(again["created"]) + len(again["existing"]) == 2
    assert len(contacts_made(crm)) == 2


def test_what_has_no_field_is_kept_as_a_note(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    text = (
        "Email,Phone,Mobile,Corporate Phone\n"
        "a@fair.example,+353 1 555 0142,+353 87 555 0142,+353 1 555 0199\n"
    )
    (made,) = synced.ok("import", written(tmp_path, text), "--json").json["created"]
    bodies = [
        r["properties"].get("hs_note_body", "") for r in crm.journal() if r["object"] == "notes"
    ]
    assert any("Corporate Phone: +353 1 555 0199" in body for body in bodies)
    assert "+353 1 555 0199" in desk_text(synced, made)


def test_what_a_cut_off_import_had_to_say_of_new_people_is_said_by_the_next(
    synced: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    text = (
        "Email,Phone,Mobile,Corporate Phone\n"
        "a@fair.example,+353 1 555 0142,+353 87 555 0142,+353 1 555 0199\n"
    )
    path = written(tmp_path, text)
    # The look by e-mail is answered; after the creation the people cannot be fetched.
    fault = {"path": "/contacts/batch/read$", "nth": 2, "drop": "before", "times": 9}
    crm.control("faults", fault)
    assert synced("import", path, "--json").code == 3
    assert len(contacts_made(crm)) == 1
    crm.control("faults", {}, "DELETE")
    for _ in range(2):
        again = synced.ok("import", path, "--json").json
        assert (again["created"], len(again["existing"])) == ([], 1)
    bodies = [
        r["properties"].get("hs_note_body", "") for r in crm.journal() if r["object"] == "notes"
    ]
    assert sum("Corporate Phone: +353 1 555 0199" in body for body in bodies) == 1


def test_a_column_headed_as_the_account_calls_its_do_not_call_field_is_kept(
    desk: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    field = {
        "name": "sperre", "label": "Sperrvermerk", "groupName": "contactinformation",
        "type": "bool", "fieldType": "booleancheckbox",
        "options": [{"label": "Ja", "value": "true"}, {"label": "Nein", "value": "false"}],
    }  # fmt: skip
    crm.post("/crm/v3/properties/contacts", field)
    path = written(tmp_path, "Email,Sperrvermerk\na@fair.example,Ja\nb@fair.example,Nein\n")
    ran = desk("import", path, "--json", SDRDESK_DO_NOT_CALL="sperre")
    assert ran.code == 0, ran.err
    assert ran.json["ignored_columns"] == []
    marks = sorted(
        at_the_crm(crm, made, "sperre").get("sperre") or "" for made in ran.json["created"]
    )
    assert marks[-1] == "true"
    assert marks[0] in ("", "false")


def desk_text(desk: DeskHome, lead_id: str) -> str:
    return json.dumps(desk.ok("lead", lead_id, "--json").json, ensure_ascii=False)


def test_json_is_read_too(synced: DeskHome, crm: Sandbox, tmp_path: Path) -> None:
    people = [{"email": "a@fair.example", "first_name": "Ada", "do_not_call": True}]
    path = written(tmp_path, json.dumps(people), "people.json")
    (made,) = synced.ok("import", path, "--json").json["created"]
    assert at_the_crm(crm, made, "firstname", "do_not_call_phone") == {
        "firstname": "Ada", "do_not_call_phone": "true",
    }  # fmt: skip


def test_a_file_that_is_not_there_is_a_usage_error(desk: DeskHome) -> None:
    assert desk("import", "nowhere.csv").code == 2
