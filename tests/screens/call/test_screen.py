"""The call screen: typing, journal, objections, numbers, practice, leaving."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from textual import events

from sdrdesk.screens.queue.screen import QueueScreen
from sdrdesk.screens.shell.clock_watch import ClockWatch
from sdrdesk.services.views.call import CallView, PracticeView
from sdrdesk.services.views.queue import QueueSnapshot
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.note_field import LONGEST
from tests.support.bench import workbench
from tests.support.fake_calls import FakeCalls
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW
from tests.support.fake_queue import FakeQueue
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.anyio


async def test_typing_never_records_an_outcome() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "enter")
        await bench.type("avbwgcmqudxX 123")
        assert not bench.desk.entries
        await bench.sees("> avbwgcmqudxX 123")
        await bench.press("escape", "a")
        assert [entry.note for entry in bench.desk.entries] == ["avbwgcmqudxX 123"]


async def test_what_is_typed_is_in_the_journal_within_a_second() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "enter")
        text = "two lines by 15 March"
        await bench.type(text)
        await bench.until(bench.desk.note_saved.is_set, "the journal")
        await bench.until(lambda: bench.desk.in_call and bench.desk.in_call.note == text)
        assert bench.desk.saves <= len(text) // 2, "a burst of keys is a few writes, not one each"


async def test_slots_are_filled_one_after_the_other_and_go_with_the_outcome() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "f")
        await bench.type("50k")
        await bench.press("enter")
        await bench.type("CFO")
        await bench.press("escape")
        await bench.press("left", "left")
        await bench.sees("→ 50k", "→ CFO")
        await bench.press("Q", "enter")
        await bench.until(lambda: bench.desk.entries, "the outcome")
        assert bench.desk.entries[0].qualify == {"budget": "50k", "authority": "CFO"}


async def test_a_call_cut_off_is_open_again_with_the_clock_right() -> None:
    desk = FakeDesk()
    desk.in_call = CallView(
        "103", "+49405550103", NOW - timedelta(seconds=84), "said March", {"need": "speed"}
    )
    async with workbench(desk) as bench:
        await bench.sees("Lena Fischer", "☎ 01:24", "said March", "nothing is lost")
        await bench.press("v")
        entry = desk.entries[0]
        assert (entry.note, entry.duration_s, entry.qualify) == (
            "said March",
            84,
            {"need": "speed"},
        )


async def test_a_call_that_begins_before_the_interrupted_one_is_read_is_opened_once() -> None:
    async with workbench() as bench:
        queue = bench.app.screen
        assert isinstance(queue, QueueScreen)
        await bench.press("enter")
        queue._reopen(bench.desk.in_call)  # read late, on a busy machine
        await bench.settle()
        assert bench.app.screen_stack[:-1] == [queue]
        assert bench.screen_name == "CallScreen"


async def test_the_call_of_another_window_is_not_taken_over() -> None:
    desk = FakeDesk()
    desk.in_call = CallView("103", "+49405550103", NOW, mine=False)
    async with workbench(desk) as bench:
        await bench.sees("Queue")
        assert bench.screen_name == "QueueScreen"


async def test_leaving_a_call_with_notes_asks_first() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "enter")
        await bench.type("x")
        await bench.press("escape", "escape")
        assert bench.screen_name == "LeaveModal"
        await bench.press("enter")
        assert bench.screen_name == "CallScreen"
        await bench.press("escape", "delete")
        assert bench.screen_name == "QueueScreen"
        assert bench.desk.in_call is None


async def test_objections_open_by_number_and_close() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "2")
        await bench.sees("Good, then you know what you want")
        await bench.press("escape")
        await bench.until(lambda: "Good, then you know" not in bench.text)
        assert bench.screen_name == "CallScreen"


async def test_panes_by_arrows_and_all_at_once_when_wide() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "right")
        await bench.sees("jun@example.com")
        assert "Opener" not in bench.text
    async with workbench(size=(140, 40)) as bench:
        await bench.press("j", "enter")
        await bench.sees("Opener", "jun@example.com", "Budget")


async def test_the_sandbox_shows_how_the_person_reacts() -> None:
    desk = FakeDesk(demo=PracticeView(True, 12, "Jun", "Who is this?"))
    async with workbench(desk) as bench:
        await bench.press("j", "enter")
        await bench.sees("Jun picks up: Who is this?")
        await bench.press("escape")
        assert bench.screen_name == "CallScreen", "esc closes the answer first"
        await bench.sees("─ Jun picks up: Who is this?")


async def test_news_never_moves_lead_text_or_focus() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "enter")
        await bench.type("half a sen")
        bench.desk.by_id["120"] = replace(
            bench.desk.by_id["102"], lead_id="120", first_name="Fresh", converted_at=NOW
        )
        event = SyncEvent("finished", "2 leads", changed=True, fresh_lead_ids=("120",))
        bench.app.place.news.publish(event)
        await bench.settle()
        await bench.type("tence")
        await bench.sees("> half a sentence", "Jun Watanabe")
        await bench.until(lambda: bench.app.place.fresh is not None)
        await bench.press("escape", "n")
        await bench.sees("next: Fresh Watanabe")
        await bench.press("a")
        await bench.sees("Fresh Watanabe, CTO", "starts the call")
        assert bench.desk.entries[0].note == "half a sentence"


async def test_a_double_key_records_once() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter")
        await bench.pilot.press("a", "a")
        await bench.settle()
        assert len(bench.desk.entries) == 1


async def test_a_write_that_fails_keeps_the_call_open() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter")
        kept, bench.desk.by_id = bench.desk.by_id, {}
        await bench.press("a")
        assert bench.screen_name == "CallScreen"
        assert not bench.desk.entries
        bench.desk.by_id = kept
        await bench.press("a")
        assert len(bench.desk.entries) == 1


class SlowCalls(FakeCalls):
    """Calls on a slow disk: their start is journalled when the test says so."""

    def __init__(self, desk: FakeDesk) -> None:
        super().__init__(desk)
        self.starting = threading.Event()
        self.may_start = threading.Event()

    def start(
        self, lead_id: str, number: str, *, anyway: bool = False, incoming: bool = False
    ) -> CallView:
        self.starting.set()
        assert self.may_start.wait(PATIENCE_S)
        return super().start(lead_id, number, anyway=anyway, incoming=incoming)


class SlowDesk(FakeDesk):
    """A desk on a slow disk."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.call = calls = SlowCalls(self)
        self.starting, self.may_start = calls.starting, calls.may_start


