"""A do-not-call that was sent by mistake is lifted: here, in the log and at the CRM."""

from __future__ import annotations

from typing import Any

import pytest

from sdrdesk.store.database.database import Database
from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

WHY = "hit the wrong key, they never asked for it"


def first(desk: DeskHome) -> str:
    lead_id: str = desk.ok("next", "--json").json["lead_id"]
    return lead_id


def at_the_crm(crm: Sandbox, lead: str) -> tuple[str, str]:
    """Return mark and status of a contact."""
    held = crm.control(f"record/contacts/{lead}")["properties"]
    return held.get("do_not_call_phone") or "", held.get("hs_lead_status") or ""


def edit(crm: Sandbox, lead: str, **properties: str) -> None:
    crm.control("edit", {"type": "contacts", "id": lead, "properties": properties})


def notes(crm: Sandbox) -> list[str]:
    page = crm.get("/crm/objects/2026-09/notes?limit=100&properties=hs_note_body").json["results"]
    bodies = [note["properties"]["hs_note_body"] or "" for note in page]
    return [body for body in bodies if "was a mistake" in body]


def barred(desk: DeskHome, lead: str) -> list[str]:
    blocks = desk.ok("why", lead, "--json").json["blocked_by"]
    return [block["text"] for block in blocks if block["rule"] == "do_not_call"]


def mistake(desk: DeskHome, *more: str) -> tuple[str, tuple[str, str]]:
    """Record a do-not-call and send it; return the lead and how it stood at the CRM before."""
    waiting = [row["lead_id"] for row in desk.ok("queue", "--json").json]
    rows = (desk.ok("lead", lead_id, "--json").json for lead_id in waiting)
    row = next(row for row in rows if len(row["numbers"]) == 1)  # closing it closes the person
    lead: str = row["lead_id"]
    desk.ok("dispose", lead, "do_not_call", *more)
    assert desk.ok("sync", "--json").json["pushed"]["left"] == 0
    assert barred(desk, lead)
    return lead, ("", row["status"])


def count(desk: DeskHome, sql: str, *values: str) -> int:
    with Database.open(desk.home / "sdrdesk.db") as db, db.reader() as connection:
        return int(connection.execute(sql, values).fetchone()[0])


def test_it_is_lifted_everywhere_exactly_once(synced: DeskHome, crm: Sandbox) -> None:
    day = synced.ok("log", "--json").json["reps"]
    dials, connects = sum(rep["dials"] for rep in day), sum(rep["connects"] for rep in day)
    lead, (_, status) = mistake(synced)
    assert at_the_crm(crm, lead) == ("true", "UNQUALIFIED")

    told = synced("undo")
    assert told.code == 2
    assert "--reason" in told.err
    assert barred(synced, lead)
    assert synced.ok("outbox", "--json").json == []

    # Without a network it is recorded all the same.
    done = synced.ok("undo", "--reason", WHY, "--json", SDRDESK_API_URL="http://127.0.0.1:9").json
    assert (done["lifted"], done["clean"]) == (True, False)
    assert "may be called again" in done["message"]
    assert barred(synced, lead) == []
    assert lead in {row["lead_id"] for row in synced.ok("queue", "--json").json}
    for _ in range(2):
        assert synced("sync").code == 0
    assert at_the_crm(crm, lead) == ("", status)
    (note,) = notes(crm)
    assert WHY in note
    assert barred(synced, lead) == []

    log = synced.ok("log", "--json").json
    (rep,) = log["reps"]
    assert (rep["dials"], rep["connects"]) == (dials + 1, connects)
    assert "do_not_call" not in rep["outcomes"]
    page = synced.ok("lead", lead, "--json").json["timeline"]
    assert any(WHY in entry["note"] for entry in page)
    assert synced("undo", "--reason", WHY).code == 2  # it does not stand any more


def test_undo_before_it_was_sent_needs_no_reason(synced: DeskHome, crm: Sandbox) -> None:
    lead = first(synced)
    before = at_the_crm(crm, lead)
    synced.ok("dispose", lead, "do_not_call")
    assert synced.ok("undo", "--json").json["clean"] is True
    synced.ok("sync")
    assert (barred(synced, lead), at_the_crm(crm, lead)) == ([], before)


@pytest.mark.parametrize("scope", ["number", "company"])
def test_number_and_company_are_free_again(synced: DeskHome, crm: Sandbox, scope: str) -> None:
    lead, _ = mistake(synced, "--scope", scope)
    assert count(synced, "SELECT count(*) FROM suppression WHERE scope = ?", scope) == 1
    synced.ok("undo", "--reason", WHY)
    synced.ok("sync")
    assert count(synced, "SELECT count(*) FROM suppression") == 0
    assert barred(synced, lead) == []
    assert at_the_crm(crm, lead)[0] == ""


def test_what_an_earlier_outcome_closed_stays_closed(synced: DeskHome, crm: Sandbox) -> None:
    lead, _ = mistake(synced)
    synced.ok("dispose", lead, "do_not_call")
    synced.ok("sync")
    done = synced.ok("undo", "--reason", WHY, "--json").json
    assert "still may not be called" in done["message"]
    assert "it was marked before" in done["message"]
    synced.ok("sync")
    assert barred(synced, lead)
    assert at_the_crm(crm, lead)[0] == "true"
    synced.ok("undo", "--reason", WHY)
    synced.ok("sync")
    assert barred(synced, lead) == []
    assert at_the_crm(crm, lead)[0] == ""


