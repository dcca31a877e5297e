"""Measuring, and tables of minimum, median and maximum."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles


def timed(act: Callable[[], object]) -> float:
    """Return the milliseconds of one call."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(pid)


def row(name: str, values: Sequence[float], unit: str) -> str:
    """Return one line of a table."""
    spread = f"{min(values):9.1f} {median(values):9.1f} {max(values):9.1f}"
    return f"{name:<44} {spread}  {unit}"


def heading() -> str:
    """Return the line above the rows."""
    return f"{'':<44} {'min':>9} {'median':>9} {'max':>9}"


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(values, n=20)[-1]


def verdict(name: str, value: float, most: float) -> str:
    """Return one line that says whether a goal is met."""
    return f"{'ok  ' if value <= most else 'OVER'} {name}: {value:.2f} (at most {most})"
