"""A line of progress on stderr that disappears when the command is done."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from sdrdesk.sync.report import SyncProgress

_QUIET_S = 0.5
"""A shorter command shows no progress."""
_EVERY_S = 0.1


def clear_line(words: str = "") -> None:
    """Write ``words`` over the current line of stderr; nothing where it is not a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


class ProgressLine:
    """Overwrites itself, and only on a terminal, so logs and pipes stay clean."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._written = 0.0

    def tell(self, what: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are done, and the time left."""
        now = time.monotonic()
        took = now - self._began
        if took < _QUIET_S or now - self._written < _EVERY_S:
            return
        self._written = now
        left = f" · {took / done * (total - done):.0f} s left" if done else ""
        clear_line(f"{what} {done:,} of {total:,}{left}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._written:
            clear_line()


def show_sync(progress: SyncProgress) -> None:
    """Show how far a sync is; nothing where stderr is not a terminal."""
    if not sys.stderr.isatty():
        return
    total = f" of {progress.total:,}" if progress.total else ""
    left = progress.remaining_s
    words = f"{progress.phase} {progress.done:,}{total} · {progress.rate:.0f}/s"
    if left is not None:
        words += f" · {left:.0f} s left"
    clear_line(words)
