"""The form of an outcome: reasons by number, months for a nurture, a time with two meanings."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from threading import Event

import pytest
from textual.widgets import Input, Static

from sdrdesk.screens.forms.two_zones import months_ahead
from sdrdesk.screens.forms.when_field import WhenField
from sdrdesk.services.views.call import CallView
from sdrdesk.widgets.choice import Choice
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.anyio


def in_a_call(note: str = "") -> FakeDesk:
    desk = FakeDesk()
    desk.in_call = CallView("102", "+353875550142", NOW, note, {})
    return desk


def letter_of(desk: FakeDesk, key: str) -> str:
    return desk.dispositions[key].hotkey


async def recorded(bench: Bench) -> object:
    await bench.until(lambda: bench.desk.entries, "the outcome")
    (entry,) = bench.desk.entries
    return entry


async def test_the_number_of_a_reason_records_it() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "not_interested"))
        assert bench.app.screen.query_one("#reason", Choice).value == "", "nothing is preselected"
        await bench.sees("number records", "Status:")
        await bench.press("2")
        await bench.until(lambda: desk.entries, "the outcome")
        assert [entry.reason for entry in desk.entries] == ["no_priority"]


async def test_enter_without_a_reason_records_nothing() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "not_interested"), "enter")
        assert bench.screen_name == "OutcomeForm"
        assert not desk.entries
        await bench.press("down", "down", "enter")
        await bench.until(lambda: desk.entries, "the outcome")
        assert desk.entries[0].reason == "no_priority"


async def test_the_last_of_many_reasons_is_other_and_takes_words() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "disqualified"), "0")
        assert bench.screen_name == "OutcomeForm"
        await bench.press("enter")
        assert not desk.entries, "other needs words"
        await bench.type("moved to Peru")
        await bench.press("enter")
        await bench.until(lambda: desk.records, "the outcome")
        made = desk.records[0].activity
        assert (made.reason, made.note) == ("other", "moved to Peru")


async def test_a_nurture_offers_months_and_until_they_convert() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "nurture"))
        await bench.sees("until they convert again", "+3mo", "q1", "jan")
        await bench.press("down", "down")
        assert bench.app.screen.query_one("#when", Input).value == "q1"
        await bench.sees("Mon 4 Jan 2027 09:00", "their time ·")
        await bench.press("enter")
        await bench.until(lambda: desk.entries, "the outcome")
        assert desk.entries[0].callback_at == datetime(2027, 1, 4, 9, tzinfo=UTC)


def test_the_quarter_and_month_offered_are_the_next_ones() -> None:
    offered = [months_ahead(datetime(2026, month, 9, tzinfo=UTC))[1:3] for month in (2, 9, 11, 12)]
    assert offered == [("q2", "apr"), ("q4", "nov"), ("q1", "jan"), ("q1", "feb")]


async def test_a_time_with_two_meanings_is_chosen_by_arrow() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "callback"))
        await bench.type("+6m")
        await bench.sees("6 minutes or 6 months")
        await bench.press("enter")
        assert not desk.entries
        await bench.press("down", "down")
        assert bench.app.screen.query_one("#when", Input).value == "+6mo"
        await bench.press("enter")
        await bench.until(lambda: desk.entries, "the outcome")
        assert desk.entries[0].callback_at == datetime(
            2027, 5, 19, 13, 5, tzinfo=UTC
        )  # summer time in Dublin


async def test_a_slow_answer_is_not_shown_for_what_was_typed_meanwhile() -> None:
    desk = in_a_call()
    slow, asked, when = Event(), Event(), desk.outcome.when

    def wait(lead_id: str, text: str, *, past: bool = False) -> datetime:
        if text == "+1d":
            asked.set()
            slow.wait(PATIENCE_S)
        return when(lead_id, text, past=past)

    desk.outcome.when = wait  # type: ignore[method-assign]
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "callback"))
        field = bench.app.screen.query_one(WhenField)
        echo = field.query_one("#echo", Static)
        await bench.type("+2d")
        await bench.sees("Sat 21 Nov")
        typed = field.query_one("#when", Input)
        typed.value = "+1d"
        async with asyncio.timeout(PATIENCE_S):
            while not asked.is_set():
                await asyncio.sleep(0.01)
        assert "Nov" not in str(echo.content), "it is about an earlier text"
        typed.value = "+5d"
        await asyncio.sleep(0)
        slow.set()
        shown = set()
        async with asyncio.timeout(PATIENCE_S):
            while "Tue 24 Nov" not in str(echo.content):
                shown.add(str(echo.content))
                await asyncio.sleep(0.01)
        assert not any("Fri 20" in one for one in shown)


async def test_a_refusal_keeps_the_examples_in_sight() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "callback"))
        await bench.type("soonish")
        await bench.sees("not a time", "tomorrow 9:00", "+3d")
        await bench.press("ctrl+u")
        await bench.type("today")
        await bench.sees("at what time", "tomorrow 9:00")


async def test_qualified_shows_what_will_change_and_enter_confirms() -> None:
    desk = in_a_call("wants a demo\nin March")
    async with workbench(desk) as bench:
        await bench.press(letter_of(desk, "qualified"))
        assert bench.screen_name == "OutcomeForm"
        assert not desk.entries
        await bench.sees("Lifecycle:", "Budget", "⏎ save")
        await bench.type("50k")
        await bench.press("enter")
        await bench.until(lambda: desk.entries, "the outcome")
        (entry,) = desk.entries
        assert entry.qualify == {"budget": "50k"}
        assert entry.note == "wants a demo\nin March"


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_keys_of_a_full_meeting_form_stay_in_sight(size: tuple[int, int]) -> None:
    desk = in_a_call("a note")
    async with workbench(desk, size=size) as bench:
        await bench.press(letter_of(desk, "meeting_set"))
        await bench.type("tomorrow 14:30")
        await bench.press("tab", "tab")
        await bench.type(", Bartholomew Featherstonehaugh, cfo@kestrel-holdings.example")
        await bench.sees("⏎ save", "esc back")
