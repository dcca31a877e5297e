"""Under which rules the facts derived from leads were worked out, and working them out again.

``sync_state`` keeps it, always changed in the same transaction as the leads it speaks of, so a kill
at any moment leaves it true: ``derived.rules`` (the fingerprint the leads on disk were worked out
under, ``""`` when there is no such one), ``derived.stale.ID`` (leads that another process landed
under other rules since), ``derived.going`` (towards which fingerprint the leads are being worked
out now) and ``derived.after`` (the last lead that was).

Every command asks ``all_follow`` first, so the mirror is imported only to work leads out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import leads_after
from sdrdesk.store.mirror.pending_fields import pending
from sdrdesk.store.mirror.sync_state import forget, get_state, set_state

_RULES, _GOING, _AFTER = "derived.rules", "derived.going", "derived.after"
_STALE = "derived.stale."

BATCH = 50
"""Leads of one transaction: some tens of milliseconds, so that a rep's own write never waits."""


def all_follow(db: Database, rules: str) -> bool:
    """Return whether every lead on disk was worked out under ``rules``. Cheap."""
    with db.reader() as connection:
        return get_state(connection, _RULES) == rules and not _stale(connection, 1)


def count_leads(db: Database) -> int:
    """Return how many leads are on disk, archived ones too."""
    with db.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM lead").fetchone()[0])


def note_landing(connection: Connection, lead_ids: Iterable[str], rules: str, at_ms: int) -> None:
    """Note that these leads are being worked out under ``rules``, before they are written.

    When the rules changed below a running workbench, the leads it goes on landing are remembered
    one by one, and only they are worked out again by whoever goes by the new rules.
    """
    held, going = get_state(connection, _RULES), get_state(connection, _GOING)
    if held == rules and not going:
        return
    if not held and not going:
        if connection.execute("SELECT 1 FROM lead LIMIT 1").fetchone() is None:
            set_state(connection, _RULES, rules, at_ms)
        return  # else all of them are worked out at the next start anyway
    if going != rules:
        for lead_id in lead_ids:
            set_state(connection, f"{_STALE}{lead_id}", rules, at_ms)


def begin(db: Database, rules: str, at_ms: int) -> bool:
    """Begin, or go on, working every lead out under ``rules``; ``False`` when all are already."""
    with db.writer() as connection:
        if get_state(connection, _RULES) == rules:
            return bool(_stale(connection, 1))
        if get_state(connection, _GOING) != rules:
            set_state(connection, _RULES, "", at_ms)
            set_state(connection, _GOING, rules, at_ms)
            set_state(connection, _AFTER, "", at_ms)
    return True


def step(
    db: Database, derive: Derive, rules: str, at_ms: int, size: int = BATCH
) -> tuple[bool, int]:
    """Work the next leads out in one transaction; return whether there are more, and how many.

    There are none for us when another process has begun to work them out under other rules.
    """
    with db.writer() as connection:
        if get_state(connection, _RULES) == rules:
            return _landed_otherwise(connection, derive, rules, size)
        if get_state(connection, _GOING) != rules:
            return False, 0
        leads = leads_after(connection, get_state(connection, _AFTER), size)
        _work_out(connection, leads, derive)
        if len(leads) == size:
            set_state(connection, _AFTER, leads[-1].lead_id, at_ms)
            return True, size
        set_state(connection, _RULES, rules, at_ms)
        forget(connection, _GOING)
        forget(connection, _AFTER)
        return bool(_stale(connection, 1)), len(leads)


def _landed_otherwise(
    connection: Connection, derive: Derive, rules: str, size: int
) -> tuple[bool, int]:
    from sdrdesk.store.mirror.mirror import option_labels, rederive

    stale = _stale(connection, size)
    ids = [lead_id for lead_id, by in stale if by != rules]
    rederive(connection, ids, derive, option_labels(connection, "persona"))
    connection.executemany(
        "DELETE FROM sync_state WHERE name = ?", [(f"{_STALE}{lead_id}",) for lead_id, _ in stale]
    )
    return len(stale) == size, len(ids)


def _stale(connection: Connection, most: int) -> list[tuple[str, str]]:
    """Return leads landed under other rules, and which: the name is the key, so this is a seek."""
    rows = connection.execute(
        "SELECT name, value FROM sync_state WHERE name >= ? AND name < ? ORDER BY name LIMIT ?",
        (_STALE, f"{_STALE[:-1]}/", most),
    ).fetchall()
    return [(str(name)[len(_STALE) :], str(value)) for name, value in rows]


def _work_out(connection: Connection, leads: Sequence[Lead], derive: Derive) -> None:
    """Write what came out differently: leads a rule does not touch cost no write."""
    from sdrdesk.store.mirror.mirror import derived_values, option_labels, write_derived

    ids = [lead.lead_id for lead in leads]
    personas = option_labels(connection, "persona")
    mine = {lead_id for lead_id, fields in pending(connection, ids).items() if "persona" in fields}
    write_derived(
        connection,
        [
            (lead.lead_id, derived_values(lead, derive, personas, by_rep=lead.lead_id in mine))
            for lead in leads
        ],
    )
