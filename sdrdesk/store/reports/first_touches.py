"""When somebody first did anything about a lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sdrdesk.store.database.batches import marks
from sdrdesk.store.database.database import Database

_PAIRS = 300


def first_touches(
    db: Database, since: Mapping[str, int], owner_ids: Collection[str]
) -> dict[str, int]:
    """Return the first call, e-mail, meeting or note (ms) by these reps on each lead.

    ``since`` has the moment (ms) from which each lead is asked for. Leads without one are left out.
    """
    whose, moments = sorted(owner_ids), sorted(since.items())
    found: dict[str, int] = {}
    with db.reader() as connection:
        for start in range(0, len(moments), _PAIRS):
            part = moments[start : start + _PAIRS]
            rows = connection.execute(
                f"WITH asked (lead_id, since_ms) AS (VALUES {', '.join(['(?, ?)'] * len(part))})"  # noqa: S608
                " SELECT a.lead_id, min(a.at_ms) FROM asked"
                " CROSS JOIN activity a INDEXED BY ix_activity_lead_at"
                " WHERE a.lead_id = asked.lead_id AND a.at_ms >= asked.since_ms"
                " AND a.kind IN ('call', 'email', 'meeting', 'note', 'message')"
                f" AND a.undone_ms IS NULL AND a.owner_id IN ({marks(whose)}) GROUP BY a.lead_id",
                [*(value for pair in part for value in pair), *whose],
            )
            found.update((str(lead_id), int(at_ms)) for lead_id, at_ms in rows)
    return found
