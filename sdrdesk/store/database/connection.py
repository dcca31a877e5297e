"""Opens DB-API connections to the database, all with the same settings."""

from __future__ import annotations

import importlib
import os
import stat
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from weakref import WeakSet

from sdrdesk.disk_room import is_full, is_read_only, takes_no_writes

if TYPE_CHECKING:
    # Only a type: sqlcipher3's connection is alike, and only the needed driver is imported.
    from sqlite3 import Connection as Connection
else:
    Connection = object

Driver = Literal["sqlite3", "sqlcipher3"]

BUSY_TIMEOUT_MS = 5000
"""Longest wait for another process's write."""
_LOOK_S = 0.001

_PLAIN_HEADER = b"SQLite format 3\x00"
_COMPANIONS = ("-wal", "-shm", "-journal")


def driver_for(key: str | None) -> Driver:
    """Return the name of the DB-API module that opens a file with this key."""
    return "sqlcipher3" if key else "sqlite3"


def dbapi(driver: Driver) -> object:
    """Return the DB-API module itself."""
    return importlib.import_module("sqlite3" if driver == "sqlite3" else "sqlcipher3.dbapi2")


@cache
def _watched(driver: Driver) -> type:
    """Return the driver's connection class, extended to track unfinished statements.

    An unfinished statement keeps its view of the database even after ROLLBACK: a connection that
    is used again would show the rep old data.
    """
    base: type = dbapi(driver).Connection  # type: ignore[attr-defined]  # both drivers have it

    class Watched(base):  # type: ignore[misc]  # chosen at run time
        reads_only = False

        def __init__(self, *arguments: object, **named: object) -> None:
            super().__init__(*arguments, **named)
            self._alive: WeakSet[Any] = WeakSet()

        def execute(self, sql: str, parameters: object = ()) -> object:
            cursor = self.cursor()
            self._alive.add(cursor)
            return cursor.execute(sql, parameters)

        def end_statements(self) -> None:
            for cursor in tuple(self._alive):
                cursor.close()
            self._alive.clear()

    return Watched


def end_statements(connection: Connection) -> None:
    """End unfinished statements of a connection that was opened with ``watched``."""
    connection.end_statements()  # type: ignore[attr-defined]  # of the class above


def connect(
    path: Path, key: str | None, *, driver: Driver | None = None, watched: bool = False
) -> Connection:
    """Return a connection in autocommit mode; a transaction needs BEGIN.

    The file is read once, so a wrong key or another kind of file raises here (the driver's own
    error), before any PRAGMA changes it. The connection may move between threads. ``watched``:
    for ``end_statements``.

    On a full or read-only disk SQLite cannot create its own small files next to the database. Then
    the connection only reads: see ``reads_only``.
    """
    driver = driver or driver_for(key)
    try:
        return _connect(str(path), key, driver, watched=watched)
    except Exception:
        if not _can_be_read_alone(path):
            raise
        uri = f"{path.absolute().as_uri()}?immutable=1"
        connection = _connect(uri, key, driver, watched=True, uri=True)
        connection.reads_only = True  # type: ignore[attr-defined]  # of the class above
        return connection


def reads_only(connection: Connection) -> bool:
    """Return whether the connection was opened on a full or read-only disk.

    It does not notice changes by other processes, so it is used once and not kept.
    """
    return bool(getattr(connection, "reads_only", False))


def _can_be_read_alone(path: Path) -> bool:
    """Return whether the disk is full or read-only and the file contains all data."""
    wal = path.with_name(f"{path.name}-wal")
    try:
        whole = path.stat().st_size > 0 and not (wal.exists() and wal.stat().st_size)
    except OSError:
        return False
    return whole and (is_full(reason := takes_no_writes(path.parent)) or is_read_only(reason))


def _connect(
    target: str, key: str | None, driver: Driver, *, watched: bool, uri: bool = False
) -> Connection:
    opener = dbapi(driver).connect  # type: ignore[attr-defined]  # both drivers have it
    connection = cast(
        Connection,
        opener(
            target,
            timeout=BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            uri=uri,
            **({"factory": _watched(driver)} if watched else {}),
        ),
    )
    try:
        if driver == "sqlcipher3":
            # SQLCipher logs to stderr, which is the rep's screen.
            connection.execute("PRAGMA cipher_log_level=NONE")
        if key:
            connection.execute(f"PRAGMA key=\"x'{key}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def begin_now(
    connection: Connection,
    waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> None:
    """Begin a write transaction, within a millisecond after the file becomes free.

    SQLite itself retries after 1, 2, 5, 10 … up to 100 ms, so the connection should have a
    ``busy_timeout`` of 0. Raises the driver's own error when another process keeps the file locked
    for ``BUSY_TIMEOUT_MS``. ``waiting``: entered while waiting.
    """
    if _begun(connection):
        return
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    with waiting():
        while not _begun(connection, last=time.monotonic() > until):
            time.sleep(_LOOK_S)


def _begun(connection: Connection, *, last: bool = False) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except Exception as error:
        if last or "database is locked" not in str(error):
            raise
        return False
    return True


def is_unencrypted(path: Path) -> bool:
    """Return whether the file is an unencrypted SQLite database (by its first 16 bytes)."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER


def own_directory(path: Path) -> None:
    """Create the directory if it is missing, for the user alone (0700).

    An existing directory is restricted only while it is empty: it may be a project folder.
    """
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077 and not any(path.iterdir()):
        path.chmod(0o700)


def own_file(path: Path) -> None:
    """Create the file if it is missing and restrict it to the user (0600).

    Call it before the first connection: SQLite gives ``-wal`` and ``-shm`` the same mode.
    """
    if not path.exists():  # opening it to write would fail on a read-only disk
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)


def real_file(path: Path) -> Path:
    """Return the file at ``path``, or the one that a link there leads to.

    Replacing the link itself would leave the former file, perhaps unencrypted, where it leads to.
    """
    return path.resolve() if path.is_symlink() else path


def remove_with_companions(path: Path) -> None:
    """Delete a database file with its ``-wal``, ``-shm`` and ``-journal``."""
    for suffix in ("", *_COMPANIONS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
