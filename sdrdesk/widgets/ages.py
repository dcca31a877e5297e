"""Ages and clocks of the screens, and the heat of a lead."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_HOT_S: Final = 15 * 60
"""A conversion is hot up to this age; speed-to-lead reports use bands of 5 and 15 minutes."""
_WARM_S: Final = 24 * 3_600
"""A conversion is warm up to this age."""


class Heat(StrEnum):
    """How urgent a row is; each has a glyph, a word and a colour."""

    CALLBACK = "now"
    HOT = "hot"
    WARM = "warm"
    COOL = "cool"
    REST = "rest"


GLYPHS: Final[dict[Heat, str]] = {
    Heat.CALLBACK: "☎",
    Heat.HOT: "◆",
    Heat.WARM: "◇",
    Heat.COOL: "○",
    Heat.REST: "·",
}


def heat_of(age_s: float | None, *, callback: bool, resting: bool) -> Heat:
    """Return how hot a lead is: callbacks first; an unknown conversion is cool."""
    if callback:
        return Heat.CALLBACK
    if resting:
        return Heat.REST
    if age_s is None or age_s >= _WARM_S:
        return Heat.COOL
    return Heat.HOT if age_s < _HOT_S else Heat.WARM


def row_clock(age_s: float | None) -> str:
    """Return the age for a row, at most 6 cells: ``0:58``, ``1:47h``, ``1.2d``, ``23d``, ``—``."""
    if age_s is None:
        return "—"
    whole = max(0, int(age_s))
    if whole < _HOT_S:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < _WARM_S:
        return f"{whole // 3_600}:{whole % 3_600 // 60:02d}h"
    days = whole / 86_400
    return f"{days:.1f}d" if days < 10 else f"{min(9_999, int(days))}d"


def stopwatch(seconds: float) -> str:
    """Return a running clock: ``01:24``, ``1:02:03`` from an hour on."""
    whole = max(0, int(seconds))
    if whole < 3_600:
        return f"{whole // 60:02d}:{whole % 60:02d}"
    return f"{whole // 3_600}:{whole % 3_600 // 60:02d}:{whole % 60:02d}"
