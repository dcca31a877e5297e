"""Undo and redo on the call screen: the same call goes on, one thing at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.bench import Bench, workbench

pytestmark = pytest.mark.anyio


def let_go(bench: Bench) -> None:
    """Let the undo key have been up for a while."""
    bench.app.place.undo_pressed_s = float("-inf")


async def test_the_same_call_goes_on_with_its_note() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "t", "enter")
        await bench.type("wants prices")
        await bench.press("escape", "f")
        await bench.type("50k")
        bench.desk.at += timedelta(seconds=80)
        await bench.press("escape", "b")  # the wrong letter
        await bench.sees("✓ Busy")
        bench.desk.at += timedelta(seconds=9)
        dialled = list(bench.desk.dialled)
        await bench.press("ctrl+z")
        await bench.sees("✓ Undone: Busy, Jun Watanabe", "> wants prices", "☎ 01:20 talk")
        assert bench.desk.dialled == dialled
        await bench.press("g")
        entry = bench.desk.entries[-1]
        assert (entry.disposition, entry.note) == ("gatekeeper", "wants prices")
        assert (entry.qualify, entry.duration_s) == ({"budget": "50k"}, 80)
        assert bench.desk.dialled == dialled
        await bench.press("enter")
        assert bench.desk.in_call is not None
        assert bench.desk.in_call.note == ""


async def test_a_held_key_takes_back_one_outcome_and_the_next_press_asks() -> None:
    async with workbench() as bench:
        await bench.press("enter", "a", "enter", "v", *["ctrl+z"] * 12)
        assert [record.undone for record in bench.desk.records] == [False, True]
        assert bench.screen_name == "CallScreen"
        let_go(bench)
        await bench.press("ctrl+z")
        await bench.sees("Undo an earlier outcome?", "Undo No answer, Ada Okafor?", "⏎ undo it")
        await bench.press("ctrl+z", "ctrl+z", "escape")
        assert [record.undone for record in bench.desk.records] == [False, True]
        await bench.press("ctrl+z", "enter")
        await bench.sees("Undone: No answer, Ada Okafor")
        assert [record.undone for record in bench.desk.records] == [True, True]


async def test_a_call_undone_during_the_next_one_goes_on_after_it() -> None:
    async with workbench() as bench:
        await bench.press("enter", "enter")
        await bench.type("ask for Bo")
        await bench.press("escape", "a", "enter", "ctrl+z")
        await bench.sees("Undone: No answer, Ada Okafor", "ring")
        dialled = list(bench.desk.dialled)
        await bench.press("v")
        await bench.sees("Ada Okafor", "> ask for Bo", "ring")
        assert bench.desk.dialled == dialled


async def test_redo_records_it_again_and_goes_on() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "a", "ctrl+z")
        await bench.sees("☎")
        let_go(bench)
        await bench.press("ctrl+y")
        await bench.sees("✓ No answer · Jun Watanabe", "⏎ starts the call")
        assert [record.undone for record in bench.desk.records] == [True, False]


async def test_the_undo_key_in_a_note_undoes_no_earlier_call() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "a", "enter", "enter")
        await bench.type("wants prices")
        await bench.press("ctrl+z", "ctrl+z", "ctrl+z")  # of the text
        await bench.until(lambda: "wants" not in bench.text, "the note without its text")
        await bench.press("ctrl+y")
        await bench.sees("> wants prices")
        assert not any(record.undone for record in bench.desk.records)
        await bench.press("escape", "ctrl+z")
        await bench.until(lambda: all(record.undone for record in bench.desk.records))
        await bench.sees("> wants prices")


async def test_undo_in_the_queue_goes_back_into_the_call() -> None:
    async with workbench() as bench:
        await bench.press("enter", "enter")
        await bench.type("call after nine")
        await bench.press("escape", "a", "escape")
        await bench.until(lambda: bench.screen_name == "QueueScreen")
        dialled = list(bench.desk.dialled)
        await bench.press("u")
        await bench.sees("Undone: No answer, Ada Okafor", "> call after nine", "ring")
        assert bench.desk.dialled == dialled


async def test_what_was_undone_is_told_whole_at_80_columns() -> None:
    async with workbench() as bench:
        await bench.press("enter", "x", "2", "enter", "escape")
        bench.desk.at += timedelta(hours=1)
        await bench.press("u")
        await bench.sees("It is already in HubSpot.", "a correction note is added")
        assert not any(record.undone for record in bench.desk.records)
        await bench.press("enter")
        await bench.sees("Undone: Not interested, Ada Okafor.")
        said = "Undone: Not interested, Ada Okafor. Already in HubSpot. Added a correction note."
        assert said in [toast.message for toast in bench.toasts]
