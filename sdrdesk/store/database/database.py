"""The one door to the database file: who opens it, who may write, and how it is closed.

Importing this module imports no SQLAlchemy: ``reader`` is plain DB-API, and the machinery behind
``write`` and ``read`` is loaded at its first use.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.connection import (
    Connection,
    begin_now,
    connect,
    dbapi,
    driver_for,
    end_statements,
    is_unencrypted,
    own_directory,
    own_file,
    reads_only,
)
from sdrdesk.store.database.create import make_new
from sdrdesk.store.database.encryption import check_key
from sdrdesk.store.database.errors import translating
from sdrdesk.store.database.migrate import MIGRATIONS, Chain, bring_up
from sdrdesk.store.database.preflight import check_place
from sdrdesk.store.database.write_priority import WritePriority

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine
    from sqlmodel import Session

_IDLE_READERS = 2
"""Reader connections kept open between uses; each costs a page cache."""
_CACHE_KB = 512
"""Page cache of a connection of the workbench. A larger one (SQLite's own choice is 2,000) makes
nothing faster here: each write of another connection empties it."""

_WAL_PAGES = 4000
"""Pages (of 4 KiB) in the write-ahead log before a commit carries them over. SQLite's own 1000 made
a first load wait for the disk four times as often, and no single wait shorter."""
_WAL_PAGES_OF_A_REP = 8000
"""The same for whoever serves a rep: it is left to the background sync, which has the time."""

_ANALYSIS_ROWS = 400
"""Rows per index that refreshing the statistics may look at, so that closing stays instant with
100,000 leads. SQLite's documentation of ANALYZE recommends 100 to 1000 (read 2026-11-21)."""


class Database:
    """A database file that is open: one writer at a time, readers that never wait for it."""

    def __init__(self, path: Path, key: str | None, schema: str) -> None:
        self.path = path
        self.in_background = False
        """Whether what this process writes can wait for what others write."""
        self.encrypted = key is not None
        self.schema = schema
        self._key = key
        self._writing = threading.RLock()
        self._priority = WritePriority(path)
        self._inside_write = False
        self._pool_lock = threading.Lock()
        self._idle: list[Connection] = []
        self._lazy_engine: Engine | None = None
        self._writer: Connection | None = None
        self._writes_durably = False
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
        """Open the database, make it when it is missing, upgrade it when it is behind.

        Args:
            path: the file. Its directory is made when missing (0700); the file is 0600.
            key: 64 hexadecimal digits for an encrypted file, ``None`` for a plain one.
            create: whether a missing file may be made.
            chain: the migrations to apply; tests pass their own.

        Raises:
            StorageError: missing, unreadable, not a database, another key, damaged, written by a
                newer sdrdesk, or no space. Nothing was overwritten.
        """
        key = check_key(key) if key is not None else None
        with translating(path):
            _look(path, key, create=create)
            own_directory(path.parent)
            if not path.exists():
                make_new(path, key, chain)
            own_file(path)
            schema = bring_up(path, key, chain)
        return cls(path, key, schema)

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """Lend a DB-API connection that can only read and sees one moment of the database.

        Rows are tuples. Cheap to take (the connection is kept), from any thread, nested or not.
        """
        connection = self._take_reader()
        try:
            with translating(self.path):
                connection.execute("BEGIN")
                yield connection
                # A stream that nobody read to its end would keep this moment for the next reader.
                end_statements(connection)
                connection.execute("ROLLBACK")
        except BaseException:
            # SQLCipher keeps answering with an error once it met a damaged page.
            connection.close()
            raise
        self._give_back(connection)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Lend a session that can only read and sees one moment of the database."""
        from sqlmodel import Session

        engine = self._engine().execution_options(sdrdesk_begin="BEGIN")
        with translating(self.path), Session(engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Lend the one session that may write: commits at the end, rolls back on any error.

        Holds the process's write lock and, from its first statement, SQLite's; keep it to
        milliseconds and never wait for the network inside.

        Raises:
            StorageError: another process kept the file locked for five seconds, the disk is
                full, or the file is damaged; the change was rolled back.
        """
        from sqlmodel import Session

        engine = self._engine().execution_options(sdrdesk_begin="BEGIN IMMEDIATE")
        with (
            self._sole_writer(),
            nullcontext() if self.in_background else self._priority.hold(),
            translating(self.path),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            session.connection()  # take SQLite's lock now, so what is read here stays true
            yield session

    @contextmanager
    def writer(self, *, durable: bool = False) -> Iterator[Connection]:
        """Like ``write``, but lends a plain DB-API connection: the rep's key press waits for it.

        For the few statements that record what a rep just did; the first use needs no import.

        Args:
            durable: whether the commit, and every one before it, must survive a power failure
                and not only a crash. Costs one flush of the disk.
        """
        with self._sole_writer(), translating(self.path):
            connection = self._own_writer()
            try:
                if durable != self._writes_durably:
                    level = "FULL" if durable else "NORMAL"
                    connection.execute(f"PRAGMA synchronous={level}")
                    self._writes_durably = durable
                begin_now(connection, nullcontext if self.in_background else self._priority.hold)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Closing rolls back, also where a full disk or a damaged page made ROLLBACK fail.
                self._writer = None
                connection.close()
                raise

    def rep_is_waiting(self) -> bool:
        """Return whether a process that serves a rep waits for this one's transaction to end."""
        return self.in_background and self._priority.is_held()

    def check(self) -> list[str]:
        """Return what SQLite finds wrong with the file, empty when it is sound. Reads all of it."""
        with self.reader() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        """Close every connection; after writes let SQLite refresh its statistics where needed."""
        with self._sole_writer(), self._pool_lock:
            self._closed = True
            idle, self._idle = self._idle, []
            writer, self._writer = self._writer, None
            engine, self._lazy_engine = self._lazy_engine, None
        for connection in idle:
            connection.close()
        if engine is not None:
            engine.dispose()
        if writer is not None or engine is not None:
            self._optimize(writer)
        self._priority.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _optimize(self, writer: Connection | None) -> None:
        """Run ``PRAGMA optimize`` on the last connection; a full or locked disk may refuse it."""
        try:
            with translating(self.path):
                connection = writer or connect(self.path, self._key)
                try:
                    connection.execute("PRAGMA busy_timeout=0")
                    connection.execute(f"PRAGMA analysis_limit={_ANALYSIS_ROWS}")
                    connection.execute("PRAGMA optimize")
                finally:
                    connection.close()
        except StorageError:
            # Only statistics for the query planner were lost; the next close tries again.
            return

    @contextmanager
    def _sole_writer(self) -> Iterator[None]:
        with self._writing:
            if self._inside_write:
                raise RuntimeError("a write inside a write would wait for itself")
            self._refuse_when_replaced()
            self._inside_write = True
            try:
                if self.in_background:
                    self._priority.yield_to_rep()
                yield
            finally:
                self._inside_write = False

    def _own_writer(self) -> Connection:
        if self._writer is None:
            self._refuse_when_closed()
            self._writer = connect(self.path, self._key)
            self._writes_durably = False
            self._writer.execute("PRAGMA busy_timeout=0")  # ``begin_now`` looks sooner
            pages = _WAL_PAGES if self.in_background else _WAL_PAGES_OF_A_REP
            self._writer.execute(f"PRAGMA wal_autocheckpoint={pages}")
            if not self.in_background:
                self._writer.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        return self._writer

    def _refuse_when_replaced(self) -> None:
        """Write nothing into a file that has lost its name: it would be gone with the process."""
        if not self._closed and _file_at(self.path) != self._file:
            raise StorageError(
                "The database was replaced or taken away while sdrdesk was running.",
                kept="Nothing was stored. What was recorded before is in the file that was there.",
                next_step="Close every sdrdesk, start again, and do it again.",
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

    def _engine(self) -> Engine:
        with self._pool_lock:
            self._refuse_when_closed()
            if self._lazy_engine is None:
                self._lazy_engine = _make_engine(self.path, self._key)
            return self._lazy_engine


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return which file has this name, ``None`` when there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _look(path: Path, key: str | None, *, create: bool) -> None:
    """Refuse what cannot be opened as asked, before anything is made or touched."""
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
            f"{path} is encrypted, or is not a database, and no key was handed in.",
            kept="Nothing in the file was changed.",
            next_step="Set SDRDESK_DB_KEY or unlock the keyring that holds the key.",
        )
    if key is not None and plain:
        raise StorageError(
            f"{path} is not encrypted, but a key was handed in.",
            kept="Nothing in the file was changed.",
            next_step='Set encryption = "required" in config.toml to encrypt it, or "off".',
        )


def _make_engine(path: Path, key: str | None) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.engine import Connection as SaConnection
    from sqlalchemy.pool import QueuePool

    engine = create_engine(
        "sqlite://",
        module=dbapi(driver_for(key)),
        creator=lambda: connect(path, key),
        poolclass=QueuePool,
        pool_size=2,
        max_overflow=16,
    )

    def begin(connection: SaConnection) -> None:
        how = connection.get_execution_options()["sdrdesk_begin"]
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if how == 'BEGIN' else 'OFF'}")
        connection.exec_driver_sql(how)

    event.listen(engine, "begin", begin)
    return engine
