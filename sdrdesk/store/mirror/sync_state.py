"""Cursors, modes and other small facts of sync, inside a transaction of the caller.

A cursor must move in the same transaction as the page it stands for, so these functions take the
open connection; ``facts`` is the same table for everybody else.
"""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection


def get_state(connection: Connection, name: str) -> str:
    """Return the value called ``name``, ``""`` when it was never set."""
    row = connection.execute("SELECT value FROM sync_state WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def get_number(connection: Connection, name: str) -> int:
    """Return a whole number, 0 when it was never set."""
    value = get_state(connection, name)
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdecimal() and len(value) <= 120 else 0


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
    """Set a number unless a larger one stands there: cursors never go back."""
    if value > get_number(connection, name):
        set_state(connection, name, str(value), at_ms)


def forget(connection: Connection, prefix: str) -> None:
    """Remove every value whose name begins with ``prefix``."""
    connection.execute("DELETE FROM sync_state WHERE substr(name, 1, ?) = ?", (len(prefix), prefix))
