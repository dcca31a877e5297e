"""Local times and their UTC moments, correct when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MIN = 1_440


def instants(day: date, minute: int, place: ZoneInfo) -> tuple[datetime, ...]:
    """Return the UTC moments at which the clock of ``place`` reaches ``minute`` of ``day``.

    Two when the time repeats. For a skipped time, the two moments around the jump (see ``jump``).
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    early = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    return (early,) if early == late else (min(early, late), max(early, late))


def jump(day: date, place: ZoneInfo) -> datetime | None:
    """Return the UTC moment at which the clock of ``place`` jumps on ``day``, ``None`` if not."""
    low = instants(day, 0, place)[0]
    high = instants(day, DAY_MIN, place)[-1]
    before = low.astimezone(place).utcoffset()
    if before == high.astimezone(place).utcoffset():
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