async def test_what_is_typed_ahead_of_a_slow_start_is_the_note_and_never_an_outcome() -> None:
    desk = SlowDesk()
    async with workbench(desk) as bench:
        await bench.press("j")
        await bench.pilot.press("enter")
        assert await asyncio.to_thread(desk.starting.wait, 10)
        await bench.pilot.press("enter", *"wants", "space", "a")
        desk.may_start.set()
        await bench.until(lambda: desk.in_call is not None, "the start")
        await bench.type("ll")
        await bench.sees("> wants all")
        assert not desk.entries
        await bench.press("escape", "a")
        assert [entry.note for entry in desk.entries] == ["wants all"]


async def test_an_outcome_hit_ahead_of_a_slow_start_is_recorded_once_the_call_is_on() -> None:
    desk = SlowDesk()
    async with workbench(desk) as bench:
        await bench.press("j")
        await bench.pilot.press("enter")
        assert await asyncio.to_thread(desk.starting.wait, 10)
        await bench.pilot.press("a", "a")
        assert not desk.entries
        desk.may_start.set()
        await bench.until(lambda: desk.entries, "the outcome")
        await bench.settle()
        assert [entry.disposition for entry in desk.entries] == ["no_answer"]


async def test_the_clock_shows_ring_talk_and_wrap() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "enter", "escape")
        bench.desk.at += timedelta(seconds=12)
        await bench.sees("☎ 00:12 ring")
        await bench.press("t")
        await bench.sees("☎ 00:00 talk")
        bench.desk.at += timedelta(seconds=70)
        await bench.sees("☎ 01:10 talk")
        await bench.press("t")  # it was the mailbox
        await bench.sees("☎ 01:22 ring")
        await bench.press("a")
        bench.desk.at += timedelta(seconds=5)
        await bench.sees("wrap 00:05 · ⏎ starts the call")
        assert bench.desk.entries[0].duration_s == 82


