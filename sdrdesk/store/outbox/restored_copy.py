"""Notices that the database went back: a backup, a snapshot, a synced folder, a copied home.

A small file beside the database counts the pushes, and the database remembers the count together
with what the file system says about that file. A database that was put back remembers an older
count. When the file was put back with it, it is no longer the same file: copying gives it another
number or another time of change, which no copy can bring along. Whatever does not fit is doubt,
and doubt costs a look at the CRM before anything is sent.
"""

from __future__ import annotations

import os
from pathlib import Path

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_state, set_state

_REMEMBERED = "life"


def may_be_restored(connection: Connection, database: Path) -> bool:
    """Return whether another life of this database may have sent what waits in this one."""
    return get_state(connection, _REMEMBERED) != _seen(_path(database))


def may_have_sent(connection: Connection, database: Path, recorded_ms: int) -> bool:
    """Return whether another life of this database may have sent what was recorded at a moment.

    That life pushed for the last time, or was put back, when the file last changed. It cannot
    know what was recorded here since.
    """
    if not may_be_restored(connection, database):
        return False
    try:
        changed_ms = _path(database).stat().st_ctime_ns // 1_000_000
    except OSError:
        return True
    return recorded_ms <= changed_ms


def count_push(connection: Connection, database: Path, now_ms: int) -> None:
    """Count one push more, before it sends anything. Only for the holder of the push lock.

    A process that is killed between file and database leaves a doubt, which is harmless.

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
    """Return count, number and time of change of the file, ``""`` where there is none."""
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{_count(path)} {about.st_ino} {about.st_ctime_ns}"
