"""Upgrades a database file to the schema of this sdrdesk; never downgrades.

Each start reads the version with one SELECT. Alembic and SQLAlchemy are imported only for an
upgrade: that takes longer than painting the first screen.
"""

from __future__ import annotations

import time
from pathlib import Path

from sdrdesk.domain.errors import StorageError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.backup import make_backup
from sdrdesk.store.database.connection import (
    BUSY_TIMEOUT_MS,
    Connection,
    connect,
    dbapi,
    driver_for,
    reads_only,
)
from sdrdesk.store.database.copies import backups, label_of

_HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of migrations: the directory of its scripts and the newest revision.

    Revisions are zero-padded numbers, so they compare as text.
    """

    scripts: Path
    head: str
    at_once: bool = False
    """True if ``migrations.at_once`` creates an empty file's schema in one step."""


MIGRATIONS = Chain(_HERE / "migrations", "0027", at_once=True)
"""The migrations of this sdrdesk. A test compares ``head`` with what Alembic finds."""


def version_of(connection: Connection) -> str:
    """Return the schema version, ``""`` for a database with no tables at all.

    Raises:
        StorageError: a SQLite database of another program.
    """
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return ""
    row = None
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise StorageError(
            "The file is a database of another program.",
            kept="Nothing in it was changed.",
            next_step="Point SDRDESK_HOME at a directory of its own.",
        )
    return str(row[0])


def bring_up(path: Path, key: str | None, chain: Chain) -> str:
    """Upgrade the file if needed and return its schema version.

    An existing database is backed up first. All steps run in one transaction: after a failure or a
    kill the file is as before.

    Raises:
        StorageError: made by a newer sdrdesk, or not a database of sdrdesk.
    """
    connection = connect(path, key)
    try:
        version = version_of(connection)
        if version > chain.head:
            raise StorageError(
                f"{path} was written by a newer sdrdesk (schema {version}; this one knows "
                f"{chain.head}).",
                kept="Nothing in the file was changed.",
                next_step=_way_back(path, chain.head),
            )
        if version == chain.head and reads_only(connection):
            return version
        _use_wal(connection)
        if version == chain.head:
            return version
        if version:
            make_backup(connection, path, key, label=f"schema-{version}")
        elif chain.at_once and _made_at_once(connection) == chain.head:
            return chain.head
    finally:
        connection.close()
    upgrade(path, key, chain)
    return chain.head


def _way_back(path: Path, head: str) -> str:
    """Return how to work again after an upgrade that is not wanted."""
    older = [file for file in backups(path) if file.stem.rpartition("-schema-")[2] <= head]
    older = [file for file in older if label_of(file) == "schema"]
    text = "Install the newer sdrdesk again"
    if not older:
        return f"{text}, or use another SDRDESK_HOME."
    return (
        f"{text}; or go back to the copy made before the upgrade: `sdrdesk restore {older[-1]}`. "
        "What was recorded since then stays in the file that it keeps."
    )


def _made_at_once(connection: Connection) -> str:
    """Create the schema and return its version, also when another process was first."""
    from sdrdesk.store.migrations.at_once import REVISION, STATEMENTS

    connection.execute("BEGIN IMMEDIATE")
    version = version_of(connection)
    if not version:
        for statement in STATEMENTS:
            connection.execute(statement)
    connection.execute("COMMIT")
    return version or REVISION


def _use_wal(connection: Connection) -> None:
    """Switch the file to the write-ahead log for good.

    Raises:
        sqlite3.OperationalError: the file stayed locked for as long as a writer waits.
    """
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except connection.OperationalError as error:  # of whichever driver it is
            # SQLite does not wait here when another process does the same at this moment.
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def upgrade(path: Path, key: str | None, chain: Chain = MIGRATIONS) -> None:
    """Upgrade a file in one transaction, without a copy."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    def opened() -> Connection:
        connection = connect(path, key)
        # Rebuilding a table in batch mode drops the old one, which would cascade.
        connection.execute("PRAGMA foreign_keys=OFF")
        return connection

    config = Config()
    config.set_main_option("script_location", str(chain.scripts).replace("%", "%%"))
    engine = create_engine(
        "sqlite://", module=dbapi(driver_for(key)), creator=opened, poolclass=StaticPool
    )
    try:
        with engine.connect() as connection:
            # IMMEDIATE: of two processes that start at the same time the second waits here; Alembic
            # reads the version inside the transaction and finds nothing left to do.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()
