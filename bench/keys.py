"""Time from a key press to the change on screen, in a real terminal during a sync."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.big_home import big_home
from bench.homes import SDRDESK, account, copied, environment, filled_home
from bench.table import heading, p95, row, verdict

LEADS = 10_000
LARGE = 100_000
PRESSES = 200
MOST_MS = 33.0


def cursor_row(screen: str) -> int:
    """Return the row of the cursor, -1 while the screen is being drawn."""
    return next((i for i, line in enumerate(screen.splitlines()) if "▸" in line), -1)


def press_all(crm_environ: dict[str, str], presses: int) -> list[float]:
    """Return the milliseconds of each press of the down and up keys."""
    from tests.support.terminal import Terminal

    took: list[float] = []
    with Terminal([SDRDESK], crm_environ) as term:
        term.wait_for("callable of", "▸", timeout=60)
        term.wait_for("Why here", timeout=60)
        for number in range(presses):
            key = "j" if number // 8 % 2 == 0 else "k"
            before = cursor_row(term.screen)
            started = time.perf_counter()
            term.send(key)
            # The order may change in between: any move counts, and no move is no measurement.
            while cursor_row(term.screen) in (before, -1) and time.perf_counter() - started < 1:
                term.read_some()
            if cursor_row(term.screen) != before:
                took.append((time.perf_counter() - started) * 1000)
            term.settle(0.05)
        term.send("q")
        term.wait_end()
    return took


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        folder = Path(text)
        home = filled_home(folder, LEADS)
        idle = press_all(environment(home, None), PRESSES)
        with account(LEADS, folder) as crm:
            # Without its cursors the sync rewrites every lead.
            forget_cursors(home)
            busy = press_all(environment(home, crm), PRESSES)
            large = copied(big_home(folder, LARGE), "large", crm)
            busy_large = press_all(environment(large, crm), PRESSES)
        print(f"Key press to painted change, {LEADS:,} leads, {PRESSES} presses\n{heading()}")
        print(row("no sync", idle, "ms"))
        print(row("while a sync rewrites every lead", busy, "ms"))
        print(row(f"the same with {LARGE:,} leads", busy_large, "ms"))
        print(verdict("p95 while a sync is running, ms", p95(busy), MOST_MS))
        print(
            verdict(f"p95 while a sync is running, {LARGE:,} leads, ms", p95(busy_large), MOST_MS)
        )


def forget_cursors(home: Path) -> None:
    """Make the next sync of ``home`` a first load."""
    import sqlite3

    connection = sqlite3.connect(home / "sdrdesk.db")
    with connection:
        connection.execute("DELETE FROM sync_state")
    connection.close()


if __name__ == "__main__":
    main()
