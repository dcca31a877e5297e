"""Limits of an agent's requests, by the minute."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from sdrdesk.domain.errors import UsageError

READS = 120
"""Reads in a minute."""
WRITES = 12
"""Writes in a minute; a rep who reads the log can still follow."""
_MINUTE_S = 60.0


class TooFastError(UsageError):
    """An agent asks too often."""


class AgentLimit:
    """At most this many in any minute. Thread-safe: several agents may share one."""

    def __init__(
        self, most: int, what: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._what = what
        self._monotonic = monotonic
        self._at: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Count one, or raise TooFastError; what is refused does not count."""
        with self._lock:
            self._take(self._monotonic())

    def _take(self, now: float) -> None:
        while self._at and self._at[0] <= now - _MINUTE_S:
            self._at.popleft()
        if len(self._at) >= self._most:
            wait_s = self._at[0] + _MINUTE_S - now
            raise TooFastError(
                f"More than {self._most} {self._what} in a minute.",
                kept="Nothing was done.",
                next_step=f"Wait {wait_s:.0f} s.",
            )
        self._at.append(now)
