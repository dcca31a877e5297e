"""The account's clock, and the CRM's formats of times.

In the sandbox all times are ``int`` milliseconds since the epoch, UTC; HubSpot's text formats
exist only in requests and answers.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from email.utils import formatdate
from functools import lru_cache

DAY_MS = 86_400_000

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|z|[+-]\d\d:?\d\d)?)?"
)


class Clock:
    """The account's time.

    It is the machine's clock plus an offset. Tests can freeze it to decide when a token expires or
    an index catches up.
    """

    def __init__(self, start_ms: int | None = None) -> None:
        """Start at ``start_ms`` (milliseconds, UTC), or at the machine's time when None."""
        self._offset_ms = 0 if start_ms is None else start_ms - _machine_ms()
        self._frozen_ms: int | None = None
        self.was_set = start_ms is not None
        """True if the time was chosen, and is not the machine's."""

    def now_ms(self) -> int:
        """Return the account's time in milliseconds since the epoch, UTC."""
        if self._frozen_ms is not None:
            return self._frozen_ms
        return _machine_ms() + self._offset_ms

    @property
    def offset_ms(self) -> int:
        """The difference between the account's and the machine's clock."""
        return self.now_ms() - _machine_ms()

    @property
    def is_frozen(self) -> bool:
        """True if the clock is frozen."""
        return self._frozen_ms is not None

    def set(self, now_ms: int) -> None:
        """Set the account's time."""
        if self._frozen_ms is not None:
            self._frozen_ms = now_ms
        else:
            self._offset_ms = now_ms - _machine_ms()

    def advance(self, by_ms: int) -> None:
        """Move the account's time by ``by_ms``, which may be negative."""
        self.set(self.now_ms() + by_ms)

    def freeze(self) -> None:
        """Stop the account's clock."""
        self._frozen_ms = self.now_ms()

    def thaw(self) -> None:
        """Start the account's clock again."""
        now_ms = self.now_ms()
        self._frozen_ms = None
        self._offset_ms = now_ms - _machine_ms()

    def http_date(self) -> str:
        """Return the ``Date`` header of an answer sent now; clients set their clock by it."""
        return formatdate(self.now_ms() / 1000, usegmt=True)


def _machine_ms() -> int:
    return time.time_ns() // 1_000_000


def iso(at_ms: int) -> str:
    """Return the format of ``createdAt`` and ``updatedAt``: ``2026-01-02T03:04:05.678Z``."""
    seconds, millis = divmod(at_ms, 1000)
    return f"{_stem(seconds)}.{millis:03d}Z"


def iso_short(at_ms: int) -> str:
    """Return the format of date-time properties, without trailing zeros of the fraction."""
    seconds, millis = divmod(at_ms, 1000)
    if not millis:
        return f"{_stem(seconds)}Z"
    return f"{_stem(seconds)}.{f'{millis:03d}'.rstrip('0')}Z"


@lru_cache(maxsize=65_536)
def _stem(seconds: int) -> str:
    moment = time.gmtime(seconds)
    return (
        f"{moment.tm_year:04d}-{moment.tm_mon:02d}-{moment.tm_mday:02d}"
        f"T{moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d}"
    )


def parse_instant(text: str) -> int | None:
    """Return the milliseconds of an ISO date-time, ISO date or epoch milliseconds, else None.

    Numbers are always milliseconds, as at HubSpot: an epoch in seconds means January 1970.
    """
    text = text.strip()
    digits = text[1:] if text.startswith("-") else text
    if digits.isascii() and digits.isdigit():
        return int(text) if len(digits) <= 14 else None
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        base = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            tzinfo=UTC,
        )  # fmt: skip
        whole_s = int(base.timestamp())
    except (ValueError, OverflowError):
        return None
    millis = int((fraction or "0").ljust(3, "0")[:3])
    return (whole_s - _zone_s(zone)) * 1000 + millis


def _zone_s(zone: str | None) -> int:
    if zone is None or zone in "Zz":
        return 0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)


def incremented(count: str | None) -> str:
    """Return a count plus one; an invalid count is 0."""
    is_count = count is not None and count.isascii() and count.isdigit() and len(count) < 16
    return str(int(count) + 1 if is_count and count else 1)


def parse_day(text: str) -> str | None:
    """Return a date property as ``YYYY-MM-DD``; None unless it is a date or midnight UTC in ms."""
    text = text.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return None
    at_ms = parse_instant(text)
    if at_ms is None or at_ms % DAY_MS:
        return None
    return _stem(at_ms // 1000)[:10]
