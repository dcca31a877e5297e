"""Setting a meeting: the form is filled in from earlier calls, and nothing of it is lost."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from sdrdesk.domain.outcome.qualification import parse_qualification
from sdrdesk.services.views.call import CallView
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

pytestmark = pytest.mark.anyio


def in_a_call() -> FakeDesk:
    desk = FakeDesk()
    desk.in_call = CallView("102", "+353875550142", NOW, "bring prices", {"budget": "50k"})
    return desk


def value(bench: Bench, name: str) -> str:
    return bench.app.screen.query_one(f"#{name}", Input).value


async def test_the_form_holds_what_the_call_brought() -> None:
    async with workbench(in_a_call()) as bench:
        await bench.press("m")
        assert value(bench, "minutes") == "30"
        assert value(bench, "attendees") == "jun@example.com"
        assert value(bench, "slot-budget") == "50k"
        assert value(bench, "note") == "bring prices"
        await bench.sees("Budget", "Authority", "With", "Minutes", "Note")


async def test_what_is_changed_in_the_form_is_what_is_recorded() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press("m")
        await bench.type("tomorrow 14:30")
        await bench.press("tab", "backspace", "backspace")
        await bench.type("45")
        await bench.press("tab")
        await bench.type(", cfo@kestrel.example")
        await bench.press("tab", "backspace", "backspace", "backspace", "tab")
        await bench.type("CFO")
        await bench.sees("45 min, with", "cfo@kestrel.example (logged")
        await bench.press("enter")
        await bench.until(lambda: desk.entries, "the outcome")
        (entry,) = desk.entries
        assert entry.meeting_minutes == 45
        assert entry.attendees == ("jun@example.com, cfo@kestrel.example",)
        assert entry.qualify == {"authority": "CFO"}
        assert entry.note == "bring prices"
        await bench.sees("Calendar file:")


async def test_a_length_that_is_none_keeps_the_form_open() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press("m")
        await bench.type("tomorrow 14:30")
        await bench.press("tab", "backspace", "backspace")
        await bench.type("abc")
        await bench.press("enter")
        await bench.sees("5 minutes to a day")
        assert bench.screen_name == "OutcomeForm"
        assert not desk.entries


async def test_the_booking_page_opens_when_the_meeting_is_set() -> None:
    desk = in_a_call()
    desk.booking_page = "https://meet.example"
    async with workbench(desk) as bench:
        await bench.press("m")
        await bench.type("tomorrow 14:30")
        assert desk.pages_opened == []
        await bench.press("enter")
        await bench.until(lambda: desk.pages_opened, "the page")
        assert desk.pages_opened == ["102"]


async def test_f3_opens_the_booking_page_while_the_person_is_on_the_line() -> None:
    desk = in_a_call()
    desk.booking_page = "https://meet.example"
    async with workbench(desk) as bench:
        await bench.press("m", "f3")
        await bench.until(lambda: desk.pages_opened, "the page")
        assert bench.screen_name == "OutcomeForm"


async def test_without_a_booking_page_f3_does_nothing() -> None:
    desk = in_a_call()
    async with workbench(desk) as bench:
        await bench.press("m", "f3")
        assert desk.pages_opened == []
        assert "F3" not in bench.text


OWN = {
    "use": "own",
    "sets": {
        "own": {
            "label": "Own",
            "slots": {
                "decision_criteria": {"label": "Decision criteria", "question": "What counts?"},
                "arms": {"label": "Arms", "required": True},
            },
        }
    },
}


async def test_a_hand_off_asks_for_the_required_slot_of_the_team_s_own_set() -> None:
    desk = in_a_call()
    desk.qualification = parse_qualification(OWN)
    async with workbench(desk) as bench:
        await bench.press("Q")
        await bench.sees("Decision criteria", "What counts?", "Arms", "Budget")  # of an older set
        await bench.press("enter")
        await bench.sees("needs an answer before the hand-off: Arms")
        assert not desk.entries
        await bench.press("tab")
        await bench.type("12")
        await bench.press("enter")
        await bench.until(lambda: desk.entries, "the outcome")
        assert desk.entries[0].qualify == {"arms": "12", "budget": "50k"}


def many(count: int) -> dict[str, object]:
    slots = {f"slot_{n}": {"label": f"Slot {n}", "question": f"What of {n}?"} for n in range(count)}
    return {"use": "many", "sets": {"many": {"label": "Many", "slots": slots}}}


async def test_more_slots_than_rows_can_be_filled_in_the_call_and_in_the_form() -> None:
    desk = in_a_call()
    desk.qualification = parse_qualification(many(24))
    said = {f"slot_{n}": "yes" for n in range(22)}
    desk.in_call = CallView("102", "+353875550142", NOW, "", said)
    async with workbench(desk, size=(80, 24)) as bench:
        await bench.press("f", "enter")  # the first empty one, and the next
        await bench.type("the last")
        await bench.sees("Slot 23", "the last")
        await bench.press("escape", "Q")
        await bench.sees("Slot 0")
        bench.app.screen.query_one("#slot-slot_23").focus()
        await bench.sees("Slot 23", "the last")
        await bench.press("enter")
        await bench.until(lambda: desk.entries, "the outcome")
        assert desk.entries[0].qualify == {**said, "slot_23": "the last"}
