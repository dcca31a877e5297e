"""Cursors, modes and other small facts by name: who logged in, which field was chosen.

A cursor must move in the same transaction as the page it belongs to, so most functions take an
open connection. ``get_fact``, ``fact_at`` and ``set_fact`` open a transaction of their own.
"""

from __future__ import annotations

from datetime import datetime

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms

STALE = "derived.stale."
"""Name, before its id, of a lead whose facts have to be derived again (``mirror.rederive``)."""

LAST_PULL = "last_sync_at"
"""Fact that sync sets at the end of every complete pull."""

ACCOUNT_ZONE = "account.time_zone"
"""The account's own time zone, as the CRM writes it."""

OPTIONS_READ = "options_ms"
"""When the options of the account's fields were read last."""

COMPARED = "compared_ms"
"""When everything was compared last; without it, that is due."""

LEAD_LINK = "crm.lead_link"
"""Name of the link of a lead in the CRM's own screen, with ``{id}``."""


def get_state(connection: Connection, name: str) -> str:
    """Return the value called ``name``, ``""`` when it was never set."""
    row = connection.execute("SELECT value FROM sync_state WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def get_number(connection: Connection, name: str) -> int:
    """Return a whole number, 0 when it was never set."""
    value = get_state(connection, name)
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdecimal() and len(value) <= 120 else 0


def states_under(connection: Connection, prefix: str) -> list[str]:
    """Return every value whose name begins with ``prefix``."""
    rows = connection.execute(
        "SELECT value FROM sync_state WHERE substr(name, 1, ?) = ?", (len(prefix), prefix)
    ).fetchall()
    return [str(row[0]) for row in rows]


def set_at(connection: Connection, name: str) -> int:
    """Return when a value was last set, milliseconds; 0 when it never was."""
    row = connection.execute("SELECT at_ms FROM sync_state WHERE name = ?", (name,)).fetchone()
    return 0 if row is None else int(row[0])


def set_state(connection: Connection, name: str, value: str, at_ms: int) -> None:
    """Set a value."""
    connection.execute(
        "INSERT INTO sync_state (name, value, at_ms) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value, at_ms = excluded.at_ms",
        (name, value, at_ms),
    )


def raise_number(connection: Connection, name: str, value: int, at_ms: int) -> None:
    """Set a number unless the present one is larger: cursors never go back."""
    if value > get_number(connection, name):
        set_state(connection, name, str(value), at_ms)


def forget(connection: Connection, prefix: str) -> None:
    """Remove every value whose name begins with ``prefix``."""
    connection.execute("DELETE FROM sync_state WHERE substr(name, 1, ?) = ?", (len(prefix), prefix))


def get_fact(db: Database, name: str) -> str:
    """Return the value called ``name``, ``""`` when it was never set."""
    with db.reader() as connection:
        return get_state(connection, name)


def fact_at(db: Database, name: str) -> datetime | None:
    """Return when the value called ``name`` was last set, aware UTC."""
    with db.reader() as connection:
        return from_ms(set_at(connection, name) or None)


def last_pull(db: Database) -> datetime | None:
    """Return when the last complete pull ended, aware UTC, ``None`` when there was none."""
    return fact_at(db, LAST_PULL)


def set_fact(db: Database, name: str, value: str, at: datetime) -> None:
    """Set a value."""
    with db.writer() as connection:
        set_state(connection, name, value, to_ms(at))
