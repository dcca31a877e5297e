"""Skip and snooze from the call screen, without going back to the queue."""

from __future__ import annotations

import asyncio

import pytest

from sdrdesk.screens.forms.when_field import WhenField
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


async def test_a_skip_leaves_the_call_and_opens_the_next_lead() -> None:
    desk = FakeDesk()
    first, second = desk.queue.working().lead_ids[:2]
    async with workbench(desk) as bench:
        await bench.press("enter", "s")
        assert bench.screen_name == "SkipModal"
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "CallScreen", "the next lead")
        await bench.sees(desk.need(second).name, f"(your time): {desk.need(first).name}")
        assert desk.skipped == {first: "not now"}
        assert desk.in_call is None
        assert not desk.entries


async def test_a_snooze_from_a_lead_that_was_not_called_yet() -> None:
    desk = FakeDesk()
    first, second = desk.queue.working().lead_ids[:2]
    async with workbench(desk) as bench:
        await bench.press("enter", "a", "z")
        await bench.until(lambda: bench.screen_name == "SnoozeModal", "the question")
        await bench.type("+2h")
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "CallScreen", "the next lead")
        await bench.sees("Snoozed until")
        assert desk.need(second).next_due_at is not None
        assert [entry.disposition for entry in desk.entries] == ["no_answer"]
        assert desk.records[0].activity.lead_id == first


async def test_the_question_waits_for_a_field_that_is_laid_out_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compose = WhenField._compose

    async def late(self: WhenField) -> None:
        await asyncio.sleep(0.05)
        await compose(self)

    monkeypatch.setattr(WhenField, "_compose", late)
    async with workbench() as bench:
        await bench.press("z")
        await bench.type("+2h")
        await bench.press("enter")
        await bench.sees("Snoozed until")


async def test_a_note_is_never_lost_by_a_skip_without_asking() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("enter", "enter")
        await bench.type("wants a demo")
        await bench.press("escape", "s")
        assert bench.screen_name == "LeaveModal"
        await bench.press("enter")
        assert bench.screen_name == "CallScreen"
        assert not desk.skipped
        await bench.sees("wants a demo")
        await bench.press("s", "delete", "enter")
        await bench.until(lambda: bool(desk.skipped), "the skip")
