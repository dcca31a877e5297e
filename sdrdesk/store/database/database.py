"""One open database file: readers, the single writer, and closing."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Self

from sdrdesk.disk_room import size_of
from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.backup import copy_to, make_backup
from sdrdesk.store.database.connection import (
    Connection,
    begin_now,
    connect,
    end_statements,
    is_unencrypted,
    own_directory,
    own_file,
    reads_only,
)
from sdrdesk.store.database.create import make_new
from sdrdesk.store.database.encryption import check_key
from sdrdesk.store.database.errors import translating
from sdrdesk.store.database.log_flush import LogFlush
from sdrdesk.store.database.migrate import MIGRATIONS, Chain, bring_up
from sdrdesk.store.database.preflight import check_place
from sdrdesk.store.database.scrub import scrub
from sdrdesk.store.database.write_priority import WritePriority

_IDLE_READERS = 2
"""Reader connections kept open between uses; each costs a page cache."""
_CACHE_KB = 512
"""Page cache of a workbench connection. A larger one (SQLite's default is 2,000) gains nothing:
each write of another connection empties it."""

_WAL_PAGES = 12_000
"""Pages (of 4 KiB) in the write-ahead log before a checkpoint, which disturbs an outcome's commit
for 30 ms or more. A first load changes the same pages again and again: with 4,000 it spent a sixth
of its time on checkpoints."""
_WAL_PAGES_OF_A_REP = 32_000
"""The same for the workbench, which leaves checkpoints to the background sync: a key would wait for
one, and during a first load the log often grows to twice the pages of the sync."""

_ANALYSIS_ROWS = 400
"""Rows per index that PRAGMA optimize may read, so that closing stays instant with 100,000 leads.
SQLite's documentation of ANALYZE recommends 100 to 1000 (read 2026-11-21)."""


class Database:
    """An open database file: one writer at a time, readers that never wait for it."""

    def __init__(self, path: Path, key: str | None, schema: str) -> None:
        self.path = path
        self.in_background = False
        """True if this process lets other processes write first."""
        self.encrypted = key is not None
        self.schema = schema
        self._key = key
        self._writing = threading.RLock()
        self._priority = WritePriority(path)
        self._log = LogFlush(path)
        self._inside_write = False
        self._mine = threading.local()
        """``reader``: the connection of ``reading`` in this thread."""
        self._pool_lock = threading.Lock()
        self._idle: list[Connection] = []
        self._writer: Connection | None = None
        self._writes_durably = False
        self._copied_after_ns = 0
        """The turn after which the log was copied last."""
        self._closed = False
        self._file = _file_at(path)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        key: str | None = None,
        create: bool = True,
        chain: Chain = MIGRATIONS,
    ) -> Self:
        """Open the database; create it when missing, upgrade it when its schema is old.

        Args:
            path: the file. Its directory is created when missing (0700); the file is 0600.
            key: 64 hexadecimal digits for an encrypted file, ``None`` for a plain one.
            create: whether a missing file may be created.
            chain: the migrations to apply; tests pass their own.

        Raises:
            StorageError: missing, unreadable, not a database, wrong key, damaged, written by a
                newer sdrdesk, or no space. Nothing was overwritten.
        """
        key = check_key(key) if key is not None else None
        with translating(path):
            _check_file(path, key, create=create)
            own_directory(path.parent)
            if not path.exists():
                make_new(path, key, chain)
            own_file(path)
            schema = bring_up(path, key, chain)
        return cls(path, key, schema)

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """Lend a read-only DB-API connection with one consistent view of the database.

        Rows are tuples. Cheap to take (connections are pooled), from any thread, nested or not.
        Inside of ``reading`` it is the connection of that.
        """
        shared: Connection | None = getattr(self._mine, "reader", None)
        if shared is not None:
            with translating(self.path):
                yield shared
            return
        connection = self._take_reader()
        try:
            with translating(self.path):
                connection.execute("BEGIN")
                yield connection
                # An unfinished cursor would keep this view for the next reader.
                end_statements(connection)
                connection.execute("ROLLBACK")
        except BaseException:
            # After a damaged page SQLCipher answers every statement with an error.
            connection.close()
            raise
        self._give_back(connection)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read everything inside, in this thread, in one transaction.

        An outcome reads sixty times on its way to the next lead; as many transactions took longer
        than the reads. A write inside ends it: what was written is read.
        """
        if getattr(self._mine, "reader", None) is not None:
            yield
            return
        with self.reader() as connection:
            self._mine.reader = connection
            try:
                yield
            finally:
                self._mine.reader = None

    @contextmanager
    def writer(self, *, durable: bool = False) -> Iterator[Connection]:
        """Lend the one connection that may write: commit at the end, roll back on any error.

        Holds SQLite's write lock from the start: keep it to milliseconds and never wait for the
        network inside.

        Args:
            durable: whether this commit, and every one before it, must survive a power failure
                and not only a crash. Costs one flush of the disk.

        Raises:
            StorageError: another process kept the file locked for five seconds, the disk is
                full, or the file is damaged; the change was rolled back.
        """
        self._mine.reader = None
        with self._sole_writer(), translating(self.path):
            connection = self._own_writer()
            try:
                if durable != self._writes_durably:
                    level = "FULL" if durable else "NORMAL"
                    connection.execute(f"PRAGMA synchronous={level}")
                    self._writes_durably = durable
                if self.in_background:
                    self._checkpoint_after_turn(connection)
                begin_now(connection, nullcontext if self.in_background else self._priority.hold)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Closing rolls back even where a full disk or a damaged page makes ROLLBACK fail.
                self._writer = None
                self._log.close()
                connection.close()
                raise
            # A rep who waits flushes all of it, and would wait for this flush before.
            if self.in_background and not durable and not self._priority.is_held():
                self._log.flush()

    def begin_turn(self) -> None:
        """Pause the background sync while an outcome is recorded and the next lead is drawn."""
        if not self.in_background:
            self._priority.begin_turn()

    def rep_is_waiting(self) -> bool:
        """Return whether a workbench is waiting for this background process to commit."""
        return self.in_background and self._priority.is_held()

    def yield_to_rep(self) -> None:
        """Rest while a rep's key is being handled, if this process is in the background."""
        if self.in_background:
            self._priority.yield_to_rep()

    def check(self) -> list[str]:
        """Return the problems SQLite finds in the file, ``[]`` for none. Reads all of it."""
        with self.reader() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
        return [] if found == ["ok"] else found

    def backup(self, label: str, kept: Mapping[str, int] = MappingProxyType({})) -> Path:
        """Copy the database into ``backups``, checked, while others may write; return the copy.

        Raises:
            StorageError: the copy cannot be written or is damaged; no copy is left behind.
        """
        with self._alone() as connection:
            return make_backup(connection, self.path, self._key, label, kept)

    def copy_to(self, target: Path) -> None:
        """Copy the database to a new file, checked; encrypted with the same key if it is.

        Raises:
            StorageError: as for ``backup``.
        """
        with translating(target, needs=size_of(self.path)), self._alone() as connection:
            copy_to(connection, target, self._key)

    @contextmanager
    def opened_copy(self, path: Path) -> Iterator[Connection]:
        """Open a backup of this database for changes, in autocommit mode.

        Raises:
            StorageError: it cannot be opened with the key of this database.
        """
        with translating(path):
            connection = connect(path, None if is_unencrypted(path) else self._key)
            try:
                yield connection
            finally:
                connection.close()

    def scrub(self) -> bool:
        """Rewrite the file without what was deleted; see ``scrub``."""
        with translating(self.path, needs=size_of(self.path)), self._alone() as connection:
            return scrub(connection)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """Open a connection for one long piece of work."""
        with translating(self.path):
            connection = connect(self.path, self._key)
            try:
                yield connection
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection; after writes, have SQLite refresh its statistics."""
        with self._sole_writer(), self._pool_lock:
            self._closed = True
            idle, self._idle = self._idle, []
            writer, self._writer = self._writer, None
        self._log.close()
        for connection in idle:
            connection.close()
        if writer is not None:
            self._optimize(writer)
        self._priority.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _optimize(self, writer: Connection) -> None:
        try:
            with translating(self.path):
                try:
                    writer.execute("PRAGMA busy_timeout=0")
                    writer.execute(f"PRAGMA analysis_limit={_ANALYSIS_ROWS}")
                    writer.execute("PRAGMA optimize")
                finally:
                    writer.close()
        except StorageError:
            # A full or locked disk costs only planner statistics; the next close tries again.
            return

    @contextmanager
    def _sole_writer(self) -> Iterator[None]:
        with self._writing:
            if self._inside_write:
                raise RuntimeError("a write inside a write would wait for itself")
            self._refuse_when_replaced()
            self._inside_write = True
            try:
                self.yield_to_rep()
                yield
            finally:
                self._inside_write = False

    def _checkpoint_after_turn(self, writer: Connection) -> None:
        """Copy the log right after a rep's turn: the next outcome's commit would wait for it."""
        turn_ns = self._priority.turn_ns
        if turn_ns != self._copied_after_ns:
            self._copied_after_ns = turn_ns
            with suppress(Exception):  # as SQLite does when a checkpoint of its own fails
                writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _own_writer(self) -> Connection:
        if self._writer is None:
            self._refuse_when_closed()
            self._writer = connect(self.path, self._key)
            self._writes_durably = False
            self._writer.execute("PRAGMA busy_timeout=0")  # ``begin_now`` retries sooner
            pages = _WAL_PAGES if self.in_background else _WAL_PAGES_OF_A_REP
            self._writer.execute(f"PRAGMA wal_autocheckpoint={pages}")
            if not self.in_background:
                self._writer.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        return self._writer

    def _refuse_when_replaced(self) -> None:
        # Data in a file without a name disappears with the process.
        if not self._closed and _file_at(self.path) != self._file:
            raise StorageError(
                "The database was replaced or removed while sdrdesk was running.",
                kept="Nothing was stored. Earlier records are in the file that was there.",
                next_step="Close every sdrdesk, start again, and repeat the last step.",
            )

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StorageError("The database is already closed.", kept="Nothing was changed.")

    def _take_reader(self) -> Connection:
        with self._pool_lock:
            self._refuse_when_closed()
            if self._idle:
                return self._idle.pop()
        with translating(self.path):
            connection = connect(self.path, self._key, watched=True)
            connection.execute("PRAGMA query_only=ON")
            connection.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        return connection

    def _give_back(self, connection: Connection) -> None:
        with self._pool_lock:
            keep = not self._closed and not reads_only(connection)
            if keep and len(self._idle) < _IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _check_file(path: Path, key: str | None, *, create: bool) -> None:
    """Raise for a file that cannot be opened as asked, before anything is created or changed."""
    check_place(path)
    if not path.exists():
        if create:
            return
        raise StorageError(
            f"There is no database at {path} yet.",
            next_step="Run sdrdesk sync, or check SDRDESK_HOME.",
        )
    plain = is_unencrypted(path)
    if key is None and not plain:
        raise StorageError(
            f"{path} is encrypted, or is not a database, and no key was given.",
            kept="Nothing in the file was changed.",
            next_step="Set SDRDESK_DB_KEY or unlock the keyring that holds the key.",
        )
    if key is not None and plain:
        raise StorageError(
            f"{path} is not encrypted, but a key was given.",
            kept="Nothing in the file was changed.",
            next_step='Set encryption = "required" in config.toml to encrypt it, or "off".',
        )
