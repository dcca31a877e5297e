"""Keys that arrive in one burst land where a person who looks would have put them.

Pilot waits after each key; a slow line or a busy machine does not. Each test types without waiting.
"""

from __future__ import annotations

import threading

import pytest
from textual import events
from textual.widgets import Input

from sdrdesk.services.views.lead import LeadView
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_queue import FakeLeads
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.anyio


async def burst(bench: Bench, *keys: str) -> None:
    """Type everything at once; a text of several characters that is no key is its letters."""
    names = {"enter", "escape", "tab", "down", "f2", "f6", "space"}
    for key in keys:
        for name in (key,) if key in names else key:
            character = {"enter": "\r", "escape": "\x1b", "tab": "\t"}.get(name, name)
            if name in {"down", "f2", "f6"}:
                bench.app.post_message(events.Key(name, None))
            elif name in {" ", "space"}:
                bench.app.post_message(events.Key("space", " "))
            else:
                bench.app.post_message(events.Key(_NAMES.get(name, name), character))
    await bench.settle()


_NAMES = {"/": "slash", "?": "question_mark", ":": "colon", "+": "plus"}


async def test_a_note_typed_right_behind_the_two_enters_never_records_an_outcome() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await burst(bench, "enter", "enter", "wants forty seats")
        await bench.until(lambda: desk.in_call is not None, "the start")
        await bench.sees("> wants forty seats")
        assert not desk.entries
        await burst(bench, "escape", "a")
        await bench.until(lambda: desk.entries, "the outcome")
        assert [(e.disposition, e.note) for e in desk.entries] == [
            ("no_answer", "wants forty seats")
        ]


async def test_a_name_typed_right_behind_the_slash_is_looked_for_and_no_key_acts() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await burst(bench, "/", "spqzwn")
        find = bench.app.screen.query_one("#find", Input)
        await bench.until(lambda: find.value == "spqzwn", "the name")
        assert len(bench.app.screen_stack) == 1


async def test_a_callback_in_one_breath() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await burst(bench, "enter")
        await bench.until(lambda: desk.in_call is not None, "the start")
        await burst(bench, "c", "thu 10", "enter")
        await bench.until(lambda: desk.entries, "the outcome")
        assert desk.entries[0].disposition == "callback"
        assert desk.entries[0].callback_at is not None


async def test_a_start_typed_right_behind_an_outcome_starts_the_next_lead() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await burst(bench, "enter", "a", "enter", "v", "enter", "a", "enter")
        await bench.until(lambda: len(desk.entries) == 3 and desk.in_call is not None, "three")
        assert [entry.disposition for entry in desk.entries] == [
            "no_answer", "left_voicemail", "no_answer",
        ]  # fmt: skip
        await burst(bench, "enter", "asked for prices")
        await bench.sees("> asked for prices")
        assert len(desk.entries) == 3


async def test_an_outcome_key_that_bounces_is_one_outcome() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await burst(bench, "enter", "aa")
        await bench.until(lambda: desk.entries, "the outcome")
        await burst(bench, "down")  # a key behind it: both had their turn when it is handled
        await bench.settle()
        assert len(desk.entries) == 1


async def test_a_snooze_in_one_breath() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await burst(bench, "z", "+3h", "enter")
        await bench.sees("Snoozed until")
        assert len(bench.app.screen_stack) == 1


async def test_a_snooze_waits_for_a_slow_disk() -> None:
    class Slow(FakeLeads):
        slow = False

        def view(self, lead_id: str) -> LeadView:
            if self.slow:
                gate.wait(PATIENCE_S)
            return super().view(lead_id)

    gate, desk = threading.Event(), FakeDesk()
    desk.leads = leads = Slow(desk)
    async with workbench(desk) as bench:
        leads.slow = True
        for name, character in (("z", "z"), ("plus", "+"), ("3", "3"), ("h", "h")):
            bench.app.post_message(events.Key(name, character))
        bench.app.post_message(events.Key("enter", "\r"))
        await bench.pilot.pause()
        gate.set()
        await bench.until(lambda: "Snoozed until" in bench.text, "the rest")
        assert len(bench.app.screen_stack) == 1


async def test_a_block_is_started_in_one_breath() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await burst(bench, "f6", "enter")
        await bench.until(lambda: desk.in_block is not None, "the block")
        await bench.sees("Block started")
