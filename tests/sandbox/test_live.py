"""Live events while the server runs."""

from __future__ import annotations

import asyncio

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.live_events import run_live_events
from sdrdesk.sandbox.times import Clock, parse_instant
from sdrdesk.sandbox.world import generate
from tests.support.patience import PATIENCE_S


def _account() -> Account:
    start_ms = parse_instant("2026-11-18T10:00:00Z")
    assert start_ms is not None
    account = Account(Settings(lag_ms=0, rollup_ms=0), Clock(start_ms))
    account.clock.freeze()
    account.clock.set(start_ms)
    account.populate(generate(3, 40, start_ms, 0))
    account.meta = {"seed": 3}
    return account


async def _moved(account: Account, minutes: int) -> list[dict[str, object]]:
    """Let this many minutes pass and wait for their events."""
    saved = asyncio.Event()
    task = asyncio.create_task(run_live_events(account, saved.set, every_s=0.001))
    await asyncio.sleep(0)
    account.clock.advance(minutes * 60_000)
    await asyncio.wait_for(saved.wait(), PATIENCE_S)
    task.cancel()
    return account.journal.entries


def test_a_working_day_goes_by() -> None:
    rows = asyncio.run(_moved(_account(), 240))
    assert {row["by"] for row in rows} == {"live"}
    assert {"calls", "contacts", "companies"} <= {str(row["object"]) for row in rows}


def test_the_same_hours_bring_the_same_events() -> None:
    first = asyncio.run(_moved(_account(), 120))
    assert asyncio.run(_moved(_account(), 120)) == first


def test_a_stumble_does_not_stop_the_world() -> None:
    account = _account()

    async def run() -> int:
        calls = 0
        done = asyncio.Event()

        def save() -> None:
            nonlocal calls
            calls += 1
            if calls == 1:
                account.clock.advance(120 * 60_000)
                raise OSError("disk full")
            done.set()

        task = asyncio.create_task(run_live_events(account, save, every_s=0.001))
        await asyncio.sleep(0)
        account.clock.advance(120 * 60_000)
        await asyncio.wait_for(done.wait(), PATIENCE_S)
        task.cancel()
        return calls

    assert asyncio.run(run()) == 2
