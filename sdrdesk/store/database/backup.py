"""Backs up the database while it is in use, before an upgrade."""

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
from sdrdesk.store.database.copies import backups as backups
from sdrdesk.store.database.errors import translating

KEEP = 5
"""Backups kept: enough for a few upgrades, without filling a small disk."""


def make_backup(source: Connection, path: Path, key: str | None, label: str) -> Path:
    """Copy the database behind ``source`` and return the copy's path.

    The copy is checked; it has the same key and is 0600 in a directory of 0700. Only the newest
    ``KEEP`` copies stay.

    Raises:
        StorageError: the copy cannot be written or is damaged; no copy is left behind.
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
                "The backup made before the upgrade is damaged.",
                kept="The database was not upgraded and not changed.",
                next_step="Check the disk, then start again.",
            )
        # One self-contained file, without a -wal that a person could forget to copy.
        link.execute("PRAGMA journal_mode=DELETE")
    finally:
        link.close()
