"""A moment in the lead's and the rep's local time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sdrdesk.domain.place.local_times import clocks
from sdrdesk.domain.text.humanize import dated_words


def there_and_here(
    moment: datetime,
    zone: str,
    others: Sequence[str] = (),
    *,
    now: datetime | None = None,
    here: tzinfo | None = None,
) -> str:
    """Return ``moment`` in the lead's time and in the rep's, with the year if not that of ``now``.

    With ``others``, zones that other sources name, every time it may be there. ``here`` is the
    rep's zone, by default that of the process, which the screens show.
    """
    now = now or moment
    mine = dated_words(moment.astimezone(here), now)
    found = clocks(zone, others, moment)
    if not found:
        return f"{mine} your time · zone unknown"
    if len(found) == 1:
        return f"{dated_words(found[0][1], now)} their time · {mine} yours"
    (city, first), *rest = found
    parts = [f"{dated_words(first, now)} {city}"]
    for city, at in rest:
        same_day = at.date() == first.date()
        parts.append(f"{f'{at:%H:%M}' if same_day else dated_words(at, now)} {city}")
    return f"{' or '.join(parts)} · {mine} yours"
