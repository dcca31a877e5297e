"""Memory of the workbench over a day of 1,000 calls, by keys in a real terminal.

After each hundred calls, which take a morning, the rep rests for some seconds, as between any two
real ones: the workbench looks for garbage in pauses.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.big_home import big_home
from bench.homes import SDRDESK, environment
from bench.idle import listen
from bench.in_a_block import calls, first_call
from bench.table import resident_mib, verdict

LEADS = 10_000
CALLS = 1_000
WARM = 100
"""Calls before the first reading: late imports are not growth."""
EVERY = 10
"""Calls between two readings. Means of a hundred calls are compared, because single readings depend
on the last garbage collection."""
REST_S = 5.0
MOST_PERCENT = 5.0
MOST_LATER_PERCENT = 1.0


def main() -> None:
    """Print the table."""
    from tests.support.terminal import Terminal

    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        home = big_home(Path(text), LEADS)
        with Terminal([SDRDESK], environment(home, None)) as term:
            first_call(term)
            found: dict[int, float] = {}
            for number, _ in enumerate(calls(term, CALLS), 1):
                if number % 100 == 0:
                    listen(term, REST_S)
                if number % EVERY == 0:
                    found[number] = resident_mib(term.pid)
            term.send("\x03")
            term.wait_end()
    print(
        f"Memory over {CALLS:,} calls, {LEADS:,} leads, MiB\n{'calls':>11} {'mean':>6} {'most':>6}"
    )
    means = {}
    for start in range(0, CALLS, 100):
        part = [mib for number, mib in found.items() if start < number <= start + 100]
        means[start] = sum(part) / len(part)
        print(f"{start:>5}-{start + 100:<5} {means[start]:6.1f} {max(part):6.1f}")
    growth = (max(means.values()) / means[WARM] - 1) * 100
    print(verdict("growth since the second hundred, percent", growth, MOST_PERCENT))
    later = [mib for start, mib in means.items() if start >= CALLS // 2]
    # What grows in the morning alone is a cache that fills; a leak goes on.
    growth = (max(later) / later[0] - 1) * 100
    print(verdict("growth in the second half of the day, percent", growth, MOST_LATER_PERCENT))


if __name__ == "__main__":
    main()
