"""Counts of the state line: right, and as cheap on a large account as on a small one."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.store.database.database import Database
from sdrdesk.store.reports.counts import callbacks_until
from sdrdesk.store.tables import LeadDeskRow
from tests.store.filling import NOW, NOW_MS, lead_row, put

HOUR_MS = 3_600_000


def test_promises_of_the_reps_own_leads_until_a_moment(db: Database) -> None:
    put(
        db,
        *(lead_row(str(n), owner_id="7") for n in range(500, 504)),
        lead_row("504", owner_id="8"),
        lead_row("505", owner_id="7", do_not_call=True),
        *(
            LeadDeskRow(lead_id=str(n), callback_ms=NOW_MS + (n - 501) * HOUR_MS)
            for n in range(500, 506)
        ),
    )
    put(
        db,  # a promise of the team, and a colleague's
        lead_row("506", owner_id="8"),
        lead_row("507", owner_id="8"),
        LeadDeskRow(lead_id="506", callback_ms=NOW_MS + 1, callback_origin="crm"),
        LeadDeskRow(
            lead_id="507", callback_ms=NOW_MS + 2, callback_origin="crm", callback_owner_id="8"
        ),
    )
    hour = timedelta(hours=1)
    assert callbacks_until(db, NOW + hour, "7", NOW) == [
        NOW - hour,
        NOW,
        NOW + timedelta(milliseconds=1),
        NOW + hour,
    ]


def test_the_leads_without_a_promise_are_not_looked_at(db: Database) -> None:
    """At 100,000 leads this count took longer than everything else after an outcome."""
    put(db, *(lead_row(str(n), owner_id="7") for n in range(3_000)))
    put(db, LeadDeskRow(lead_id="5", callback_ms=NOW_MS))
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with db.reader() as connection:
        connection.set_progress_handler(count, 100)
    assert callbacks_until(db, NOW, "7", NOW) == [NOW]
    with db.reader() as connection:
        connection.set_progress_handler(None, 0)
    assert steps < 10, "hundreds of machine steps, not one for each lead"
