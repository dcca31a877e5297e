"""After sleep, a clock that was set, or another zone, every screen shows what is true now."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from sdrdesk.screens.shell.clock_watch import ClockWatch, local_zone
from sdrdesk.widgets.lead_list import LeadList
from tests.support.bench import Bench, workbench

pytestmark = pytest.mark.anyio


class Clocks:
    """A watch whose steady clock and zone are set by the test."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.steady_s = 0.0
        self.zone = "WET 0"
        self.watch = ClockWatch(
            bench.app, bench.app.place, lambda: self.steady_s, lambda: self.zone
        )
        self.watch.look()

    def sleep(self, hours: float) -> None:
        """Let time pass unseen, then look once."""
        self.bench.desk.at += timedelta(hours=hours)
        self.steady_s += 1
        self.watch.look()


async def test_at_risk_reads_again_after_sleep_and_names_the_day() -> None:
    async with workbench() as bench:
        clocks = Clocks(bench)
        await bench.press("h")
        await bench.sees("At risk · next 3 h to 17:05", "closes 17:00, in 2h55m")
        clocks.sleep(8)
        await bench.sees("At risk · next 3 h to Fri 01:05")
        assert "closes 17:00" not in bench.text


async def test_the_queue_is_ranked_again_and_a_cursor_at_the_top_is_on_the_new_top() -> None:
    async with workbench() as bench:
        clocks = Clocks(bench)
        listed = bench.app.screen.query_one(LeadList)
        before = listed.lead_id
        bench.desk.pinned.add("104")  # what becomes the top meanwhile
        clocks.sleep(1)
        await bench.until(lambda: listed.lead_id != before and listed.cursor == 0)


async def test_a_clock_set_back_does_not_stop_the_queue() -> None:
    async with workbench() as bench:
        clocks = Clocks(bench)
        await bench.press("down")
        here = bench.app.screen.query_one(LeadList).lead_id
        clocks.sleep(-5)
        await bench.sees(f"{bench.desk.at.astimezone():%H:%M}")
        assert bench.app.screen.query_one(LeadList).lead_id == here


async def test_the_log_goes_on_to_the_new_day() -> None:
    async with workbench() as bench:
        clocks = Clocks(bench)
        await bench.press("2")
        await bench.sees(f"{bench.desk.at.astimezone():%a %d %b}")
        clocks.sleep(24)
        await bench.sees(f"{bench.desk.at.astimezone():%a %d %b}")


async def test_a_night_with_the_lid_closed_is_no_part_of_a_call() -> None:
    async with workbench() as bench:
        clocks = Clocks(bench)
        await bench.press("j", "enter", "t")
        clocks.sleep(15)
        await bench.sees("talk")
        await bench.press("v")
        assert bench.desk.entries[0].duration_s <= 60


def test_a_process_hears_of_another_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "America/New_York")
    there = local_zone()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert local_zone() == "JST 32400" != there
    if before is None:
        monkeypatch.delenv("TZ")
    else:
        monkeypatch.setenv("TZ", before)
    time.tzset()
