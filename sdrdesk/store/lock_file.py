"""An empty file beside the database whose lock is SQLite's own.

So it works alike on Linux, macOS and Windows, needs no cleaning up after a crash, dies with its
holder, and never touches the rep's data.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path


def open_lock(database: Path, what: str) -> sqlite3.Connection:
    """Return a connection to the lock ``what`` of a database; BEGIN takes it or raises at once.

    Raises:
        OSError: the file cannot be made.
    """
    path = database.with_name(f"{database.name}.{what}.lock")
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
