"""Time from an outcome's key to the next lead on screen, at 100,000 leads during a sync."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.big_home import big_home
from bench.homes import SDRDESK, account, environment
from bench.in_a_block import calls, first_call
from bench.table import heading, p95, row, verdict

LEADS = 100_000
SYNCED = 10_000
CALLS = 200
MOST_MS = 50.0
LASTS_S = 0.3
"""Seconds of each call; even a busy tone takes that long."""


def measure(environ: dict[str, str], count: int) -> list[float]:
    """Return the milliseconds of ``count`` outcomes."""
    from tests.support.terminal import Terminal

    with Terminal([SDRDESK], environ) as term:
        first_call(term)
        took = list(calls(term, count, lasts_s=LASTS_S))
        term.send("\x03")
        term.wait_end()
    return took


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        folder = Path(text)
        home = big_home(folder, LEADS)
        idle = measure(environment(home, None), CALLS)
        with account(SYNCED, folder) as crm:
            # A first load writes all the time.
            busy = measure(environment(home, crm), CALLS)
        print(f"Outcome key to next lead painted, {LEADS:,} leads, {CALLS} calls\n{heading()}")
        print(row("no sync", idle, "ms"))
        print(row("while a sync writes", busy, "ms"))
        print(verdict("p95 without a sync, ms", p95(idle), MOST_MS))
        print(verdict("p95 while a sync is running, ms", p95(busy), MOST_MS))


if __name__ == "__main__":
    sys.exit(main())
