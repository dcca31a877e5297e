"""Decides when to ring: once for each thing, at most once a minute, never during a call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

AT_MOST_EVERY = timedelta(minutes=1)


class Ringing:
    """Keeps what was rung for."""

    def __init__(self) -> None:
        self._told: set[tuple[str, ...]] = set()
        self._last: datetime | None = None

    def due(
        self, waiting: Iterable[tuple[str, ...]], now: datetime, *, in_call: bool
    ) -> list[tuple[str, ...]]:
        """Return what to ring for now, all of it at once; empty for nothing.

        What comes up during a call, or within the minute, is rung for later if it still waits then.
        A thing that stopped waiting and waits again is new.

        Args:
            waiting: what waits now, each by its reason, lead and moment.
            now: aware; a clock that was set back does not silence for longer than a minute.
            in_call: whether the rep is in a call.
        """
        here = list(dict.fromkeys(waiting))
        self._told &= set(here)
        fresh = [item for item in here if item not in self._told]
        if not fresh or in_call or self._is_early(now):
            return []
        self._told.update(fresh)
        self._last = now
        return fresh

    def _is_early(self, now: datetime) -> bool:
        return self._last is not None and abs(now - self._last) < AT_MOST_EVERY
