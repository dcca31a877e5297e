"""The lock that allows one push and one pull per database; released when its holder exits."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sdrdesk.store.database.errors import translating
from sdrdesk.store.database.lock_file import open_lock, take
from sdrdesk.sync.errors import Busy

_POLL_S = 0.05


@contextmanager
def exclusive(
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
        should_stop: ends the wait early.
        sleep: pauses between two tries.

    Raises:
        Busy: another process holds it for longer than ``wait_s``.
        StorageError: the lock file cannot be written.
    """
    with translating(database):
        connection = open_lock(database, what)
    try:
        waited = 0.0
        while not _taken(database, connection):
            if waited >= wait_s or should_stop():
                raise Busy(
                    f"Another sdrdesk is running a {what} on this database.",
                    kept="Everything recorded here is kept.",
                    next_step="Wait until it is done, then try again.",
                )
            sleep(_POLL_S)
            waited += _POLL_S
        yield
    finally:
        connection.close()


def _taken(database: Path, connection: sqlite3.Connection) -> bool:
    with translating(database):
        return take(connection)
