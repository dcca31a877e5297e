"""Write priority: a rep's key press writes before the pages of the sync.

SQLite lets writers in by chance, and a sync that writes page after page nearly always wins: a key
press was seen to wait for seconds. So a process that serves a rep holds this lock while it waits,
and the background sync waits for the lock before each write and checks it during one.

The lock is released when its holder exits, and holding it writes nothing (``lock_file``).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sdrdesk.store.database.lock_file import open_lock, take

_POLL_S = 0.001
_MOST_S = 5.0
"""Longest wait. The lock is cooperative only; the database has its own."""


class WritePriority:
    """One process's side of the lock. Not for two threads at once."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep background writers out until the end of the block."""
        held = self._take()
        try:
            yield
        finally:
            if held:
                self._give_back()

    def is_held(self) -> bool:
        """Return whether another process holds it."""
        held = self._try()
        if held:
            self._give_back()
        return held is False

    def yield_to_rep(self) -> None:
        """Wait until no other process holds it."""
        if self._take():
            self._give_back()

    def close(self) -> None:
        """Close the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _take(self) -> bool:
        until = time.monotonic() + _MOST_S
        while (taken := self._try()) is False and time.monotonic() <= until:
            time.sleep(_POLL_S)
        return bool(taken)

    def _try(self) -> bool | None:
        """Return whether it could be taken, ``None`` where it never can."""
        try:
            return take(self._open())
        except (OSError, sqlite3.Error):
            return None  # a read-only directory: go on without priority

    def _give_back(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection is not None:
                self._connection.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_lock(self._database, "turn")
        return self._connection
