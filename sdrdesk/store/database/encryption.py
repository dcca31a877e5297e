"""Database keys: their format, and encrypting a plain file. ``credentials`` keeps the keys."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from sdrdesk.disk_room import size_of
from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.connection import (
    Connection,
    connect,
    is_unencrypted,
    own_file,
    real_file,
    remove_with_companions,
)
from sdrdesk.store.database.copies import backups
from sdrdesk.store.database.errors import translating

_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


def new_key() -> str:
    """Return a fresh random key: 32 bytes as 64 hexadecimal digits."""
    import secrets  # loads cryptographic modules: only when a key is made

    return secrets.token_hex(32)


def check_key(key: str) -> str:
    """Return ``key`` in lower case.

    Raises:
        StorageError: it is not 64 hexadecimal digits. The message never quotes the key.
    """
    if not _HEX_KEY.fullmatch(key):
        raise StorageError(
            "The database key must be 64 hexadecimal digits.",
            kept="The database was not opened and not changed.",
            next_step="Check SDRDESK_DB_KEY or the entry in the keyring.",
        )
    return key.lower()


def encrypt_plain(path: Path, key: str) -> bool:
    """Encrypt a plain database and its backups in place; return False when nothing was plain.

    Each copy is written next to its file, compared with it, and then renamed over it, so a kill at
    any moment leaves one complete database under ``path``.

    Call it before this process opens the file: a process does not see its own locks.

    Raises:
        StorageError: another process holds the file, the disk is full, or the copy differs.
    """
    key = check_key(key)
    # The backups come last: a failure must not leave backups with a key the database does not have.
    done = [_encrypt_one(file, key) for file in (path, *backups(path))]
    return any(done)


def _encrypt_one(path: Path, key: str) -> bool:
    path = real_file(path)
    copy = path.with_name(f".{path.name}.encrypting")
    with translating(path, needs=2 * size_of(path)):
        if not path.exists() or not is_unencrypted(path):
            return False
        remove_with_companions(copy)
        source = connect(path, None, driver="sqlcipher3")
        try:
            lock_out_others(source, path)
            _export(source, copy, key)
            _compare(source, copy, key)
            if sys.platform == "win32":  # an open file cannot be replaced there
                source.close()
            copy.replace(path)
        finally:
            source.close()
            remove_with_companions(copy)
    return True


def lock_out_others(source: Connection, path: Path, done: str = "encrypted") -> None:
    """Lock the file until the copy has replaced it; fail when another process has it open."""
    source.execute("PRAGMA busy_timeout=200")
    source.execute("PRAGMA locking_mode=EXCLUSIVE")
    try:
        # Leaving WAL mode fails while there is another connection.
        source.execute("PRAGMA journal_mode=DELETE").fetchone()
        source.execute("BEGIN EXCLUSIVE")
        source.execute("COMMIT")
    except Exception as error:
        if "locked" not in str(error):
            raise
        raise StorageError(
            f"{path} is in use, so it cannot be {done} now.",
            kept="Nothing in the file was changed.",
            next_step="Close every other sdrdesk and try again.",
        ) from error


def _export(source: Connection, copy: Path, key: str) -> None:
    own_file(copy)
    source.execute(f"ATTACH DATABASE ? AS encrypted KEY \"x'{key}'\"", (str(copy),))
    source.execute("SELECT sqlcipher_export('encrypted')")
    source.execute("DETACH DATABASE encrypted")
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _compare(source: Connection, copy: Path, key: str) -> None:
    target = connect(copy, key)
    try:
        same = _row_counts(target) == _row_counts(source)
        whole = target.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
    finally:
        target.close()
    if not (same and whole):
        raise StorageError(
            "The encrypted copy of the database differs from the original.",
            kept="The plain database was not changed.",
            next_step="Check the disk and try again.",
        )


def _row_counts(connection: Connection) -> dict[str, int]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    counts = {}
    for (name,) in names:
        quoted = name.replace('"', '""')
        sql = f'SELECT count(*) FROM "{quoted}"'  # noqa: S608  # our own table names, quoted
        counts[name] = connection.execute(sql).fetchone()[0]
    return counts
