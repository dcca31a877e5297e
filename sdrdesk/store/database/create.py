"""Creates a new database under another name and moves it into place when it is complete.

A kill at any moment leaves a complete database or none. Processes that start at the same time wait
for each other.
"""

from __future__ import annotations

import os
from pathlib import Path

from sdrdesk.store.database.connection import own_file, remove_with_companions
from sdrdesk.store.database.lock_file import locked
from sdrdesk.store.database.migrate import Chain, bring_up


def make_new(path: Path, key: str | None, chain: Chain) -> None:
    """Create the database at ``path`` unless another process was first."""
    # The same lock as the write priority's: before there is a database, no process writes to it.
    with locked(path, "turn"):
        if path.exists():
            return
        new = path.with_name(f".{path.name}.new")
        remove_with_companions(new)  # a kill left it
        try:
            own_file(new)
            bring_up(new, key, chain)
            flush(new)
            new.replace(path)
        except BaseException:
            remove_with_companions(new)
            raise
        flush(path.parent)


def flush(path: Path) -> None:
    """Write a file, or a directory's names, to the disk."""
    if path.is_dir() and os.name != "posix":
        return  # elsewhere a directory cannot be opened
    # Windows flushes only what is open for writing; a directory can only be read.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
