"""An empty file beside the database whose lock is SQLite's own.

So it works alike on Linux, macOS and Windows, needs no cleaning up after a crash, dies with its
holder, and never touches the rep's data.
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
"""How long to wait for another first start: its keyring may be asking a person for a password."""
_LOOK_S = 0.01


def open_lock(database: Path, what: str) -> sqlite3.Connection:
    """Return a connection to the lock ``what`` of a database, for ``take``.

    Raises:
        OSError: the file cannot be made.
    """
    path = database.with_name(f"{database.name}.{what}.lock")
    # Closing any handle of a file drops the locks that this process holds on it, so a lock that
    # is there is not opened here.
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


def take(lock: sqlite3.Connection) -> bool:
    """Take a lock and return whether it could be taken; ROLLBACK or closing gives it back.

    Raises:
        sqlite3.OperationalError: the disk fails, which is no other holder.
    """
    try:
        # Or BEGIN would write a journal for the empty file, which a full disk refuses. Not when the
        # lock is opened: it reads the file, so it waits for the holder as BEGIN does.
        lock.execute("PRAGMA journal_mode=MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True


@contextmanager
def locked(database: Path, what: str) -> Iterator[None]:
    """Hold the lock ``what`` of a database; wait for another process that holds it.

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
                    "Another sdrdesk is making the database and does not end.",
                    kept="Nothing was changed.",
                    next_step="Answer the question of your keyring there, or close it; "
                    "then try again.",
                )
            time.sleep(_LOOK_S)
        yield
    finally:
        connection.close()
