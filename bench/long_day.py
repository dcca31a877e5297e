"""Memory of the workbench over a day of 1,000 calls, by keys in a real terminal."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.big_home import big_home
from bench.homes import SDRDESK, environment
from bench.in_a_block import calls, first_call, memory_mib
from bench.table import verdict

LEADS = 10_000
CALLS = 1_000
WARM = 100
"""Calls before the first reading: what is loaded when it is first needed is no growth."""
EVERY = 100
MOST_PERCENT = 5.0


def main() -> None:
    """Print the table."""
    from tests.support.terminal import Terminal

    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        home = big_home(Path(text), LEADS)
        with Terminal([SDRDESK], environment(home, None)) as term:
            first_call(term)
            found: dict[int, float] = {}
            for number, _ in enumerate(calls(term, CALLS), 1):
                if number % EVERY == 0:
                    found[number] = memory_mib(term.pid)
            term.send("\x03")
            term.wait_end()
    print(f"Memory over {CALLS:,} calls, {LEADS:,} leads\n{'calls':>6} {'MiB':>8}")
    for number, mib in found.items():
        print(f"{number:>6} {mib:8.1f}")
    growth = (max(found.values()) / found[WARM] - 1) * 100
    print(verdict(f"growth since call {WARM}, percent", growth, MOST_PERCENT))


if __name__ == "__main__":
    sys.exit(main())
