"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.sync.desk import MovableClock


class StillClock(MovableClock):
    """Stands still, at a moment with a fraction of a second."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self._at = datetime(2026, 11, 18, 15, 0, 0, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self._at + self.offset
