"""Days in a time zone as moments: a day may have 23, 24 or 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.light_dataclass import dataclass

_MOST_DAYS = 1_100
"""Three years: more is a typing mistake."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """From the first midnight of ``first`` to the midnight after ``last``, in ``zone``."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first moment, aware UTC."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it, aware UTC."""
        return midnight(self.last + timedelta(days=1), self.zone)

    def holds(self, moment: datetime) -> bool:
        """Return whether an aware moment lies in it."""
        return self.start <= moment < self.end


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of ``day`` in ``zone``, aware UTC; clocks may skip midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def span(first: date, last: date, zone: ZoneInfo) -> DateRange:
    """Return the days from ``first`` to ``last``, both included.

    Raises:
        UsageError: ``last`` is before ``first``, or more than three years after it.
    """
    if not 1 <= (last - first).days + 1 <= _MOST_DAYS:
        raise UsageError(
            f"From {first} to {last} is no span of 1 to {_MOST_DAYS} days.",
            next_step="Give --from and --to as days, the earlier first.",
        )
    return DateRange(first, last, zone)
