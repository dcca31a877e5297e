"""Brings the write-ahead log to the disk after each commit of the background sync.

An outcome is on the disk before the next lead is shown, and that flush takes the whole log along:
up to fifty megabytes of a first load, for which the rep's key would wait.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path


class LogFlush:
    """Flushes one database's log, and rests as long as that took: a slow disk is not kept busy."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-wal")
        self._fd: int | None = None
        self._rests_until = 0.0

    def flush(self) -> None:
        """Flush the log, unless it was flushed a moment ago. Call it outside of a transaction."""
        started = time.monotonic()
        if os.name == "nt" or started < self._rests_until:
            return  # there an open file cannot be deleted by SQLite
        with suppress(OSError):  # no promise is kept here, only a later wait is shortened
            if self._fd is None:
                # SQLite holds no locks on this file, which closing ours would drop.
                self._fd = os.open(self._path, os.O_RDWR)
            getattr(os, "fdatasync", os.fsync)(self._fd)
        now = time.monotonic()
        self._rests_until = now + (now - started)

    def close(self) -> None:
        """Close the file; SQLite may make a new one with its next connection."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
