"""A lead in a call of another window or rep: marked, skipped, and asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.queue.service import QueueService
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.call_journal import start_call
from sdrdesk.store.tables import LeadDeskRow, OwnerRow, SuppressionRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, lead_row, put

MIN = 60_000


def three_leads(db: Database) -> None:
    put(
        db,
        lead_row("501", converted_ms=NOW_MS - 2 * MIN, e164="+15550148801"),
        lead_row("502", converted_ms=NOW_MS - 200 * MIN, e164="+15550148802"),
        lead_row("503", converted_ms=NOW_MS - 2000 * MIN, e164="+15550148803"),
    )


def test_the_other_window_skips_the_lead_and_shows_it_without_a_rank(
    db: Database, make_desk: MakeDesk
) -> None:
    three_leads(db)
    mine, other = make_desk(), make_desk()
    mine.call.start("501", "+15550148801")
    assert mine.queue.snapshot().lead_ids == ("501", "502", "503")
    assert other.queue.snapshot().lead_ids == ("502", "503")
    assert other.queue.working(first=1).lead_ids == ("502",)
    shown = other.queue.working(show_in_call=True)
    assert shown.callable == 2
    rows = other.queue.rows(shown, 0, 9)
    assert [(row.lead_id, row.rank, row.callable, row.in_call) for row in rows] == [
        ("501", 0, False, "in a call in another window"),
        ("502", 1, True, ""),
        ("503", 2, True, ""),
    ]
    assert [row.rank for row in other.queue.rows(shown, 1, 9)] == [1, 2]
    why = other.queue.why("501")
    assert [(x.rule, x.text) for x in why.blocked_by] == [
        ("in_call", "in a call in another window")
    ]
    assert [(step.rule, step.removed) for step in other.queue.funnel().steps] == [("in_call", 1)]
    assert other.queue.standing("501") == (0, "in a call in another window")
    assert other.queue.standing("503") == (2, "")
    assert mine.queue.standing("501") == (1, "")


def test_another_rep_is_named(db: Database, make_desk: MakeDesk) -> None:
    three_leads(db)
    put(db, OwnerRow(owner_id="8", name="Anna Kovač", email="anna@harbour.example"))
    start_call(db, "hers", 1, "501", "+15550148801", NOW, owner_id="8")
    assert make_desk().queue.in_call() == {"501": "in a call with Anna Kovač"}


def test_the_next_lead_after_an_outcome_is_not_one_that_is_taken_meanwhile(
    db: Database, make_desk: MakeDesk
) -> None:
    three_leads(db)
    mine, other = make_desk(), make_desk()
    mine.call.start("501", "+15550148801")
    mine.outcome.look_ahead("501")
    other.call.start("502", "+15550148802")
    done = mine.outcome.record("501", Entry("no_answer", NOW, number="+15550148801"))
    assert done.next_lead_id == "503"
    assert other.queue.in_call() == {}  # the outcome ended the call and its claim


def test_starting_a_taken_lead_dials_nothing_until_the_rep_says_anyway(
    db: Database, make_desk: MakeDesk
) -> None:
    three_leads(db)
    mine, other = make_desk(), make_desk()
    mine.call.start("501", "+15550148801")
    asked = other.call.start("501", "+15550148801")
    assert (asked.mine, asked.holder) == (False, "in a call in another window")
    assert other.call.current() is None
    assert other.call.start("501", "+15550148801", anyway=True).mine
    assert mine.call.renew() == "in a call in another window"


def test_a_crashed_window_lets_go_of_the_lead_after_a_minute(
    db: Database, make_desk: MakeDesk
) -> None:
    three_leads(db)
    at = [NOW]

    def clock() -> datetime:
        return at[0]

    make_desk(clock=clock).call.start("501", "+15550148801")
    other = make_desk(clock=clock)
    at[0] = NOW + timedelta(seconds=59)
    assert other.queue.snapshot().lead_ids == ("502", "503")
    at[0] = NOW + timedelta(seconds=61)
    assert other.queue.snapshot().lead_ids == ("501", "502", "503")
    assert other.call.start("501", "+15550148801").mine


def test_a_queue_of_another_time_does_not_know_the_calls_of_now(
    db: Database, make_desk: MakeDesk
) -> None:
    three_leads(db)
    make_desk().call.start("501", "+15550148801")
    other = make_desk()
    then = other.queue.snapshot(as_of=NOW + timedelta(minutes=5))
    assert then.lead_ids == ("501", "502", "503")
    assert all(row.callable and not row.in_call for row in other.queue.rows(then, 0, 9))


def test_a_crashed_call_of_another_rep_is_not_mine_to_go_on_with(
    db: Database, make_desk: MakeDesk
) -> None:
    three_leads(db)
    start_call(db, "hers", -1, "501", "+15550148801", NOW, owner_id="8")  # no such process
    assert make_desk().call.current() is None
    start_call(db, "before", -1, "502", "+15550148802", NOW, owner_id="7")
    current = make_desk().call.current()
    assert current is not None
    assert current.lead_id == "502"


def test_an_undone_outcome_reopens_the_call_with_its_claim(
    db: Database, make_desk: MakeDesk
) -> None:
    three_leads(db)
    mine, other = make_desk(), make_desk()
    mine.call.start("501", "+15550148801")
    done = mine.outcome.record("501", Entry("no_answer", NOW, number="+15550148801"))
    mine.undo.last()
    assert mine.call.reopen(done.activity_key) is not None
    assert list(other.queue.in_call()) == ["501"]


def test_every_source_must_call_a_time_fine(db: Database, tmp_path: Path) -> None:
    put(
        db,
        lead_row(
            "501",
            zone="Europe/Warsaw",
            region="",
            zone_note="CRM says Europe/Warsaw, but number says America/Chicago",
        ),
        lead_row("502", zone="Europe/Warsaw", region="", zone_note="CRM and number agree"),
    )
    queue = QueueService(db, Rulebook(tmp_path), lambda: NOW, lambda: None, lambda: "UTC")
    morning = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)  # a Thursday, 3 in the night in Chicago
    assert queue.window_note("502", morning) == ""
    assert queue.window_note("501", morning) == (
        "outside their calling hours if they are in Chicago"
    )
    assert queue.window_note("501", morning.replace(hour=15)) == ""
    put(db, LeadDeskRow(lead_id="501", rep_time_zone="Europe/Warsaw"))
    assert queue.window_note("501", morning) == "", "the rep has settled it"


def test_a_call_to_a_person_who_is_not_to_be_called_does_not_start(
    db: Database, make_desk: MakeDesk
) -> None:
    put(db, lead_row("501", do_not_call=True), lead_row("502", company_id="9"), lead_row("503"))
    put(db, SuppressionRow(scope="company", value="9", at_ms=0))
    desk = make_desk()
    for barred, why in (("501", "the person"), ("502", "the company")):
        asked = desk.call.start(barred, "+15550148801")
        assert (asked.mine, asked.barred) == (False, True)
        assert f"{why} asked not to be called" in asked.holder
        assert desk.call.current() is None
    assert desk.call.start("503", "+15550148802").mine
    desk.call.end()
    assert desk.call.start("501", "+15550148801", incoming=True).mine
    assert desk.call.start("501", "").mine, "back in the call after a crash"
    desk.call.end()
    assert desk.call.start("501", "+15550148801", anyway=True).mine
