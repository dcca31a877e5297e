"""Spans of time, days and counts in words: one way to write each, wherever it is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

MINUTE_S: Final = 60
HOUR_S: Final = 3_600
DAY_S: Final = 86_400

DAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def span_words(seconds: float, *, exact: bool = False) -> str:
    """Return a span of time: ``58s``, ``4m``, ``1h14m``, ``2d``, ``3d4h``; never negative.

    Hours are left out from a week on. With ``exact``, minutes carry their seconds: ``4m30s``.
    """
    whole = max(0, int(seconds))
    minutes, hours, days = whole // MINUTE_S, whole // HOUR_S, whole // DAY_S
    if not minutes:
        return f"{whole}s"
    if not hours:
        rest = whole % MINUTE_S if exact else 0
        return f"{minutes}m{rest:02}s" if rest else f"{minutes}m"
    if not days:
        return f"{hours}h{minutes % 60:02}m" if minutes % 60 else f"{hours}h"
    return f"{days}d{hours % 24}h" if hours % 24 and days < 7 else f"{days}d"


def age_words(seconds: float) -> str:
    """Return how long ago: ``58m ago``; less than a second, or in the future, is ``just now``."""
    return f"{span_words(seconds)} ago" if seconds >= 1 else "just now"


def clock_error(ahead_s: float) -> str:
    """Return how wrong a clock is that another one is ``ahead_s`` ahead of: ``10m slow``."""
    minutes = round(abs(ahead_s) / MINUTE_S)
    return f"{span_words(minutes * MINUTE_S)} {'slow' if ahead_s > 0 else 'fast'}"


def call_length(seconds: int) -> str:
    """Return the length of a call as a telephone shows it: ``3:12``, ``1:02:03``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def day_words(day: date) -> str:
    """Return ``Thu 26 Nov``, in English whatever the locale."""
    return f"{DAY_NAMES[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def moment_words(local: datetime) -> str:
    """Return ``Thu 26 Nov 10:00`` for a moment on the clock that is meant."""
    return f"{day_words(local)} {local:%H:%M}"


def dated_words(local: datetime, now: datetime) -> str:
    """Return ``Thu 26 Nov 10:00``, with the year when it is not the one of ``now``."""
    if local.year == now.astimezone(local.tzinfo).year:
        return moment_words(local)
    return f"{day_words(local)} {local.year} {local:%H:%M}"


def option_words(value: str) -> str:
    """Return a CRM option whose label is not known: ``In progress`` for ``IN_PROGRESS``."""
    return value.replace("_", " ").capitalize()


def plural(count: int, word: str) -> str:
    """Return ``word``, with an ``s`` unless ``count`` is 1."""
    return word if count == 1 else f"{word}s"


def ordinal(number: int) -> str:
    """Return ``2nd`` for 2."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
