"""Time from an outcome's key to the next lead on screen, at 100,000 leads during a sync.

Machines differ threefold, so the goals are ratios to a key press in an empty Textual application,
measured in the same run.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from bench.big_home import big_home
from bench.homes import SDRDESK, account, copied, environment
from bench.in_a_block import calls, first_call, wait
from bench.table import heading, p95, row, verdict

LEADS = 100_000
SYNCED = 60_000
CALLS = 200
PRESSES = 200
MOST, MOST_BUSY = 3.0, 5.0
"""p95 as a multiple of that of a key press in an empty application, without and during a sync."""
LASTS_S = 0.3
"""Seconds of each call; even a busy tone takes that long."""
_LOADS = 6
"""Most first loads; a call counts when the load stored a page since the call before."""
_PAGELESS = 10
"""Most calls in a row without a whole page; after more of them the load has ended."""


def measure(environ: dict[str, str], count: int) -> list[float]:
    """Return the milliseconds of ``count`` outcomes."""
    from tests.support.terminal import Terminal

    with Terminal([SDRDESK], environ) as term:
        first_call(term)
        took = list(calls(term, count, lasts_s=LASTS_S))
        term.send("\x03")
        term.wait_end()
    return took


def measure_during_load(home: Path, environ: dict[str, str], most: int) -> list[float]:
    """Return the milliseconds of up to ``most`` outcomes, as long as a first load writes."""
    from tests.support.terminal import Terminal

    took, missed = list[float](), 0
    with Terminal([SDRDESK], environ) as term:
        first_call(term)
        seen = cursors(home)
        for ms in calls(term, most * 2, lasts_s=LASTS_S):
            before, seen = seen, cursors(home)
            missed = 0 if seen != before else missed + 1
            if not missed:
                took.append(ms)
            if len(took) == most or (took and missed > _PAGELESS):
                break
        term.send("\x03")
        term.wait_end()
    return took


def cursors(home: Path) -> list[tuple[object, ...]]:
    """Return how far the sync of ``home`` got; changes with each page that is stored."""
    connection = sqlite3.connect(home / "sdrdesk.db")
    try:
        return connection.execute("SELECT name, value, at_ms FROM sync_state ORDER BY 1").fetchall()
    finally:
        connection.close()


def empty_presses(environ: dict[str, str], count: int) -> list[float]:
    """Return the milliseconds of ``count`` key presses in an empty Textual application."""
    from tests.support.terminal import Terminal

    took = []
    with Terminal([sys.executable, "-m", "bench.empty_app"], environ) as term:
        term.wait_for("painted-empty")
        for number in range(1, count + 1):
            term.settle(0.1)
            started = time.perf_counter()
            term.send(" ")
            wait(term, lambda number=number: f"pressed-{number}." in term.screen)  # type: ignore[misc]
            took.append((time.perf_counter() - started) * 1000)
        term.send("\x11")
        term.wait_end()
    return took


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        folder = Path(text)
        fresh = big_home(folder, LEADS)
        home = folder / "idle"
        shutil.copytree(fresh, home)
        environ = environment(home, None)
        empty = empty_presses(environ, PRESSES)
        idle = measure(environ, CALLS)
        busy: list[float] = []
        loads = 0
        with account(SYNCED, folder) as crm:
            while len(busy) < CALLS and loads < _LOADS:
                loads += 1
                copy = copied(fresh, "loading", crm)
                busy += measure_during_load(copy, environment(copy, crm), CALLS - len(busy))
        print(f"Outcome key to next lead painted, {LEADS:,} leads, {CALLS} calls of {LASTS_S} s")
        print(f"{len(busy)} of them during {loads} first loads of {SYNCED:,} contacts\n{heading()}")
        print(row("a key in an empty application", empty, "ms"))
        print(row("no sync", idle, "ms"))
        print(row("while a sync writes", busy, "ms"))
        print(f"p95: {p95(empty):.1f}, {p95(idle):.1f} and {p95(busy):.1f} ms")
        print(verdict("p95 without a sync / empty", p95(idle) / p95(empty), MOST))
        print(verdict("p95 while a sync is running / empty", p95(busy) / p95(empty), MOST_BUSY))


if __name__ == "__main__":
    main()
