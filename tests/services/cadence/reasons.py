"""Reasons for which the runs of a lead ended."""

from __future__ import annotations

from sdrdesk.store.database.database import Database


def reasons(db: Database, lead_id: str = "501") -> list[str]:
    """Return them, the latest run first; ``""`` for one that goes on."""
    asked = "SELECT reason FROM cadence_run WHERE lead_id = ? ORDER BY started_ms DESC"
    with db.reader() as connection:
        return [str(reason) for (reason,) in connection.execute(asked, (lead_id,))]
