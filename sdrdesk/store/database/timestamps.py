"""Moments in the tables: whole milliseconds since the epoch, UTC.

Values from the CRM are checked before they are stored, but an older sdrdesk or another program may
have written others. No value in a column makes a reader fail.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

from sdrdesk.domain.crm.foreign_values import EARLIEST_MS, LATEST_MS, MOST_WHOLE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_LOWEST = -11_676_096_000_000
"""The year 1600: far enough from the ends of the calendar to add years and any time zone."""
_HIGHEST = 101_000_000_000_000
"""The year 5170."""


@overload
def to_ms(moment: datetime) -> int: ...
@overload
def to_ms(moment: None) -> None: ...
def to_ms(moment: datetime | None) -> int | None:
    """Return an aware moment in milliseconds, rounded down; ``None`` stays ``None``.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return (moment - _EPOCH) // _MS


@overload
def from_ms(ms: int) -> datetime: ...
@overload
def from_ms(ms: None) -> None: ...
def from_ms(ms: int | None) -> datetime | None:
    """Return the aware UTC moment; ``None`` stays ``None``.

    A number out of range becomes the first or last moment, any other value the epoch.
    """
    if ms is None:
        return None
    try:
        if not _LOWEST <= ms <= _HIGHEST:
            ms = min(max(ms, _LOWEST), _HIGHEST)
        # Half the time of ``timedelta(milliseconds=ms)``; a report asks 100,000 times.
        return _EPOCH + timedelta(0, ms // 1_000, ms % 1_000 * 1_000)
    except (TypeError, ValueError):
        return _EPOCH


def known_ms(ms: object) -> int | None:
    """Return a moment of the CRM, ``None`` for an impossible value."""
    return ms if isinstance(ms, int) and EARLIEST_MS <= ms < LATEST_MS else None


def known_number(value: object) -> int | None:
    """Return a whole number of the CRM, ``None`` for an impossible value."""
    return value if isinstance(value, int) and abs(value) <= MOST_WHOLE else None
