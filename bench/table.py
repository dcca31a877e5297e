"""Tables of figures: minimum, median and maximum, never a single number."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles


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
    """Return one line that says whether a measure is met."""
    return f"{'ok  ' if value <= most else 'OVER'} {name}: {value:.2f} (at most {most})"
