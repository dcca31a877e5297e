"""Ages and clocks of the screens, and the heat of a lead."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from sdrdesk.domain.text.humanize import DAY_S, span_words

_HOT_S: Final = 15 * 60
"""A conversion is hot up to this age; speed-to-lead reports use bands of 5 and 15 minutes."""
_WARM_S: Final = 24 * 3_600
"""A conversion is warm up to this age."""

_SECONDS: Final = re.compile(r"\d ?s\b")
_STEPS_OF_5_S: Final = 60
_STEPS_OF_15_S: Final = 300


class Heat(StrEnum):
    """Urgency of a row; each has a glyph, a word and a colour."""

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
    """Return the age for a row, at most 6 cells: ``58s``, ``1h47m``, ``23d``, ``—`` unknown."""
    return "—" if age_s is None else span_words(min(age_s, 9_999 * DAY_S))


def counts_seconds(text: str) -> bool:
    """Return whether a text may read differently in a second: ``58s ago``, ``17 s left``."""
    return _SECONDS.search(text) is not None


def coarse(seconds: float) -> int:
    """Return what a clock shows where each change costs: steps of 5 s, later of a minute."""
    step = 5 if seconds < _STEPS_OF_5_S else 15 if seconds < _STEPS_OF_15_S else 60
    return int(seconds // step) * step


def stopwatch(seconds: float) -> str:
    """Return a running clock: ``01:24``, ``1:02:03`` from an hour on."""
    whole = max(0, int(seconds))
    if whole < 3_600:
        return f"{whole // 60:02d}:{whole % 60:02d}"
    return f"{whole // 3_600}:{whole % 3_600 // 60:02d}:{whole % 60:02d}"
