"""Ways to find each kind of activity again at this account. ``setup`` chooses it."""

from __future__ import annotations

from datetime import datetime

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.sync_state import get_state, set_state
from sdrdesk.sync.port import KeyMode


def mode_of(db: Database, kind: str) -> KeyMode:
    """Return the mode of a kind; before ``setup`` the one that needs no schema change."""
    with db.reader() as connection:
        value = get_state(connection, f"mode.{kind}")
    return KeyMode(value) if value in set(KeyMode) else KeyMode.MARKER


def has_facts_field(db: Database, kind: str) -> bool:
    """Return whether records of a kind have a field for facts, as far as known."""
    with db.reader() as connection:
        return not get_state(connection, f"facts.{kind}")


def no_facts_field(db: Database, kind: str, now: datetime) -> None:
    """Keep that a kind has no field for facts; the next ``setup`` finds out again."""
    with db.writer() as connection:
        set_state(connection, f"facts.{kind}", "text", to_ms(now))


def set_mode(db: Database, kind: str, mode: KeyMode, now: datetime) -> None:
    """Keep the mode of a kind."""
    with db.writer() as connection:
        set_state(connection, f"mode.{kind}", mode.value, to_ms(now))
        set_state(connection, f"facts.{kind}", "", to_ms(now))
