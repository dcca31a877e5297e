"""First row and next lead with and without leads in cadences: ``python -m bench.cadences [LEADS]``.

A tenth of the leads is due now; the others rest until their next step, as retries do.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.config import Settings
from sdrdesk.rulebook import Rulebook, shipped_path
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms

NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
_DAY_MS = 86_400_000
_TIMES = 15


def fill(db: Database, leads: int, *, cadences: bool) -> None:
    """Make leads that were called once and rest, with a run each when ``cadences``."""
    now_ms = to_ms(NOW)
    with db.reader() as connection:
        columns = connection.execute("PRAGMA table_info(lead)").fetchall()
    given: dict[str, object] = {
        "owner_id": "7", "status": "NEW", "lifecycle": "lead", "zone": "America/New_York",
        "region": "US", "conversions": 1, "attempts": 1,
    }  # fmt: skip
    names = [str(column[1]) for column in columns]
    usual: dict[str, object] = {
        c[1]: None if not c[3] else 0 if "INT" in c[2] or "BOOL" in c[2] else "" for c in columns
    }
    usual.update(given)
    rows = []
    for at in range(leads):
        own = usual | {
            "lead_id": str(1000 + at), "email": f"p{at}@x.example", "e164": f"+1555{at:07d}",
            "fit": at % 100, "converted_ms": now_ms - (at % 20 + 2) * _DAY_MS,
            "last_attempt_ms": now_ms - _DAY_MS, "first_attempt_ms": now_ms - _DAY_MS,
        }  # fmt: skip
        rows.append([own[name] for name in names])
    marks = ", ".join("?" * len(names))
    with db.writer() as connection:
        connection.execute("INSERT INTO owner VALUES ('7', '', 'r@x.example', 'Rita', 0)")
        connection.executemany(f"INSERT INTO lead ({', '.join(names)}) VALUES ({marks})", rows)
        connection.execute(
            "INSERT INTO lead_desk (lead_id, next_due_ms, callback_note, callback_activity_key,"
            " snooze_reason, rep_time_zone) SELECT lead_id,"
            " CASE WHEN CAST(lead_id AS INTEGER) % 10 = 0 THEN ? ELSE ? END, '', '', '', ''"
            " FROM lead",
            (now_ms - 1, now_ms + _DAY_MS),
        )
        if cadences:
            connection.execute(
                "INSERT INTO cadence_run SELECT 'r' || lead_id, lead_id, 'fresh-demo-request', '7',"
                " 'lead', '7', ?, 2, 11, 'call', ?, d.next_due_ms, NULL, '', ''"
                " FROM lead_desk d",
                (now_ms - 2 * _DAY_MS, now_ms - _DAY_MS),
            )


def measure(acts: Sequence[Callable[[], object]]) -> list[float]:
    """Return the median processor time of each of these in milliseconds, measured in turns."""
    took: list[list[float]] = [[] for _ in acts]
    for act in acts:
        act()
    for _ in range(_TIMES):
        for act, times in zip(acts, took, strict=True):
            began = time.process_time()
            act()
            times.append((time.process_time() - began) * 1000)
    return [statistics.median(times) for times in took]


def desk_of(home: Path, db: Database) -> LocalDesk:
    """Return the desk of rep 7, with the rules that ship."""
    settings = Settings()
    settings = settings._replace(crm=settings.crm._replace(owner="7"))
    return LocalDesk(
        db=db, rulebook=Rulebook(shipped_path("")), settings=settings,
        scripts=partial(ScriptShelf, home, Settings().rep), clock=lambda: NOW,
        zone=ZoneInfo("UTC"), meetings_dir=home,
    )  # fmt: skip


def first_rows(desk: LocalDesk) -> object:
    """Read the first rows of the queue."""
    return desk.queue.rows(desk.queue.working(first=20), 0, 20)


def next_lead(desk: LocalDesk, lead_id: str) -> object:
    """Choose the lead after one."""
    return desk.outcome.next_after(lead_id)


def main() -> None:
    """Print the table."""
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with ExitStack() as stack:
        desks = []
        for cadences in (False, True):
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            db = stack.enter_context(Database.open(home / "db" / "x.db"))
            fill(db, leads, cadences=cadences)
            desks.append(desk_of(home, db))
        rows = measure([partial(first_rows, desk) for desk in desks])
        ids = [desk.queue.working(first=1).lead_ids[0] for desk in desks]
        after = measure([partial(next_lead, *pair) for pair in zip(desks, ids, strict=True)])
    for number, words in enumerate(("none", "all")):
        print(
            f"{leads} leads, {words} in cadences: first rows {rows[number]:.1f} ms,"
            f" next lead {after[number]:.1f} ms of processor time"
        )


if __name__ == "__main__":
    main()
