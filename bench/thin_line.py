"""Key to echo on a thin line: a pseudo-terminal whose output takes its time.

A relay stands for the line: it takes what the workbench writes at once, as the buffers of an SSH
connection do, and hands it to the terminal at so many bytes a second. Keys go the other way
without delay. The workbench runs as over SSH, and once as if the line were fast.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.homes import SDRDESK, environment, filled_home
from bench.table import heading, row, verdict

if TYPE_CHECKING:
    from tests.support.thin_line import ThinTerminal

LEADS = 600
BYTES_PER_S = 300.0
COLUMNS, ROWS = 60, 20
PRESSES = 10
REPAINTS = 4
LETTERS = "абвгдежзийклмнопрстуфхцчшщ"
"""Found nowhere else on the screen."""
MOST_S = 1.5
"""Longest echo of a key at 300 bytes a second, also while the whole screen is being drawn."""


def echoes(environ: dict[str, str], bytes_per_s: float) -> dict[str, list[float]]:
    """Return milliseconds: of the first row, of typed letters, and of those behind a repaint."""
    from tests.support.thin_line import ThinTerminal

    found: dict[str, list[float]] = {}
    with ThinTerminal([SDRDESK], environ, bytes_per_s, columns=COLUMNS, rows=ROWS) as term:
        found["first row"] = [term.until(lambda: "▸" in term.screen)]
        term.until(lambda: "F1" in term.screen)
        term.rest(10)
        term.send("/")
        term.rest(3)
        found["a letter"] = [_typed(term, letter) for letter in LETTERS[:PRESSES]]
        behind = []
        for letter in LETTERS[PRESSES:][:REPAINTS]:
            term.send("\x1b")
            term.rest(3)
            term.send("2")  # another screen
            term.rest(0.4)
            term.send("1")  # and back
            term.rest(0.4)
            term.send("/")
            term.rest(0.2)
            behind.append(_typed(term, letter))
            term.rest(8)
        found["a letter behind two repaints"] = behind
        term.kill()
    return found


def _typed(term: ThinTerminal, letter: str) -> float:
    term.send(letter)
    return term.until(lambda: letter in term.screen)


def main() -> None:
    """Print the table."""
    rate = float(sys.argv[1]) if len(sys.argv) > 1 else BYTES_PER_S
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        environ = environment(filled_home(Path(text), LEADS), None)
        environ = {name: v for name, v in environ.items() if not name.startswith("SSH_")}
        print(f"A line of {rate:.0f} B/s, {COLUMNS}x{ROWS}, {LEADS} leads\n{heading()}")
        for name, over in (
            ("over SSH", {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}),
            ("without pacing", {}),
        ):
            found = echoes(environ | over, rate)
            for what, times in found.items():
                print(row(f"{name}: {what}", times, "ms"), flush=True)
            if over:
                most = max(found["a letter behind two repaints"]) / 1000
                print(verdict("slowest echo behind a repaint, seconds", most, MOST_S), flush=True)


if __name__ == "__main__":
    main()
