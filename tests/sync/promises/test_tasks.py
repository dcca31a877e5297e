"""A call task of the CRM and a callback recorded here are one promise."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from sdrdesk.clock import iso, parse_iso
from sdrdesk.store.outbox.outbox import retry
from sdrdesk.store.promises.removing import restore_promise
from sdrdesk.store.record.decisions import acknowledge_callback
from sdrdesk.store.record.outcomes import undo
from sdrdesk.sync.pull.full_pass import TASKS_READ
from tests.sync.desk import Desk, use_keys

REP = "70002"
COLLEAGUE = "70003"


def add_task(desk: Desk, lead_id: str, due: datetime, **more: str) -> str:
    """Make a call task in the CRM as somebody else does; return its id."""
    properties = {
        "hs_timestamp": iso(due),
        "hs_task_subject": "Ring about the offer",
        "hs_task_type": "CALL",
        "hs_task_status": "NOT_STARTED",
        "hubspot_owner_id": COLLEAGUE,
    } | more
    link = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204}
    body = {
        "properties": {name: value for name, value in properties.items() if value},
        "associations": [{"to": {"id": lead_id}, "types": [link]}],
    }
    made = desk.sandbox.post("/crm/objects/2026-09/tasks", body)
    return str(made.json["id"])


def edit_task(desk: Desk, task_id: str, **properties: str) -> None:
    desk.sandbox.control("edit", {"type": "tasks", "id": task_id, "properties": properties})


def task(desk: Desk, task_id: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.sandbox.control(f"record/tasks/{task_id}")["properties"]
    return found


def call_tasks(desk: Desk, lead_id: str) -> list[dict[str, Any]]:
    """Return the call tasks of a lead at the CRM."""
    path = f"/crm/objects/2026-09/contacts/{lead_id}/associations/tasks?limit=500"
    found = desk.sandbox.get(path)
    ids = dict.fromkeys(item["toObjectId"] for item in found.json["results"])
    tasks = [task(desk, str(i)) for i in ids]
    return [t for t in tasks if t.get("hs_task_type") == "CALL"]


def open_tasks(desk: Desk, lead_id: str) -> list[dict[str, Any]]:
    return [t for t in call_tasks(desk, lead_id) if t["hs_task_status"] == "NOT_STARTED"]


def free_lead(desk: Desk) -> str:
    """Return a lead without any call task."""
    return next(i for i in (desk.pick(skip=n) for n in range(40)) if not call_tasks(desk, i))


def later(desk: Desk, hours: float = 3) -> datetime:
    return (desk.clock() + timedelta(hours=hours)).replace(microsecond=0)


@pytest.fixture(params=["upsert", "marker"])
def keyed(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    if request.param == "upsert":
        use_keys(desk)
    return desk


def test_a_task_made_by_hand_is_a_promise(desk: Desk) -> None:
    lead_id, due = free_lead(desk), later(desk)
    add_task(desk, lead_id, due)
    desk.sync()
    lead = desk.lead(lead_id)
    assert (lead.callback_at, lead.callback_note) == (due, "Ring about the offer")
    row = desk.sql(
        "SELECT callback_owner_id, callback_origin, callback_team FROM lead_desk WHERE lead_id = ?",
        lead_id,
    )
    assert row == [(COLLEAGUE, "crm", 0)]


@pytest.mark.parametrize(
    "properties",
    [{"hs_task_type": "TODO"}, {"hs_task_status": "COMPLETED"}, {"hs_task_status": "DEFERRED"}],
)
def test_other_tasks_are_none(desk: Desk, properties: dict[str, str]) -> None:
    lead_id = free_lead(desk)
    add_task(desk, lead_id, later(desk), **properties)
    desk.sync()
    assert desk.lead(lead_id).callback_at is None


@pytest.mark.parametrize("outcome", ["disqualified", "do_not_call", "qualified", "nurture"])
def test_a_closing_outcome_closes_whatever_is_open(desk: Desk, outcome: str) -> None:
    lead_id = free_lead(desk)
    add_task(desk, lead_id, later(desk))
    add_task(desk, lead_id, later(desk, 30), hubspot_owner_id=REP)
    desk.sync()
    desk.dispose(lead_id, outcome)
    assert desk.lead(lead_id).callback_at is None
    desk.sync()
    assert [t["hs_task_status"] for t in call_tasks(desk, lead_id)] == ["COMPLETED", "COMPLETED"]
    assert desk.lead(lead_id).callback_at is None


def test_a_try_keeps_what_is_due_and_leaves_what_is_later(desk: Desk) -> None:
    lead_id = free_lead(desk)
    due = add_task(desk, lead_id, desk.clock() - timedelta(minutes=2))
    coming = later(desk, 30)
    other = add_task(desk, lead_id, coming)
    desk.sync()
    desk.dispose(lead_id, "no_answer")
    desk.sync()
    assert task(desk, due)["hs_task_status"] == "COMPLETED"
    assert task(desk, other)["hs_task_status"] == "NOT_STARTED"
    assert desk.lead(lead_id).callback_at == coming


def test_a_new_callback_moves_the_task(keyed: Desk) -> None:
    desk, lead_id = keyed, free_lead(keyed)
    made = add_task(desk, lead_id, later(desk), hs_task_body="<p>See the <b>offer</b></p>")
    desk.sync()
    promised = later(desk, 48)
    desk.dispose(lead_id, "callback", callback_at=promised, note="after the board meeting")
    desk.sync()
    assert len(call_tasks(desk, lead_id)) == 1
    moved = task(desk, made)
    assert parse_iso(moved["hs_timestamp"]) == promised
    assert "offer" in moved["hs_task_body"]
    assert "board meeting" in moved["hs_task_body"]
    lead = desk.lead(lead_id)
    assert lead.callback_at == promised
    assert "board meeting" in lead.callback_note


def test_my_own_callback_is_one_promise_and_moves(keyed: Desk) -> None:
    desk, lead_id = keyed, free_lead(keyed)
    first, second = later(desk), later(desk, 48)
    desk.dispose(lead_id, "callback", callback_at=first, note="first\nwords")
    desk.sync()
    desk.clock.forward(60)
    desk.sync()
    assert desk.one("SELECT count(*) FROM promise WHERE lead_id = ? AND open = 1", lead_id) == 1
    assert desk.lead(lead_id).callback_note == "first words"
    desk.dispose(lead_id, "callback", callback_at=second, note="second words")
    assert desk.lead(lead_id).callback_at == second
    desk.sync()
    found = call_tasks(desk, lead_id)
    assert [parse_iso(t["hs_timestamp"]) for t in found] == [second]
    assert desk.lead(lead_id).callback_note == "second words"


def test_moved_before_the_task_was_sent(desk: Desk) -> None:
    lead_id, second = free_lead(desk), later(desk, 48)
    desk.dispose(lead_id, "callback", callback_at=later(desk))
    desk.dispose(lead_id, "callback", callback_at=second)
    desk.dispose(lead_id, "qualified")
    desk.sync()
    found = call_tasks(desk, lead_id)
    assert [t["hs_task_status"] for t in found] == ["COMPLETED"]
    assert parse_iso(found[0]["hs_timestamp"]) == second


@pytest.mark.parametrize("what", ["complete", "move", "reassign", "delete"])
def test_what_others_do_to_a_task_changes_the_promise(desk: Desk, what: str) -> None:
    lead_id, due = free_lead(desk), later(desk)
    made = add_task(desk, lead_id, due)
    desk.sync()
    desk.clock.forward(30)
    if what == "complete":
        edit_task(desk, made, hs_task_status="COMPLETED")
    elif what == "move":
        edit_task(desk, made, hs_timestamp=iso(due + timedelta(days=1)))
    elif what == "reassign":
        edit_task(desk, made, hubspot_owner_id=REP)
    else:
        desk.sandbox.delete(f"/crm/objects/2026-09/tasks/{made}")
    desk.sync()
    gone = what in ("complete", "delete")
    wanted = None if gone else due + timedelta(days=1) if what == "move" else due
    assert desk.lead(lead_id).callback_at == wanted
    if what == "reassign":
        owner = desk.one("SELECT callback_owner_id FROM lead_desk WHERE lead_id = ?", lead_id)
        assert owner == REP


def test_a_task_just_closed_does_not_ring_though_the_index_is_late(desk: Desk) -> None:
    lead_id, due = free_lead(desk), later(desk)
    made = add_task(desk, lead_id, due)
    desk.sync()
    desk.sandbox.settings(lag_ms=600_000)
    edit_task(desk, made, hs_task_status="COMPLETED")
    desk.sync(light=True)
    assert desk.lead(lead_id).callback_at == due, "looked at a moment ago"
    desk.clock.forward(desk.tuning.tasks_every_s + 1)
    desk.sync(light=True)
    assert desk.lead(lead_id).callback_at is None


def test_a_task_moved_meanwhile_is_not_closed_by_an_earlier_call(desk: Desk) -> None:
    lead_id = free_lead(desk)
    made = add_task(desk, lead_id, desk.clock() - timedelta(minutes=2))
    desk.sync()
    desk.dispose(lead_id, "no_answer")
    moved = later(desk, 40)
    edit_task(desk, made, hs_timestamp=iso(moved))
    desk.sync()
    desk.sync()
    assert task(desk, made)["hs_task_status"] == "NOT_STARTED"
    assert desk.lead(lead_id).callback_at == moved
    receipt = json.loads(desk.one("SELECT payload_json FROM outbox WHERE kind = 'task'"))
    assert receipt["written"] == []
    assert receipt["left"]["task"].startswith("somebody moved the task to")


def test_two_new_times_for_one_task_are_asked(desk: Desk) -> None:
    lead_id, mine = free_lead(desk), later(desk, 24)
    made = add_task(desk, lead_id, later(desk))
    desk.sync()
    desk.dispose(lead_id, "callback", callback_at=mine)
    edit_task(desk, made, hs_timestamp=iso(later(desk, 50)))
    desk.sync()
    key, error = desk.sql("SELECT key, last_error FROM outbox WHERE state = 'blocked'")[0]
    assert "moved this task" in error
    assert desk.lead(lead_id).callback_at == mine
    retry(desk.db, key)
    desk.sync()
    assert parse_iso(task(desk, made)["hs_timestamp"]) == mine
    assert desk.states()[key] == "sent"


def test_a_moved_task_that_was_deleted_is_made_again(desk: Desk) -> None:
    lead_id, mine = free_lead(desk), later(desk, 24)
    made = add_task(desk, lead_id, later(desk))
    desk.sync()
    desk.dispose(lead_id, "callback", callback_at=mine, note="after lunch")
    desk.sandbox.delete(f"/crm/objects/2026-09/tasks/{made}")
    desk.sync()
    desk.sync()
    [again] = open_tasks(desk, lead_id)
    assert parse_iso(again["hs_timestamp"]) == mine
    assert again["hs_task_subject"].startswith("Call ")
    assert "after lunch" in again["hs_task_body"]
    assert desk.lead(lead_id).callback_at == mine


def test_a_lost_answer_closes_once_and_says_so(desk: Desk) -> None:
    lead_id = free_lead(desk)
    made = add_task(desk, lead_id, desk.clock() - timedelta(minutes=2))
    desk.sync()
    desk.dispose(lead_id, "no_answer")
    desk.fault(method="PATCH", path="/tasks/", times=1, drop="after")
    for _ in range(3):
        desk.clock.forward(30)
        desk.sync()
    assert task(desk, made)["hs_task_status"] == "COMPLETED"
    payload = desk.one("SELECT payload_json FROM outbox WHERE kind = 'task'")
    assert '"written": ["task"]' in payload


def test_a_task_forgotten_for_a_month_does_not_lead_the_queue(desk: Desk) -> None:
    lead_id = free_lead(desk)
    made = add_task(desk, lead_id, desk.clock() - timedelta(days=31))
    desk.sync()
    assert desk.lead(lead_id).callback_at is None
    desk.dispose(lead_id, "no_answer")
    desk.sync()
    assert task(desk, made)["hs_task_status"] == "COMPLETED"


def test_undo_before_sending_brings_back_the_promise(desk: Desk) -> None:
    lead_id, due = free_lead(desk), later(desk)
    made = add_task(desk, lead_id, due)
    desk.sync()
    key = desk.dispose(lead_id, "qualified")
    assert undo(desk.db, key, desk.clock()).done
    assert desk.lead(lead_id).callback_at == due
    desk.sync()
    assert task(desk, made)["hs_task_status"] == "NOT_STARTED"


def test_a_call_logged_elsewhere_keeps_the_promise(desk: Desk) -> None:
    """Somebody called with another tool and did not tick off the task."""
    lead_id = free_lead(desk)
    add_task(desk, lead_id, later(desk, 0.05))
    desk.sync()
    assert desk.lead(lead_id).callback_at is not None
    link = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}
    body = {
        "properties": {"hs_timestamp": iso(desk.clock()), "hubspot_owner_id": COLLEAGUE},
        "associations": [{"to": {"id": lead_id}, "types": [link]}],
    }
    desk.sandbox.post("/crm/objects/2026-09/calls", body)
    desk.sync()
    assert desk.lead(lead_id).callback_at is None


def test_tasks_of_an_older_database_are_read_again(desk: Desk) -> None:
    lead_id, due = free_lead(desk), later(desk)
    add_task(desk, lead_id, due)
    desk.sync()
    with desk.db.writer() as connection:
        connection.execute("DELETE FROM promise")
        connection.execute("DELETE FROM lead_desk")
        connection.execute("DELETE FROM sync_state WHERE name = ?", (TASKS_READ,))
    desk.sync(light=True)
    assert desk.lead(lead_id).callback_at == due


def test_removing_a_callback_completes_its_task(desk: Desk) -> None:
    lead_id = free_lead(desk)
    made = add_task(desk, lead_id, later(desk))
    desk.sync()
    acknowledge_callback(desk.db, lead_id, desk.clock(), later(desk))
    assert desk.lead(lead_id).callback_at is None
    desk.sync()
    assert task(desk, made)["hs_task_status"] == "COMPLETED"


@pytest.mark.parametrize("sent", [False, True])
def test_a_removal_is_taken_back(desk: Desk, sent: bool) -> None:
    lead_id, due = free_lead(desk), later(desk)
    made = add_task(desk, lead_id, due)
    desk.sync()
    _, key = acknowledge_callback(desk.db, lead_id, desk.clock(), later(desk))
    if sent:
        desk.sync()
    restore_promise(desk.db, key, desk.clock())
    assert desk.lead(lead_id).callback_at == due
    desk.sync()
    assert task(desk, made)["hs_task_status"] == "NOT_STARTED"
    assert desk.lead(lead_id).callback_at == due


@pytest.mark.parametrize("outcome", ["callback", "qualified", "no_answer"])
def test_undo_of_a_sent_outcome_restores_the_task(desk: Desk, outcome: str) -> None:
    lead_id, due = free_lead(desk), later(desk, 0.1)
    made = add_task(desk, lead_id, due)
    desk.sync()
    key = desk.dispose(lead_id, outcome)
    desk.sync()
    assert desk.lead(lead_id).callback_at != due
    desk.correct(key)
    assert desk.lead(lead_id).callback_at == due
    desk.sync()
    desk.sync()
    now = task(desk, made)
    assert (now["hs_task_status"], parse_iso(now["hs_timestamp"])) == ("NOT_STARTED", due)
    assert len(call_tasks(desk, lead_id)) == 1
    lead = desk.lead(lead_id)
    assert (lead.callback_at, lead.callback_note) == (due, "Ring about the offer")


def test_undo_of_a_sent_callback_closes_its_task(desk: Desk) -> None:
    lead_id = free_lead(desk)
    key = desk.dispose(lead_id, "callback")
    desk.sync()
    desk.correct(key)
    desk.sync()
    assert [t["hs_task_status"] for t in call_tasks(desk, lead_id)] == ["COMPLETED"]
    assert desk.lead(lead_id).callback_at is None
