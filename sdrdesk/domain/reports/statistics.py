"""The two figures of every report: percentiles of waits, and shares with intervals."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, sqrt

from sdrdesk.domain.light_dataclass import dataclass

_Z95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""
THIN = 30
"""Shares of fewer cases are never compared."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The 50th, 90th and 95th percentile in whole seconds."""

    p50: int | None = None
    p90: int | None = None
    p95: int | None = None
    count: int = 0
    """Number of cases, without those that never happened."""

    def to_json(self) -> dict[str, object]:
        """Return ``{"p50", "p90", "p95"}`` in seconds; ``None`` without cases."""
        return {"p50": self.p50, "p90": self.p90, "p95": self.p95}


def percentiles(seconds: Iterable[float]) -> Percentiles:
    """Return the percentiles of ``seconds`` by nearest rank, cut to whole seconds.

    There is no mean, because a single lead forgotten for a month would dominate it.
    """
    ordered = sorted(int(value) for value in seconds)
    if not ordered:
        return Percentiles()
    p50, p90, p95 = (ordered[ceil(len(ordered) * part / 100) - 1] for part in (50, 90, 95))
    return Percentiles(p50, p90, p95, len(ordered))


@dataclass(frozen=True, slots=True)
class Proportion:
    """``hits`` out of ``of``, with its 95 % interval."""

    hits: int
    of: int

    @property
    def percent(self) -> float | None:
        """0 to 100 with one decimal, ``None`` without cases."""
        return round(100 * self.hits / self.of, 1) if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % score interval in per cent, ``None`` without cases.

        Wilson (1927): unlike the textbook interval it stays within 0 to 100 and holds for the small
        counts of a rep's day.
        """
        if not self.of:
            return None
        rate, z2 = self.hits / self.of, _Z95**2
        middle = rate + z2 / (2 * self.of)
        half = _Z95 * sqrt(rate * (1 - rate) / self.of + z2 / (4 * self.of**2))
        scale = 1 + z2 / self.of
        low, high = (middle - half) / scale, (middle + half) / scale
        return round(100 * max(0.0, low), 1), round(100 * min(1.0, high), 1)

    @property
    def is_thin(self) -> bool:
        """True if there are too few cases for a comparison."""
        return self.of < THIN

    def words(self) -> str:
        """Return ``3 of 20, 15.0 % (5.2–36.0)``."""
        if self.interval is None:
            return "0 of 0"
        low, high = self.interval
        return f"{self.hits} of {self.of}, {self.percent} % ({low}–{high})"

    def to_json(self) -> dict[str, object]:
        """Return the counts, the per cent and the interval in per cent."""
        low, high = self.interval or (None, None)
        return {
            "count": self.hits, "of": self.of, "percent": self.percent,
            "low": low, "high": high,
        }  # fmt: skip
