"""A moment in the lead's and the rep's local time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sdrdesk.domain.place.local_times import clocks
from sdrdesk.domain.text.humanize import dated_words
from sdrdesk.domain.times.words import MONTH_SHORT

QUICK = ("+1h", "tomorrow 9:00", "+3d", "mon 10:00")
"""The usual times of callbacks and snoozes, for the arrow keys."""


def months_ahead(now: datetime) -> tuple[str, ...]:
    """Return the usual times of a nurture: months, the next quarter, the month after next."""
    month = (now.month + 1) % 12
    return ("+3mo", f"q{((now.month - 1) // 3 + 1) % 4 + 1}", MONTH_SHORT[month], "+6mo", "+1mo")


def there_and_here(
    moment: datetime, zone: str, others: Sequence[str] = (), *, now: datetime | None = None
) -> str:
    """Return ``moment`` in the lead's time and in the rep's, with the year if not that of ``now``.

    With ``others``, zones that other sources name, every time it may be there.
    """
    now = now or moment
    here = dated_words(moment.astimezone(), now)
    found = clocks(zone, others, moment)
    if not found:
        return f"{here} your time · zone unknown"
    if len(found) == 1:
        return f"{dated_words(found[0][1], now)} their time · {here} yours"
    (city, first), *rest = found
    parts = [f"{dated_words(first, now)} {city}"]
    for city, at in rest:
        same_day = at.date() == first.date()
        parts.append(f"{f'{at:%H:%M}' if same_day else dated_words(at, now)} {city}")
    return f"{' or '.join(parts)} · {here} yours"
