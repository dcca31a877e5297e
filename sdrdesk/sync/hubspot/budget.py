"""Request pacing that leaves room for the account's other programs.

Pure bookkeeping over a sliding window; clock and sleep are arguments. Thread-safe, because a helper
thread prefetches pages.

Only refused searches show how many other desks search the same account: each slows this desk down
by a third, each success speeds it up a little. Many desks settle near the limit this way.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

SHARE = 0.7
"""Share of a limit we use. The workbench, commands and background rounds of one rep share a token's
limit, and the CRM asks for few refusals (below 5 % of requests)."""

SEARCHES_PER_S = 4.0
"""Searches per second; HubSpot allows 5 per account, all programs together (documentation of the
search endpoints, read 2026-11-21)."""

MOST_CROWDED = 64.0
"""At this value the looks at everybody's changes are hours apart."""

LEAST_SEARCHES_PER_S = 1.0
"""Lower limit however crowded: the look at the rep's own leads must be made in time. Slower desks
would return after exactly their window, all together; at one a second the CRM's pause and its
jitter spread them (0.25 gave four times as many refusals with 200 desks in a block)."""

_REFUSED, _GOOD = 1.5, 0.98
"""Factors of a refused and a good search on ``crowding``: 20 good ones undo one refusal."""


class Window:
    """At most ``limit`` requests in any ``span_s`` seconds."""

    def __init__(self, limit: float, span_s: float) -> None:
        self.limit = limit
        self.span_s = span_s
        self._taken: deque[float] = deque()

    def delay(self, now: float) -> float:
        """Return the seconds to wait before the next request; at ``0.0`` it is counted."""
        while self._taken and self._taken[0] <= now - self.span_s:
            self._taken.popleft()
        if len(self._taken) < max(1, int(self.limit)):
            self._taken.append(now)
            return 0.0
        return self._taken[0] + self.span_s - now


class Budget:
    """Two windows: every request, and searches."""

    def __init__(
        self,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        *,
        share: float = SHARE,
        searches_per_s: float = SEARCHES_PER_S,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._share = share
        self._lock = threading.Lock()
        self._searches_per_s = searches_per_s
        self._search = Window(searches_per_s, 1.0)
        self.crowding = 1.0
        """From 1, no other desks, to ``MOST_CROWDED``."""
        self._every: Window | None = None
        """``None`` until the CRM states its limit: an account without one is not slowed down."""

    def learn(self, limit: int, span_s: float) -> None:
        """Take over the limit that an answer states."""
        with self._lock:
            allowed = max(1.0, limit * self._share)
            if self._every is None:
                self._every = Window(allowed, span_s)
            self._every.limit, self._every.span_s = allowed, span_s

    def searched(self, *, refused: bool) -> None:
        """Adapt to whether a search was refused because others search the account too."""
        with self._lock:
            factor = _REFUSED if refused else _GOOD
            self.crowding = min(MOST_CROWDED, max(1.0, self.crowding * factor))
            allowed = max(self._searches_per_s / self.crowding, LEAST_SEARCHES_PER_S)
            self._search.limit = allowed
            self._search.span_s = max(1.0, 1.0 / allowed)

    def wait(self, *, search: bool) -> float:
        """Wait until one more request is allowed and return the seconds waited."""
        waited = 0.0
        while True:
            with self._lock:
                window = self._search if search else self._every
                delay = window.delay(self._now()) if window else 0.0
            if delay <= 0.0:
                return waited
            self._sleep(delay)
            waited += delay
