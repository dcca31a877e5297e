"""One line on stderr that says how far a long command is, and goes away when it is done."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

QUIET_S = 0.5
"""A command that is done sooner says nothing."""
_EVERY_S = 0.1


class ProgressLine:
    """Writes over itself; only to a terminal, so logs and pipes stay clean."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._written = 0.0

    def tell(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` are done, with the time that is left."""
        now = time.monotonic()
        took = now - self._began
        if took < QUIET_S or now - self._written < _EVERY_S or not sys.stderr.isatty():
            return
        self._written = now
        left = f" · {took / done * (total - done):.0f} s left" if done else ""
        sys.stderr.write(f"\r\x1b[K{what} {done:,} of {total:,}{left}")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._written:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
