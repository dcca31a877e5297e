"""One pusher and one puller per database, across processes, by a lock that dies with its holder.

The lock is SQLite's own on a tiny file beside the database: it works alike on Linux, macOS and
Windows, needs no cleaning up after a crash, and never touches the rep's data.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sdrdesk.sync.errors import Busy

_POLL_S = 0.05


@contextmanager
def only_one(
    database: Path,
    what: str,
    *,
    wait_s: float,
    should_stop: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the lock ``what`` of a database.

    Args:
        database: the database file.
        what: ``push`` or ``pull``.
        wait_s: how long to wait for another holder.
        should_stop: ends the waiting early.
        sleep: between two tries.

    Raises:
        Busy: another process holds it for longer than ``wait_s``.
    """
    path = database.with_name(f"{database.name}.{what}.lock")
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        waited = 0.0
        while not _take(connection):
            if waited >= wait_s or should_stop():
                raise Busy(
                    f"Another sdrdesk is busy with a {what} of this database.",
                    kept="Everything recorded here is kept.",
                    next_step="Wait until it is done, then try again.",
                )
            sleep(_POLL_S)
            waited += _POLL_S
        yield
    finally:
        connection.close()


def _take(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
