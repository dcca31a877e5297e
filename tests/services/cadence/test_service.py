"""Leads in cadences: moved on by what happens, here and in the CRM, and stopped at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.cadences.reading import run_counts, step_counts
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.merged_leads import merge_ids
from sdrdesk.store.tables import ActivityRow
from tests.services.cadence.conftest import Clock
from tests.services.cadence.reasons import reasons
from tests.store.filling import call_row, put

MIN = timedelta(minutes=1)
DAY = timedelta(days=1)


def step(desk: LocalDesk) -> tuple[int, str]:
    run = desk.cadences.run("501")
    return (run.run.step, run.run.what) if run else (-1, "")


def why(db: Database) -> str:
    return reasons(db)[0]


def pull(db: Database, desk: LocalDesk, row: ActivityRow) -> None:
    """Store a record as a pull does."""
    put(db, row)
    with db.writer() as connection:
        desk.cadences.settle(connection, "501")


def test_steps_are_done_by_what_the_rep_does_and_the_next_one_stands_in_the_row(
    desk: LocalDesk, clock: Clock
) -> None:
    desk.cadences.start("501", "own")
    with pytest.raises(UsageError, match="already"):
        desk.cadences.start("501", "no-show")
    assert desk.leads.view("501").row.cadence == "own: step 1/5 call due"
    desk.outcome.record("501", Entry("left_voicemail", clock.at))
    assert step(desk) == (1, "email")
    assert "e-mail due" in desk.leads.view("501").row.cadence
    assert "501" in desk.queue.snapshot().lead_ids  # the e-mail is due now, not in 45 minutes
    clock.at += MIN
    desk.mail.went(desk.mail.open("501", "Hi", "there").key)
    assert step(desk) == (2, "call")
    assert "501" not in desk.queue.snapshot().lead_ids
    assert any(block.rule == "resting" for block in desk.queue.why("501").blocked_by)
    clock.at = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # Monday 09:00 in New York
    assert "501" in desk.queue.snapshot().lead_ids
    desk.outcome.record("501", Entry("no_answer", clock.at))
    assert step(desk) == (4, "call")  # LinkedIn asks for a busy line


def test_undo_of_an_outcome_or_a_mail_goes_back_to_its_step(desk: LocalDesk, clock: Clock) -> None:
    desk.cadences.start("501", "own")
    before = desk.leads.view("501").row.next_due_at
    desk.outcome.record("501", Entry("no_answer", clock.at))
    clock.at += MIN
    desk.touches.record("501", "email", "Hello")
    assert step(desk) == (2, "call")
    desk.undo.last()
    assert step(desk) == (1, "email")
    desk.undo.last()
    assert step(desk) == (0, "call")
    assert desk.leads.view("501").row.next_due_at == before
    desk.undo.redo()
    assert step(desk) == (1, "email")


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("callback", "reply"), ("do_not_call", "do_not_call"), ("meeting_set", "meeting"),
     ("not_interested", "reply")],
)  # fmt: skip
def test_an_outcome_that_ends_it_does_so_and_undo_brings_it_back(
    db: Database, desk: LocalDesk, clock: Clock, outcome: str, reason: str
) -> None:
    desk.cadences.start("501", "own")
    later = clock.at + DAY
    entry = Entry(
        outcome, clock.at,
        callback_at=later if outcome == "callback" else None,
        meeting_at=later if outcome == "meeting_set" else None,
        reason="no_need" if outcome == "not_interested" else "",
    )  # fmt: skip
    if outcome == "not_interested":
        disposition = desk.outcome.disposition(outcome)
        entry = Entry(outcome, clock.at, reason=disposition.reasons[0][0])
    desk.outcome.record("501", entry)
    assert (desk.cadences.run("501"), why(db)) == (None, reason)
    desk.undo.last()
    assert step(desk) == (0, "call")


def test_a_correction_that_takes_the_end_back_brings_it_back(
    db: Database, desk: LocalDesk, clock: Clock
) -> None:
    desk.cadences.start("501", "own")
    key = desk.outcome.record("501", Entry("nurture", clock.at)).activity_key
    assert why(db) == "reply"
    desk.corrections.correct(key, desk.corrections.entry(key, "no_answer"))
    assert step(desk) == (1, "email")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE lead SET owner_id = '8'", "owner"),
        ("UPDATE lead SET lifecycle = 'opportunity'", "stage"),
        ("UPDATE lead SET do_not_call = 1", "do_not_call"),
        ("UPDATE lead SET archived = 1", "gone"),
    ],
)
def test_what_happens_in_the_crm_stops_it(
    db: Database, desk: LocalDesk, change: str, reason: str
) -> None:
    desk.cadences.start("501", "own")
    with db.writer() as connection:
        connection.execute(change)
        desk.cadences.settle(connection, "501", "502")
    assert (desk.cadences.run("501"), why(db)) == (None, reason)
    state = desk.leads.view("501").row
    assert state.next_due_at is None  # and it rests for nothing


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"kind": "email", "direction": "in", "channel": "email"}, "reply"),
        ({"kind": "message", "direction": "in", "channel": "linkedin"}, "reply"),
        ({"kind": "call", "direction": "in"}, "reply"),
        ({"kind": "call", "outcome_label": "Connected"}, "reply"),
        ({"kind": "meeting"}, "meeting"),
    ],
)
def test_a_reply_in_the_crm_stops_it(
    db: Database, desk: LocalDesk, clock: Clock, values: dict[str, str], reason: str
) -> None:
    desk.cadences.start("501", "own")
    pull(db, desk, call_row(at=clock.at + MIN, **values))
    assert (desk.cadences.run("501"), why(db)) == (None, reason)


def test_what_came_before_the_start_counts_for_nothing(
    db: Database, desk: LocalDesk, clock: Clock
) -> None:
    put(db, call_row(at=clock.at - MIN, kind="email", direction="in", channel="email"))
    desk.cadences.start("501", "own")
    assert step(desk) == (0, "call")


def test_a_call_by_a_colleague_with_another_tool_does_the_step(
    db: Database, desk: LocalDesk, clock: Clock
) -> None:
    desk.cadences.start("501", "own")
    row = call_row(at=clock.at + MIN, owner_id="8", outcome_label="No answer")
    pull(db, desk, row)
    assert step(desk) == (1, "email")
    with db.writer() as connection:
        desk.cadences.settle(connection, "501")  # looked at again
    assert step(desk) == (1, "email")


def test_of_two_merged_leads_one_cadence_goes_on(db: Database, desk: LocalDesk) -> None:
    desk.cadences.start("501", "own")
    desk.cadences.start("502", "no-show")
    with db.writer() as connection:
        merge_ids(connection, "502", "501")
        desk.cadences.settle(connection, "501")
    assert reasons(db).count("") == 1
    assert step(desk) == (0, "call")


def test_without_a_cadence_nothing_is_different(
    db: Database, desk: LocalDesk, clock: Clock
) -> None:
    desk.cadences.start("502", "own")
    desk.cadences.stop("502")
    desk.outcome.record("501", Entry("no_answer", clock.at))
    assert desk.leads.view("501").row.next_due_at == clock.at + timedelta(minutes=45)
    assert desk.leads.view("502").row.next_due_at is None
    with pytest.raises(UsageError, match="no cadence"):
        desk.cadences.stop("501")


def test_a_month_with_a_change_of_clocks(db: Database, desk: LocalDesk, clock: Clock) -> None:
    """From Tuesday 20 October: New York's clocks go back on 1 November."""
    zone = ZoneInfo("America/New_York")
    clock.at = datetime(2026, 10, 20, 14, 0, tzinfo=UTC)
    desk.cadences.start("501", "fresh-demo-request")
    did: list[str] = []
    until = clock.at + 35 * DAY
    while clock.at < until and (run := desk.cadences.run("501")) is not None:
        if run.due_at is None or run.due_at > clock.at:
            clock.at = min(until, run.due_at or until)
            continue
        there = clock.at.astimezone(zone)
        assert there.weekday() < 5
        assert 8 <= there.hour < 18
        did.append(f"{there:%d %H:%M} {run.run.what}")
        _do(desk, run.run.what, clock)
        clock.at += MIN
    assert did == [
        "20 10:00 call", "20 10:01 email", "20 12:01 call", "21 08:00 call", "21 08:01 email",
        "22 08:00 linkedin", "26 13:00 call", "26 13:01 email", "29 08:00 call", "02 08:00 call",
        "02 08:01 email", "05 08:00 nurture",
    ]  # fmt: skip
    assert why(db) == "finished"
    start, end = clock.at - 60 * DAY, clock.at + DAY
    counted = {(row.step, row.what): row.done for row in step_counts(db, start, end, None)}
    assert sum(counted.values()) == 11
    assert sum(sum(reasons.values()) for reasons in run_counts(db, start, end, None).values()) == 1


