"""Small facts by name: who logged in, which field was chosen. Read without SQLAlchemy."""

from __future__ import annotations

from datetime import datetime

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms


def get_fact(db: Database, name: str) -> str:
    """Return the fact called ``name``, ``""`` when it was never set."""
    with db.reader() as connection:
        row = connection.execute("SELECT value FROM sync_state WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def fact_at(db: Database, name: str) -> datetime | None:
    """Return when the fact called ``name`` was last set, aware UTC."""
    with db.reader() as connection:
        row = connection.execute("SELECT at_ms FROM sync_state WHERE name = ?", (name,)).fetchone()
    return None if row is None else from_ms(int(row[0]))


def set_fact(db: Database, name: str, value: str, at: datetime) -> None:
    """Set a fact."""
    with db.writer() as connection:
        connection.execute(
            "INSERT INTO sync_state (name, value, at_ms) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value, at_ms = excluded.at_ms",
            (name, value, to_ms(at)),
        )
