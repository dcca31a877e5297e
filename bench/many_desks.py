"""Many reps on one account: ``python -m bench.many_desks [--minutes N]``.

Simulated time with the real pacing and client (see ``bench.crowd``). Two tables: a usual morning
with 60 % of the reps in a call block, and all of them in one.
"""

from __future__ import annotations

import argparse
import logging
from bisect import bisect_right
from collections.abc import Sequence
from statistics import median

from bench.crowd import Crowd, Habits, Seen
from bench.table import p95, verdict

DESKS = (50, 100, 200, 300)
PROMISED = 200
MOST_LATE_S = 60.0
SHARE = 0.7
"""Part of the ten-second limit that all desks together may use (``sync.hubspot.budget``)."""


def most_in(times_ms: Sequence[int], span_s: int) -> int:
    """Return the largest number of times within ``span_s`` seconds."""
    ordered, span_ms = sorted(times_ms), span_s * 1000
    inside = (i - bisect_right(ordered, at - span_ms) for i, at in enumerate(ordered, 1))
    return max(inside, default=0)


def per_span(times: Sequence[int], span_s: float, whole_s: float) -> float:
    """Return the mean number of times per ``span_s`` seconds."""
    return len(times) * span_s / whole_s


def line(desks: int, seen: Seen, measured_s: float) -> str:
    """Return one row of the table."""
    asked = len(seen.searches) + len(seen.others) + len(seen.refused)
    late = seen.delays[True] or [0.0]
    idle = seen.delays[False]
    cells = [
        f"{desks}",
        f"{per_span(seen.searches, 1, measured_s):.2f} / {most_in(seen.searches, 1)}",
        f"{per_span(seen.others, 10, measured_s):.0f} / {most_in(seen.others, 10)}",
        f"{100 * len(seen.refused) / max(1, asked):.1f} %",
        f"{median(late):.0f} / {p95(late):.0f} / {max(late):.0f} s",
        f"{p95(idle):.0f} s" if len(idle) > 1 else "-",
        f"{seen.unnoticed}",
        f"{median(seen.crowding):.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


def table(habits: Habits, minutes: float, desks: Sequence[int]) -> dict[int, Seen]:
    """Print one table and return its figures."""
    names = ["desks", "searches/s mean / max", "others/10 s mean / max", "refused"]
    names += ["conversion to rep in a block: median / p95 / max", "to idle rep p95", "unseen"]
    names += ["crowding"]
    print("| " + " | ".join(names) + " |\n|" + " ---: |" * len(names))
    found = {}
    for number in desks:
        found[number] = Crowd(number, habits, seed=number).run(1200, minutes * 60)
        print(line(number, found[number], minutes * 60), flush=True)
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="measured, after 20 to settle")
    parser.add_argument("--desks", type=int, nargs="+", default=list(DESKS))
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)  # refused searches are counted, not logged
    print("A usual morning: 60 % of the reps in a call block")
    usual = table(Habits(), arguments.minutes, arguments.desks)
    print("\nEvery rep in a call block")
    block = table(Habits(active=1.0), arguments.minutes, arguments.desks)
    print()
    if PROMISED in usual:
        seen = usual[PROMISED]
        print(verdict(f"{PROMISED} desks, most searches in a second", most_in(seen.searches, 1), 5))
        allowed = SHARE * Habits().ten_seconds
        print(
            verdict(f"{PROMISED} desks, most requests in 10 s", most_in(seen.others, 10), allowed)
        )
        late = p95(seen.delays[True])
        print(verdict(f"{PROMISED} desks, conversion to rep p95, s", late, MOST_LATE_S))
    if PROMISED in block:
        late = p95(block[PROMISED].delays[True])
        print(verdict(f"{PROMISED} desks all in a block, the same, s", late, MOST_LATE_S))


if __name__ == "__main__":
    main()
