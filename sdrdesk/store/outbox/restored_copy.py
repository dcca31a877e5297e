"""Detects a restored database: from a backup, a snapshot, a synced folder, a copied home.

A small file next to the database counts the pushes. The database stores the count together with
the file's inode and change time. A restored database has an older count. If the file was restored
with it, copying gave it another inode or change time. Any difference costs a look at the CRM before
anything is sent.
"""

from __future__ import annotations

import os
from pathlib import Path

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_state, set_state

_REMEMBERED = "life"


def may_be_restored(connection: Connection, database: Path) -> bool:
    """Return whether another copy of this database may have sent the items of this one."""
    return get_state(connection, _REMEMBERED) != _seen(_path(database))


def may_have_sent(connection: Connection, database: Path, recorded_ms: int) -> bool:
    """Return whether another copy of this database may have sent an item recorded at a moment.

    The other copy pushed last, or was restored, when the file last changed. It does not know what
    was recorded here later.
    """
    if not may_be_restored(connection, database):
        return False
    try:
        changed_ms = _path(database).stat().st_ctime_ns // 1_000_000
    except OSError:
        return True
    return recorded_ms <= changed_ms


def count_push(connection: Connection, database: Path, now_ms: int) -> None:
    """Count a push before it sends anything. Only for the holder of the push lock.

    A kill between file and database costs one needless look at the CRM.

    Raises:
        OSError: the file cannot be written.
    """
    path = _path(database)
    known = get_state(connection, _REMEMBERED).partition(" ")[0]
    count = 1 + max(int(known) if known.isdigit() else 0, _count(path))
    draft = path.with_name(f"{path.name}.new")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{count}\n")
    draft.replace(path)
    set_state(connection, _REMEMBERED, _seen(path), now_ms)


def _path(database: Path) -> Path:
    return database.with_name(f"{database.name}.life")


def _count(path: Path) -> int:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return 0
    return int(text) if text.isdigit() and len(text) < 19 else 0


def _seen(path: Path) -> str:
    """Return count, inode and change time of the file, ``""`` without one."""
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{_count(path)} {about.st_ino} {about.st_ctime_ns}"
