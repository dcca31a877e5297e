"""Times of the generated world: the CRM's formats and the team's working hours."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sdrdesk.sandbox.world.dice import Dice

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

TEAM_ZONE = "Europe/Dublin"
"""The time zone of the account and its reps."""
WORK_STARTS_MIN = 8 * 60 + 30
WORK_ENDS_MIN = 17 * 60 + 45
"""The reps' working hours, minutes after midnight in ``TEAM_ZONE``, Monday to Friday."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _day_text(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).strftime("%Y-%m-%d")


@lru_cache(maxsize=512)
def iso(ms: int) -> str:
    """Return a time in the CRM's format: UTC, ``Z``, without trailing zeros of the fraction.

    Cached because many fields share a time, and then its text in memory.
    """
    day, rest = divmod(ms, DAY)
    seconds, fraction = divmod(rest, SECOND)
    text = f"{_day_text(day)}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:03}".rstrip("0") + "Z" if fraction else f"{text}Z"


@lru_cache(maxsize=8192)
def _offset_ms(zone: str, hour: int) -> int:
    """Return the UTC offset in one hour since the epoch (zones change on the hour or half hour)."""
    offset = (_EPOCH + timedelta(hours=hour)).astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) * SECOND if offset is not None else 0


def local_minutes(ms: int, zone: str) -> tuple[int, int]:
    """Return weekday (Monday is 0) and minute of the day of a UTC time in a zone."""
    day, rest = divmod(ms + _offset_ms(zone, ms // HOUR), DAY)
    return (day + 3) % 7, rest // MINUTE


def local_hour(ms: int, zone: str) -> int:
    """Return the hour of the day, 0 to 23, of a UTC time in a zone."""
    return local_minutes(ms, zone)[1] // 60


def in_office(ms: int, zone: str) -> bool:
    """Return whether it is Monday to Friday, 9 to 17 o'clock, in a zone."""
    weekday, minute = local_minutes(ms, zone)
    return weekday < 5 and 9 * 60 <= minute < 17 * 60


def _same_clock(before: int, after: int) -> int:
    """Return ``after`` corrected for a clock change between the two times."""
    return after + _offset_ms(TEAM_ZONE, before // HOUR) - _offset_ms(TEAM_ZONE, after // HOUR)


def next_working_ms(ms: int) -> int:
    """Return the time if the team works then, else the start of its next working day."""
    weekday, minute = local_minutes(ms, TEAM_ZONE)
    if weekday < 5 and minute < WORK_STARTS_MIN:
        return ms + (WORK_STARTS_MIN - minute) * MINUTE
    if weekday < 5 and minute < WORK_ENDS_MIN:
        return ms
    days = 1 if weekday < 4 else 7 - weekday
    return _same_clock(ms, ms + days * DAY - (minute - WORK_STARTS_MIN) * MINUTE)


def working_slot_ms(dice: Dice, ms: int) -> int:
    """Return the time if the team works then, else a time on its next working day.

    Mornings are likelier: leads of the night are called first.
    """
    start = next_working_ms(ms)
    if start == ms:
        return ms
    return start + round(math.pow(dice.roll(), 1.6) * (WORK_ENDS_MIN - WORK_STARTS_MIN) * MINUTE)


def last_working_ms(ms: int) -> int:
    """Return the time if the team works then, else the end of its last working day."""
    weekday, minute = local_minutes(ms, TEAM_ZONE)
    if weekday < 5 and minute > WORK_ENDS_MIN:
        return ms - (minute - WORK_ENDS_MIN) * MINUTE
    if weekday < 5 and minute >= WORK_STARTS_MIN:
        return ms
    days = {0: 3, 6: 2}.get(weekday, 1)
    return _same_clock(ms, ms - days * DAY + (WORK_ENDS_MIN - minute) * MINUTE)
