"""Counts of the leads on disk by what rules ask for: owner, number, status, stage, persona."""

from __future__ import annotations

from typing import Final

from sdrdesk.domain.check.account import LeadCounts
from sdrdesk.store.database.database import Database

_COLUMNS: Final = {
    "status": "status",
    "lifecycle": "lifecycle",
    "persona": "persona_value",
    "language": "language",
}


def lead_counts(db: Database) -> LeadCounts:
    """Return the counts of all leads that are not deleted, of every owner."""
    with db.reader() as connection:
        total, unowned, without = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE owner_id = ''),"
            " count(*) FILTER (WHERE e164 = '' AND phone = '' AND mobile = '')"
            " FROM lead WHERE archived = 0"
        ).fetchone()
        by_value = {
            name: dict(
                connection.execute(
                    f"SELECT {column}, count(*) FROM lead WHERE archived = 0"  # noqa: S608 - ours
                    f" GROUP BY {column} ORDER BY {column}"
                ).fetchall()
            )
            for name, column in _COLUMNS.items()
        }
    return LeadCounts(int(total), int(unowned), int(without), by_value)
