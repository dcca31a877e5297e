"""Find how much a slow line takes at once, so that no key waits behind a repaint.

Whatever lies between the workbench and the rep's eyes keeps what is written to it: a minute of
frames fits into the buffers of an SSH connection. So each piece ends with a question that the
terminal answers when it has drawn all before it, and the next piece waits for the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

ASK = "\x1b[6n"
"""Asks a terminal where its cursor is; every terminal answers."""
FIRST_BYTES = 512
LEAST_BYTES = 96
MOST_BYTES = 65_536
"""A whole screen, whatever its size."""
PIECE_S = 0.4
"""Longest way of a piece."""
GIVE_UP_S = 30.0
"""After this long without an answer the line stopped, or the answer was lost."""
_SLOW_BYTES_PER_S = 2_000
_DELAY = 1.3
"""A piece that took less than this multiple of the shortest delay met a free line."""


class LinePace:
    """Finds the size of a piece from the time until each answer.

    Args:
        steady: a monotonic clock in seconds.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._asked_at: float | None = None
        self._sent = 0
        self._least_s = float("inf")
        self._bytes_per_s = float("inf")
        self.budget = FIRST_BYTES
        """Bytes that may be sent at once."""
        self.answers = 0
        """Answers so far."""

    @property
    def may_send(self) -> bool:
        """True if everything sent so far was drawn."""
        return self._asked_at is None or self._steady() - self._asked_at > GIVE_UP_S

    @property
    def is_slow(self) -> bool:
        """True if a repaint takes seconds."""
        return self._bytes_per_s < _SLOW_BYTES_PER_S

    @property
    def due_s(self) -> float:
        """Seconds in which the answer should come, 0 for none that is due."""
        if self._asked_at is None:
            return 0.0
        lasts = self._sent / self._bytes_per_s + 2 * min(self._least_s, 1.0)
        return max(0.0, self._asked_at + lasts - self._steady())

    def sent(self, size: int) -> None:
        """Note that a piece of ``size`` bytes is on its way."""
        self._asked_at, self._sent = self._steady(), size

    def answered(self) -> None:
        """Note that the terminal has drawn the piece."""
        if self._asked_at is None:
            return
        took = max(self._steady() - self._asked_at, 0.001)
        self._asked_at = None
        free = took < max(PIECE_S / 2, _DELAY * self._least_s if self.answers else 0)
        self.answers += 1
        self._least_s = min(self._least_s, took)
        if free:
            self.budget = min(MOST_BYTES, self.budget * 2)
            self._bytes_per_s = max(self._bytes_per_s, self._sent / took)
        else:
            self._bytes_per_s = self._sent / took
            self.budget = max(LEAST_BYTES, min(MOST_BYTES, int(self._bytes_per_s * PIECE_S)))
