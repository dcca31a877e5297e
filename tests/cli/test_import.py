"""``sdrdesk import``: people from a file become leads at the CRM, each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

FAIR = """\
E-mail;First name;Last name;Job title;Company;Phone;Shoe size
ada@fair.example;Ada;O'Kafor;CTO;Acme [/x] Inc;+353 87 555 0142;44
not an address;Bo;;;;;
jun@fair.example;=HYPERLINK(1);Watanabe;;;;41
"""


@pytest.fixture
def fair(tmp_path: Path) -> Path:
    path = tmp_path / "fair.csv"
    path.write_text(FAIR, encoding="utf-8-sig")
    return path


def contacts_made(crm: Sandbox) -> list[dict[str, object]]:
    return [
        row
        for row in crm.journal()
        if (row["op"], row["object"], row["by"]) == ("create", "contacts", "api")
    ]


def test_people_of_a_file_are_leads_of_the_rep_and_in_the_queue(
    desk: DeskHome, crm: Sandbox, fair: Path
) -> None:
    desk.ok("sync")
    ran = desk("import", str(fair))
    assert ran.code == 5  # one line needs a person
    assert "2 created, 0 known" in ran.out
    assert "line 3" in ran.err
    assert "Shoe size" in ran.err
    found = desk.ok("export", "leads", "--json").json
    new = {lead["email"]: lead for lead in found if lead["email"].endswith("@fair.example")}
    assert set(new) == {"ada@fair.example", "jun@fair.example"}
    ada = new["ada@fair.example"]
    assert (ada["first_name"], ada["last_name"], ada["title"]) == ("Ada", "O'Kafor", "CTO")
    assert (ada["company"], ada["phone"]) == ("Acme [/x] Inc", "+353875550142")
    assert new["jun@fair.example"]["first_name"] == "=HYPERLINK(1)"
    assert desk.ok("lead", ada["lead_id"], "--json").json["lead_id"] == ada["lead_id"]


def test_doing_it_again_adds_and_changes_nobody(desk: DeskHome, crm: Sandbox, fair: Path) -> None:
    desk("import", str(fair))
    fair.write_text(FAIR.replace("CTO", "Intern"), encoding="utf-8")
    again = desk("import", str(fair), "--json")
    assert again.json["created"] == []
    assert again.json["existing"] == 2
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
    path = tmp_path / "list.csv"
    path.write_text("email,country\na@fair.example,Ireland\nb[1]@fair.example,IE\n", "utf-8")
    ran = desk("import", str(path), "--json")
    assert len(ran.json["created"]) == 1
    assert [problem["line"] for problem in ran.json["problems"]] == [3]
    assert ran.code == 5


def test_a_dry_run_creates_nobody(desk: DeskHome, crm: Sandbox, fair: Path) -> None:
    assert desk("import", str(fair), "--dry-run", "--json").json["would_create"] == 2
    assert contacts_made(crm) == []


def test_without_a_network_nothing_is_lost(desk: DeskHome, fair: Path) -> None:
    ran = desk("import", str(fair), SDRDESK_API_URL="http://127.0.0.1:9")
    assert ran.code == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no column is headed email"),
        (b"name,phone\nAda,1\n", "headings found: name, phone"),
        (b"email\n\xff\xfe\n", "not UTF-8"),
        (b"email\n\0\n", "no text"),
    ],
)
def test_a_file_that_is_none_is_a_sentence(
    desk: DeskHome, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    ran = desk("import", str(path))
    assert ran.code == 2
    assert says in ran.err
    assert "Nothing was changed" in ran.err


def test_a_file_that_is_not_there_is_a_usage_error(desk: DeskHome) -> None:
    assert desk("import", "nowhere.csv").code == 2
