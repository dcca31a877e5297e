"""Write priority: a rep's key press writes before the pages of the sync.

SQLite lets writers in by chance, and a sync that writes page after page nearly always wins: a key
press was seen to wait for seconds. So a process that serves a rep holds this lock while it waits,
and the background sync waits for the lock before each write and checks it during one.

The lock is released when its holder exits, and holding it writes nothing (``lock_file``).

Two cores are few: a sync that works on while an outcome is recorded and the next lead is drawn made
a third of that time a wait for a processor. So an outcome also begins a turn of ``TURN_S``, which
the background spends resting. Its beginning is the date of the lock's file: nothing has to be
released, whatever happens to the rep's process.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sdrdesk.store.database.lock_file import open_lock, path_of, take

_WHAT = "turn"
TURN_S = 0.1
"""Length of a rep's turn: from a key to the next lead on screen, on a slow machine."""
_POLL_S = 0.001
_MOST_S = 5.0
"""Longest wait. The lock is cooperative only; the database has its own."""


class WritePriority:
    """One process's side of the lock. Only one thread may hold it."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file = path_of(database, _WHAT)
        self._connection: sqlite3.Connection | None = None
        self._guard = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep background writers out until the end of the block."""
        held = self._take()
        try:
            yield
        finally:
            if held:
                self._give_back()

    def begin_turn(self) -> None:
        """Pause the background sync for ``TURN_S``."""
        now_ns = time.time_ns()
        with suppress(OSError):  # no file: no sync has looked for it yet
            os.utime(self._file, ns=(now_ns, now_ns))

    def is_held(self) -> bool:
        """Return whether another process holds it, or a rep's turn lasts."""
        if self._turn_left_s() > 0:
            return True
        held = self._try()
        if held:
            self._give_back()
        return held is False

    def yield_to_rep(self) -> None:
        """Wait until no turn lasts and no other process holds it."""
        until = time.monotonic() + _MOST_S
        while (left_s := self._turn_left_s()) > 0 and time.monotonic() <= until:
            time.sleep(left_s)
        if self._take():
            self._give_back()

    @property
    def turn_ns(self) -> int:
        """When the last turn began, 0 for never."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0

    def _turn_left_s(self) -> float:
        past_s = (time.time_ns() - self.turn_ns) / 1e9
        # A date in the future is that of a clock set back.
        return TURN_S - past_s if 0 <= past_s < TURN_S else 0.0

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
            with self._guard:
                return take(self._open())
        except (OSError, sqlite3.Error):
            return None  # a read-only directory: go on without priority

    def _give_back(self) -> None:
        with suppress(sqlite3.Error), self._guard:
            if self._connection is not None:
                self._connection.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_lock(self._database, _WHAT)
        return self._connection
