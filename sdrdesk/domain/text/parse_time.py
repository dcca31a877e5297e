"""Times as reps type them, in the lead's time zone: ``+3d``, ``thu 10``, ``tomorrow 14:30``.

Reps type these during a call, so a day alone means 9:00, and an hour from 1 to 6 with one digit
means the afternoon (``02:00`` and ``2am`` mean the night). Screens show the result before it is
saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import UsageError

_EXAMPLES: Final = '"+3d", "+90m", "thu 10", "tomorrow 14:30", "26 nov 10", "2026-12-01 09:00"'
_PAST_EXAMPLES: Final = '"-10m", "10:30", "yesterday 15:00" or "2026-11-20 15:00"'
_DAY_START: Final = time(9)
"""The time of a day without a time."""
MAX_AHEAD: Final = timedelta(days=2 * 366)
"""A time further ahead is a typing mistake."""
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Start of the year of the first release: no outcome is older."""
_ROLL_LIMIT: Final = timedelta(days=300)
"""A past date without a year means next year only if it is this close; else it is a mistake."""

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAY_PARTS: Final = {
    "morning": time(9),
    "noon": time(12),
    "midday": time(12),
    "lunchtime": time(12, 30),
    "afternoon": time(14),
    "evening": time(17),
    "eod": time(17),
}
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_STEP: Final = re.compile(
    r"(\d{1,6})\s*(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w)(?![a-z])"
)
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|h|uhr|o'clock)?")


