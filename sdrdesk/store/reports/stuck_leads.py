"""Leads that have been at their lifecycle stage for long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sdrdesk.store.database.batches import marks
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms


class StuckLead(NamedTuple):
    """A lead at a stage since ``since_ms``."""

    lead_id: str
    owner_id: str
    stage: str
    since_ms: int


def stuck_since(db: Database, stages: Sequence[str], before: datetime) -> list[StuckLead]:
    """Return leads that entered their present stage, one of ``stages``, before a moment.

    Oldest first. Leads whose date the CRM does not tell are left out.
    """
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT l.lead_id, l.owner_id, l.lifecycle, b.at_ms FROM lead l"  # noqa: S608  # marks
            " JOIN lead_base b ON b.lead_id = l.lead_id AND b.field = 'stage:' || l.lifecycle"
            f" WHERE l.archived = 0 AND l.lifecycle IN ({marks(stages)}) AND b.at_ms < ?"
            " ORDER BY b.at_ms, l.lead_id",
            (*stages, to_ms(before)),
        ).fetchall()
    return [StuckLead._make(row) for row in rows]
