"""Moments in words for two people in two places."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.text.humanize import moment_words

QUICK = ("+1h", "tomorrow 9:00", "+3d", "mon 10:00")
"""What most callbacks and snoozes say; arrows go through them."""


def there_and_here(moment: datetime, zone: str) -> str:
    """Return ``moment`` at the lead's place and at the rep's."""
    here = moment_words(moment.astimezone())
    try:
        there = moment_words(moment.astimezone(ZoneInfo(zone))) if zone else ""
    except (ZoneInfoNotFoundError, ValueError):
        there = ""
    return f"{there} there · {here} here" if there else f"{here} here · zone there unknown"
