"""Where a lead stands, why, and what will bring it ahead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import LeadDeskRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, lead_row, put

MIN = 60_000


def test_a_lead_that_is_callable_but_not_first_says_who_is_above_it(
    db: Database, make_desk: MakeDesk
) -> None:
    put(
        db,
        lead_row("501", fit=50, converted_ms=NOW_MS - 2 * MIN, first_name="New"),
        lead_row("502", fit=80, converted_ms=NOW_MS - 300 * MIN),
    )
    why = make_desk().queue.why("502")
    assert (why.callable, why.rank, why.above) == (True, 2, "New Lovelace")
    assert why.overtakes_at is not None
    assert why.overtakes_because == "the lead above loses points faster"
    later = make_desk(why.overtakes_at)
    assert later.queue.snapshot().lead_ids == ("502", "501")
    assert make_desk(why.overtakes_at - timedelta(seconds=2)).queue.snapshot().lead_ids == (
        "501",
        "502",
    )


def test_a_promise_that_comes_due_brings_the_lead_ahead(db: Database, make_desk: MakeDesk) -> None:
    put(
        db,
        lead_row("501", fit=99, converted_ms=NOW_MS),
        lead_row("502", fit=10, converted_ms=NOW_MS - 20_000 * MIN),
        LeadDeskRow(lead_id="502", callback_ms=NOW_MS + 45 * MIN),
    )
    why = make_desk().queue.why("502")
    assert [block.rule for block in why.blocked_by] == ["callback_future"]
    assert why.overtakes_because == "the promised callback is due"
    assert why.overtakes_at is not None
    assert why.overtakes_at - NOW - timedelta(minutes=45) <= timedelta(seconds=1)
    assert make_desk(why.overtakes_at).queue.snapshot().lead_ids[0] == "502"


def test_a_retry_that_comes_due_brings_the_lead_ahead(db: Database, make_desk: MakeDesk) -> None:
    put(
        db,
        lead_row("501", fit=50, converted_ms=NOW_MS),
        lead_row("502", fit=99, attempts=1, last_attempt_ms=NOW_MS - 5 * MIN),
        LeadDeskRow(lead_id="502", next_due_ms=NOW_MS + 30 * MIN),
    )
    why = make_desk().queue.why("502")
    assert {block.rule for block in why.blocked_by} == {"resting"}
    assert (why.rank, why.overtakes_because) == (2, "the retry is due")
    assert why.overtakes_at == NOW + timedelta(minutes=30)
    assert make_desk(why.overtakes_at).queue.snapshot().lead_ids == ("502", "501")


def test_the_first_lead_has_nobody_to_overtake(db: Database, make_desk: MakeDesk) -> None:
    put(db, lead_row("501"))
    why = make_desk().queue.why("501")
    assert (why.rank, why.above, why.overtakes_at, why.overtakes_because) == (1, "", None, "")


def test_the_office_of_the_owner_decides_hours_and_promise(
    db: Database, make_desk: MakeDesk, tmp_path: Path
) -> None:
    put(db, lead_row("501", converted_ms=NOW_MS), lead_row("502", owner_id="8"))
    desk = make_desk()
    assert desk.queue.snapshot().lead_ids == ("501",)
    assert desk.queue.why("501").offices == ()
    home = tmp_path / "rules"
    (home / "team.toml").write_text('[team.east]\nmembers = ["7"]\n')
    (home / "sla.toml").write_text('extends = "shipped"\n[team.east]\nfirst_attempt_min = 20\n')
    desk = make_desk()
    assert desk.queue.rows(desk.queue.snapshot(), 0, 1)[0].sla_due_at == NOW + timedelta(minutes=20)
    with (home / "windows.toml").open("a") as file:
        file.write('[team.east]\nhours.default = { mon = "08:00-09:00" }\n')
    desk = make_desk()
    why = desk.queue.why("501")
    assert desk.queue.snapshot().lead_ids == ()
    assert [step.rule for step in desk.queue.funnel().steps] == ["owner", "call_window"]
    assert why.blocked_by[0].text.startswith("outside calling hours of team east, opens Mon 08:00")
    assert why.offices == (
        "calling hours of team east", "SLA of team east: first call within 20 min",
    )  # fmt: skip
    assert desk.queue.why("502").offices == ()
