"""When a team calls: dials, conversations and meetings by hour, weekday and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import QUARTER_HOUR_MS
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.domain.text.humanize import DAY_NAMES

_MOST_DAYS = 31
"""Longer periods are shown by week."""


class Moment(NamedTuple):
    """The calls of a quarter of an hour."""

    quarter: int
    """Quarters of an hour since 1970, UTC."""
    zone: ZoneInfo
    """The zone of the rep who called."""
    dials: int
    conversations: int
    meetings: int
    connects: int = 0


class Gap(NamedTuple):
    """Dials so long after the dial before to the same lead, and how many reached a person."""

    name: str
    dials: int
    connects: int

    @property
    def share(self) -> Proportion:
        """The share that reached a person."""
        return Proportion(self.connects, self.dials)


@dataclass(slots=True)
class Rhythm:
    """Counts by time. Hours and weekdays are local to the rep who called."""

    span: DateRange
    dials_by_hour: Counter[int] = field(default_factory=Counter)
    conversations_by_hour: Counter[int] = field(default_factory=Counter)
    dials_by_weekday: Counter[int] = field(default_factory=Counter)
    """0 is Monday."""
    conversations_by_weekday: Counter[int] = field(default_factory=Counter)
    dials_by_day: Counter[date] = field(default_factory=Counter)
    """Days in the zone of the period."""
    meetings_by_day: Counter[date] = field(default_factory=Counter)
    connects_by_hour: Counter[int] = field(default_factory=Counter)
    gaps: tuple[Gap, ...] = ()
    """From the shortest to the longest."""
    gaps_since: date | None = None
    """The first day of them, when it is later than that of the period."""

    def reached(self, hour: int) -> Proportion:
        """Return the share of an hour's dials that reached a person."""
        return Proportion(self.connects_by_hour[hour], self.dials_by_hour[hour])

    @property
    def hours(self) -> range:
        """The hours from the first to the last with a dial; office hours without dials."""
        busy = [hour for hour, count in self.dials_by_hour.items() if count]
        return range(min(busy), max(busy) + 1) if busy else range(9, 18)

    def trend(self) -> list[tuple[date, int, int]]:
        """Return (first day, dials, meetings set) by day, or by week for a longer period.

        Weeks begin on Monday; the first and the last one may be incomplete.
        """
        by_week = self.by_week
        found: dict[date, tuple[int, int]] = {}
        for day in self._days():
            start = day - timedelta(days=day.weekday()) if by_week else day
            dials, meetings = found.get(start, (0, 0))
            found[start] = dials + self.dials_by_day[day], meetings + self.meetings_by_day[day]
        return [(start, dials, meetings) for start, (dials, meetings) in found.items()]

    @property
    def by_week(self) -> bool:
        """True if the trend is by week."""
        return len(self._days()) > _MOST_DAYS

    def _days(self) -> list[date]:
        count = (self.span.last - self.span.first).days + 1
        return [self.span.first + timedelta(days=number) for number in range(count)]

    def to_json(self) -> dict[str, object]:
        """Return the counts, with every day of the period."""
        return {
            "hours": [
                {
                    "hour": hour,
                    "dials": self.dials_by_hour[hour],
                    "conversations": self.conversations_by_hour[hour],
                    "connects": self.connects_by_hour[hour],
                    "reached": self.reached(hour).to_json(),
                }
                for hour in range(24)
            ],
            "weekdays": [
                {
                    "weekday": name,
                    "dials": self.dials_by_weekday[at],
                    "conversations": self.conversations_by_weekday[at],
                }
                for at, name in enumerate(DAY_NAMES)
            ],
            "days": [
                {
                    "day": day.isoformat(),
                    "dials": self.dials_by_day[day],
                    "meetings_set": self.meetings_by_day[day],
                }
                for day in self._days()
            ],
            "retry_gaps": [
                {
                    "gap": gap.name,
                    "dials": gap.dials,
                    "connects": gap.connects,
                    "reached": gap.share.to_json(),
                }
                for gap in self.gaps
            ],
            "retry_gaps_from": self.gaps_since.isoformat() if self.gaps_since else None,
        }


def rhythm(moments: Iterable[Moment], span: DateRange) -> Rhythm:
    """Return the calls of ``moments`` by time."""
    found = Rhythm(span)
    clocks: dict[tuple[int, str], tuple[int, int, date]] = {}
    for quarter, zone, dials, conversations, meetings, connects in moments:
        known = clocks.get((quarter, zone.key))
        if known is None:
            at = datetime.fromtimestamp(quarter * QUARTER_HOUR_MS // 1_000, UTC)
            own = at.astimezone(zone)
            day = at.astimezone(span.zone).date()
            known = clocks[quarter, zone.key] = own.hour, own.weekday(), day
        hour, weekday, day = known
        if dials:
            found.dials_by_hour[hour] += dials
            found.conversations_by_hour[hour] += conversations
            found.connects_by_hour[hour] += connects
            found.dials_by_weekday[weekday] += dials
            found.conversations_by_weekday[weekday] += conversations
            found.dials_by_day[day] += dials
        if meetings:
            found.meetings_by_day[day] += meetings
    return found
