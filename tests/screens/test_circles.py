"""What a key leaves behind is freed at once, not by the garbage collector, which seldom runs."""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import suppress

import pytest
from textual.worker import Worker, WorkerCancelled

from sdrdesk.app import SdrDeskApp
from sdrdesk.screens.log.screen import LogScreen
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


async def _settled(app: SdrDeskApp) -> None:
    for worker in list(app.workers):
        with suppress(WorkerCancelled):  # another look at the status took its place
            await worker.wait()


def _name(thing: object) -> str:
    if isinstance(thing, Worker):
        return f"Worker {thing.name} {thing.state.name.lower()}"
    return type(thing).__name__


async def _left(bench: Bench, screen: LogScreen) -> Counter[str]:
    """Return what only the garbage collector can free after some reads and keys, by class."""
    gc.collect()
    gc.disable()
    try:
        for key in ("up", "down", "up"):
            screen.load()
            await _settled(bench.app)
            await bench.press(key)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        return Counter(_name(each) for each in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


async def test_reads_and_frames_are_freed_without_the_collector() -> None:
    async with workbench(FakeDesk()) as bench:
        await bench.press("2")
        screen = bench.app.screen
        assert isinstance(screen, LogScreen)
        await _settled(bench.app)
        await bench.press("down")
        # On a crowded machine each look of the beat would take the place of the one before, and a
        # late beat looks like a jump of the clock.
        bench.app.place.beats._acts = ()
        found: Counter[str] = Counter()
        for _ in range(5):  # a read that another one took the place of leaves a circle at times
            found = await _left(bench, screen)
            if not {"Worker", "Context", "Strip"} & {name.split()[0] for name in found}:
                return
    pytest.fail(f"each time there were circles: {found}")
