"""The whole job by keys: from the queue through a call to the next lead, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.outcome.types import Entry
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

pytestmark = pytest.mark.anyio


async def test_a_no_answer_is_two_keys_and_the_next_lead_is_up() -> None:
    async with workbench() as bench:
        await bench.sees("Ada Okafor", "11 callable of 12")
        await bench.press("enter")
        await bench.sees("Ada Okafor", "☎ 00:00")
        bench.desk.at += timedelta(seconds=21)
        await bench.press("a")
        await bench.sees("Jun Watanabe", "starts the call", "No answer · Ada Okafor")
        (entry,) = bench.desk.entries
        assert entry.disposition == "no_answer"
        assert entry.duration_s == 21
        assert entry.at == NOW
        assert entry.number == "+35315550101"
        assert bench.desk.in_call is None


async def test_the_next_call_starts_only_with_enter() -> None:
    async with workbench() as bench:
        await bench.press("enter", "a", "a", "v", "m")
        assert len(bench.desk.entries) == 1
        await bench.sees("starts the call first")
        await bench.press("enter", "v")
        assert [entry.disposition for entry in bench.desk.entries] == [
            "no_answer",
            "left_voicemail",
        ]


async def test_esc_leads_back_to_the_queue_and_forgets_the_call() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter")
        assert bench.desk.in_call is not None
        await bench.press("escape")
        assert bench.screen_name == "QueueScreen"
        assert bench.desk.in_call is None


IMMEDIATE = [
    ("a", "no_answer"),
    ("v", "left_voicemail"),
    ("b", "busy"),
    ("w", "wrong_number"),
    ("g", "gatekeeper"),
]


@pytest.mark.parametrize(("letter", "key"), IMMEDIATE)
async def test_outcomes_of_one_key(letter: str, key: str) -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", letter)
        assert [entry.disposition for entry in bench.desk.entries] == [key]
        await bench.sees("starts the call")


@pytest.mark.parametrize(
    ("letter", "typed", "key"),
    [
        ("c", "thu 10", "callback"),
        ("m", "tomorrow 14:30", "meeting_set"),
        ("l", "+2w", "nurture"),
    ],
)
async def test_outcomes_with_a_time(letter: str, typed: str, key: str) -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", letter)
        await bench.type(typed)
        await bench.sees("their time ·", "Will change in HubSpot")
        await bench.press("enter")
        await bench.until(lambda: bench.desk.entries, "the outcome")
        (entry,) = bench.desk.entries
        assert entry.disposition == key
        promised = entry.meeting_at if key == "meeting_set" else entry.callback_at
        expected = {
            "callback": datetime(2026, 11, 26, 10, 0, tzinfo=UTC),
            "meeting_set": datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
            "nurture": NOW + timedelta(days=14),
        }
        assert promised == expected[key]


async def test_a_callback_takes_at_most_eight_keys() -> None:
    keys = ["c", "t", "h", "u", "space", "1", "0", "enter"]
    async with workbench() as bench:
        await bench.press("j", "enter")
        await bench.pilot.press(*keys)  # as fast as they come: Enter may overtake the echo
        await bench.until(lambda: bench.desk.entries, "the outcome")
        assert bench.desk.entries[0].callback_at == datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.mark.parametrize(("letter", "key"), [("x", "not_interested"), ("d", "disqualified")])
async def test_outcomes_with_a_reason(letter: str, key: str) -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", letter, "2")
        await bench.until(lambda: bench.desk.entries, "the outcome")
        (entry,) = bench.desk.entries
        assert entry.disposition == key
        assert entry.reason == bench.desk.dispositions[key].reasons[1][0]


@pytest.mark.parametrize(("digit", "scope"), [("1", "person"), ("2", "number"), ("3", "company")])
async def test_do_not_call_asks_for_whom(digit: str, scope: str) -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "X", digit, "enter")
        await bench.until(lambda: bench.desk.entries, "the outcome")
        assert bench.desk.entries[0].do_not_call_scope == scope


async def test_every_outcome_that_ships_was_driven_by_a_key() -> None:
    driven = {key for _, key in IMMEDIATE} | {
        "callback", "meeting_set", "nurture", "not_interested", "disqualified", "do_not_call",
        "qualified",
    }  # fmt: skip
    assert driven == {outcome.key for outcome in FakeDesk().outcomes()}


async def test_a_form_cannot_be_saved_without_what_it_needs() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "c", "enter")
        assert bench.screen_name == "OutcomeForm"
        await bench.type("yesterday")
        await bench.press("enter")
        assert bench.screen_name == "OutcomeForm"
        assert not bench.desk.entries
        await bench.press("escape")
        assert bench.screen_name == "CallScreen"
        assert bench.desk.in_call is not None


async def test_a_bad_moment_is_said_before_it_is_saved() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "c")
        await bench.type("sat 10")
        await bench.sees("Saturday")


async def test_a_lead_may_be_disqualified_without_a_call() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "a")
        await bench.press("d", "1", "enter")
        await bench.until(lambda: len(bench.desk.entries) == 2, "the outcome")
        assert bench.desk.entries[1].number == ""
        assert bench.desk.entries[1].duration_s == 0


async def test_undo_brings_the_lead_back() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "a")
        await bench.sees("Ada Okafor", "starts the call")
        await bench.press("ctrl+z")
        await bench.sees("Jun Watanabe", "Undone")
        assert bench.desk.records[0].undone


async def test_undo_in_the_queue() -> None:
    async with workbench() as bench:
        await bench.press("enter", "a", "escape")
        await bench.sees("Queue")
        await bench.press("u")
        await bench.sees("Undone")
        await bench.press("escape")
        bench.app.place.undo_pressed_s = float("-inf")
        await bench.press("u")
        await bench.until(lambda: bench.toasts, "the error")


@pytest.mark.parametrize("from_the_call", [True, False])
async def test_lifting_a_do_not_call_that_was_sent_asks_why(from_the_call: bool) -> None:
    desk = FakeDesk()
    desk.outcome.record("102", Entry("do_not_call", NOW))
    desk.at += timedelta(hours=1)
    undo = "ctrl+z" if from_the_call else "u"
    async with workbench(desk) as bench:
        if from_the_call:
            await bench.press("j", "enter")
            await bench.sees("ring")
        await bench.press(undo)
        await bench.sees("Why may", "be called again?")
        await bench.press("enter", "escape")
        assert desk.reasons == []
        await bench.press(undo)
        await bench.sees("be called again?")
        await bench.type("wrong key")
        await bench.press("enter")
        await bench.until(lambda: bench.toasts, "the whole message")
        assert "Added a correction note." in bench.toasts[-1].message
        assert desk.records[0].undone
        assert desk.reasons == ["wrong key"]


async def test_the_queue_ends_with_the_last_lead() -> None:
    desk = FakeDesk()
    desk.by_id = {"102": desk.by_id["102"]}
    async with workbench(desk) as bench:
        await bench.press("enter", "a")
        await bench.until(lambda: bench.screen_name == "QueueScreen", "the queue")
        await bench.sees("Nobody to call right now", "No answer · Jun Watanabe")


async def test_preview_shows_and_records_nothing() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "f2", "a")
        await bench.sees("would change in HubSpot", "Call: No answer")
        await bench.press("escape")
        assert not bench.desk.entries
        assert bench.desk.in_call is not None
        await bench.press("f2", "c")
        await bench.type("thu 10")
        await bench.press("enter")
        assert not bench.desk.entries
        assert bench.screen_name == "CallScreen"
