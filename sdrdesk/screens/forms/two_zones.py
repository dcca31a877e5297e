"""A moment in the lead's and the rep's local time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.text.humanize import moment_words

QUICK = ("+1h", "tomorrow 9:00", "+3d", "mon 10:00")
"""The usual times of callbacks and snoozes, for the arrow keys."""


def there_and_here(moment: datetime, zone: str) -> str:
    """Return ``moment`` in the lead's time and in the rep's."""
    here = moment_words(moment.astimezone())
    try:
        there = moment_words(moment.astimezone(ZoneInfo(zone))) if zone else ""
    except (ZoneInfoNotFoundError, ValueError):
        there = ""
    return f"{there} their time · {here} yours" if there else f"{here} your time · zone unknown"
