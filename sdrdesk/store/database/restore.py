"""Puts a backup in the place of the database, and keeps what was there.

A kill at any moment leaves the database as it was, or the restored one; never none and never a
mixture.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from sdrdesk.disk_room import size_of
from sdrdesk.domain.errors import NotFoundError, StorageError
from sdrdesk.store.database.backup import check_copy, copy_to, rotate
from sdrdesk.store.database.connection import (
    Connection,
    connect,
    is_unencrypted,
    own_directory,
    own_file,
    real_file,
    remove_with_companions,
)
from sdrdesk.store.database.copies import backup_name
from sdrdesk.store.database.create import flush
from sdrdesk.store.database.encryption import encrypt_plain, lock_out_others
from sdrdesk.store.database.errors import translating
from sdrdesk.store.database.lock_file import locked
from sdrdesk.store.database.migrate import MIGRATIONS, upgrade, version_of

_WAL = ("-wal", "-shm", "-journal")

T = TypeVar("T")


class Restored(NamedTuple):
    """The result of a restore."""

    kept: Path | None
    """The database as it was before, ``None`` when there was none."""
    kept_whole: bool
    """True if the kept file can be opened; else it was copied byte by byte."""


def check_backup(backup: Path, key: str | None) -> None:
    """Raise unless the file is a database that this sdrdesk can use.

    Raises:
        NotFoundError: there is no such file.
        StorageError: it is damaged, has another key, or comes from a newer sdrdesk.
    """
    if not os.path.isfile(backup):  # noqa: PTH113 - never raises
        raise NotFoundError(f"There is no file {backup}.", kept="Nothing was changed.")
    with translating(backup):
        plain = is_unencrypted(backup)
        if key is None and not plain:
            raise StorageError(
                f"{backup} is encrypted, and its key is not on this machine.",
                kept="Nothing was changed.",
                next_step="Unlock the keyring, or set SDRDESK_DB_KEY to the key it was made with.",
            )
        link = connect(backup, None if plain else key)
        try:
            version = version_of(link)
            check_copy(link)
        finally:
            link.close()
    if not version or version > MIGRATIONS.head:
        raise StorageError(
            f"{backup} was written by a newer sdrdesk (schema {version}; this one knows "
            f"{MIGRATIONS.head})."
            if version
            else f"{backup} is empty.",
            kept="Nothing was changed.",
            next_step="Choose another backup, or install the newer sdrdesk.",
        )


def restore(
    backup: Path,
    path: Path,
    key: str | None,
    read: Callable[[Connection], T],
    prepare: Callable[[Connection, T | None], None],
) -> Restored:
    """Replace the database at ``path`` by a copy of ``backup``; ``check_backup`` it first.

    Args:
        backup: the file to restore; it is not changed.
        path: the database. It may be missing or damaged.
        key: the key of both, ``None`` for plain files. A plain backup is encrypted with it.
        read: reads what must not be lost in the database as it was.
        prepare: changes the copy before it counts; gets what ``read`` returned, ``None`` when there
            was nothing to read.

    Raises:
        StorageError: another sdrdesk has the database open, the disk is full; nothing was changed.
    """
    file = real_file(path)
    draft = file.with_name(f".{file.name}.restoring")
    with translating(path, needs=2 * size_of(backup)), locked(path, "turn"):
        own_directory(path.parent)
        remove_with_companions(draft)  # a kill left it
        try:
            _draft(backup, draft, key)
            before_key = None if path.exists() and is_unencrypted(path) else key
            kept, carried = _keep(path, before_key, read)
            _upgraded(draft, key)
            copy = connect(draft, key)
            try:
                prepare(copy, carried)
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()
            flush(draft)
            # A write-ahead log belongs to the old file only; it was kept with it.
            for suffix in _WAL:
                file.with_name(file.name + suffix).unlink(missing_ok=True)
            draft.replace(file)
            flush(file.parent)
        finally:
            remove_with_companions(draft)
        rotate(path)
    return kept


def _draft(backup: Path, draft: Path, key: str | None) -> None:
    source_key = None if is_unencrypted(backup) else key
    source = connect(backup, source_key)
    try:
        copy_to(source, draft, source_key)
    finally:
        source.close()
    if key is not None and source_key is None:
        encrypt_plain(draft, key)


def _upgraded(draft: Path, key: str | None) -> None:
    copy = connect(draft, key)
    try:
        old = version_of(copy) < MIGRATIONS.head
    finally:
        copy.close()
    if old:
        upgrade(draft, key)


def _keep(
    path: Path, key: str | None, read: Callable[[Connection], T]
) -> tuple[Restored, T | None]:
    """Copy the database into ``backups``; return where, and what ``read`` reads in it."""
    if not path.exists():
        return Restored(None, kept_whole=True), None
    kept = backup_name(path, datetime.now(UTC), "restore")
    own_directory(kept.parent)
    before = _alone(path, key)
    if before is not None:
        try:
            copy_to(before, kept, key)
            return Restored(kept, kept_whole=True), read(before)
        except Exception:  # noqa: BLE001 - the driver's own errors: a damaged page
            remove_with_companions(kept)
        finally:
            before.close()
    real = real_file(path)
    for suffix in ("", *_WAL):
        file = real.with_name(real.name + suffix)
        if file.exists():
            own_file(kept.with_name(kept.name + suffix))
            shutil.copyfile(file, kept.with_name(kept.name + suffix))
    return Restored(kept, kept_whole=False), None


def _alone(path: Path, key: str | None) -> Connection | None:
    """Open the database for this process alone, ``None`` when it cannot be read.

    Raises:
        StorageError: another process has it open.
    """
    try:
        before = connect(path, key)
    except Exception:  # noqa: BLE001 - the driver's own errors: damaged, another key
        return None
    try:
        if _is_ours(before):
            lock_out_others(before, path, "replaced")
            return before
    except StorageError:
        before.close()
        raise
    except Exception:  # noqa: BLE001, S110 - as above, found on a later page
        pass
    before.close()
    return None


def _is_ours(before: Connection) -> bool:
    """Return whether there is anything of sdrdesk in it: SQLite opens an empty file as well."""
    try:
        return version_of(before) != ""
    except StorageError:
        return False
