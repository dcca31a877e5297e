"""Hours as people type them: ``10``, ``3:30pm``, ``1430``, ``halb drei``, ``afternoon``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

DAY_START: Final = time(9)
"""The time of a day without a time."""
DAY_END: Final = time(17)
"""The end of a working day."""
_PARTS: Final = {
    "morning": (time(9), time(12)),
    "am": (time(9), time(12)),
    "midmorning": (time(10, 30), time(10, 30)),
    "latemorning": (time(11), time(11)),
    "noon": (time(12), time(12)),
    "lunchtime": (time(12, 30), time(12, 30)),
    "lunch": (time(12, 30), time(12, 30)),
    "afterlunch": (time(13, 30), time(13, 30)),
    "earlyafternoon": (time(13), time(13)),
    "midafternoon": (time(15), time(15)),
    "lateafternoon": (time(16), time(16)),
    "afternoon": (time(14), time(17, 30)),
    "pm": (time(14), time(17, 30)),
    "eod": (DAY_END, DAY_END),
    "evening": (time(18), time(21)),
    "laterday": (DAY_START, DAY_END),
}
_CLOCK: Final = re.compile(
    r"(\d{1,2})(?:([:.h])(\d{2})|\.| ([0-5][05])(?= uhr|$))?(?: ?(am|pm|a|p|h|uhr)(?: ([0-5]\d))?)?"
)
_PACKED: Final = re.compile(r"(\d{1,2})([0-5]\d) ?(am|pm|h|uhr)?")
_HALF: Final = re.compile(r"(half|halb|quarterpast|quarterto) (\d{1,2})(?: ?(am|pm|uhr))?")
_HALVES: Final = {"morning": "am", "afternoon": "pm", "evening": "pm"}


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the wall clock."""

    hour: time
    until: time | None = None
    """End of a part of the day such as the afternoon, ``None`` for an exact time."""
    bare: bool = False
    """Only one or two digits, so it could be a day of the month."""
    like_year: bool = False
    """Four digits that could be a year."""
    like_span: bool = False
    """``10h``: also a number of hours."""
    later: bool = False
    """"Later today": in two hours, at most until ``until``."""


def clock(text: str) -> Clock | None:
    """Return the hour that ``text`` says as a whole, see ``words.tidy``; ``None`` for none.

    An hour from 1 to 6 with one digit and no am or pm is in the afternoon.
    """
    if text in _PARTS:
        start, end = _PARTS[text]
        return Clock(start, end, later=text == "laterday")
    part = next((word for word in _HALVES if f" {word} " in f" {text} "), "")
    if part:
        rest = " ".join(word for word in text.split() if word != part)
        if not re.fullmatch(r"\d{1,2}(?:[:.]\d{2})?(?: ?uhr)?", rest):
            return None
        hour = int(re.match(r"\d+", rest)[0])  # type: ignore[index]
        if hour > 12:
            return clock(rest)
        return clock(re.sub(r" ?uhr$", "", rest) + _HALVES[part])
    return _digits(text)


def _digits(text: str) -> Clock | None:
    if match := _HALF.fullmatch(text):
        return _fraction(match[1], int(match[2]), match[3] or "")
    if match := _PACKED.fullmatch(text):
        half = match[3] or ""
        found = _time(match[1], int(match[2]), half)
        year = not half and text.startswith("20") and len(text) == 4
        return Clock(found, like_year=year) if found is not None else None
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, sign, minute, spaced, half, after = match.groups()
    minutes = int(minute or spaced or after or 0)
    if after and half != "uhr":
        return None
    found = _time(hour, minutes, half or "")
    if found is None:
        return None
    exact = bool(minute or half or after)
    return Clock(found, bare=not exact, like_span=half == "h" or sign == "h")


def _fraction(word: str, hour: int, half: str) -> Clock | None:
    base = _time(str(hour), 0, half)
    if base is None:
        return None
    minutes = base.hour * 60 + {"half": 30, "halb": -30, "quarterpast": 15}.get(word, -15)
    return Clock(time(minutes // 60 % 24, minutes % 60))


def _time(hour_text: str, minute: int, half: str) -> time | None:
    hour = int(hour_text)
    if half in ("am", "pm", "a", "p"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif 1 <= hour <= 6 and len(hour_text) == 1:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None
