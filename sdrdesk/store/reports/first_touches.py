"""When somebody first did anything about a lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sdrdesk.store.database.batches import marks
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.attempts import took_place

_PAIRS = 300
_WAYS = (
    "activity a INDEXED BY ix_activity_lead_at WHERE a.lead_id = asked.lead_id",
    "call_lead s CROSS JOIN activity a WHERE s.lead_id = asked.lead_id"
    " AND a.activity_key = s.activity_key",
)


def first_touches(
    db: Database, since: Mapping[str, int], owner_ids: Collection[str], now: datetime
) -> dict[str, int]:
    """Return the first call, e-mail, meeting or note (ms) by these reps on each lead until now.

    ``since`` has the moment (ms) from which each lead is asked for. Leads without one are left out.
    A call that never took place is none; one with several people is one on each of them.
    """
    whose, moments, now_ms = sorted(owner_ids), sorted(since.items()), to_ms(now)
    found: dict[str, int] = {}
    with db.reader() as connection:
        for start in range(0, len(moments), _PAIRS):
            part = moments[start : start + _PAIRS]
            pairs = ", ".join(["(?, ?)"] * len(part))
            values = [*(value for pair in part for value in pair), now_ms, *whose]
            for way in _WAYS:
                rows = connection.execute(
                    f"WITH asked (lead_id, since_ms) AS (VALUES {pairs})"  # noqa: S608
                    f" SELECT asked.lead_id, min(a.at_ms) FROM asked CROSS JOIN {way}"
                    " AND a.at_ms >= asked.since_ms AND a.at_ms <= ?"
                    " AND a.kind IN ('call', 'email', 'meeting', 'note', 'message')"
                    f" AND (a.kind <> 'call' OR {took_place(now_ms)}) AND a.undone_ms IS NULL"
                    f" AND a.owner_id IN ({marks(whose)}) GROUP BY asked.lead_id",
                    values,
                )
                for lead_id, at_ms in rows:
                    found[str(lead_id)] = min(int(at_ms), found.get(str(lead_id), int(at_ms)))
    return found
