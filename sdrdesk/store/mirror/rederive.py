"""Compute derived facts again after the rules changed, in small transactions."""

from __future__ import annotations

from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.derived_state import AFTER, GOING, RULES, note_rules, stale_leads
from sdrdesk.store.mirror.leads import leads_after
from sdrdesk.store.mirror.mirror import option_labels, rederive, rederive_leads
from sdrdesk.store.mirror.sync_state import STALE, forget, get_state, set_state

BATCH = 50
"""Leads per transaction: some tens of milliseconds, so that a rep's write never waits."""


def rederive_lead(
    connection: Connection, lead_id: str, derive: Derive, rules: str, at_ms: int
) -> None:
    """Derive one lead's facts again, in the transaction that changes its values.

    A persona that still waits to be sent is the rep's; an empty one is inferred again. ``rules`` is
    the fingerprint of the rules behind ``derive``.
    """
    note_rules(connection, [lead_id], rules, at_ms)
    rederive(connection, [lead_id], derive, option_labels(connection, "persona"))
    connection.execute(
        "DELETE FROM sync_state WHERE name = ? AND value = ''", (f"{STALE}{lead_id}",)
    )


def rederive_changed(db: Database, derive: Derive, rules: str) -> int:
    """Derive the leads again whose own values changed, and return their number.

    Left to the next start when other rules are in force by now.
    """
    with db.reader() as connection:
        if not stale_leads(connection, 1) or get_state(connection, RULES) != rules:
            return 0
    done, more = 0, True
    while more:
        with db.writer() as connection:
            more, count = _rederive_stale(connection, derive, rules, BATCH)
        done += count
    return done


def begin_rederiving(db: Database, rules: str, at_ms: int) -> bool:
    """Start or continue deriving every lead under ``rules``; ``False`` when all are done."""
    with db.writer() as connection:
        if get_state(connection, RULES) == rules:
            return bool(stale_leads(connection, 1))
        if get_state(connection, GOING) != rules:
            set_state(connection, RULES, "", at_ms)
            set_state(connection, GOING, rules, at_ms)
            set_state(connection, AFTER, "", at_ms)
    return True


def rederive_batch(
    db: Database, derive: Derive, rules: str, at_ms: int, size: int = BATCH
) -> tuple[bool, int]:
    """Derive the next leads in one transaction; return whether there are more, and how many.

    There are no more when another process has started to apply other rules.
    """
    with db.writer() as connection:
        if get_state(connection, RULES) == rules:
            return _rederive_stale(connection, derive, rules, size)
        if get_state(connection, GOING) != rules:
            return False, 0
        leads = leads_after(connection, get_state(connection, AFTER), size)
        rederive_leads(connection, leads, derive, option_labels(connection, "persona"))
        if len(leads) == size:
            set_state(connection, AFTER, leads[-1].lead_id, at_ms)
            return True, size
        set_state(connection, RULES, rules, at_ms)
        forget(connection, GOING)
        forget(connection, AFTER)
        return bool(stale_leads(connection, 1)), len(leads)


def _rederive_stale(
    connection: Connection, derive: Derive, rules: str, size: int
) -> tuple[bool, int]:
    stale = stale_leads(connection, size)
    ids = [lead_id for lead_id, by in stale if not by or by != rules]
    rederive(connection, ids, derive, option_labels(connection, "persona"))
    connection.executemany(
        "DELETE FROM sync_state WHERE name = ?", [(f"{STALE}{lead_id}",) for lead_id, _ in stale]
    )
    return len(stale) == size, len(ids)
