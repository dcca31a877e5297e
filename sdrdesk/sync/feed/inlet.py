"""News that the relay has not published yet: bounded, each record once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

from sdrdesk.domain.feed.notes import Hint

TOLD: Final = ("lead", "call")
"""Kinds that desks hear of. The others come with their rounds."""
MOST: Final = 20_000
"""Records that may wait. More are refused, and the CRM sends them again."""


class Inlet:
    """Hints that wait. Thread-safe."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], tuple[Hint, float]] = {}
        self.dropped = 0
        """Hints of kinds that no desk reads."""

    def put(self, hints: Sequence[Hint]) -> bool:
        """Take hints; ``False`` when there is no room for all of them, and none was taken.

        The order in which hints of one record come does not matter: its present state is read.
        """
        with self._lock:
            told = {(h.kind, h.record_id): h for h in hints if h.kind in TOLD}
            new = sum(key not in self._waiting for key in told)
            if len(self._waiting) + new > MOST:
                return False
            self.dropped += len(hints) - len(told)
            for key, hint in told.items():
                known = self._waiting.get(key)
                since = known[1] if known else self._monotonic()
                self._waiting[key] = (hint, since)
            return True

    def take(self, kind: str, most: int) -> list[Hint]:
        """Take out at most this many hints of a kind, those that wait longest first."""
        with self._lock:
            first = list(islice((key for key in self._waiting if key[0] == kind), most))
            return [self._waiting.pop(key)[0] for key in first]

    def give_back(self, hints: Sequence[Hint]) -> None:
        """Put back what could not be published, behind the others."""
        now = self._monotonic()
        with self._lock:
            for hint in hints:
                self._waiting.setdefault((hint.kind, hint.record_id), (hint, now))

    def __len__(self) -> int:
        return len(self._waiting)

    def oldest_s(self) -> float:
        """Return how long the first one has been waiting, seconds; 0 when none waits."""
        with self._lock:
            since = next(iter(self._waiting.values()), None)
        return 0.0 if since is None else self._monotonic() - since[1]
