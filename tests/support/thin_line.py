"""A terminal at the end of a thin line.

The line takes whatever is written to it at once, as the buffers of an SSH connection do, and hands
it to the terminal at so many bytes a second. Keys, and what the terminal answers to questions, go
the other way without delay.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence

import pexpect

from tests.support.terminal import Terminal

_LOOK_S = 0.005
_LONGEST_S = 120.0


class ThinTerminal(Terminal):
    """One program in a terminal that reads ``bytes_per_s`` bytes a second."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        bytes_per_s: float,
        *,
        columns: int = 60,
        rows: int = 20,
    ) -> None:
        super().__init__(command, environ, columns=columns, rows=rows)
        self._bytes_per_s = bytes_per_s
        self._on_the_way = bytearray()
        self._free_at = time.monotonic()

    def read_some(self) -> None:
        """Take what was written, and show what has arrived by now."""
        with contextlib.suppress(pexpect.TIMEOUT):
            data = self._child.read_nonblocking(65_536, _LOOK_S)
            if not self._on_the_way:
                self._free_at = time.monotonic()
            self._on_the_way += data
            self.raw += data
        arrived = int((time.monotonic() - self._free_at) * self._bytes_per_s)
        if arrived > 0 and self._on_the_way:
            here = bytes(self._on_the_way[:arrived])
            del self._on_the_way[:arrived]
            self._free_at += len(here) / self._bytes_per_s
            self._stream.feed(here)

    @property
    def on_the_way(self) -> int:
        """Bytes that the line holds."""
        return len(self._on_the_way)

    def until(self, true: Callable[[], bool]) -> float:
        """Return the milliseconds until ``true`` is true of the screen."""
        started = time.perf_counter()
        while not true():
            if time.perf_counter() - started > _LONGEST_S:
                raise AssertionError(f"never came:\n{self.screen}")
            self.read_some()
        return (time.perf_counter() - started) * 1000

    def rest(self, seconds: float) -> None:
        """Read for so long."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.read_some()
