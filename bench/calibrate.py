"""Cost of ``sdrdesk calibrate --data`` on a large table: ``python -m bench.calibrate``.

Half of the columns are numbers and half are words, and a dozen of them tell something about the
outcome. The command runs in a process of its own; the goal is 60 s of CPU and 300 MiB for 100,000
rows of 60 columns.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.homes import SDRDESK, environment
from bench.table import verdict

ROWS, FIELDS = 100_000, 60
_TELL = 12
_WORDS = 12


def write_table(path: Path, rows: int, fields: int) -> None:
    """Write a table with an outcome that about a sixth of the rows won."""
    dice = random.Random(11)
    weights = [dice.uniform(0.2, 0.6) * (-1) ** n if n < _TELL else 0.0 for n in range(fields)]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*(f"f{n}" for n in range(fields)), "at", "won"])
        for at in range(rows):
            points, cells = -2.0, []
            for n in range(fields):
                value = dice.gauss(0, 1)
                points += weights[n] * value
                word = min(_WORDS - 1, max(0, int((value + 2) * _WORDS / 4)))
                cells.append(f"cat {word}" if n % 2 else f"{value:.3f}")
            won = dice.random() < 1 / (1 + math.exp(-points))
            out.writerow([*cells, at, int(won)])


def main() -> None:
    """Print the cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--fields", type=int, default=FIELDS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        path = Path(text) / "past.csv"
        write_table(path, asked.rows, asked.fields)
        command = [SDRDESK, "calibrate", "--data", str(path), "--outcome", "won", "--json"]
        done = subprocess.Popen(
            [*command, "--time", "at"],
            env=environment(Path(text) / "home", None),
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(done.pid, 0)
        if code := os.waitstatus_to_exitcode(status):
            raise SystemExit(code)
    cpu_s = used.ru_utime + used.ru_stime
    mib = used.ru_maxrss / (1_048_576 if sys.platform == "darwin" else 1_024)
    print(f"{asked.rows:,} rows, {asked.fields} columns")
    print(verdict("CPU, s", cpu_s, 60))
    print(verdict("peak memory, MiB", mib, 300))


if __name__ == "__main__":
    main()
