"""The agenda by keys."""

from __future__ import annotations

import pytest

from sdrdesk.widgets.line_list import LineList
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


async def test_the_agenda_lists_callbacks_and_meetings_by_day() -> None:
    async with workbench() as bench:
        await bench.press("A")
        await bench.sees("Agenda · 7 days · mine and team", "☎", "★", "team")
        await bench.press("left_square_bracket", "left_square_bracket")
        await bench.sees("Agenda · today")
        await bench.press("P")
        await bench.sees("today · mine ·")


async def test_teams_come_after_everybody() -> None:
    desk = FakeDesk()
    desk.teams = {"lisbon": frozenset({"nobody"})}
    async with workbench(desk) as bench:
        await bench.press("A")
        await bench.sees("mine and team", "☎")
        await bench.press("P", "P", "P")
        await bench.sees("7 days · team lisbon", "Nothing is promised")
        await bench.press("P")
        await bench.sees("mine and team", "☎")


async def test_enter_opens_the_call_of_the_line() -> None:
    async with workbench() as bench:
        await bench.press("A")
        await bench.sees("Agenda · 7 days")
        key = bench.app.screen.query_one(LineList).key
        row = next(i.row for i in bench.desk.agenda.view().items if i.row.key == key)
        await bench.press("enter")
        await bench.sees(row.name, "⏎")


async def test_one_key_says_what_became_of_yesterdays_meeting() -> None:
    async with workbench() as bench:
        bench.desk.asks = True
        await bench.press("A")
        await bench.sees("What became of it?", "1 held · 2 no-show")
        bench.app.screen.query_one(LineList).focus()
        await bench.press("home", "2")
        await bench.sees("No-show: somebody.")
        assert bench.desk.results == [("meeting:9", "no-show", None)]


async def test_a_moved_meeting_asks_for_its_time() -> None:
    async with workbench() as bench:
        bench.desk.asks = True
        await bench.press("A")
        await bench.sees("What became of it?")
        await bench.press("home", "3")
        await bench.sees("New time of the meeting")
        await bench.press(*"+1d")
        await bench.sees("your")
        await bench.press("enter")
        await bench.sees("Moved: somebody.")
        ((key, result, at),) = bench.desk.results
        assert (key, result) == ("meeting:9", "moved")
        assert at is not None


async def test_a_task_of_the_crm_is_moved_and_done_from_its_line() -> None:
    async with workbench() as bench:
        bench.desk.has_tasks = True
        await bench.press("A")
        await bench.sees("✉", "Send the paper")
        lines = bench.app.screen.query_one(LineList)
        lines.focus()
        await bench.press("end")
        await bench.sees("1 done · 2 move")
        await bench.press("2")
        await bench.sees("New time of the task")
        await bench.press(*"+1d", "enter")
        await bench.sees("Moved: the task of Sam")
        ((key, moved),) = bench.desk.tasks.items()
        assert moved is not None
        await bench.press("1")
        await bench.sees("Done: the task of Sam")
        assert bench.desk.tasks == {key: None}
