"""A call block by keys: start, pace in the title, next lead, pause, end, summary."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from time import monotonic, sleep

import pytest

from sdrdesk.domain.ranking.ranking import lane
from sdrdesk.screens.call.screen import CallScreen
from sdrdesk.services.views.block import BlockView
from sdrdesk.services.views.call import CallView
from sdrdesk.services.views.sync import StatusView
from sdrdesk.widgets.lead_list import LeadList
from tests.support.bench import Bench, workbench
from tests.support.fake_blocks import candidate
from tests.support.fake_desk import FakeDesk
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.anyio


def later(bench: Bench, minutes: float) -> None:
    bench.desk.at += timedelta(minutes=minutes)


async def test_two_keys_start_the_usual_block() -> None:
    async with workbench() as bench:
        await bench.press("f6", "enter")
        await bench.sees("Block started: 50m · 40 dials", "block 50:00 · 0/40 dials +0 · 0 m")
        assert bench.desk.in_block is not None
        assert bench.desk.in_block.recipe == "40 % new, 40 % retry, 20 % callback"


async def test_the_form_shows_what_it_understood_and_starts_nothing_else() -> None:
    async with workbench() as bench:
        await bench.press("f6")
        await bench.sees("50m · 40 dials", "(40 %)")
        await bench.press("down")
        await bench.type("many")
        await bench.sees("'many' is not a goal")
        await bench.press("enter")
        assert bench.screen_name == "BlockStartModal"
        assert bench.desk.status.view().block is None
        await bench.press("ctrl+u")
        await bench.type("2 meetings")
        await bench.press("f4", "enter")
        await bench.sees("0/2 met +0 · 0 dials")
        assert bench.desk.in_block is not None
        assert bench.desk.in_block.recipe == "best_fit"


async def test_both_keys_in_one_burst_start_the_block_too() -> None:
    async with workbench() as bench:
        await bench.pilot.press("f6", "enter")
        await bench.sees("Block started: 50m · 40 dials")


async def test_the_key_behind_the_start_calls_whom_the_recipe_puts_first() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("end")
        last = bench.app.screen.query_one(LeadList).lead_id
        await bench.press("f6")
        await bench.pilot.press("enter", "enter")
        await bench.until(lambda: desk.in_call)
        assert desk.in_call is not None
        assert desk.in_call.lead_id == desk.queue.working().lead_ids[0] != last


async def test_a_key_typed_while_the_start_is_written_is_for_the_queue() -> None:
    desk = FakeDesk()
    start, may_end = desk.block.start, Event()

    def slow(length: str, goal: str, recipe: str) -> BlockView:
        may_end.wait(PATIENCE_S)
        return start(length, goal, recipe)

    desk.block.start = slow  # type: ignore[method-assign]
    async with workbench(desk) as bench:
        await bench.press("f6")
        await bench.pilot.press("enter", "enter")
        may_end.set()
        await bench.until(lambda: desk.in_call)
        assert desk.in_call is not None
        assert desk.in_call.lead_id == desk.queue.working().lead_ids[0]


async def test_escape_starts_nothing() -> None:
    async with workbench() as bench:
        await bench.press("f6", "escape")
        assert bench.desk.in_block is None


async def test_the_recipe_decides_who_comes_next_after_due_callbacks() -> None:
    async with workbench() as bench:
        await bench.press("f6", "down", "down", "ctrl+u")
        await bench.type("retry")
        await bench.press("enter")
        await bench.sees("Block started")
        desk = bench.desk
        order = desk.queue.working().lead_ids
        lanes = [lane(candidate(desk.by_id[lead_id]), desk.at) for lead_id in order]
        due = lanes.count("callback")
        retries = lanes.count("retry")
        assert due
        assert retries
        assert lanes[: due + retries] == ["callback"] * due + ["retry"] * retries
        await bench.press("enter")
        for expected in order[1:4]:
            await bench.press("a")
            await bench.sees(desk.by_id[expected].name)
            await bench.press("enter")


async def test_progress_and_pace_are_in_both_title_lines_at_80_columns() -> None:
    async with workbench() as bench:
        await bench.press("f6", "enter")
        later(bench, 10)
        await bench.press("enter")
        await bench.sees("☎ 00:00", "block 40:00 · 0/40 dials -8 · 0 m")
        await bench.press("a")
        await bench.sees("⏎ start", "block 40:00 · 1/40 dials -7 · 0 m")
        await bench.press("escape")
        await bench.sees("Queue · ", "block 40:00 · 1/40 dials -7")


async def test_a_pause_has_a_reason_and_a_call_ends_it() -> None:
    async with workbench() as bench:
        await bench.press("f6", "enter", "f6")
        await bench.sees("The block so far", "F7 pause")
        await bench.press("f7", "2", "enter")
        await bench.sees("Block paused: lunch", "‖ lunch 00:00")
        later(bench, 20)
        await bench.press("f6")
        await bench.sees("20m paused", "20m · lunch", "F7 resume")
        await bench.press("escape", "enter")
        await bench.sees("block 50:00")
        assert bench.desk.in_block is not None
        assert bench.desk.in_block.pause is None


async def test_a_state_that_was_read_before_the_call_resumed_the_block_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, was_read = FakeDesk(), Event()
    start, view = desk.call.start, desk.status.view

    def after_the_read(lead_id: str, number: str, *, anyway: bool = False) -> CallView:
        assert was_read.wait(PATIENCE_S)
        return start(lead_id, number, anyway=anyway)

    def slow_read() -> StatusView:
        found, screen = view(), bench.app.screen
        was_read.set()
        end = monotonic() + PATIENCE_S
        while isinstance(screen, CallScreen) and screen.session.call is None:
            assert monotonic() < end
            sleep(0.005)
        return found

    async with workbench(desk) as bench:
        await bench.press("f6", "enter", "f6", "f7", "2", "enter")
        await bench.sees("Block paused: lunch")
        monkeypatch.setattr(desk.call, "start", after_the_read)
        monkeypatch.setattr(desk.status, "view", slow_read)
        await bench.press("enter")
        await bench.sees("block 50:00")


async def test_the_same_key_resumes_the_block() -> None:
    async with workbench() as bench:
        await bench.press("f6", "enter", "f6", "f7", "enter", "f6", "f7")
        await bench.sees("Block resumed", "block 50:00")


async def test_ending_a_block_shows_a_summary_that_can_be_saved() -> None:
    async with workbench() as bench:
        await bench.press("f6", "enter", "enter", "a", "enter", "v", "escape")
        later(bench, 30)
        await bench.press("f6", "f8")
        await bench.sees(
            "Block summary",
            "40 dials · 2 done, 38 missing",
            "No answer 1",
            "Left voicemail 1",
            "30m between",
            "of this block, kept here until sent",
            "11 leads callable",
        )
        await bench.press("ctrl+s")
        await bench.sees("Saved to blocks/block.md")
        assert len(bench.desk.kept) == 1
        await bench.press("enter")
        await bench.sees("Block ended", "today")
        await bench.press("f6")
        await bench.sees("Start a call block")


async def test_a_block_is_there_again_after_quitting() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("f6", "enter")
    desk.at += timedelta(minutes=70)
    async with workbench(desk) as bench:
        await bench.sees("block over 20:00 · 0/40 dials -40")


async def test_the_call_screen_pauses_and_ends_the_block_too() -> None:
    async with workbench() as bench:
        await bench.press("f6", "enter", "enter", "a", "f6")
        await bench.sees("The block so far")
        await bench.press("f7", "enter")
        await bench.sees("‖ break")
        await bench.press("f6", "f8")
        await bench.sees("Block summary")
        await bench.press("enter")
        assert bench.screen_name == "CallScreen"
        await bench.sees("⏎ starts the call")


OVER = "! The block's time is over: 1/40 dials"


async def test_a_block_whose_time_is_over_says_so_between_calls_and_takes_no_key() -> None:
    async with workbench() as bench:
        await bench.press("f6", "enter", "enter", "a", "enter")
        later(bench, 70)
        await bench.sees(f"{OVER} · F6 F8 ends it")
        assert bench.desk.told == frozenset(), "in a call the line says it, nothing louder"
        await bench.press("v")
        await bench.sees("! The block's time is over: 2/40 dials", "⏎ start")
        await bench.until(lambda: bench.desk.told)
        await bench.press("enter", "b")  # every key is as ever
        assert [entry.disposition for entry in bench.desk.entries][-1] == "busy"
        await bench.press("escape")
        await bench.sees("! The block's time is over: 3/40 dials · F6 F8 ends it")
        await bench.press("f6", "f8", "enter")
        await bench.until(lambda: "time is over" not in bench.text)


async def test_a_reached_goal_is_shown_on_the_next_ready_lead() -> None:
    async with workbench() as bench:
        await bench.press("f6", "down")
        await bench.type("2 dials")
        await bench.press("enter", "enter", "a", "enter", "v")
        await bench.sees("! Goal reached: 2/2 dials · F6 F8 ends it", "⏎ start")
        await bench.press("ctrl+z")
        await bench.until(lambda: "Goal reached" not in bench.text)
        later(bench, 70)
        await bench.press("v")  # the same call goes on
        await bench.sees("! Goal reached, time over: 2/2 dials")


async def test_it_is_emphasised_once_also_over_a_restart_and_the_line_stays() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("f6", "enter")
    desk.at += timedelta(minutes=70)
    asked = []
    news = desk.block.news

    def block_news() -> str:
        asked.append(news())
        return asked[-1]

    desk.block.news = block_news  # type: ignore[method-assign]  # to see what was told
    for _ in range(2):
        async with workbench(desk) as bench:
            await bench.sees("! The block's time is over: 0/40 dials · F6 F8 ends it")
    assert asked == ["The block's time is over: 0/40 dials", ""]


async def test_the_line_names_the_keys_as_the_rep_has_them() -> None:
    async with workbench(keymap={"queue.block": "B", "block.end": "x"}) as bench:
        await bench.press("B", "enter")
        later(bench, 70)
        await bench.sees("time is over: 0/40 dials · B x ends it")


async def test_the_last_action_is_repeated_on_others() -> None:
    async with workbench() as bench:
        await bench.press("R")
        await bench.sees("Nothing to repeat yet")
        await bench.press("s", "1", "space", "space", "R")
        await bench.sees("(your time): 2 leads")
        assert len(bench.desk.skipped) == 3
