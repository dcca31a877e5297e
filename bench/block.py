"""Time to record an outcome and find the next lead: ``python -m bench.block [LEADS]``.

100,000 leads; outcomes are recorded without a block, in one with the usual mix, and in blocks whose
recipe is a saved view. The time is that of ``desk.outcome.record``: a durable outcome with the next
lead. ``ahead`` is the same with the next lead chosen before, as the workbench does during a call.
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
from sdrdesk.domain.block.recipe import EXAMPLE
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk

ROUNDS = 60
MIXED_VIEWS = "50 % best_fit, 50 % today"


def _times(desk: LocalDesk, *, ahead: bool) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each outcome, wall clock and CPU."""
    took: list[float] = []
    worked: list[float] = []
    lead = desk.queue.working().lead_ids[0]
    for _ in range(ROUNDS):
        entry = Entry("no_answer", desk.now(), duration_s=10, number="+15550100")
        if ahead:
            desk.outcome.look_ahead(lead)
        begun, cpu = time.perf_counter(), time.process_time()
        following = desk.outcome.record(lead, entry).next_lead_id
        took.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - cpu) * 1000)
        if following is None:
            break
        lead = following
    return took, worked


def main() -> None:
    """Print the table."""
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        home = big_home(Path(folder), leads)
        environ = {**environment(home, None), "SDRDESK_OWNER": OWNER}
        os.environ.update(environ)
        with open_session(environ) as session:
            desk = session.desk
            desk.queue.snapshot(first=1)  # makes the indices of the ranking
            print(f"{leads:,} leads on disk, {ROUNDS} outcomes each; outcome and next lead, ms")
            for name in ("no block", EXAMPLE, "best_fit", "hot", MIXED_VIEWS):
                for ahead in (False, True):
                    if name != "no block":
                        desk.block.start("1h", "40 dials", name)
                    took, worked = _times(desk, ahead=ahead)
                    if name != "no block":
                        desk.block.end()
                    label = f"{name}{', ahead' if ahead else ''}"
                    print(f"{label:<46} wall {_spread(took)}   cpu {_spread(worked)}", flush=True)


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"p50 {statistics.median(ordered):6.1f}  p95 {p95:6.1f}  worst {ordered[-1]:7.1f}"


if __name__ == "__main__":
    main()
