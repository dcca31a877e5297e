"""Ages and counts in the few words that fit on a queue row."""

from __future__ import annotations

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400


def span_words(seconds: float) -> str:
    """Return a span of time compactly: ``"58 s"``, ``"4 min"``, ``"6 h 05"``, ``"3 d 4 h"``."""
    whole = max(0, int(seconds))
    if whole < MINUTE_S:
        return f"{whole} s"
    if whole < HOUR_S:
        return f"{whole // MINUTE_S} min"
    if whole < DAY_S:
        return f"{whole // HOUR_S} h {whole % HOUR_S // MINUTE_S:02d}"
    days, hours = whole // DAY_S, whole % DAY_S // HOUR_S
    return f"{days} d {hours} h" if hours and days < 7 else f"{days} d"


def age_words(seconds: float) -> str:
    """Return how long ago: ``"58 min ago"``; a moment not yet reached is ``"just now"``."""
    return f"{span_words(seconds)} ago" if seconds >= 1 else "just now"


def clock_words(ahead_s: float) -> str:
    """Return how wrong a clock is, to the minute, that another one is ahead of by ``ahead_s``."""
    minutes = round(abs(ahead_s) / MINUTE_S)
    return f"{span_words(minutes * MINUTE_S)} {'slow' if ahead_s > 0 else 'fast'}"


def plural(count: int, word: str) -> str:
    """Return ``word``, with an ``s`` unless ``count`` is 1."""
    return word if count == 1 else f"{word}s"


def ordinal(number: int) -> str:
    """Return ``"2nd"`` for 2."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
