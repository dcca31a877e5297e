"""Runs all benchmarks, one after another."""

from __future__ import annotations

import subprocess
import sys

BENCHES = (
    "bench.startup",
    "bench.idle",
    "bench.keys",
    "bench.outcome_keys",
    "bench.next_lead",
    "bench.long_day",
    "bench.queue_scale",
    "bench.disposition",
    "bench.rules_update",
    "bench.own_fields",
    "bench.calibrate",
    "bench.reports",
    "bench.sync_requests",
    "bench.sync_pull",
    "bench.many_desks",
)


def main() -> None:
    """Run each in its own process."""
    for name in BENCHES:
        print(f"== python -m {name}", flush=True)
        subprocess.run([sys.executable, "-m", name], check=True)
        print(flush=True)


if __name__ == "__main__":
    main()
