"""A moment in the lead's and the rep's local time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.text.humanize import moment_words
from sdrdesk.domain.times.words import MONTH_SHORT

QUICK = ("+1h", "tomorrow 9:00", "+3d", "mon 10:00")
"""The usual times of callbacks and snoozes, for the arrow keys."""


def months_ahead(now: datetime) -> tuple[str, ...]:
    """Return the usual times of a nurture: months, the next quarter, the month after next."""
    month = (now.month + 1) % 12
    return ("+3mo", f"q{((now.month - 1) // 3 + 1) % 4 + 1}", MONTH_SHORT[month], "+6mo", "+1mo")


def there_and_here(moment: datetime, zone: str) -> str:
    """Return ``moment`` in the lead's time and in the rep's."""
    here = moment_words(moment.astimezone())
    try:
        there = moment_words(moment.astimezone(ZoneInfo(zone))) if zone else ""
    except (ZoneInfoNotFoundError, ValueError):
        there = ""
    return f"{there} their time · {here} yours" if there else f"{here} your time · zone unknown"