def parse_when(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the coming moment for ``text`` in ``zone``, aware UTC, on a whole minute.

    Understands ISO 8601 (with its own offset if it has one), ``+3d``, ``+90m``, ``+1h30m``,
    ``+2w``, ``+3d 10:00``, ``in 2 hours``, ``today``, ``tomorrow``, weekdays (the next one; today
    counts while the time is still to come), ``next thu`` (the one in next week), ``26 nov``,
    ``nov 26 2026``, each with an optional time (``10``, ``10:30``, ``2pm``, ``14h30``,
    ``morning``, ``afternoon``), and a time alone (its next occurrence).

    A local time skipped by a clock change moves on by the change; of a repeated one the first that
    is still to come counts. ``+3d`` keeps the local time, ``+72h`` the duration.

    Raises:
        UsageError: not understood, not in the future, or more than two years away.
    """
    reader = _Reader(text, zone, now)
    moment = reader.coming()
    if moment <= now:
        raise _refusal(text, "is in the past there")
    if moment - now > MAX_AHEAD:
        raise _refusal(text, "is more than two years away")
    return moment


def parse_happened(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment of a call for ``text``, up to ``now``, aware UTC.

    Understands ISO 8601, ``now``, ``-10m``, ``10 minutes ago``, ``today 10:30``,
    ``yesterday 15:00`` and a time alone (its latest occurrence).

    Raises:
        UsageError: not understood, in the future, or before the first release.
    """
    reader = _Reader(text, zone, now)
    moment = reader.past()
    if moment < min(EARLIEST, now - timedelta(days=366)):
        raise _refusal(text, "is before sdrdesk existed; no call was recorded then", _PAST_EXAMPLES)
    if moment > now:
        raise _refusal(text, "is in the future; a call cannot have been made then", _PAST_EXAMPLES)
    return moment


def to_utc(wall: datetime, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """Return the UTC moment of the naive local time ``wall`` in ``zone``.

    A skipped time moves on by the length of the change. A repeated one is the first occurrence,
    or the second if the first is not after ``after``.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if after is not None and first <= after < second:
        return second
    # In a gap, fold 0 gives the time moved on by the change.
    return first


class _Reader:
    """Reads a text by trying each form of a time in turn."""

    def __init__(self, text: str, zone: ZoneInfo, now: datetime) -> None:
        self.raw = text
        self.text = " ".join(text.casefold().replace(",", " ").split())
        self.zone = zone
        self.now = now
        self.local = now.astimezone(zone).replace(tzinfo=None)

    def coming(self) -> datetime:
        return self._first(self._iso, self._steps, self._relative_day, self._weekday,
                           self._date, self._clock_alone)  # fmt: skip

    def past(self) -> datetime:
        return self._first(self._just_now, self._iso, self._ago, self._relative_day,
                           self._clock_before)  # fmt: skip

    def _first(self, *ways: Callable[[], datetime | None]) -> datetime:
        for way in ways:
            try:
                moment = way()
            except (ValueError, OverflowError):
                break  # not a day or hour of the calendar
            if moment is not None:
                return moment
        raise _refusal(self.raw, "is not a time sdrdesk understands")

    def _at(self, day: date, clock: time) -> datetime:
        return to_utc(datetime.combine(day, clock), self.zone, self.now)

    def _iso(self) -> datetime | None:
        raw = self.raw.strip()
        if not re.match(r"\d{4}-\d{2}-\d{2}", raw):
            return None
        moment = datetime.fromisoformat(raw.upper().replace("Z", "+00:00"))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        bare_day = len(raw) == len("2026-12-01")
        return self._at(moment.date(), _DAY_START if bare_day else moment.time())

    def _steps(self) -> datetime | None:
        match = re.fullmatch(r"(?:\+|in )\s*(.+)", self.text)
        return None if match is None else self._shift(match.group(1), 1)

    def _ago(self) -> datetime | None:
        match = re.fullmatch(r"-\s*(.+)|(.+) ago", self.text)
        return None if match is None else self._shift(match.group(1) or match.group(2), -1)

    def _just_now(self) -> datetime | None:
        return self.now if self.text == "now" else None

    def _shift(self, text: str, sign: int) -> datetime | None:
        total = {"minutes": 0, "hours": 0, "days": 0, "weeks": 0}
        rest = text.replace("an hour", "1h").replace("a week", "1w").replace("a day", "1d")
        found = False
        while match := _STEP.match(rest):
            total[_UNITS[match.group(2)[0]]] += sign * int(match.group(1))
            rest = rest[match.end() :].lstrip()
            found = True
        clock = _clock(rest) if rest else None
        if not found or (rest and (clock is None or total["minutes"] or total["hours"])):
            return None
        days = timedelta(days=total["days"], weeks=total["weeks"])
        rest_of = timedelta(minutes=total["minutes"], hours=total["hours"])
        wall = (self.local + days).replace(second=0, microsecond=0)
        if clock is not None:
            return self._at(wall.date(), clock)
        moment = to_utc(wall, self.zone, self.now if sign > 0 else None) if days else self.now
        return (moment + rest_of).replace(second=0, microsecond=0)

    def _relative_day(self) -> datetime | None:
        match = re.fullmatch(r"(today|tod|tomorrow|tom|tmrw|yesterday)(?: (.+))?", self.text)
        if match is None:
            return None
        shift = {"tod": 0, "tom": 1, "tmr": 1, "yes": -1}[match.group(1)[:3]]
        clock = _clock_or_start(match.group(2))
        return None if clock is None else self._at(self.local.date() + timedelta(shift), clock)

    def _weekday(self) -> datetime | None:
        match = re.fullmatch(r"(?:(next|this) )?([a-z]{3,9})(?: (.+))?", self.text)
        if match is None:
            return None
        word = "monday" if match.group(0).startswith("next week") else match.group(2)
        day, clock = _index(word, _DAYS), _clock_or_start(match.group(3))
        if day is None or clock is None:
            return None
        today = self.local.date()
        if match.group(1) == "next":
            monday = today + timedelta(days=7 - today.weekday())
            return self._at(monday + timedelta(day), clock)
        ahead = (day - today.weekday()) % 7
        moment = self._at(today + timedelta(ahead), clock)
        return moment if moment > self.now else self._at(today + timedelta(ahead + 7), clock)

    def _date(self) -> datetime | None:
        day_first = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\.? (?P<m>[a-z]{3,9})\.?"
        month_first = day_first.replace("?P<d>", "?P<d2>").replace("?P<m>", "?P<m2>")
        parts = month_first.split(" ")
        pattern = f"(?:{day_first}|{parts[1]} {parts[0]})(?: (?P<y>20\\d\\d))?(?: (?P<t>.+))?"
        match = re.fullmatch(pattern, self.text)
        if match is None:
            return None
        month = _index(match["m"] or match["m2"], _MONTHS)
        clock = _clock_or_start(match["t"])
        if month is None or clock is None:
            return None
        number = int(match["d"] or match["d2"])
        if match["y"]:
            return self._at(date(int(match["y"]), month + 1, number), clock)
        moment = self._at(date(self.local.year, month + 1, number), clock)
        if moment <= self.now and self.now - moment > timedelta(days=365) - _ROLL_LIMIT:
            return self._at(date(self.local.year + 1, month + 1, number), clock)
        return moment

    def _clock_alone(self) -> datetime | None:
        clock = _clock(self.text)
        if clock is None:
            return None
        today = self._at(self.local.date(), clock)
        return today if today > self.now else self._at(self.local.date() + timedelta(1), clock)

    def _clock_before(self) -> datetime | None:
        clock = _clock(self.text)
        if clock is None:
            return None
        today = to_utc(datetime.combine(self.local.date(), clock), self.zone)
        day_before = datetime.combine(self.local.date() - timedelta(1), clock)
        return today if today <= self.now else to_utc(day_before, self.zone)


def _clock_or_start(text: str | None) -> time | None:
    return _DAY_START if text is None else _clock(text)


def _clock(text: str) -> time | None:
    text = text.removeprefix("at ").removeprefix("in the ").removeprefix("@").strip()
    if text in _DAY_PARTS:
        return _DAY_PARTS[text]
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match.group(1)), int(match.group(2) or 0), match.group(3)
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif 1 <= hour <= 6 and len(match.group(1)) == 1:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """Return the index of the name that ``word`` abbreviates to at least three letters."""
    for place, name in enumerate(names):
        if len(word) >= 3 and (name.startswith(word) or word in (name + "s",)):
            return place
    return 8 if names is _MONTHS and word == "sept" else None


def _refusal(text: str, what: str, examples: str = _EXAMPLES) -> UsageError:
    return UsageError(f'"{text.strip()[:60]}" {what}.', next_step=f"Write it like {examples}.")
