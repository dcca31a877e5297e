"""Who writes first when several processes write: a rep's key press before a page of the sync.

SQLite lets writers in by chance: who tries again at the right moment wins. A sync that writes page
after page wins nearly always, and a key press was seen to wait for seconds. So whoever serves a rep
holds the priority while it waits, and whoever works in the background passes through it before
each write and looks at it during one: at most what is being landed comes first.

The lock is gone with its holder, and holding it writes nothing (``lock_file``).
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
"""Longest anybody waits here: it is courtesy, the database's own lock is what counts."""


class WritePriority:
    """One process's way through. Not for two threads at once."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep the background out until the end of the block."""
        held = self._take()
        try:
            yield
        finally:
            if held:
                self._give_back()

    def is_held(self) -> bool:
        """Return whether somebody else holds it now."""
        held = self._try()
        if held:
            self._give_back()
        return held is False

    def yield_to_rep(self) -> None:
        """Wait until nobody holds it."""
        if self._take():
            self._give_back()

    def close(self) -> None:
        """Give it up for good."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _take(self) -> bool:
        until = time.monotonic() + _MOST_S
        while (taken := self._try()) is False and time.monotonic() <= until:
            time.sleep(_POLL_S)
        return bool(taken)

    def _try(self) -> bool | None:
        """Return whether it could be taken, ``None`` where nobody can take it."""
        try:
            return take(self._open())
        except (OSError, sqlite3.Error):
            return None  # a directory nobody may write in: then without courtesy

    def _give_back(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection is not None:
                self._connection.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_lock(self._database, "turn")
        return self._connection
