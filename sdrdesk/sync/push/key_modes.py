"""How each kind of activity is made findable at this account; chosen by ``setup``, kept here."""

from __future__ import annotations

from datetime import datetime

from sdrdesk.domain.crm.records import ACTIVITY_KINDS, ActivityKindName
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.sync_state import get_state, set_state
from sdrdesk.sync.port import CrmClient, KeyMode


def mode_of(db: Database, kind: str) -> KeyMode:
    """Return the mode of a kind; without ``setup`` the one that needs no schema change."""
    with db.reader() as connection:
        value = get_state(connection, f"mode.{kind}")
    return KeyMode(value) if value in set(KeyMode) else KeyMode.MARKER


def set_mode(db: Database, kind: str, mode: KeyMode, now: datetime) -> None:
    """Keep the mode of a kind."""
    with db.writer() as connection:
        set_state(connection, f"mode.{kind}", mode.value, to_ms(now))


def choose_modes(db: Database, crm: CrmClient, now: datetime) -> dict[ActivityKindName, KeyMode]:
    """Probe every kind at the account, keep what works and return it.

    Writes one record per kind that has a unique key field, and archives it again.
    """
    chosen = {kind: crm.probe(kind) for kind in ACTIVITY_KINDS}
    for kind, mode in chosen.items():
        set_mode(db, kind, mode, now)
    return chosen
