"""Recording an outcome and taking it back."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import ActivityKind, OutboxItem, OutboxKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.types import LeadChange
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activities import last_disposition, timeline
from sdrdesk.store.mirror.attempts import recompute
from sdrdesk.store.mirror.leads import get_lead, held_numbers
from sdrdesk.store.queue.candidates import candidate_of, facts
from sdrdesk.store.record.call_journal import current_calls, start_call
from sdrdesk.store.record.decisions import pin, snooze
from sdrdesk.store.record.outcome_fields import lead_before, sent_fields
from sdrdesk.store.record.outcomes import record, undo
from sdrdesk.store.tables import AliasRow, CrmOptionRow
from tests.store.filling import NOW, NOW_MS, call_row, desk_state, get_activity, lead_row, plan, put

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(db: Database) -> Database:
    put(db, lead_row())
    return db


def lead_of(db: Database, lead_id: str = "501") -> Lead:
    lead = get_lead(db, lead_id)
    assert lead is not None
    return lead


def states(db: Database) -> dict[str, str]:
    with db.reader() as connection:
        return dict(connection.execute("SELECT key, state FROM outbox").fetchall())


def base_of(db: Database) -> dict[str, str]:
    with db.reader() as connection:
        return dict(connection.execute("SELECT field, value FROM lead_base").fetchall())


def move(db: Database, key: str, state: str, attempts: int = 1) -> None:
    """What the sender does to an item."""
    with db.writer() as connection:
        connection.execute(
            "UPDATE outbox SET state = ?, attempts = ? WHERE key = ?", (state, attempts, key)
        )


def test_an_outcome_is_one_whole(desk: Database) -> None:
    change = LeadChange(
        attempts_delta=1,
        last_attempt_at=NOW,
        next_due_at=NOW + 2 * HOUR,
        callback_at=NOW + 2 * HOUR,
        callback_note="after lunch",
    )
    outcome = plan(changes={"status": "CONNECTED"}, base={"status": "NEW"}, change=change, note="n")
    done = record(desk, outcome, now=NOW)
    assert done.outbox == (("a-1-c", "contact", "held"), ("a-1", "call", "held"))
    activity = get_activity(desk, "a-1")
    assert activity == replace(outcome.activity, local=True)
    lead = lead_of(desk)
    assert (lead.status, lead.attempts, lead.last_attempt_at) == ("CONNECTED", 1, NOW)
    assert (lead.next_due_at, lead.callback_at) == (NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert lead.callback_note == "after lunch"
    assert desk_state(desk, "501").callback_activity_key == "a-1"
    assert base_of(desk) == {"status": "NEW"}
    (entry,) = timeline(desk, "501")
    assert (entry.state, entry.note, entry.undone) == ("held", "n", False)


def test_an_outcome_is_flushed_to_the_disk(desk: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    real = Database.writer

    def noted(self: Database, *, durable: bool = False) -> AbstractContextManager[Connection]:
        asked.append(durable)
        return real(self, durable=durable)

    monkeypatch.setattr(Database, "writer", noted)
    record(desk, plan())
    undo(desk, "a-1", NOW)
    assert asked == [True, True]


def test_recording_twice_records_once(desk: Database) -> None:
    first = record(desk, plan(changes={"status": "OPEN"}))
    move(desk, "a-1", "sent")
    again = record(desk, plan(changes={"status": "SOMETHING ELSE"}))
    assert first.outbox[1] == ("a-1", "call", "held")
    assert again.outbox[1] == ("a-1", "call", "sent")
    assert (lead_of(desk).status, lead_of(desk).attempts) == ("OPEN", 1)


def test_an_outcome_ends_the_call_of_this_desk_only(desk: Database) -> None:
    put(desk, lead_row("502"))
    start_call(desk, "mine", 1, "501", "", NOW)
    start_call(desk, "theirs", 2, "502", "", NOW)
    record(desk, plan(), desk="mine")
    assert [call.desk for call in current_calls(desk)] == ["theirs"]


def test_an_outcome_for_nobody_records_nothing(desk: Database) -> None:
    start_call(desk, "mine", 1, "501", "", NOW)
    with pytest.raises(NotFoundError, match="no lead 999"):
        record(desk, plan("999"), desk="mine")
    assert states(desk) == {}
    assert [call.desk for call in current_calls(desk)] == ["mine"]


def test_an_unknown_field_records_nothing(desk: Database) -> None:
    with pytest.raises(UsageError, match="favourite_colour"):
        record(desk, plan(changes={"favourite_colour": "blue"}))
    assert states(desk) == {}
    assert get_activity(desk, "a-1") is None


def test_an_outcome_goes_to_the_lead_that_survived_a_merge(desk: Database) -> None:
    put(desk, AliasRow(old_id="400", lead_id="450"), AliasRow(old_id="450", lead_id="501"))
    record(desk, plan("400", changes={"status": "OPEN"}))
    assert lead_of(desk).status == "OPEN"
    with desk.reader() as connection:
        owners = {row[0] for row in connection.execute("SELECT lead_id FROM outbox")}
    assert owners == {"501"}


def test_attempts_count_colleagues_calls_and_start_anew_with_a_conversion(db: Database) -> None:
    put(db, lead_row(), call_row(at=NOW - 30 * 24 * HOUR), call_row(at=NOW - HOUR / 2))
    record(db, plan())
    lead = lead_of(db)
    assert (lead.attempts, lead.first_attempt_at) == (2, NOW - HOUR / 2)
    candidate = candidate_of(db, "501", now=NOW + HOUR)
    assert candidate is not None
    assert (candidate.attempts, candidate.calls_24h) == (2, 2)


def test_a_person_who_converts_again_wakes_a_resting_lead(desk: Database) -> None:
    tomorrow = NOW + 24 * HOUR
    record(desk, plan(change=LeadChange(attempts_delta=1, next_due_at=tomorrow)))
    with desk.writer() as connection:
        connection.execute("UPDATE lead SET converted_ms = ?", (to_ms(NOW + HOUR),))
        recompute(connection, ["501"], NOW_MS)
    candidate = candidate_of(desk, "501")
    assert candidate is not None
    assert (candidate.attempts, candidate.last_attempt_at) == (0, NOW)
    assert candidate.came_back
    assert candidate.next_due_at == tomorrow


def test_a_wrong_number_is_held_as_it_is_dialled(desk: Database) -> None:
    change = LeadChange(attempts_delta=1, number_held="(555) 014 8899")
    record(desk, plan(disposition="wrong_number", change=change))
    assert held_numbers(desk, "501") == {"+15550148899": "wrong_number"}
    candidate = candidate_of(desk, "501")
    assert candidate is not None
    assert candidate.numbers == ()


def test_do_not_call_bars_the_person_the_number_or_the_company(desk: Database) -> None:
    suppress = (("person", "501"), ("number", "555-014-8899"), ("company", "9"))
    change = LeadChange(suppress=suppress)  # type: ignore[arg-type]  # scopes as plain text
    record(desk, plan(disposition="do_not_call", change=change))
    candidate = candidate_of(desk, "501")
    assert candidate is not None
    assert candidate.do_not_call
    known = facts(desk, None)
    assert known.suppressed_numbers == {"+15550148899"}
    assert known.suppressed_companies == {"9"}


def test_a_number_of_nobody_is_written_in_e164_when_it_can_be(desk: Database) -> None:
    suppress = (("number", "+49 30 901820"), ("number", "the switchboard"))
    record(desk, plan(change=LeadChange(suppress=suppress)))  # type: ignore[arg-type]
    assert facts(desk, None).suppressed_numbers == {"+4930901820", "the switchboard"}


@pytest.mark.parametrize(
    ("change", "worked_out"),
    [
        (LeadChange(leaves_queue="for_good"), True),
        (LeadChange(leaves_queue="until_reconversion"), True),
        (LeadChange(leaves_queue="until_reconversion", callback_at=NOW + HOUR), True),
        (LeadChange(next_due_at=NOW + HOUR), False),
    ],
)
def test_a_final_outcome_closes_the_lead(
    desk: Database, change: LeadChange, worked_out: bool
) -> None:
    record(desk, plan(change=change))
    assert (desk_state(desk, "501").worked_out_at is not None) is worked_out
    candidate = candidate_of(desk, "501")
    assert candidate is not None
    assert candidate.is_closed is worked_out


def test_an_outcome_ends_a_snooze_and_keeps_a_pin(desk: Database) -> None:
    snooze(desk, "501", NOW + HOUR, "busy", now=NOW)
    pin(desk, "501", NOW)
    record(desk, plan())
    state = desk_state(desk, "501")
    assert (state.snoozed_until, state.snooze_reason, state.pinned_at) == (None, "", NOW)


def test_a_persona_is_shown_by_its_label(desk: Database) -> None:
    put(desk, CrmOptionRow(field="persona", value="persona_2", label="Technical Builder"))
    record(desk, plan(changes={"persona": "persona_2"}, kind=ActivityKind.CHANGE))
    lead = lead_of(desk)
    assert (lead.persona, lead.persona_reason) == ("Technical Builder", "set by you")
    undo(desk, "a-1", NOW)
    assert (lead_of(desk).persona, lead_of(desk).persona_reason) == ("", "")


def test_taking_back_a_held_outcome_leaves_no_trace(desk: Database) -> None:
    snooze(desk, "501", NOW + HOUR, "busy", now=NOW)
    lead, state = lead_of(desk), desk_state(desk, "501")
    change = LeadChange(
        attempts_delta=1,
        callback_at=NOW + HOUR,
        number_held="+15550148899",
        suppress=(("person", "501"),),
        leaves_queue="for_good",
    )
    changes = {"status": "CONNECTED", "do_not_call": "true", "lifecycle": "salesqualifiedlead"}
    record(desk, plan(changes=changes, change=change))
    assert lead_of(desk).do_not_call
    assert undo(desk, "a-1", NOW + HOUR).done
    assert lead_of(desk) == lead
    assert desk_state(desk, "501") == state
    assert states(desk) == {"a-1": "undone", "a-1-c": "undone"}
    assert (held_numbers(desk, "501"), base_of(desk)) == ({}, {})
    candidate = candidate_of(desk, "501")
    assert candidate is not None
    assert not candidate.do_not_call
    (entry,) = timeline(desk, "501")
    assert (entry.state, entry.undone) == ("undone", True)
    activity = get_activity(desk, "a-1")
    assert activity is not None
    assert activity.undone_at == NOW + HOUR
    assert last_disposition(desk, "7") is None


def test_what_waits_for_the_network_can_still_be_taken_back(desk: Database) -> None:
    record(desk, plan(changes={"status": "OPEN"}))
    for key in ("a-1", "a-1-c"):
        move(desk, key, "queued", attempts=0)
    assert undo(desk, "a-1", NOW).done
    assert lead_of(desk).status == "NEW"


@pytest.mark.parametrize(
    ("key", "state", "unknown"),
    [
        ("a-1", "sending", 1), ("a-1", "sent", 0), ("a-1", "queued", 1), ("a-1", "blocked", 1),
        ("a-1-c", "queued", 0), ("a-1-c", "blocked", 0),
    ],
)  # fmt: skip
def test_what_may_have_arrived_is_not_taken_back_silently(
    desk: Database, key: str, state: str, unknown: int
) -> None:
    record(desk, plan(changes={"status": "OPEN"}))
    move(desk, key, state)
    with desk.writer() as connection:
        connection.execute("UPDATE outbox SET unknown = ? WHERE key = ?", (unknown, key))
    result = undo(desk, "a-1", NOW)
    assert (result.done, result.too_late) == (False, (key,))
    assert states(desk) == {"a-1": "held", "a-1-c": "held"} | {key: state}
    assert lead_of(desk).status == "OPEN"


def test_a_correction_takes_along_what_was_refused(desk: Database) -> None:
    made = plan(key="wrong", changes={"status": "OPEN"})
    hold = NOW + HOUR
    bodies: dict[str, tuple[OutboxKind, dict[str, object]]] = {
        "list": (OutboxKind.LIST, {"list": "Nurture"}),
        "close": (OutboxKind.TASK, {"change": "close", "task": "t"}),
        "lost": (OutboxKind.NOTE, {"body": "may be there"}),
    }
    more = tuple(
        OutboxItem(key, kind, "501", "wrong", body, priority=60, hold_until=hold)
        for key, (kind, body) in bodies.items()
    )
    record(desk, replace(made, items=made.items + more))
    move(desk, "wrong", "sent")
    for key in ("wrong-c", "list", "close", "lost"):
        move(desk, key, "blocked")
    with desk.writer() as connection:
        connection.execute("UPDATE outbox SET unknown = 1 WHERE key = 'lost'")
    record(desk, plan(key="fix", disposition="", corrects="wrong", change=LeadChange()))
    left = {key: state for key, state in states(desk).items() if state not in ("sent", "held")}
    assert left == {
        "wrong-c": "undone", "list": "undone", "close": "undone", "lost": "blocked"
    }  # fmt: skip


@pytest.mark.parametrize("state", ["queued", "blocked"])
def test_a_refused_call_is_taken_back_without_a_trace(desk: Database, state: str) -> None:
    record(desk, plan(changes={"status": "OPEN"}))
    move(desk, "a-1", state)
    assert undo(desk, "a-1", NOW).done
    assert states(desk) == {"a-1": "undone", "a-1-c": "undone"}


def test_what_the_crm_said_meanwhile_wins_over_the_image(desk: Database) -> None:
    """A colleague moved the lead on while my outcome was still held: undo shows their value."""
    record(desk, plan(changes={"status": "CONNECTED"}, base={"status": "NEW"}))
    with desk.writer() as connection:
        connection.execute("UPDATE lead_base SET value = 'OPEN_DEAL' WHERE field = 'status'")
    undo(desk, "a-1", NOW)
    assert lead_of(desk).status == "OPEN_DEAL"


def test_two_outcomes_are_taken_back_one_after_the_other(desk: Database) -> None:
    record(desk, plan(key="one", changes={"status": "OPEN"}, base={"status": "NEW"}))
    record(
        desk,
        plan(key="two", at=NOW + HOUR, changes={"status": "CONNECTED"}, base={"status": "OPEN"}),
    )
    with pytest.raises(UsageError, match="later outcome"):
        undo(desk, "one", NOW)
    assert undo(desk, "two", NOW).done
    assert (lead_of(desk).status, lead_of(desk).attempts) == ("OPEN", 1)
    last = last_disposition(desk, "7")
    assert last is not None
    assert last.activity_key == "one"
    assert undo(desk, "one", NOW).done
    assert (lead_of(desk).status, lead_of(desk).attempts) == ("NEW", 0)
    with pytest.raises(UsageError, match="already"):
        undo(desk, "one", NOW)


def test_there_is_nothing_to_take_back(desk: Database) -> None:
    put(desk, call_row(activity_key="pulled"))
    for key in ("pulled", "unheard of"):
        with pytest.raises(NotFoundError):
            undo(desk, key, NOW)


def test_the_last_outcome_is_the_one_recorded_last(desk: Database) -> None:
    record(desk, plan(key="noon"))
    record(desk, plan(key="this morning, logged late", at=NOW - 3 * HOUR))
    record(desk, plan(key="third"))
    undo(desk, "third", NOW)
    last = last_disposition(desk, "7")
    assert last is not None
    assert last.activity_key == "this morning, logged late"
    assert last_disposition(desk, "8") is None


def test_a_corrected_outcome_no_longer_stands(desk: Database) -> None:
    suppressing = LeadChange(suppress=(("person", "501"),), number_held="+15550148899")
    record(desk, plan(key="wrong", disposition="do_not_call", change=suppressing))
    fix = plan(
        key="fix", disposition="", kind=ActivityKind.CHANGE, corrects="wrong", reason="slip",
        change=LeadChange(), at=NOW + HOUR,
    )  # fmt: skip
    record(desk, fix)
    assert last_disposition(desk, "7") is None
    candidate = candidate_of(desk, "501")
    assert candidate is not None
    assert (candidate.do_not_call, candidate.numbers) == (False, ("+15550148899",))
    assert [(e.activity_key, e.undone) for e in timeline(desk, "501")] == [
        ("fix", False),
        ("wrong", True),
    ]


def test_do_not_call_is_lifted_only_with_a_reason(desk: Database) -> None:
    record(desk, plan(key="wrong", change=LeadChange(suppress=(("person", "501"),))))
    record(desk, plan(key="fix", disposition="", corrects="wrong", change=LeadChange()))
    candidate = candidate_of(desk, "501")
    assert candidate is not None
    assert candidate.do_not_call


def test_the_lead_before_an_outcome_and_what_was_sent_can_be_read_back(desk: Database) -> None:
    before = lead_of(desk)
    record(desk, plan(changes={"status": "CONNECTED"}, change=LeadChange(callback_at=NOW + HOUR)))
    assert lead_before(desk, "a-1") == before
    assert sent_fields(desk, "a-1") == {"status": "CONNECTED"}
    assert lead_before(desk, "unheard of") is None
    assert sent_fields(desk, "unheard of") == {}
