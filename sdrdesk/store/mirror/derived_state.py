"""The rules by which the facts of the leads on disk were derived.

``sync_state`` records it in the same transaction as the leads, so a kill at any moment leaves it
true: ``derived.rules`` (fingerprint of the rules behind the leads on disk, ``""`` for none),
``derived.stale.ID`` (a lead that another process stored under other rules since, or, with ``""``,
whose own values changed), ``derived.going`` (fingerprint being applied now) and ``derived.after``
(last lead done).

Every command asks ``all_derived_by`` first; ``rederive`` is imported only to derive again.
"""

from __future__ import annotations

from collections.abc import Iterable

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import STALE, get_state, set_state

RULES, GOING, AFTER = "derived.rules", "derived.going", "derived.after"


def all_derived_by(db: Database, rules: str) -> bool:
    """Return whether every lead on disk was derived under ``rules``. Cheap."""
    with db.reader() as connection:
        return get_state(connection, RULES) == rules and not stale_leads(connection, 1)


def note_rules(connection: Connection, lead_ids: Iterable[str], rules: str, at_ms: int) -> None:
    """Note that these leads are derived under ``rules``, before they are written.

    When the rules change under a running workbench, the leads it still stores are noted one by
    one; a process with the new rules derives only those again.
    """
    held, going = get_state(connection, RULES), get_state(connection, GOING)
    if held == rules and not going:
        return
    if not held and not going:
        if connection.execute("SELECT 1 FROM lead LIMIT 1").fetchone() is None:
            set_state(connection, RULES, rules, at_ms)
        return  # otherwise the next start derives all of them anyway
    if going != rules:
        for lead_id in lead_ids:
            set_state(connection, f"{STALE}{lead_id}", rules, at_ms)


def stale_leads(connection: Connection, most: int) -> list[tuple[str, str]]:
    """Return leads stored under other rules, with those rules: a seek by the primary key."""
    rows = connection.execute(
        "SELECT name, value FROM sync_state WHERE name >= ? AND name < ? ORDER BY name LIMIT ?",
        (STALE, f"{STALE[:-1]}/", most),
    ).fetchall()
    return [(str(name)[len(STALE) :], str(value)) for name, value in rows]
