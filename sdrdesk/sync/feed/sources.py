"""Sources of the relay's changes: it looks for the whole team, and hears what the CRM sends."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, Literal, Protocol

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.feed.notes import Hint
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.sync.errors import MissingScope, RateLimited, Refused
from sdrdesk.sync.feed.inlet import Inlet
from sdrdesk.sync.port import CrmClient

_log = logging.getLogger(__name__)

POLL_S: Final = 2.0
"""Between two looks where nothing else reports changes. One search each, for the whole team."""
CHECK_S: Final = 60.0
"""Between two looks where the CRM reports changes: finds those it did not."""
_NEAR_S: Final = 30.0
"""Time that a look goes back: the index lags by seconds."""
FIRST_S: Final = 120.0
"""Reach of the first look: longer than a relay takes to start again."""
_WIDE_S: Final = 720.0
_WIDE_EVERY_S: Final = 60.0
CALLS_EVERY_S: Final = 10.0
"""Between two looks for calls: a colleague's call is less urgent than a fresh lead."""
_SEEN: Final = 50_000
_SLOWEST_S: Final = 60.0


class Source(Protocol):
    """A way to learn of changes."""

    name: str

    async def run(self, inlet: Inlet) -> None:
        """Put hints into ``inlet`` until cancelled."""

    def is_well(self) -> bool:
        """Return whether it can be relied on now."""


class Poller:
    """Looks for changed leads: one for the whole team, instead of one for each desk."""

    name = "polling"

    def __init__(
        self,
        crm: CrmClient,
        executor: Executor,
        clock: Clock,
        every_s: float = POLL_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a poller.

        Args:
            crm: the account.
            executor: one thread; the client is used by nobody else at the same time.
            clock: the current time.
            every_s: between two looks.
            monotonic: seconds that only go on.
        """
        self._crm = crm
        self._executor = executor
        self._clock = clock
        self._every_s = every_s
        self._monotonic = monotonic
        self._seen: dict[tuple[str, str], int] = {}
        self._looked_at: float | None = None
        self._floor_ms = 0
        """Nothing older is published: before the relay ran, desks looked for themselves. All of it
        at once would be a storm."""
        self._wide_at = self._calls_at = float("-inf")
        self._reads_calls = True

    def is_well(self) -> bool:
        """Return whether the last look succeeded not long ago."""
        late_s = 3 * max(self._every_s, self._crm.capabilities.least_interval_s) + 15
        return self._looked_at is not None and self._monotonic() - self._looked_at <= late_s

    async def run(self, inlet: Inlet) -> None:
        """Look again and again; slower when the CRM refuses or cannot be reached."""
        loop, wait_s = asyncio.get_running_loop(), 0.0
        while True:
            await asyncio.sleep(wait_s)
            try:
                hints = await loop.run_in_executor(self._executor, self.look)
                if not inlet.put(hints):
                    self._seen.clear()  # they are found again
                wait_s = max(self._every_s, self._crm.capabilities.least_interval_s)
            except SdrDeskError as error:
                pause_s = error.retry_after_s if isinstance(error, RateLimited) else 0.0
                wait_s = max(pause_s, min(_SLOWEST_S, max(self._every_s, wait_s * 2)))
                _log.warning("relay: no look at the CRM: %s", error)

    def look(self) -> list[Hint]:
        """Return the leads and calls that changed since the last look. Blocks on the network."""
        now = self._monotonic()
        first = self._looked_at is None
        wide = not first and now - self._wide_at >= _WIDE_EVERY_S
        lag_s = self._crm.capabilities.index_lag_s
        back_s = (_WIDE_S if wide else _NEAR_S) if lag_s is None else lag_s + _NEAR_S
        back_s = max(back_s, FIRST_S if first else 0.0) + 2 * self._every_s
        offset_ms = round((self._crm.clock_offset_s or 0.0) * 1000)
        since_ms = to_ms(self._clock()) + offset_ms - round(back_s * 1000)
        if first:
            self._floor_ms = since_ms
        since_ms = max(since_ms, self._floor_ms)
        hints = self._changed("lead", since_ms)
        if self._reads_calls and (first or wide or now - self._calls_at >= CALLS_EVERY_S):
            more_ms = 0 if first or wide else round(CALLS_EVERY_S * 1000)
            try:
                hints += self._changed("call", since_ms - more_ms)
            except (MissingScope, Refused) as error:
                self._reads_calls = False
                _log.warning("relay: calls cannot be read: %s", error)
            self._calls_at = now
        self._looked_at = self._monotonic()
        if wide:
            self._wide_at = now
        if first:
            _log.info("relay: %d records changed in the last %.0f s", len(hints), back_s)
        return hints

    def _changed(self, kind: Literal["lead", "call"], since_ms: int) -> list[Hint]:
        hints = []
        for found in self._crm.changed(kind, since_ms):
            for change in found:
                if self._seen.get((kind, change.record_id)) != change.modified_ms:
                    self._note((kind, change.record_id), change.modified_ms)
                    hints.append(Hint(kind, change.record_id, change.modified_ms))
        return hints

    def _note(self, record: tuple[str, str], modified_ms: int) -> None:
        self._seen.pop(record, None)
        self._seen[record] = modified_ms
        if len(self._seen) > _SEEN:
            del self._seen[next(iter(self._seen))]
