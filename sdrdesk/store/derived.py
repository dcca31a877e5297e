"""Under which rules the facts derived from leads were worked out, and working them out again.

``sync_state`` keeps three values, always changed in the same transaction as the leads they speak
of, so a kill at any moment leaves them true: ``derived.rules`` (the fingerprint every lead on disk
was worked out under, ``""`` when there is no such one), ``derived.going`` (towards which
fingerprint the leads are being worked out now) and ``derived.after`` (the last lead that was).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sdrdesk.domain.derive import Derive
from sdrdesk.domain.lead import Lead
from sdrdesk.store.connect import Connection
from sdrdesk.store.database import Database
from sdrdesk.store.lead_fields import pending
from sdrdesk.store.leads import leads_after
from sdrdesk.store.mirror import derived_values, option_labels, write_derived
from sdrdesk.store.sync_state import forget, get_state, set_state

_RULES, _GOING, _AFTER = "derived.rules", "derived.going", "derived.after"

BATCH = 250
"""Leads of one transaction: some tens of milliseconds, so that a rep's own write never waits."""

Step = Literal["more", "done", "taken"]
"""``taken``: another process works the leads out under other rules."""


def rules_of(db: Database) -> str:
    """Return the fingerprint every lead on disk was worked out under, ``""`` for none."""
    with db.reader() as connection:
        return get_state(connection, _RULES)


def count_leads(db: Database) -> int:
    """Return how many leads are on disk, archived ones too."""
    with db.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM lead").fetchone()[0])


def note_landing(connection: Connection, rules: str, at_ms: int) -> None:
    """Note, before they are written, that some leads are worked out under ``rules``.

    Leads of two sets of rules side by side are remembered as such, and so the next start works
    all of them out again: it happens when the rules change below a running workbench.
    """
    held, going = get_state(connection, _RULES), get_state(connection, _GOING)
    if going and going != rules:
        forget(connection, _GOING)
        forget(connection, _AFTER)
    if held == rules:
        return
    empty = connection.execute("SELECT 1 FROM lead LIMIT 1").fetchone() is None
    if empty or held:
        set_state(connection, _RULES, rules if empty else "", at_ms)


def begin(db: Database, rules: str, at_ms: int) -> bool:
    """Begin, or go on, working every lead out under ``rules``; ``False`` when all are already."""
    with db.writer() as connection:
        if get_state(connection, _RULES) == rules:
            return False
        if get_state(connection, _GOING) != rules:
            set_state(connection, _RULES, "", at_ms)
            set_state(connection, _GOING, rules, at_ms)
            set_state(connection, _AFTER, "", at_ms)
    return True


def step(
    db: Database, derive: Derive, rules: str, at_ms: int, size: int = BATCH
) -> tuple[Step, int]:
    """Work the next leads out in one transaction; return how it stands and how many they were."""
    with db.writer() as connection:
        if get_state(connection, _RULES) == rules:
            return "done", 0
        if get_state(connection, _GOING) != rules:
            return "taken", 0
        leads = leads_after(connection, get_state(connection, _AFTER), size)
        _work_out(connection, leads, derive)
        if len(leads) == size:
            set_state(connection, _AFTER, leads[-1].lead_id, at_ms)
            return "more", size
        set_state(connection, _RULES, rules, at_ms)
        forget(connection, _GOING)
        forget(connection, _AFTER)
        return "done", len(leads)


def _work_out(connection: Connection, leads: Sequence[Lead], derive: Derive) -> None:
    """Write what came out differently: leads a rule does not touch cost no write."""
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
