"""When an empty queue opens, remembered for a few minutes: finding out reads every lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

_FOR = timedelta(minutes=5)


class Opening:
    """Remembers when the first lead becomes callable."""

    def __init__(self, find: Callable[[datetime], datetime | None]) -> None:
        self._find = find
        self._known: tuple[datetime, datetime | None] | None = None

    def at(self, now: datetime) -> datetime | None:
        """Return when it is, ``None`` when no lead becomes callable on its own."""
        if self._known is not None:
            asked_at, opens_at = self._known
            if asked_at <= now < asked_at + _FOR and (opens_at is None or now < opens_at):
                return opens_at
        opens_at = self._find(now)
        self._known = now, opens_at
        return opens_at
