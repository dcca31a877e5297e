"""How soon the next lead of a block is known: ``python -m bench.block [LEADS]``.

A home of 100,000 leads on disk; outcomes are recorded one after the other in a block with a mix of
40 % new, 40 % retry, 20 % callbacks, and outside of one. Timed is ``LocalDesk.dispose``: the whole
outcome, durable, with the lead that comes next.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.big_home import OWNER, big_home
from bench.homes import environment
from sdrdesk.cli.session import open_session
from sdrdesk.domain.block_recipe import EXAMPLE
from sdrdesk.domain.outcome import Entry
from sdrdesk.services.local_desk import LocalDesk

ROUNDS = 200


def _times(desk: LocalDesk) -> list[float]:
    took, lead = [], desk.working_queue().lead_ids[0]
    for _ in range(ROUNDS):
        entry = Entry("no_answer", desk.now(), duration_s=10, number="+15550100")
        begun = time.perf_counter()
        following = desk.dispose(lead, entry).next_lead_id
        took.append((time.perf_counter() - begun) * 1000)
        if following is None:
            break
        lead = following
    return took


def main() -> None:
    """Print the table."""
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        home = big_home(Path(folder), leads)
        environ = {**environment(home, None), "SDRDESK_OWNER": OWNER}
        os.environ.update(environ)
        with open_session(environ) as session:
            print(f"{leads:,} leads on disk, {ROUNDS} outcomes each; outcome and next lead, ms")
            for name in ("no block", EXAMPLE, "best_fit"):
                if name != "no block":
                    session.desk.start_block("1h", "40 dials", name)
                took = sorted(_times(session.desk))
                p95 = took[int(len(took) * 0.95)]
                middle = statistics.median(took)
                if name != "no block":
                    session.desk.end_block()
                print(f"{name:<40} p50 {middle:6.1f}  p95 {p95:6.1f}  worst {took[-1]:7.1f}")


if __name__ == "__main__":
    main()