PASTED = "Wants 40 seats\r\n\r\n- by March\n- \x1b[31mnot\x1b[0m the cloud"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_paste_of_several_lines_and_a_typed_joiner_are_kept(size: tuple[int, int]) -> None:
    async with workbench(size=size) as bench:
        await bench.press("j", "enter", "enter")
        bench.app.post_message(events.Paste(PASTED))
        await bench.sees("> Wants 40 seats", "- by March", "- [31mnot[0m the cloud")
        await bench.press("enter")
        await bench.type("or so")
        bench.app.post_message(events.Key("zero_width_joiner", "\u200d"))
        await bench.type("1")
        await bench.press("escape", "v")
        note = bench.desk.entries[0].note
        assert note.splitlines() == [
            "Wants 40 seats", "", "- by March", "- [31mnot[0m the cloud", "or so\u200d1"
        ]  # fmt: skip
        await bench.until(lambda: "or so" not in bench.text, "the empty note of the next lead")


async def test_a_note_is_bounded_and_says_what_was_left_out() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "enter")
        bench.app.post_message(events.Paste("x" * (LONGEST - 2)))
        await bench.until(lambda: bench.desk.in_call and len(bench.desk.in_call.note) > 9000)
        bench.app.post_message(events.Paste("yyyyy"))
        await bench.sees("The note is full (10,000 characters): 3 characters left out.")
        await bench.press("escape", "a")
        assert bench.desk.entries[0].note.endswith("xyy")
        assert len(bench.desk.entries[0].note) == LONGEST


async def test_the_block_key_means_the_block_in_a_note_too() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "enter")
        await bench.type("wants")
        await bench.press("f6")
        assert bench.screen_name == "BlockStartModal"


async def test_q_leaves_no_call_and_records_nothing() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "q")
        await bench.sees("Q records Qualified · Esc leaves the call")
        await bench.press("space")
        await bench.sees("space marks the lead in the queue, at risk or before it is written")
        assert bench.screen_name == "CallScreen"
        assert bench.desk.entries == []
        await bench.press("escape", "v")
        await bench.sees("v records Left voicemail in a call; here it does nothing.")
        assert bench.screen_name == "QueueScreen"


async def test_the_queue_below_a_call_waits_until_the_rep_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ranked: list[int] = []
    ranks = FakeQueue.working

    def counted(self: FakeQueue, *, first: int = 0, show_in_call: bool = False) -> QueueSnapshot:
        if show_in_call:  # the queue's own look; the call asks for its lead's place
            ranked.append(first)
        return ranks(self, first=first, show_in_call=show_in_call)

    monkeypatch.setattr(FakeQueue, "working", counted)
    # Five minutes pass at once below; a machine that slept reads its queue again.
    monkeypatch.setattr(ClockWatch, "look", lambda self: None)
    async with workbench() as bench:
        await bench.press("j", "enter")
        await bench.still()  # the rest of the first order may still be on its way
        ranked.clear()
        bench.desk.at += timedelta(minutes=5)  # the rep's fingers rest
        bench.app.place.news.publish(SyncEvent("finished", "3 leads", changed=True))
        await bench.settle()
        assert not ranked
        await bench.press("escape", "escape")
        await bench.until(lambda: ranked)
