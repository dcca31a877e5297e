"""Business time: the office hours of a team, without nights, weekends and holidays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.calling_hours.holidays import NO_HOLIDAYS, HolidayCalendar
from sdrdesk.domain.calling_hours.weekly_hours import ALWAYS, Week
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.wall_time import instants
from sdrdesk.domain.place.zone_info import zone_info

_MAX_DAYS = 3_660
"""Ten years: a bound on the search for open hours."""
_UTC = ZoneInfo("UTC")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """The office hours of a team on its own wall clock."""

    week: Week = ALWAYS
    zone: str = "UTC"
    """IANA name; an unknown one counts as UTC."""
    calendar: HolidayCalendar = NO_HOLIDAYS
    state: str = ""
    _days: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Open spans by day: a report asks for the same quarter 40,000 times."""

    def spans_of(self, day: date, place: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
        """Return the open spans of a day as UTC moments; ``place`` is the zone."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) > _MAX_DAYS:
                self._days.clear()
            found = self._days[day] = tuple(_day_spans(day, self, place))
        return found

    def place(self) -> ZoneInfo:
        """Return the zone as a clock."""
        return zone_info(self.zone) or _UTC

    def is_open(self) -> bool:
        """Return whether the week has any hours at all."""
        return any(self.week)


def elapsed_s(start: datetime, end: datetime, hours: BusinessHours) -> float:
    """Return the seconds of business time from ``start`` to ``end``; 0 when reversed."""
    total = 0.0
    for opens, closes in _spans(start, hours, end):
        if opens >= end:
            break
        if opens >= start and closes <= end:
            total += (closes - opens).total_seconds()
        else:
            total += max(0.0, (min(closes, end) - max(opens, start)).total_seconds())
    return total


def add_business(start: datetime, seconds: float, hours: BusinessHours) -> datetime | None:
    """Return when ``seconds`` of business time have passed since ``start``, ``None`` for never."""
    left = seconds
    for opens, closes in _spans(start, hours, None):
        begin = max(opens, start)
        if closes <= begin:
            continue
        span_s = (closes - begin).total_seconds()
        if left <= span_s:
            return begin + timedelta(seconds=left)
        left -= span_s
    return None


def _spans(
    start: datetime, hours: BusinessHours, end: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open spans from the day of ``start`` on, as UTC moments."""
    if not hours.is_open():
        return
    place = hours.place()
    day = start.astimezone(place).date()
    last = end.astimezone(place).date() if end else day + timedelta(days=_MAX_DAYS)
    while day <= last:
        yield from hours.spans_of(day, place)
        day += _DAY


def _day_spans(
    day: date, hours: BusinessHours, place: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    if hours.calendar.rules and hours.calendar.name_of(day, hours.state):
        return
    for opens, closes in hours.week[day.weekday()]:
        # When clocks go back the repeated hour counts twice; a skipped hour does not count.
        yield instants(day, opens, place)[0], instants(day, closes, place)[-1].astimezone(UTC)
