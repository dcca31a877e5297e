"""One person added from the command line: looked up first, never there twice."""

from __future__ import annotations

from typing import Any

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox


def created(crm: Sandbox) -> list[dict[str, Any]]:
    return [w for w in crm.journal() if w["op"] == "create" and w["object"] == "contacts"]


def contact(crm: Sandbox, lead_id: str) -> dict[str, Any]:
    names = "email,firstname,lastname,jobtitle,company,phone,mobilephone,hubspot_owner_id"
    path = f"/crm/objects/2026-09/contacts/{lead_id}?properties={names}"
    values: dict[str, Any] = crm.get(path).json["properties"]
    return values


PERSON = (
    "--name", "Zoë van Dam", "--email", "Zoe@Kade.example", "--mobile", "+31 6 12345678",
    "--title", "Head of Ops", "--company", "Kade BV",
)  # fmt: skip


def test_a_new_person_is_there_once_and_here(synced: DeskHome, crm: Sandbox) -> None:
    made = synced.ok("add", *PERSON, "--json").json
    assert (made["created"], made["name"]) == (True, "Zoë van Dam")
    values = contact(crm, made["lead_id"])
    assert (values["email"], values["lastname"], values["company"]) == (
        "zoe@kade.example",
        "van Dam",
        "Kade BV",
    )
    assert values["hubspot_owner_id"]
    assert synced.ok("lead", made["lead_id"], "--json").json["name"] == "Zoë van Dam"
    again = synced.ok("add", *PERSON, "--json").json
    assert (again["created"], again["lead_id"]) == (False, made["lead_id"])
    assert len(created(crm)) == 1


def test_a_person_of_the_crm_that_is_not_here_is_fetched_not_made(
    synced: DeskHome, crm: Sandbox
) -> None:
    body = {"properties": {"email": "kim@quay.example", "firstname": "Kim", "lastname": "Ro"}}
    there = crm.request("POST", "/crm/objects/2026-09/contacts", body).json["id"]
    made = synced.ok("add", "--email", "kim@quay.example", "--first", "Kim", "--json").json
    assert (made["lead_id"], made["created"]) == (there, False)
    assert synced.ok("lead", there, "--json").json["name"] == "Kim Ro"
    assert len(created(crm)) == 1


def test_somebody_else_with_the_number_is_asked_about(synced: DeskHome, crm: Sandbox) -> None:
    first = synced.ok("add", *PERSON, "--json").json["lead_id"]
    other = ("--email", "z.vandam@kade.example", "--name", "Zoë van Dam", "--mobile")
    ran = synced("add", *other, "06 12345678", "--json")
    assert ran.code == 2, "without a country nobody guesses"
    ran = synced("add", *other, "+31612345678", "--json")
    assert ran.code == 5
    assert ran.json["lead_id"] is None
    assert [one["lead_id"] for one in ran.json["alike"]] == [first]
    assert len(created(crm)) == 1
    assert synced.ok("add", *other, "+31612345678", "--anyway", "--json").json["created"]
    assert len(created(crm)) == 2


def test_offline_nobody_is_added_and_it_says_why(synced: DeskHome, crm: Sandbox) -> None:
    ran = synced("add", *PERSON, SDRDESK_API_URL="http://127.0.0.1:9")
    assert ran.code == 3
    assert "Nobody was added" in ran.err
    assert not created(crm)
    known = synced.ok("next", "--json").json["lead_id"]
    email = synced.ok("lead", known, "--json").json["email"]
    ran = synced.ok("add", "--email", email, SDRDESK_API_URL="http://127.0.0.1:9")
    assert "is there already" in ran.out, "who is here is known without the CRM"


def test_a_lost_answer_makes_nobody_twice(synced: DeskHome, crm: Sandbox) -> None:
    crm.control("faults", {"path": "contacts/batch/create", "drop": "after"})
    made = synced.ok("add", *PERSON, "--json").json
    assert len(created(crm)) == 1
    assert contact(crm, made["lead_id"])["email"] == "zoe@kade.example"


def test_nothing_to_tell_the_person_by_is_refused(synced: DeskHome, crm: Sandbox) -> None:
    for words in (("--name", "Zoë"), ("--phone", "+31 6 12345678"), ("--email", "nobody")):
        assert synced("add", *words).code == 2
    assert not created(crm)
