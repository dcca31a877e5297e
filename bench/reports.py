"""Time and memory of reports over half a million activities, and of a large team's day log.

Run: ``python -m bench.reports [--calls 500000]``. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.__main__ import COLLECT_AFTER
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.memory import IdleCollector
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import ReportName, make_report
from sdrdesk.services.views.log import LogView
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.reports.report_rows import day_rows
from sdrdesk.store.tables import LeadRow
from tests.store.filling import put

QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
BUSY = date(2026, 10, 5)
REPS = 50
LABELS = ["No answer"] * 6 + ["Left voicemail"] * 3 + ["Connected", "Busy", "Left live message"]
UTC_ZONE = ZoneInfo("UTC")


def fill(db: Database, calls: int) -> None:
    """Write a quarter with ``calls`` calls, a meeting for each 100, and a day of 5,000 calls."""
    dice = random.Random(7)
    start = datetime(2026, 7, 1, tzinfo=UTC)
    low, day = to_ms(start), to_ms(datetime(2026, 10, 5, 8, tzinfo=UTC))
    length = 92 * 86_400_000
    leads = max(1_000, calls // 25)
    with db.writer() as connection:
        connection.executemany(
            "INSERT INTO owner (owner_id, user_id, email, name, archived) VALUES (?, '', ?, ?, 0)",
            [(str(n), f"rep{n}@harbour.example", f"Rep {n}") for n in range(REPS)],
        )
    rows = []
    for number in range(leads):
        at = low + dice.randrange(length)
        rows.append(
            LeadRow(
                lead_id=str(number), owner_id=str(number % REPS), converted_ms=at,
                first_converted_ms=at, conversions=1, seen_ms=at + 60_000, source="WEB",
            )
        )  # fmt: skip
    put(db, *rows)
    sql = (
        "INSERT INTO activity (activity_key, lead_id, owner_id, kind, at_ms, disposition,"
        " outcome_label, duration_s, number, title, note, reason, script_id, qualify_json, crm_id,"
        " local, done, modified_ms, corrects, before_json) VALUES (?, ?, ?, ?, ?, '', ?, ?,"
        " '', 'Call with Ada', 'rang', '', '', '{}', ?, 0, 1, 0, '', '{}')"
    )
    moments = [low + dice.randrange(length) for _ in range(calls)]
    moments += [day + dice.randrange(8 * 3_600_000) for _ in range(5_000)]
    with db.writer() as connection:
        connection.executemany(
            sql,
            (
                (
                    f"{kind}:{n}", str(dice.randrange(leads)), str(n % REPS), kind, at,
                    dice.choice(LABELS), dice.randrange(400), str(n),
                )
                for kind, some in (("call", moments), ("meeting", moments[::100]))
                for n, at in enumerate(some)
            ),
        )  # fmt: skip


def timed(job: Callable[[], object], times: int = 5) -> float:
    """Return the median CPU milliseconds of ``times`` runs."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        job()
        took.append((time.process_time() - begun) * 1_000)
    return round(statistics.median(took), 1)


def painted_ms(log: TeamLog, times: int = 7) -> float:
    """Return the median CPU milliseconds from asking for the day to its first frame.

    The real screen at 140x40, without a terminal; all threads of this process.
    """
    import asyncio

    from textual.worker import WorkerCancelled

    from sdrdesk.app import SdrDeskApp
    from sdrdesk.screens.log.screen import LogScreen
    from tests.support.fake_desk import FakeDesk
    from tests.support.fake_office import FakeLog

    class Wall(FakeLog):
        def day(self, day: date, rep: str = "") -> LogView:  # noqa: ARG002
            return log.day(BUSY, "all")

    desk = FakeDesk()
    desk.log = Wall(desk)

    async def run() -> list[float]:
        took = []
        app = SdrDeskApp(desk, None, theme="")
        async with app.run_test(size=(140, 40)) as pilot:
            await app.switch_mode("log")
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, LogScreen)
            IdleCollector().begin()  # garbage as in the workbench, not as in ``sdrdesk report``
            for _ in range(times):
                done = asyncio.Event()
                begun = time.process_time()
                screen.load()
                for worker in list(app.workers):
                    with suppress(WorkerCancelled):  # another look at the status took its place
                        await worker.wait()
                screen.call_after_refresh(done.set)
                await done.wait()
                took.append((time.process_time() - begun) * 1_000)
        return took

    return round(statistics.median(asyncio.run(run())), 1)


def peak_mib() -> float:
    """Return the peak memory of this process."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would include the parent's
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1_024 for line in lines if line.startswith("VmHWM"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_048_576 if sys.platform == "darwin" else 1_024)


def measure(path: Path, dispositions: Dispositions, sla: SlaConfig) -> dict[str, object]:
    """Return the cost of each report on the filled database at ``path``."""
    with Database.open(path) as db:
        reader = Reader(db, dispositions, sla, UTC_ZONE, lambda: datetime.now(UTC))
        log = TeamLog(db, dispositions, UTC_ZONE, SlaTargets())
        idle = peak_mib()
        found: dict[str, object] = {}
        start = datetime(2026, 10, 5, tzinfo=UTC)
        end, now = start + timedelta(days=1), datetime.now(UTC)
        found["day_query_ms"] = timed(lambda: day_rows(db, start, end, now, None))
        found["day_log_ms"] = timed(lambda: log.day(BUSY, "all"))
        names: tuple[ReportName, ...] = (
            "outcomes", "scripts", "funnel", "rhythm", "speed", "sla", "goals", "week",
        )  # fmt: skip
        for name in names:
            found[f"{name}_ms"] = timed(partial(make_report, reader, name, *QUARTER), 3)
            found[f"{name}_mib_above_idle"] = round(peak_mib() - idle, 1)
        # Last, because it loads Textual and leaves the garbage collector as in the workbench.
        found["day_painted_ms"] = painted_ms(log)
        found["day_query_in_workbench_ms"] = timed(lambda: day_rows(db, start, end, now, None))
        return found


def main() -> None:
    """Fill in one process and measure in another, so that filling costs no memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=500_000)
    parser.add_argument("--measure", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.measure:
            gc.set_threshold(COLLECT_AFTER)  # as in ``sdrdesk report``
            rules = Rulebook(Path(folder))
            print(json.dumps(measure(asked.measure, rules.dispositions, rules.sla.in_zone("UTC"))))
            return
        import subprocess

        path = Path(folder) / "sdrdesk.db"
        with Database.open(path) as db:
            fill(db, asked.calls)
        subprocess.run([sys.executable, "-m", "bench.reports", "--measure", str(path)], check=True)


if __name__ == "__main__":
    main()
