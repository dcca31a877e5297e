"""The usual times that forms offer for the arrow keys."""

from __future__ import annotations

from datetime import datetime

from sdrdesk.domain.times.words import MONTH_SHORT

QUICK = ("+1h", "tomorrow 9:00", "+3d", "mon 10:00")
"""The usual times of callbacks and snoozes, for the arrow keys."""


def months_ahead(now: datetime) -> tuple[str, ...]:
    """Return the usual times of a nurture: months, the next quarter, the month after next."""
    month = (now.month + 1) % 12
    return ("+3mo", f"q{((now.month - 1) // 3 + 1) % 4 + 1}", MONTH_SHORT[month], "+6mo", "+1mo")
