"""The queue with 1,000 to 1,000,000 leads: first page, funnel, start-up, memory."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.big_home import ME, OWNER, big_home
from bench.homes import SDRDESK, environment
from bench.table import heading, resident_mib, row, timed, verdict
from sdrdesk.domain.ranking.config import RankingConfig
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.queue.service import QueueService
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.rank_index import base_points_sql

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MIDDLE = 100_000
PAGE = 40
RUNS = 15


class Opened:
    """A database with its queue."""

    def __init__(self, home: Path) -> None:
        self.db = Database.open(home / "sdrdesk.db")
        self.rules = Rulebook(home)
        self.queue = QueueService(
            self.db, self.rules, lambda: datetime.now(UTC), lambda: frozenset({ME}), lambda: "UTC"
        )

    def page(self) -> None:
        """Read the first page, as the screen does."""
        snapshot = self.queue.snapshot(first=PAGE)
        assert len(self.queue.rows(snapshot, 0, PAGE)) == PAGE

    def scored_in_sql(self) -> None:
        """Order the same leads by scoring each of them in SQL."""
        sql = scoring_sql(self.rules.ranking)
        with self.db.reader() as connection:
            now_ms = int(time.time() * 1000)
            rows = connection.execute(sql, {"now": now_ms, "owner": ME, "page": PAGE}).fetchall()
        assert len(rows) == PAGE

    def funnel(self) -> None:
        """Count the leads each rule keeps out."""
        self.queue.funnel()

    def count(self) -> None:
        """Count the rep's leads by an index, the cheapest possible question about them."""
        with self.db.reader() as connection:
            connection.execute(
                "SELECT count(*) FROM lead WHERE archived = 0 AND owner_id = ?", (ME,)
            ).fetchone()


def scoring_sql(ranking: RankingConfig) -> str:
    """Return a statement that scores every lead, linear between the knots of the curve."""
    curve = ranking.decay
    age = "max(1, (:now - coalesce(converted_ms, 0)) / 1000)"
    cases = "".join(
        f" WHEN {age} < {later} THEN {curve.ln_weight(earlier) * 100}"
        f" + ({age} - {earlier}) * {(curve.ln_weight(later) - curve.ln_weight(earlier)) * 100}"
        f" / {later - earlier}"
        for (earlier, _), (later, _) in zip(curve.knots, curve.knots[1:], strict=False)
    )
    return (
        f"SELECT lead_id FROM lead WHERE archived = 0 AND owner_id = :owner ORDER BY"
        f" {base_points_sql(ranking)} + CASE{cases} ELSE -700 END DESC LIMIT :page"
    )


Took = dict[str, dict[int, list[float]]]
"""Milliseconds by operation and size of the account."""


def first_pages(homes: Mapping[int, Path]) -> None:
    """Print the cost of a page, of scoring all rows, of a count and of the funnel at each size."""
    opened = {size: Opened(home) for size, home in homes.items()}
    took = measured(opened)
    for one in opened.values():
        one.db.close()
    print(f"First page ({PAGE} rows), {RUNS} runs\n{heading()}")
    for name, by_size in took.items():
        for size, values in by_size.items():
            print(row(f"{name}, {size:,} leads", values, "ms"))
    small, large = min(homes), max(homes)

    def middle(name: str, size: int) -> float:
        return median(took[name][size])

    growth = middle("page", large) / middle("page", small)
    print(verdict(f"page at {large:,} / page at {small:,}", growth, 3.0))
    if MIDDLE in homes:
        ratio = middle("page", MIDDLE) / middle("scored in SQL", MIDDLE)
        print(verdict(f"page / scoring all rows in SQL, at {MIDDLE:,}", ratio, 0.1))
        ratio = middle("funnel", MIDDLE) / middle("count", MIDDLE)
        print(verdict(f"funnel / one indexed count, at {MIDDLE:,}", ratio, 10.0))


def measured(opened: Mapping[int, Opened]) -> Took:
    """Measure in turns, so that a busy moment hits all alike."""
    took: Took = {}
    for turn in range(RUNS + 1):
        for size, one in opened.items():
            acts = {"page": one.page, "count": one.count, "funnel": one.funnel}
            if size <= MIDDLE:  # a million takes seconds
                acts["scored in SQL"] = one.scored_in_sql
            for name, act in acts.items():
                spent = timed(act)
                if turn:  # the first turn makes the indices
                    took.setdefault(name, {}).setdefault(size, []).append(spent)
    return took


def starts(small: Path, large: Path) -> None:
    """Print the time from exec to the first row at two sizes."""
    from bench.startup import first_leads, row_word, until_painted

    environ = {home: environment(home, None) | {"SDRDESK_OWNER": OWNER} for home in (small, large)}
    names = {home: row_word(first_leads(environ[home], 1)[0]["name"]) for home in environ}
    took: dict[Path, list[float]] = {small: [], large: []}
    for _ in range(9):
        for home, values in took.items():
            values.append(until_painted([SDRDESK], environ[home], names[home]))
    print(f"From exec to the first row, 9 runs\n{heading()}")
    for home, values in took.items():
        print(row(home.name, values, "ms"))
    ratio = median(took[large]) / median(took[small])
    print(verdict(f"first row, {large.name} / {small.name}", ratio, 1.2))


def memory(home: Path) -> None:
    """Print the memory of the workbench with its whole list, above an empty application."""
    from tests.support.terminal import Terminal

    environ = environment(home, None) | {"SDRDESK_OWNER": OWNER}
    with Terminal([sys.executable, "-m", "bench.empty_app"], environ) as term:
        term.wait_for("painted-empty", timeout=60)
        empty = resident_mib(term.pid)
    with Terminal([SDRDESK], environ) as term:
        term.wait_for("callable of", "▸", timeout=60)
        term.settle(1.0)
        ours = resident_mib(term.pid)
        term.send("q")
        term.wait_end()
    print(f"Resident memory: empty {empty:.0f} MiB, workbench on {home.name} {ours:.0f} MiB")
    print(verdict("workbench above an empty application, MiB", ours - empty, 60.0))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="largest account")
    parser.add_argument("--keep", type=Path, help="folder to keep the homes in")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        folder = chosen.keep or Path(text)
        homes = {size: big_home(folder, size) for size in SIZES if size <= chosen.most}
        first_pages(homes)
        if 100_000 in homes:
            starts(homes[1_000], homes[100_000])
            memory(homes[100_000])


if __name__ == "__main__":
    main()
