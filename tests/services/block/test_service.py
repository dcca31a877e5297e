"""Call blocks over a real database: the recipe decides who is next, and the numbers are counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.services.block.text import block_json, summary_json, summary_markdown
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import LeadDeskRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, lead_row, put

MIN = 60_000
DAY = 1440 * MIN
UTC = ZoneInfo("UTC")
MIX = "50 % new, 50 % retry"


def person(lead_id: str, attempts: int, age_min: int, **values: object) -> object:
    first = NOW_MS - age_min * MIN
    return lead_row(
        lead_id,
        converted_ms=first,
        first_converted_ms=first,
        attempts=attempts,
        e164=f"+1555014{lead_id}0",
        email=f"{lead_id}@x.example",
        **values,
    )


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    put(
        db,
        *(person(f"10{n}", 0, 10 + n) for n in range(4)),  # type: ignore[arg-type]  # rows
        *(person(f"20{n}", 1, 1000 + n) for n in range(4)),  # type: ignore[arg-type]  # rows
    )
    return make_desk()


def call(desk: LocalDesk, lead_id: str, key: str = "no_answer", **more: object) -> str | None:
    values: dict[str, object] = {"at": desk.now(), "number": "+15550141000", "duration_s": 20}
    entry = Entry(disposition=key, **{**values, **more})  # type: ignore[arg-type]  # as given
    return desk.outcome.record(lead_id, entry).next_lead_id


def test_without_a_block_the_queue_decides(desk: LocalDesk) -> None:
    assert desk.status.view().block is None
    assert desk.queue.working().lead_ids == desk.queue.snapshot().lead_ids
    assert call(desk, "100") == "101"


def test_the_whole_queue_is_a_recipe_too(desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", "")
    assert desk.queue.working().lead_ids == desk.queue.snapshot().lead_ids
    assert call(desk, "100") == "101"
    block = desk.status.view().block
    assert block is not None
    assert (block.done.dials, block.done.talk_s, block.block.recipe) == (1, 20, "whole queue")


def test_a_mix_takes_turns_and_goes_on_with_the_rest(desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", MIX)
    order = desk.queue.working().lead_ids
    assert order == ("100", "200", "101", "201", "102", "202", "103", "203")
    called = []
    lead: str | None = order[0]
    while lead is not None:
        called.append(lead)
        lead = call(desk, lead)
    assert called == list(order)
    summary = desk.block.summary()
    assert summary is not None
    assert [(p.view, p.called, p.left) for p in summary.parts] == [("new", 4, 0), ("retry", 4, 0)]


def test_the_order_of_the_queue_is_where_the_calls_go_on(desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", MIX)
    assert call(desk, "103") == "200"  # a new one was called, so a retry is next
    assert desk.queue.working().lead_ids[0] == "200"


def test_who_is_left_takes_the_place_of_a_part_that_is_used_up(desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", "90 % reengaged, 10 % new")
    assert desk.queue.working().lead_ids[:4] == ("100", "101", "102", "103")
    assert call(desk, "100") == "101"


def test_a_promise_that_is_due_comes_before_every_recipe(db: Database, desk: LocalDesk) -> None:
    put(db, LeadDeskRow(lead_id="203", callback_ms=NOW_MS - MIN))
    desk.block.start("50m", "40 dials", "new")
    desk.decisions.pin("202", True)
    assert desk.queue.working().lead_ids[:3] == ("203", "202", "100")
    assert call(desk, "100") == "203"
    assert call(desk, "203") == "202"
    assert call(desk, "202") == "101"


def test_a_saved_view_is_a_recipe(desk: LocalDesk, db: Database) -> None:
    put(db, person("300", 0, 3000, fit=99))  # type: ignore[arg-type]  # a row
    plan = desk.block.plan("1h", "2 meetings", "best_fit")
    assert (plan.length_s, plan.goal, plan.recipe) == (3600, "2 meetings", "best_fit")
    assert [(part.view, part.left) for part in plan.parts] == [("best_fit", 1)]
    desk.block.start("1h", "2 meetings", "best_fit")
    assert desk.queue.working().lead_ids[0] == "300"
    assert call(desk, "100") == "300"
    assert call(desk, "300") == "101"  # the view is used up: the queue goes on


def test_old_lists_are_made_again_during_a_call_and_not_at_the_outcome(
    db: Database, desk: LocalDesk, make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(db, *(person(f"3{n:02}", 0, 3000 + n, fit=99) for n in range(40)))  # type: ignore[arg-type]
    moment = [NOW]
    desk = make_desk()
    for part in (desk, desk.block, desk.queue, desk.block._order):
        monkeypatch.setattr(part, "_clock", lambda: moment[0])
    desk.block.start("1h", "40 dials", "best_fit")
    assert desk.queue.working().lead_ids[0] == "300"
    read: list[int] = []
    every = desk.queue.callable_leads

    def counted() -> list[Candidate]:
        read.append(1)
        return every()

    monkeypatch.setattr(desk.queue, "callable_leads", counted)
    moment[0] += timedelta(minutes=11)
    assert call(desk, "300") == "301"
    assert read == []
    desk.outcome.look_ahead("301")
    assert read == [1]
    assert call(desk, "301") == "302"
    assert read == [1]


@pytest.mark.parametrize(
    ("length", "goal", "recipe"),
    [
        ("soon", "40", ""),
        ("50m", "none", ""),
        ("50m", "40", "no_such_view"),
        ("50m", "40", "9 % new"),
    ],
)
def test_what_is_not_understood_starts_nothing(
    desk: LocalDesk, length: str, goal: str, recipe: str
) -> None:
    with pytest.raises(UsageError):
        desk.block.start(length, goal, recipe)
    assert desk.status.view().block is None


def test_an_undone_outcome_leaves_the_block(desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", MIX)
    call(desk, "100")
    desk.undo.last()
    block = desk.status.view().block
    assert block is not None
    assert block.done.dials == 0
    assert desk.queue.working().lead_ids[0] == "100"


def test_another_window_is_in_the_same_block(desk: LocalDesk, make_desk: MakeDesk) -> None:
    desk.block.start("50m", "40 dials", MIX)
    call(desk, "100")
    other = make_desk(NOW + timedelta(minutes=10))
    block = other.status.view().block
    assert block is not None
    assert block.done.dials == 1
    assert call(other, "200") == "101"
    with pytest.raises(UsageError, match="already"):
        other.block.start("50m", "40 dials", "")


def test_a_call_ends_a_pause(desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", "")
    paused = desk.block.pause("  lunch\n ")
    assert paused.block.pause is not None
    assert paused.block.pause.reason == "lunch"
    desk.call.start("100", "+15550141000")
    block = desk.status.view().block
    assert block is not None
    assert block.block.pause is None


def test_time_over_and_goal_reached_are_told_once_each_also_after_a_restart(
    desk: LocalDesk, make_desk: MakeDesk
) -> None:
    assert desk.block.news() == ""
    desk.block.start("50m", "2 dials", MIX)
    call(desk, "100")
    assert desk.block.news() == ""
    call(desk, "200")
    assert desk.block.news() == "Goal reached: 2/2 dials"
    assert desk.block.news() == ""
    late = make_desk(NOW + timedelta(minutes=51))  # started anew
    assert late.block.news() == "Goal reached, time over: 2/2 dials"
    assert make_desk(NOW + timedelta(minutes=52)).block.news() == ""
    late.block.end()
    assert late.block.news() == ""
    late.block.start("50m", "1 dials", MIX)
    call(late, "101")
    assert late.block.news() == "Goal reached: 1/1 dials"


def test_the_summary_tells_what_happened(desk: LocalDesk, make_desk: MakeDesk) -> None:
    desk.block.start("50m", "4 dials", MIX)
    call(desk, "100", duration_s=300)
    call(
        desk, "200", "meeting_set", meeting_at=NOW + timedelta(days=1), duration_s=120,
        qualify={"need": "arms"},
    )  # fmt: skip
    call(desk, "101", "callback", callback_at=NOW + timedelta(minutes=50), duration_s=60)
    call(desk, "201", "disqualified", reason="bad_fit", number="", duration_s=0)
    later = make_desk(NOW + timedelta(minutes=20))
    later.block.pause("coffee")
    last = make_desk(NOW + timedelta(minutes=30))
    summary = last.block.end()
    assert last.status.view().block is None
    assert (summary.done.dials, summary.done.meetings, summary.without_call) == (3, 1, 1)
    assert summary.done.conversations == 2
    parts = summary.split
    assert (parts.talk_s, parts.wrap_s, parts.pause_s) == (480, 720, 600)
    assert [name for name, _ in summary.met] == ["Ada Lovelace"]
    assert summary.promised == (("Ada Lovelace", NOW + timedelta(minutes=50)),)
    assert summary.callbacks_next == 1
    assert [part.called for part in summary.parts] == [2, 1]
    assert summary.unsent > 0
    assert last.block.summary() == summary
    text = summary_markdown(summary, UTC)
    for words in ("3 done, 1 missing", "8m in calls", "10m · coffee", "first 16:20"):
        assert words in text
    kept = Path(last.block.keep(summary))
    assert kept.read_text("utf-8") == text
    assert kept.stat().st_mode & 0o777 == 0o600
    assert last.block.keep(summary) == str(kept)
    told = summary_json(summary)
    assert (told["reached"], told["talk_s"], told["paused_s"]) == (False, 480, 600)
    assert block_json(None, NOW) == {"running": False, "block": None}


def test_a_strangers_name_is_no_markdown(db: Database, desk: LocalDesk) -> None:
    put(db, person("400", 0, 1, first_name="[x](http://e.example)", last_name="# | `b`"))  # type: ignore[arg-type]  # a row
    desk.block.start("50m", "1 meeting", "")
    call(desk, "400", "meeting_set", meeting_at=NOW + timedelta(days=1), qualify={"need": "x"})
    text = summary_markdown(desk.block.end(), UTC)
    assert "\\[x\\](http://e.example) \\# \\| \\`b\\`" in text


def test_the_next_form_begins_with_the_last_block(desk: LocalDesk) -> None:
    assert desk.block.usual().length == "50m"
    desk.block.start("1h30", "3 meetings", "new")
    desk.block.end()
    assert desk.block.usual() == ("1h30m", "3 meetings", "new")


def test_a_recipe_whose_view_was_removed_follows_the_queue(db: Database, desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", "new")
    with db.writer() as connection:
        connection.execute("UPDATE block SET recipe = 'gone_view'")
    assert desk.queue.working().lead_ids == desk.queue.snapshot().lead_ids
    assert call(desk, "100") == "101"


def test_who_converted_again_is_new_in_a_block(desk: LocalDesk, db: Database) -> None:
    put(db, person("300", 0, 3, conversions=2))  # type: ignore[arg-type]  # a row
    assert desk.queue.snapshot(view="reengaged").lead_ids == ("300",)
    desk.block.start("50m", "40 dials", MIX)
    assert desk.queue.working().lead_ids[:2] == ("300", "200")
    assert call(desk, "300") == "200"
    summary = desk.block.summary()
    assert summary is not None
    assert [(part.view, part.called) for part in summary.parts] == [("new", 1), ("retry", 0)]