def test_a_mark_that_was_there_when_ours_came_stays_and_is_told(
    synced: DeskHome, crm: Sandbox
) -> None:
    lead = first(synced)
    synced.ok("dispose", lead, "do_not_call")
    edit(crm, lead, do_not_call_phone="true")  # a colleague, before the sync
    synced.ok("sync")
    done = synced.ok("undo", "--reason", WHY, "--json").json
    assert "somebody else marked it" in done["message"]
    assert "still may not be called" in done["message"]
    synced("sync")
    assert at_the_crm(crm, lead)[0] == "true"
    assert barred(synced, lead)
    assert "somebody else marked it" in notes(crm)[0]


def marked_again(desk: DeskHome, crm: Sandbox) -> tuple[str, dict[str, Any]]:
    """Others lift our mark and make it again; then we lift it. Return the lead and the conflict."""
    lead, _ = mistake(desk)
    edit(crm, lead, do_not_call_phone="false")
    edit(crm, lead, do_not_call_phone="true")
    desk.ok("undo", "--reason", WHY)
    assert desk("sync").code == 5
    (conflict,) = desk("conflicts", "--json").json
    return lead, conflict


@pytest.mark.parametrize("take", ["mine", "theirs"])
def test_a_mark_that_others_made_since_stays_and_is_told(
    synced: DeskHome, crm: Sandbox, take: str
) -> None:
    lead, conflict = marked_again(synced, crm)
    assert (conflict["lead_id"], conflict["field"]) == (lead, "do_not_call")
    assert at_the_crm(crm, lead)[0] == "true"
    assert barred(synced, lead)
    synced.ok("conflicts", "resolve", conflict["key"], "--take", take)
    synced.ok("sync")
    assert at_the_crm(crm, lead)[0] == ("" if take == "mine" else "true")
    assert bool(barred(synced, lead)) is (take == "theirs")


def test_a_status_that_a_colleague_set_since_stays(synced: DeskHome, crm: Sandbox) -> None:
    lead, (_, before) = mistake(synced)
    # Another than the one it had, which depends on the hour.
    value, label = ("OPEN", "Open") if before != "OPEN" else ("IN_PROGRESS", "In Progress")
    edit(crm, lead, hs_lead_status=value)
    synced.ok("sync")
    assert f"Status stays {label}" in synced.ok("undo", "--reason", WHY, "--json").json["message"]
    synced.ok("sync")
    assert at_the_crm(crm, lead) == ("", value)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_does_not_hide_whose_mark_it_is(
    synced: DeskHome, crm: Sandbox, when: str
) -> None:
    lead = first(synced)
    synced.ok("dispose", lead, "do_not_call")
    crm.control("faults", {"method": "PATCH", "path": f"/contacts/{lead}$", "drop": when})
    for _ in range(2):
        synced("sync")
        synced("outbox", "retry", _first_key(synced))
    synced("sync")
    assert at_the_crm(crm, lead)[0] == "true"
    synced.ok("undo", "--reason", WHY)
    synced.ok("sync")
    assert at_the_crm(crm, lead)[0] == ""


def _first_key(desk: DeskHome) -> str:
    return next((item["key"] for item in desk.ok("outbox", "--json").json), "none")


@pytest.mark.parametrize("status", ["UNQUALIFIED", "NEW"])
def test_the_status_of_a_do_not_call_is_never_lost(
    synced: DeskHome, crm: Sandbox, status: str
) -> None:
    """Also where the lead had that status here already, and a colleague opened it again since."""
    lead = first(synced)
    edit(crm, lead, hs_lead_status=status)
    synced.ok("sync")
    synced.ok("dispose", lead, "do_not_call")
    edit(crm, lead, hs_lead_status="OPEN")
    assert synced("sync").code == 5
    assert at_the_crm(crm, lead)[0] == "true"
    (conflict,) = synced("conflicts", "--json").json
    assert (conflict["field"], conflict["mine"], conflict["theirs"]) == (
        "status",
        "UNQUALIFIED",
        "OPEN",
    )
    synced.ok("conflicts", "resolve", conflict["key"], "--take", "mine")
    synced.ok("sync")
    assert at_the_crm(crm, lead) == ("true", "UNQUALIFIED")


def test_lifting_closes_the_conflict_about_its_status(synced: DeskHome, crm: Sandbox) -> None:
    lead = first(synced)
    synced.ok("dispose", lead, "do_not_call")
    edit(crm, lead, hs_lead_status="CONNECTED")
    assert synced("sync").code == 5
    synced.ok("undo", "--reason", WHY)
    synced.ok("sync")
    assert synced.ok("conflicts", "--json").json == []
    assert at_the_crm(crm, lead) == ("", "CONNECTED")


def test_a_mark_whose_item_was_refused_in_part_and_given_up_is_lifted_too(
    synced: DeskHome, crm: Sandbox
) -> None:
    body = {"type": "contacts", "property": "hs_lead_status", "remove": ["UNQUALIFIED"]}
    crm.control("options", body)
    lead = first(synced)
    before = at_the_crm(crm, lead)
    assert synced("dispose", lead, "do_not_call", "--push", "now").code == 5
    assert at_the_crm(crm, lead) == ("true", before[1]), "the mark does not wait for the status"
    (item,) = synced.ok("outbox", "--json").json
    synced.ok("outbox", "drop", item["key"])
    assert barred(synced, lead)
    done = synced.ok("undo", "--reason", f"\x1b[31m{WHY}\nthey say", "--json").json
    assert "may be called again" in done["message"]
    synced.ok("sync")
    mark, status = at_the_crm(crm, lead)
    assert (mark in ("", "false"), status, barred(synced, lead)) == (True, before[1], [])
    (note,) = notes(crm)
    assert f"{WHY} they say" in note
    assert "\x1b" not in note
