"""Times as reps type them, in the lead's time zone: ``+3d``, ``thu 10``, ``tomorrow 14:30``.

Every way to read a text is tried. One meaning is taken, two are asked for. Reps type these during a
call, so a day alone means 9:00, and an hour from 1 to 6 with one digit means the afternoon
(``02:00`` and ``2am`` mean the night). Screens show the result before it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.place.local_times import city_of
from sdrdesk.domain.text.humanize import dated_words
from sdrdesk.domain.times.clocks import DAY_END, DAY_START, Clock, clock
from sdrdesk.domain.times.days import Calendar, Day, days
from sdrdesk.domain.times.spans import Span, spans
from sdrdesk.domain.times.words import MONTH_SHORT, tidy, weekday_index
from sdrdesk.domain.times.zones import ZoneUnclear, split_zone

EXAMPLES: Final = '"2h", "+3d", "thu 10", "tomorrow 14:30", "26 nov 10", "2026-12-01 09:00"'
_PAST_EXAMPLES: Final = '"-10m", "10:30", "yesterday 15:00" or "2026-11-20 15:00"'
MAX_AHEAD: Final = timedelta(days=2 * 366)
"""A time further ahead is a typing mistake."""
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Start of the year of the first release: no outcome is older."""
_LONGEST: Final = 80
_MOST_WORDS: Final = 14


class TwoMeanings(UsageError):  # noqa: N818 - a question
    """A text with several meanings.

    Attributes:
        choices: a spelling of each that has one meaning.
    """

    def __init__(self, what: str, choices: tuple[str, ...]) -> None:
        self.choices = choices
        quoted = " or ".join(f'"{choice}"' for choice in choices)
        super().__init__(what, next_step=f"Write {quoted}.")


@dataclass(frozen=True, slots=True)
class _Reading:
    moment: datetime
    words: str
    spelled: str


class _HourMissing(Exception):  # noqa: N818 - a question
    """A day that says too little without an hour."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


def parse_when(
    text: str,
    zone: tzinfo,
    now: datetime,
    *,
    mine: tzinfo | None = None,
    day_first: bool | None = None,
) -> datetime:
    """Return the coming moment for ``text``, aware UTC, on a whole minute.

    Understands what ``docs/times.md`` lists. A local time skipped by a clock change moves on by
    the change; of a repeated one the first that is still to come counts. ``+3d`` keeps the local
    time, ``+72h`` the duration.

    Args:
        text: as typed.
        zone: the lead's, for a text that names none.
        now: the present moment, aware.
        mine: the rep's zone, for "my time"; ``None``: the lead's.
        day_first: whether ``3/4`` is 3 April; ``None`` when unknown.

    Raises:
        TwoMeanings: it could mean two moments; names both.
        UsageError: not understood, not in the future, or more than two years away.
    """
    reader = _Reader(text, zone, now, mine or zone, day_first, past=False)
    found = reader.all()
    ahead = [reading for reading in found if now < reading.moment <= now + MAX_AHEAD]
    if found and not ahead:
        if max(found, key=lambda reading: reading.moment).moment <= now:
            raise _refusal(text, "is in the past there")
        raise _refusal(text, "is more than two years away")
    return _only(text, ahead, EXAMPLES)


def both_clocks(text: str, moment: datetime, mine: tzinfo, now: datetime) -> str:
    """Return ``moment`` on the clock of the zone that its ``text`` names, and on the rep's."""
    _, zone, name = split_zone(tidy(text), mine, mine)
    here, there = (dated_words(moment.astimezone(each), now) for each in (mine, zone))
    if here == there:
        return f"{here} your time"
    city = city_of(zone.key) if isinstance(zone, ZoneInfo) else name.upper()
    return f"{there} {city} · {here} yours"


def parse_happened(
    text: str,
    zone: tzinfo,
    now: datetime,
    *,
    mine: tzinfo | None = None,
    day_first: bool | None = None,
) -> datetime:
    """Return the moment of a call for ``text``, up to ``now``, aware UTC.

    Understands ``now``, ``-10m``, ``10 minutes ago``, ``today 10:30``, ``yesterday 15:00``,
    ``mon 10`` (the last one), dates, and a time alone (its latest occurrence). Arguments as for
    ``parse_when``.

    Raises:
        TwoMeanings: it could mean two moments; names both.
        UsageError: not understood, in the future, or before the first release.
    """
    reader = _Reader(text, zone, now, mine or zone, day_first, past=True)
    found = reader.all()
    happened = [reading for reading in found if reading.moment <= now]
    if found and not happened:
        raise _refusal(text, "is in the future; a call cannot have been made then", _PAST_EXAMPLES)
    floor = min(EARLIEST, now - timedelta(days=366))
    recent = [reading for reading in happened if reading.moment >= floor]
    if happened and not recent:
        raise _refusal(text, "is before sdrdesk existed; no call was recorded then", _PAST_EXAMPLES)
    return _only(text, recent, _PAST_EXAMPLES)


