"""Time until an outcome is safe on disk: ``python -m bench.disposition``.

Three commits in turns on the same file system: one row into a bare SQLite file with
``synchronous=FULL``, an outcome by ``store.record.outcomes.record`` (activity, lead, outbox rows),
and the whole key press (``desk.outcome.record``, which also plans it and ranks the next lead).
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.homes import environment, filled_home
from bench.table import heading, row, timed, verdict
from sdrdesk.cli.session import Session, open_session
from sdrdesk.clock import system_clock
from sdrdesk.domain.outcome.types import Entry

LEADS = 1_000
ROUNDS = 400
MOST = 2.0


def bare(folder: Path) -> tuple[sqlite3.Connection, Callable[[], None]]:
    """Return a connection, and a function that commits one row of the size of an activity."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE activity (key TEXT PRIMARY KEY, note TEXT)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO activity VALUES (?, ?)",
            (os.urandom(16).hex(), "no answer, voicemail full"),
        )
        connection.execute("COMMIT")

    return connection, commit


def measure(opened: Session, folder: Path, rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of every commit, by kind."""
    from sdrdesk.store.record.outcomes import record

    desk, calling = opened.desk, opened.desk.outcome
    leads = list(desk.queue.snapshot().lead_ids)
    took: dict[str, list[float]] = {"bare": [], "record": [], "dispose": []}
    connection, commit = bare(folder)
    for number in range(rounds):
        first, second = leads[2 * number % len(leads)], leads[(2 * number + 1) % len(leads)]
        entry = Entry("no_answer", at=system_clock(), note="no answer, voicemail full")
        plan = calling.plan(first, entry)
        # In turns, so that a busy moment of the disk hits all alike.
        took["bare"].append(timed(commit))
        took["record"].append(timed(lambda plan=plan: record(opened.db, plan)))  # type: ignore[misc]
        took["dispose"].append(
            timed(lambda lead=second, entry=entry: desk.outcome.record(lead, entry))  # type: ignore[misc]
        )
    connection.close()
    return took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    # The default may be a RAM disk, where a flush costs nothing.
    parser.add_argument("--folder", type=Path, help="on the disk to measure; default temporary")
    arguments = parser.parse_args()
    rounds = arguments.rounds
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-", dir=arguments.folder) as text:
        folder = Path(text)
        home = filled_home(folder, LEADS)
        with open_session(environment(home, None)) as opened:
            took = measure(opened, folder, rounds)
    print(f"An outcome on the disk, {LEADS:,} leads, {rounds} rounds in turns\n{heading()}")
    print(row("one row, bare SQLite, synchronous=FULL", took["bare"], "ms"))
    print(row("an outcome recorded (durable)", took["record"], "ms"))
    print(row("the whole key press, with the next lead", took["dispose"], "ms"))
    ratio = median(took["record"]) / median(took["bare"])
    print(verdict("outcome / bare commit, medians", ratio, MOST))


if __name__ == "__main__":
    main()