def _do(desk: LocalDesk, what: str, clock: Clock) -> None:
    acts: dict[str, Callable[[], object]] = {
        "call": lambda: desk.outcome.record("501", Entry("no_answer", clock.at)),
        "email": lambda: desk.mail.went(desk.mail.open("501", "Hi", "there").key),
        "linkedin": lambda: desk.touches.record("501", "linkedin", "Hello"),
        "nurture": lambda: desk.outcome.record(
            "501", Entry("nurture", clock.at, without_call=True)
        ),
    }
    acts[what]()


def test_the_files_are_checked(desk: LocalDesk, tmp_path: Path) -> None:
    assert desk.cadences.lines()[0].name == "own"
    assert len(desk.cadences.lines()) == 4
    assert desk.cadences.lint() == []
    folder = tmp_path / "home" / "cadences"
    (folder / "bad.toml").write_text("[[step]]\ndo = 'fax'", encoding="utf-8")
    calls = "[[step]]\ndo = 'call'\nwhen = { outcome = ['no_anser'] }\n" * 7
    (folder / "many.toml").write_text(calls, encoding="utf-8")
    (folder / "names.toml").write_text(
        "[[step]]\ndo = 'wait'\nafter = '1d'\n[[step]]\ndo = 'email'\ntemplate = 'no-such'\n"
        "[end]\ndo = 'hand_back'\nto = 'left@example.com'\n", encoding="utf-8",
    )  # fmt: skip
    places = {text: where.rpartition("/")[2] for _, where, text in desk.cadences.lint()}
    found = list(places)
    told = {where for text, where in places.items() if "no-such" in text or "left@" in text}
    assert told == {"names.toml:6", "names.toml:9"}, places
    assert any("fax" in text for text in found)
    assert any("plans 7 calls" in text for text in found)
    assert any("no_answer" in text for text in found)
    with pytest.raises(UsageError, match="own"):
        desk.cadences.start("501", "onw")
