"""Calls that came in: the journal, the attempts, the number of calls in a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.queue.candidates import candidates
from sdrdesk.store.record.call_journal import current_calls, start_call
from sdrdesk.store.record.outcomes import record, undo
from sdrdesk.store.record.reopened_calls import reopen_in
from tests.store.filling import NOW, NOW_MS, call_row, lead_row, plan, put


def test_the_clock_of_an_incoming_call_starts_as_talk_and_survives_a_crash(db: Database) -> None:
    began = start_call(db, "desk", 1, "501", "+15550148899", NOW, incoming=True)
    (call,) = current_calls(db)
    assert call == began
    assert (call.incoming, call.talking_at) == (True, NOW)


def test_an_incoming_call_is_a_contact_and_no_attempt(db: Database) -> None:
    put(db, lead_row(attempts=0))
    made = plan(disposition="callback", at=NOW)
    coming = replace(made.activity, direction="in", outcome_label="Connected")
    record(db, replace(made, activity=coming))
    lead = get_lead(db, "501")
    assert lead is not None
    assert (lead.attempts, lead.first_attempt_at, lead.last_attempt_at) == (0, NOW, NOW)
    (candidate,) = candidates(db, None, now=NOW + timedelta(minutes=1))
    assert candidate.calls_24h == 0
    undo(db, "a-1", NOW)
    lead = get_lead(db, "501")
    assert lead is not None
    assert lead.first_attempt_at is None


def test_a_call_of_theirs_that_nobody_took_is_no_contact(db: Database) -> None:
    put(db, lead_row(), call_row(direction="in", at=NOW), call_row("501", NOW))
    from sdrdesk.store.mirror.attempts import recompute

    with db.writer() as connection:
        connection.execute("DELETE FROM activity WHERE direction = ''")
        recompute(connection, ["501"], NOW_MS)
    lead = get_lead(db, "501")
    assert lead is not None
    assert (lead.attempts, lead.first_attempt_at) == (0, None)


def test_undo_reopens_an_incoming_call_as_one(db: Database) -> None:
    put(db, lead_row())
    call = start_call(db, "desk", 1, "501", "", NOW, incoming=True)
    made = plan(disposition="nurture", at=NOW)
    coming = replace(made, activity=replace(made.activity, direction="in"))
    record(db, coming, desk="desk", now=NOW + timedelta(seconds=60))
    assert current_calls(db) == []
    undo(db, "a-1", NOW + timedelta(seconds=65))
    with db.writer() as connection:
        assert reopen_in(connection, "a-1", "desk", 1, to_ms(NOW + timedelta(seconds=65)))
    (again,) = current_calls(db)
    assert (again.incoming, again.started_at) == (True, call.started_at)
