"""Backs up the database while it is in use: before an upgrade, each day, and when asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

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
from sdrdesk.store.database.copies import backup_name, outdated
from sdrdesk.store.database.copies import backups as backups
from sdrdesk.store.database.errors import translating


def make_backup(
    source: Connection,
    path: Path,
    key: str | None,
    label: str,
    kept: Mapping[str, int] = MappingProxyType({}),
) -> Path:
    """Copy the database behind ``source`` into ``backups`` and return the copy's path.

    Older copies of the same kind are deleted when there are enough; ``kept`` changes how many stay.

    Raises:
        StorageError: the copy cannot be written or is damaged; no copy is left behind.
    """
    target = backup_name(path, datetime.now(UTC), label)
    with translating(target, needs=size_of(path)):
        own_directory(target.parent)
        copy_to(source, target, key)
        rotate(path, kept)
    return target


def copy_to(source: Connection, target: Path, key: str | None) -> None:
    """Copy the database behind ``source`` to a new file with the same key, and check it.

    The file is 0600 and needs no other file next to it. It appears under its name when it is
    complete. Others may write to the database meanwhile; the copy shows one moment of it.

    Raises:
        StorageError: the copy is damaged.
    """
    draft = target.with_name(f".{target.name}.part")
    remove_with_companions(draft)  # a kill left it
    try:
        own_file(draft)
        link = connect(draft, key)
        try:
            source.backup(link)
            check_copy(link)
            # One self-contained file, without a -wal that a person could forget to copy.
            link.execute("PRAGMA journal_mode=DELETE")
        finally:
            link.close()
        draft.replace(target)
    except BaseException:
        remove_with_companions(draft)
        raise


def check_copy(link: Connection) -> None:
    """Read the whole copy.

    Raises:
        StorageError: it is damaged.
    """
    if link.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StorageError(
            "The copy of the database is damaged.",
            kept="The database was not changed.",
            next_step="Check the disk, then try again.",
        )


def rotate(path: Path, kept: Mapping[str, int] = MappingProxyType({})) -> None:
    """Delete the backups of which there are enough newer ones."""
    for old in outdated(path, kept):
        remove_with_companions(old)
