"""Spans of time in a rules file: ``"45m"``, ``"2h"``, ``"5d"``."""

from __future__ import annotations

import re

_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")


def parse_duration(text: str) -> float:
    """Return the seconds in ``text``; ``"1d 2h"`` is 93,600.

    Raises:
        ValueError: ``text`` is not a span of time.
    """
    parts = text.split()
    found = [_SPAN.fullmatch(part) for part in parts]
    if not parts or None in found:
        raise ValueError(f'{text!r} must be a span such as "45m", "2h" or "5d"')
    return sum(float(m[1]) * _UNITS_S[m[2]] for m in found if m)
