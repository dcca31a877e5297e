"""Cost of a changed ``fit.toml``: ``python -m bench.rules_update [--leads N]``.

Every lead is re-scored with another base, in the workbench's batches.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from bench.big_home import big_home
from bench.table import heading, row
from sdrdesk.clock import system_clock
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.sync.rederive import RulesUpdate
from sdrdesk.store.database.database import Database

LEADS = 100_000


def measure(home: Path) -> tuple[list[float], float, float]:
    """Return the milliseconds of every batch, and seconds of wall clock and CPU of the whole."""
    shipped = Rulebook(home).path("fit.toml").read_text(encoding="utf-8")
    (home / "fit.toml").write_text(shipped.replace("base = 50", "base = 41"), encoding="utf-8")
    batches: list[float] = []
    last = began = time.perf_counter()

    def told(_done: int, _total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        batches.append((now - last) * 1000)
        last = now

    cpu = time.process_time()
    with Database.open(home / "sdrdesk.db") as db:
        RulesUpdate(db, Rulebook(home), system_clock).run(told)
    return batches, time.perf_counter() - began, time.process_time() - cpu


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=LEADS)
    leads = parser.parse_args().leads
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as folder:
        batches, wall_s, cpu_s = measure(big_home(Path(folder), leads))
    print(heading())
    print(row("one transaction of 50 leads", batches, "ms"))
    print(f"\n{leads:,} leads: {wall_s:.1f} s, {cpu_s:.1f} s of CPU time")


if __name__ == "__main__":
    main()
