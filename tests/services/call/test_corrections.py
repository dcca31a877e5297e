"""Corrections of any earlier outcome of mine, before and after it was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sdrdesk.domain.errors import NotFoundError, ReasonNeeded, UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.views.call import Corrected
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.record.outcomes import undo
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, call_row, lead_row, put

LATER = NOW + timedelta(days=2)


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    put(db, *(lead_row(n, first_name="Ada", last_name=f"No{n}") for n in ("1", "2")))
    return make_desk()


def recorded(desk: LocalDesk, outcome: str, lead_id: str = "1", **more: object) -> str:
    entry = Entry(outcome, NOW, duration_s=70, number="+353871234567", note="spoke to Bo")
    return desk.outcome.record(lead_id, replace(entry, **more)).activity_key  # type: ignore[arg-type]


def corrected(desk: LocalDesk, key: str, outcome: str, **more: object) -> Corrected:
    entry = replace(desk.corrections.entry(key, outcome), **more)  # type: ignore[arg-type]
    return desk.corrections.correct(key, entry)


def leaves(db: Database) -> None:
    """Let the sync have sent everything."""
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent' WHERE state = 'held'")
        connection.execute("UPDATE activity SET crm_id = '9' || rowid WHERE kind = 'call'")


def waiting(desk: LocalDesk) -> list[tuple[str, str]]:
    return [(item.kind, item.what) for item in desk.outbox.items() if item.state == "held"]


def test_an_unsent_outcome_is_changed_before_it_is_sent(desk: LocalDesk) -> None:
    key = recorded(desk, "qualified", qualify={"need": "x", "budget": "y"})
    assert desk.leads.view("1").row.lifecycle == "salesqualifiedlead"
    before = {item.key for item in desk.outbox.items()}
    done = corrected(desk, key, "no_answer", note="rang out")
    assert done.stays == ()
    assert done.preview[0] == "Call: Qualified → No answer, changed before it is sent"
    row = desk.leads.view("1").row
    assert (row.lifecycle, row.status) == ("lead", "ATTEMPTED_TO_CONTACT")
    assert waiting(desk) == [
        ("contact", "set status ATTEMPTED_TO_CONTACT"), ("call", "log call: No answer"),
    ]  # fmt: skip
    calls = [item for item in desk.outbox.items() if item.kind == "call"]
    assert [item.key for item in calls] == [key]
    assert key in before
    (line,) = desk.log.day(NOW.date()).activities
    assert (line.disposition, line.note, line.duration_s) == ("no_answer", "rang out", 70)
    (rep,) = desk.log.day(NOW.date()).reps
    assert (rep.dials, rep.connects, dict(rep.outcomes)) == (1, 0, {"no_answer": 1})


def test_a_sent_call_is_changed_in_place_once(desk: LocalDesk, db: Database) -> None:
    key = recorded(desk, "not_interested", reason="no_budget")
    leaves(db)
    planned = desk.corrections.preview(key, desk.corrections.entry(key, "left_voicemail"))
    assert planned.preview[:2] == (
        "Call: Not interested → Left voicemail, changed in HubSpot",
        "Status: Unqualified → Attempted to contact",
    )
    assert waiting(desk) == []  # nothing was written
    corrected(desk, key, "left_voicemail")
    assert waiting(desk) == [
        ("contact", "set status ATTEMPTED_TO_CONTACT"), ("call", "correct call: Left voicemail"),
    ]  # fmt: skip
    assert desk.leads.view("1").row.next_due_at is not None
    with pytest.raises(UsageError, match="what was recorded already"):
        corrected(desk, key, "left_voicemail")
    corrected(desk, key, "busy")  # again, before the first correction left
    assert [what for kind, what in waiting(desk) if kind == "call"] == ["correct call: Busy"]
    (line,) = desk.log.day(NOW.date()).activities
    assert line.disposition == "busy"


def test_what_cannot_be_taken_back_is_said_before(desk: LocalDesk, db: Database) -> None:
    key = recorded(desk, "meeting_set", meeting_at=LATER, qualify={"need": "x", "budget": "y"})
    leaves(db)
    planned = desk.corrections.preview(key, desk.corrections.entry(key, "gatekeeper"))
    assert len(planned.stays) == 3
    assert "Lifecycle stays" in planned.stays[0]
    assert "stays in HubSpot: cancel it there" in planned.stays[1]
    assert planned.stays[2] == "The hand-off note stays in HubSpot as it was"
    with pytest.raises(UsageError, match="More was sent to HubSpot"):
        desk.corrections.correct(key, desk.corrections.entry(key, "gatekeeper"), seen=())
    assert waiting(desk) == []
    done = desk.corrections.correct(
        key, desk.corrections.entry(key, "gatekeeper"), seen=planned.stays
    )
    assert done.stays == planned.stays
    assert desk.leads.view("1").row.lifecycle == "salesqualifiedlead"


def test_only_the_note(desk: LocalDesk, db: Database) -> None:
    key = recorded(desk, "callback", callback_at=LATER)
    entry = desk.corrections.entry(key)
    assert desk.corrections.correct(key, replace(entry, note="spoke to Mo")).preview == (
        "Note of the call: changed before it is sent",
    )
    assert {kind for kind, _ in waiting(desk)} == {"call", "contact", "task"}
    leaves(db)
    desk.corrections.correct(key, replace(entry, note="spoke to\nJo"))
    with db.reader() as connection:
        (text,) = connection.execute(
            "SELECT payload_json FROM outbox WHERE state = 'held'"
        ).fetchone()
    assert json_object(text)["note"] == "spoke to\nJo"
    assert json_object(text)["outcome_label"] == "Connected"
    assert desk.leads.view("1").row.next_due_at == LATER
    notes = [item.what for item in desk.leads.view("1").timeline if item.kind == "change"]
    assert all(note.startswith("Corrected: Callback, another note") for note in notes)
    assert len(notes) == 2


def test_a_promise_goes_and_moves_with_its_outcome(desk: LocalDesk, db: Database) -> None:
    key = recorded(desk, "callback", callback_at=LATER)
    leaves(db)
    with db.writer() as connection:
        connection.execute("UPDATE promise SET crm_id = '77'")
    moved = corrected(desk, key, "callback", callback_at=LATER + timedelta(hours=1))
    assert any("moved from" in line for line in moved.preview)
    assert desk.leads.view("1").row.next_due_at == LATER + timedelta(hours=1)
    gone = corrected(desk, key, "no_answer")
    assert any(line.endswith("completed") for line in gone.preview)
    tasks = [item for item in desk.outbox.items() if item.kind == "task"]
    assert [item.state for item in tasks] == ["held"]


def test_an_earlier_outcome_leaves_what_a_later_one_decided(
    desk: LocalDesk, make_desk: MakeDesk, db: Database
) -> None:
    key = recorded(desk, "no_answer")
    later = make_desk(NOW + timedelta(hours=1))
    later.outcome.record("1", Entry("callback", NOW + timedelta(hours=1), callback_at=LATER))
    leaves(db)
    done = corrected(desk, key, "not_interested", reason="no_budget")
    assert "Status stays In progress: somebody changed it since" in done.stays
    row = desk.leads.view("1").row
    assert (row.status, row.next_due_at) == ("IN_PROGRESS", LATER)
    with pytest.raises(UsageError, match="A later outcome") as refused:
        undo(db, key, NOW)
    assert f"sdrdesk correct {key}" in str(refused.value)


def test_lifting_a_sent_do_not_call_needs_a_reason(desk: LocalDesk, db: Database) -> None:
    key = recorded(desk, "do_not_call")
    leaves(db)
    with pytest.raises(ReasonNeeded, match="--why"):
        corrected(desk, key, "no_answer")
    assert not desk.queue.why("1").callable
    entry = desk.corrections.entry(key, "wrong_number")
    desk.corrections.correct(key, entry, "pressed the wrong key")
    assert "do_not_call" not in {block.rule for block in desk.queue.why("1").blocked_by}


def test_a_do_not_call_is_never_late(desk: LocalDesk, db: Database) -> None:
    key = recorded(desk, "no_answer")
    leaves(db)
    corrected(desk, key, "do_not_call")
    assert "do_not_call" in {block.rule for block in desk.queue.why("1").blocked_by}


def test_a_colleagues_outcome_is_refused(desk: LocalDesk, db: Database) -> None:
    key = recorded(desk, "no_answer")
    with db.writer() as connection:
        connection.execute("UPDATE activity SET owner_id = '8' WHERE activity_key = ?", (key,))
    with pytest.raises(UsageError, match="a colleague's call"):
        desk.corrections.entry(key)
    with pytest.raises(NotFoundError):
        desk.corrections.entry("nothing")


def test_an_undone_outcome_is_not_corrected(desk: LocalDesk) -> None:
    key = recorded(desk, "no_answer")
    entry = desk.corrections.entry(key, "busy")
    desk.undo.last()
    with pytest.raises(UsageError, match="This outcome was undone"):
        desk.corrections.correct(key, entry)


def test_an_outcome_without_a_call_stays_one(desk: LocalDesk) -> None:
    key = desk.outcome.record(
        "1", Entry("disqualified", NOW, reason="bad_fit", without_call=True)
    ).activity_key
    with pytest.raises(UsageError, match="It was recorded without a call"):
        corrected(desk, key, "no_answer")
    corrected(desk, key, "nurture")
    (line,) = desk.log.day(NOW.date()).activities
    assert (line.kind, line.disposition) == ("change", "nurture")


def test_undo_of_a_corrected_outcome_takes_back_all_of_it(desk: LocalDesk) -> None:
    before = desk.leads.view("1").row._replace(rank=0)
    key = recorded(desk, "no_answer")
    corrected(desk, key, "not_interested", reason="no_budget")
    assert desk.undo.last().message == "Undone: Not interested, Ada No1."
    assert desk.leads.view("1").row._replace(rank=0) == before
    assert waiting(desk) == []


def test_my_outcomes_of_a_lead(desk: LocalDesk) -> None:
    first, second = recorded(desk, "no_answer"), recorded(desk, "busy", at=NOW + timedelta(1))
    recorded(desk, "busy", "2")
    found = desk.corrections.of_lead("1")
    assert [item.activity_key for item in found] == [second, first]
    assert found[1].label == "No answer"


def test_my_call_from_another_machine_is_corrected_at_the_crm(
    desk: LocalDesk, db: Database
) -> None:
    values = {"title": "No answer · Ada No1", "outcome_label": "No answer", "crm_id": "881"}
    put(db, call_row("1", NOW, activity_key="call:881", owner_id="7", note="rang", **values))
    (found,) = desk.corrections.of_lead("1")
    assert (found.label, found.note) == ("No answer", "rang")
    done = corrected(desk, "call:881", "not_interested", reason="no_budget")
    assert done.preview[0] == "Call: No answer → Not interested, changed in HubSpot"
    assert desk.leads.view("1").row.status == "UNQUALIFIED"
    (line,) = desk.log.day(NOW.date()).activities
    assert (line.disposition, line.note) == ("not_interested", "rang")
    assert ("call", "correct call: Connected") in waiting(desk)


def test_reason_and_answers_read_back_are_not_written_twice(desk: LocalDesk, db: Database) -> None:
    put(
        db,
        call_row(
            "1", NOW, activity_key="call:881", owner_id="7", crm_id="881",
            outcome_label="Connected", disposition="not_interested", reason="no_budget",
            qualify_json='{"need": "forklifts"}', note="rang\nReason: No budget\nNeed: forklifts",
        ),
    )  # fmt: skip
    (found,) = desk.corrections.of_lead("1")
    assert found.note == "rang"
    corrected(desk, "call:881", "not_interested", reason="no_priority")
    body = sent_text(db)
    assert body.count("Reason: ") == body.count("forklifts") == 1
    assert body.startswith("rang\nReason: Not a priority")


def test_another_note_keeps_reason_and_answers(desk: LocalDesk, db: Database) -> None:
    more = {"disposition": "not_interested", "reason": "no_budget", "crm_id": "881"}
    text = "rang\nReason: No budget"
    put(db, call_row("1", NOW, activity_key="call:881", owner_id="7", note=text, **more))
    corrected(desk, "call:881", "", note="rang twice")
    assert sent_text(db) == "rang twice\nReason: No budget"


def sent_text(db: Database) -> str:
    with db.reader() as connection:
        (payload,) = connection.execute(
            "SELECT payload_json FROM outbox WHERE kind = 'call' ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    return str(json_object(payload)["note"])


def test_a_task_that_the_wrong_outcome_closed_is_open_again(
    desk: LocalDesk, make_desk: MakeDesk, db: Database
) -> None:
    recorded(desk, "callback", callback_at=LATER)
    leaves(db)
    with db.writer() as connection:
        connection.execute("UPDATE promise SET crm_id = '77'")
    later = make_desk(NOW + timedelta(hours=1))
    entry = Entry("not_interested", NOW + timedelta(hours=1), reason="no_budget", number="+35315")
    key = later.outcome.record("1", entry).activity_key
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent', sent_ms = 1 WHERE state = 'held'")
        connection.execute(
            "UPDATE outbox SET payload_json = json_set(payload_json, '$.written',"
            " json('[\"task\"]')) WHERE activity_key = ? AND kind = 'task'",
            (key,),
        )
        connection.execute("UPDATE promise SET base_open = 0, open = 0")
    assert desk.leads.view("1").row.next_due_at is None
    done = corrected(later, key, "no_answer")
    assert any(line.endswith("open again") for line in done.preview)
    assert [promise.due_at for promise in promises_of(db, "1")] == [LATER]
