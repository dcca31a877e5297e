"""Copies of the database, made while it is in use, before anything risky is done to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sdrdesk.disk_room import size_of
from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.connection import (
    Connection,
    connect,
    own_directory,
    own_file,
    remove_with_companions,
)
from sdrdesk.store.database.copies import DIRECTORY as DIRECTORY
from sdrdesk.store.database.copies import backups as backups  # part of what this module offers
from sdrdesk.store.database.errors import translating

KEEP = 5
"""How many copies stay: enough for a few upgrades, without filling a small disk."""


def make_backup(source: Connection, path: Path, key: str | None, label: str) -> Path:
    """Copy the database behind ``source`` and return the copy's path.

    The copy is read back before it is trusted; it has the same key and is 0600 in a directory
    of 0700. Only the newest ``KEEP`` copies stay.

    Raises:
        StorageError: the copy cannot be written or does not read back; no copy is left behind.
    """
    directory = path.parent / DIRECTORY
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = directory / f"{path.stem}-{moment}-{label}.db"
    with translating(target, needs=size_of(path)):
        own_directory(directory)
        own_file(target)
        try:
            _copy(source, target, key)
        except BaseException:
            remove_with_companions(target)
            raise
    for old in backups(path)[:-KEEP]:
        remove_with_companions(old)
    return target


def _copy(source: Connection, target: Path, key: str | None) -> None:
    link = connect(target, key)
    try:
        source.backup(link)
        if link.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise StorageError(
                "The backup before the upgrade did not read back.",
                kept="The database was not upgraded and not changed.",
                next_step="Check the disk, then start again.",
            )
        # One self-contained file: no -wal beside it that somebody could forget to copy.
        link.execute("PRAGMA journal_mode=DELETE")
    finally:
        link.close()