def to_utc(wall: datetime, zone: tzinfo, after: datetime | None = None) -> datetime:
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


def _only(text: str, found: list[_Reading], examples: str) -> datetime:
    apart = {reading.moment: reading for reading in reversed(found)}
    if not apart:
        raise _refusal(text, "is not a time sdrdesk understands", examples)
    if len(apart) == 1:
        return next(iter(apart))
    asked = sorted(apart.values(), key=lambda reading: reading.moment)[:3]
    meanings = " or ".join(reading.words for reading in asked)
    raise TwoMeanings(
        f'"{_shown(text)}" could be {meanings}.', tuple(reading.spelled for reading in asked)
    )


class _Reader:
    """Tries every way to read a text."""

    def __init__(
        self,
        text: str,
        zone: tzinfo,
        now: datetime,
        mine: tzinfo,
        day_first: bool | None,
        *,
        past: bool,
    ) -> None:
        self.raw, self.now, self.past = text, now, past
        self.zone, self.zone_name, self.text = zone, "", ""
        if len(text) <= _LONGEST:
            try:
                self.text, self.zone, self.zone_name = split_zone(tidy(text), zone, mine)
            except ZoneUnclear as unclear:
                names = " or ".join(f'"{name}"' for name in unclear.zones)
                raise UsageError(
                    f'"{unclear.name}" is the name of several time zones.',
                    next_step=f"Write {names} for it.",
                ) from None
        self.local = now.astimezone(self.zone).replace(tzinfo=None)
        self.cal = Calendar(self.local.date(), past, day_first)

    def all(self) -> list[_Reading]:
        """Return every meaning of the text."""
        iso = self._iso()
        if iso is not None:
            return [iso]
        if not self.text or len(self.text.split()) > _MOST_WORDS:
            return []
        found: list[_Reading] = []
        missing: _HourMissing | None = None
        for way in (self._now, self._spans, self._day_alone, self._hour_alone, self._in_two):
            try:
                with suppress(ValueError, OverflowError):  # no day or hour of the calendar
                    found += list(way())
            except _HourMissing as asked:
                missing = asked
        if missing and not found:
            raise UsageError(
                f'"{_shown(self.raw)}": at what time? {missing.words}',
                next_step='Add the hour, such as "today 16:00".'
                if not self.past
                else 'Add the hour, such as "yesterday 15:00".',
            )
        return found

    # -- exact forms ----------------------------------------------------------------------------

    def _iso(self) -> _Reading | None:
        raw = self.raw.strip().upper().replace("Z", "+00:00")
        if not re.match(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:?\d{2}|$)", raw):
            return None
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            return None
        if moment.tzinfo is not None:
            with suppress(OverflowError):
                exact = moment.astimezone(UTC)
                # A program gave it: its seconds count.
                return replace(self._reading(exact), moment=exact)
            return None
        if len(raw) == len("2026-12-01"):
            if self.past:
                return None
            moment = datetime.combine(moment.date(), DAY_START)
        return self._reading(self._utc(moment))

    def _now(self) -> Iterator[_Reading]:
        if self.text in ("now", "right now", "just now", "jetzt", "gerade", "gerade eben"):
            yield self._reading(self.now)

    def _spans(self) -> Iterator[_Reading]:
        text, sign = self.text, 1
        if self.past:
            match = re.fullmatch(r"-\s*(.+)|(.+) ago|vor (.+)", text)
            if match is None:
                return
            text, sign = match[1] or match[2] or match[3], -1
        for span in spans(text, ahead=not self.past):
            moment = self._moved(span, sign)
            if moment is not None:
                yield _Reading(moment, span.words, span.spelled)

    def _moved(self, span: Span, sign: int) -> datetime | None:
        signed = Span(sign * span.months, sign * span.days, span.business_days)
        wall = signed.day_after(self.local.replace(second=0, microsecond=0))
        if not span.rest:
            moved = span.months or span.days or span.business_days
            moment = self._utc(wall) if moved else self.now
            moment += timedelta(minutes=sign * span.minutes)
            return moment.replace(second=0, microsecond=0)
        if span.is_exact or self.past:
            return None
        first, _, rest = span.rest.partition(" ")
        weekday = weekday_index(first)
        if weekday is not None:  # "in 2 weeks on thursday"
            wall += timedelta(weekday[0] - wall.weekday())
        hour = clock((rest or "") if weekday else span.rest) if rest or not weekday else None
        if hour is None and (rest or not weekday):
            return None
        return self._utc(datetime.combine(wall.date(), hour.hour if hour else DAY_START))

    # -- a day, an hour, or both in either order ------------------------------------------------

    def _in_two(self) -> Iterator[_Reading]:
        words = self.text.split()
        for cut in range(1, len(words)):
            left, right = " ".join(words[:cut]), " ".join(words[cut:])
            yield from self._both(left, right, hour_first=False)
            yield from self._both(right, left, hour_first=True)

    def _both(self, day_text: str, hour_text: str, *, hour_first: bool) -> Iterator[_Reading]:
        hour = _clock(hour_text)
        if hour_text == "sametime":
            hour = Clock(self.local.time().replace(second=0, microsecond=0))
        if hour is None:
            return
        with suppress(ValueError):
            for day in days(day_text, self.cal):
                if hour.bare and (day.coarse or (hour_first and day.number)):
                    continue
                if hour.like_year and (day.coarse or day.number):
                    continue
                yield from self._at(day, hour)

    def _day_alone(self) -> Iterator[_Reading]:
        for day in days(self.text, self.cal):
            if day.wants_hour:
                raise _HourMissing(f"It is {self.local:%H:%M} there.")
            yield from self._at(day, Clock(DAY_START))

    def _hour_alone(self) -> Iterator[_Reading]:
        hour = _clock(self.text)
        if hour is None:
            return
        if hour.like_span and int(re.findall(r"\d+", self.text)[0]) <= 6:
            return  # "2h" is two hours: nobody writes 14:00 like that
        step = timedelta(days=-1 if self.past else 1)
        yield from self._at(Day(self.cal.today, otherwise=self.cal.today + step), hour)

    def _at(self, day: Day, hour: Clock) -> Iterator[_Reading]:
        if day.day == self.cal.today and hour.until is not None and not self.past:
            rest = self._rest_of_today(hour)
            if rest is not None:
                yield rest
                if day.otherwise is None or day.otherwise - day.day < timedelta(7):
                    return
                if hour.hour > self.local.time():
                    return
            elif day.otherwise is None or hour.later or hour.hour == hour.until == DAY_END:
                raise _HourMissing(f"It is {self.local:%H:%M} there.")
        elif self.past and hour.until not in (None, hour.hour):
            raise _HourMissing(f"It is {self.local:%H:%M} there.")
        elif hour.later:
            return
        moment = self._utc(datetime.combine(day.day, hour.hour))
        missed = moment > self.now if self.past else moment <= self.now
        if missed and day.otherwise is not None:
            moment = self._utc(datetime.combine(day.otherwise, hour.hour))
        yield self._reading(moment)

    def _rest_of_today(self, hour: Clock) -> _Reading | None:
        """Return the start of a part of today, or a moment in it that is still to come."""
        end = datetime.combine(self.cal.today, hour.until or hour.hour)
        start = datetime.combine(self.cal.today, hour.hour)
        if hour.later:
            start = min(max(_half_hour(self.local + timedelta(hours=2)), start), end)
            soonest = self.local + timedelta(minutes=50)
            return self._reading(self._utc(start)) if start > soonest else None
        if start <= self.local:
            start = _half_hour(self.local + timedelta(hours=1))
        return self._reading(self._utc(start)) if start <= end else None

    def _utc(self, wall: datetime) -> datetime:
        return to_utc(wall, self.zone, None if self.past else self.now)

    def _reading(self, moment: datetime) -> _Reading:
        moment = moment.replace(second=0, microsecond=0) if moment != self.now else moment
        local = moment.astimezone(self.zone)
        spelled = f"{local.day} {MONTH_SHORT[local.month - 1]} {local.year} {local:%H:%M}"
        named = f" {self.zone_name}" if self.zone_name else ""
        return _Reading(moment, dated_words(local, self.now), spelled + named)


def _clock(text: str) -> Clock | None:
    return clock("morning" if text == "morgen" else text)


def _half_hour(wall: datetime) -> datetime:
    """Return ``wall`` or the next half hour."""
    rest = timedelta(minutes=wall.minute % 30, seconds=wall.second, microseconds=wall.microsecond)
    return wall if not rest else wall - rest + timedelta(minutes=30)


def _shown(text: str) -> str:
    return " ".join(text.split())[:60]


def _refusal(text: str, what: str, examples: str = EXAMPLES) -> UsageError:
    return UsageError(f'"{_shown(text)}" {what}.', next_step=f"Write it like {examples}.")
