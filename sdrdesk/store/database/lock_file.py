"""Locks between processes: an empty file next to the database, locked by SQLite.

This works the same on Linux, macOS and Windows, is released when its holder exits, and never
touches the rep's data.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sdrdesk.domain.errors import StorageError

_PATIENCE_S = 30.0
"""Longest wait for another first start, whose keyring may be asking for a password."""
_LOOK_S = 0.01


def path_of(database: Path, what: str) -> Path:
    """Return the file of the lock ``what`` of a database."""
    return database.with_name(f"{database.name}.{what}.lock")


def open_lock(database: Path, what: str) -> sqlite3.Connection:
    """Return a connection to the lock ``what`` of a database, to be passed to ``take``.

    Raises:
        OSError: the file cannot be made.
    """
    path = path_of(database, what)
    # Closing any handle of a file drops this process's locks on it: do not open an existing file.
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        os.utime(path, (0, 0))  # its date is that of a rep's turn (``write_priority``)
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


def take(lock: sqlite3.Connection) -> bool:
    """Try to take a lock; return whether it succeeded. ROLLBACK or closing releases it.

    Raises:
        sqlite3.OperationalError: the disk fails.
    """
    try:
        # Otherwise BEGIN writes a journal for the empty file, which fails on a full disk. Not in
        # ``open_lock``: the PRAGMA reads the file, so it waits for the holder as BEGIN does.
        lock.execute("PRAGMA journal_mode=MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True


@contextmanager
def locked(database: Path, what: str) -> Iterator[None]:
    """Hold the lock ``what`` of a database, after waiting for another holder.

    Raises:
        StorageError: another process kept it for ``PATIENCE_S``.
        OSError: the file cannot be made.
    """
    connection = open_lock(database, what)
    try:
        until = time.monotonic() + _PATIENCE_S
        while not take(connection):
            if time.monotonic() > until:
                raise StorageError(
                    "Another sdrdesk is still creating the database.",
                    kept="Nothing was changed.",
                    next_step="Answer the question of your keyring there, or close it; "
                    "then try again.",
                )
            time.sleep(_LOOK_S)
        yield
    finally:
        connection.close()
