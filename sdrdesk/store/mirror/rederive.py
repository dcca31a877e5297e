"""Computes derived facts again after the rules changed, in small transactions.

``sync_state`` records the progress in the same transaction as the leads, so a kill at any moment
leaves it true: ``derived.rules`` (fingerprint of the rules behind the leads on disk, ``""`` for
none), ``derived.stale.ID`` (a lead that another process stored under other rules since, or, with
``""``, whose own values changed), ``derived.going`` (fingerprint being applied now) and
``derived.after`` (last lead done).

Every command asks ``all_derived_by`` first; the mirror is imported only to derive again.
"""

from __future__ import annotations

from collections.abc import Iterable

from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import leads_after
from sdrdesk.store.mirror.sync_state import STALE, forget, get_state, set_state

_RULES, _GOING, _AFTER = "derived.rules", "derived.going", "derived.after"

BATCH = 50
"""Leads per transaction: some tens of milliseconds, so that a rep's write never waits."""


def all_derived_by(db: Database, rules: str) -> bool:
    """Return whether every lead on disk was derived under ``rules``. Cheap."""
    with db.reader() as connection:
        return get_state(connection, _RULES) == rules and not _stale(connection, 1)


def note_rules(connection: Connection, lead_ids: Iterable[str], rules: str, at_ms: int) -> None:
    """Note that these leads are derived under ``rules``, before they are written.

    When the rules change under a running workbench, the leads it still stores are noted one by
    one; a process with the new rules derives only those again.
    """
    held, going = get_state(connection, _RULES), get_state(connection, _GOING)
    if held == rules and not going:
        return
    if not held and not going:
        if connection.execute("SELECT 1 FROM lead LIMIT 1").fetchone() is None:
            set_state(connection, _RULES, rules, at_ms)
        return  # otherwise the next start derives all of them anyway
    if going != rules:
        for lead_id in lead_ids:
            set_state(connection, f"{STALE}{lead_id}", rules, at_ms)


def rederive_lead(
    connection: Connection, lead_id: str, derive: Derive, rules: str, at_ms: int
) -> None:
    """Derive one lead's facts again, in the transaction that changes its values.

    A persona that still waits to be sent is the rep's; an empty one is inferred again. ``rules`` is
    the fingerprint of the rules behind ``derive``.
    """
    from sdrdesk.store.mirror.mirror import option_labels, rederive

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
        if not _stale(connection, 1) or get_state(connection, _RULES) != rules:
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
        if get_state(connection, _RULES) == rules:
            return bool(_stale(connection, 1))
        if get_state(connection, _GOING) != rules:
            set_state(connection, _RULES, "", at_ms)
            set_state(connection, _GOING, rules, at_ms)
            set_state(connection, _AFTER, "", at_ms)
    return True


def rederive_batch(
    db: Database, derive: Derive, rules: str, at_ms: int, size: int = BATCH
) -> tuple[bool, int]:
    """Derive the next leads in one transaction; return whether there are more, and how many.

    There are no more when another process has started to apply other rules.
    """
    from sdrdesk.store.mirror.mirror import option_labels, rederive_leads

    with db.writer() as connection:
        if get_state(connection, _RULES) == rules:
            return _rederive_stale(connection, derive, rules, size)
        if get_state(connection, _GOING) != rules:
            return False, 0
        leads = leads_after(connection, get_state(connection, _AFTER), size)
        rederive_leads(connection, leads, derive, option_labels(connection, "persona"))
        if len(leads) == size:
            set_state(connection, _AFTER, leads[-1].lead_id, at_ms)
            return True, size
        set_state(connection, _RULES, rules, at_ms)
        forget(connection, _GOING)
        forget(connection, _AFTER)
        return bool(_stale(connection, 1)), len(leads)


def _rederive_stale(
    connection: Connection, derive: Derive, rules: str, size: int
) -> tuple[bool, int]:
    from sdrdesk.store.mirror.mirror import option_labels, rederive

    stale = _stale(connection, size)
    ids = [lead_id for lead_id, by in stale if not by or by != rules]
    rederive(connection, ids, derive, option_labels(connection, "persona"))
    connection.executemany(
        "DELETE FROM sync_state WHERE name = ?", [(f"{STALE}{lead_id}",) for lead_id, _ in stale]
    )
    return len(stale) == size, len(ids)


def _stale(connection: Connection, most: int) -> list[tuple[str, str]]:
    """Return leads stored under other rules, with those rules: a seek by the primary key."""
    rows = connection.execute(
        "SELECT name, value FROM sync_state WHERE name >= ? AND name < ? ORDER BY name LIMIT ?",
        (STALE, f"{STALE[:-1]}/", most),
    ).fetchall()
    return [(str(name)[len(STALE) :], str(value)) for name, value in rows]
