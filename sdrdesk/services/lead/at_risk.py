"""Leads at risk in the next hours: callbacks, SLAs and calling windows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.domain.queue.at_risk import Risk, first_risk
from sdrdesk.services.queue.service import QueueService
from sdrdesk.services.views.desk import QueueRow, QueueSnapshot
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.opening_lines import first_lines
from sdrdesk.store.reports.counts import callback_leads_until, waiting_leads_since

_HEAD = 200
"""Best leads of the queue whose windows are checked: in the evening all windows close, and a rep
can still call the best of them."""
_CONVERTED_WITHIN = timedelta(days=5)
"""Over a long weekend an SLA in office hours is not due before Tuesday."""


class AtRiskRow(NamedTuple):
    """One lead with its earliest risk."""

    row: QueueRow
    risk: Risk
    first_line: str
    """The opening note for the next call, ``""`` for none."""


class AtRiskView(NamedTuple):
    """Leads at risk until a moment, the soonest first."""

    as_of: datetime
    until: datetime
    rows: tuple[AtRiskRow, ...]


class AtRiskService:
    """Finds leads at risk from the database alone; needs no network."""

    def __init__(self, db: Database, queue: QueueService, clock: Clock) -> None:
        self._db = db
        self._queue = queue
        self._clock = clock

    def ahead(self, hours: int) -> AtRiskView:
        """Return the leads at risk within this many hours."""
        now = self._clock()
        until = now + timedelta(hours=hours)
        ids = dict.fromkeys(
            (
                *callback_leads_until(self._db, until),
                *waiting_leads_since(self._db, now - _CONVERTED_WITHIN, self._queue.owner_ids()),
                *(item.lead_id for item in self._queue.head(_HEAD)),
            )
        )
        kept_out = self._queue.first_rules(tuple(ids))
        mine = tuple(lead_id for lead_id in ids if lead_id in kept_out)
        rows = self._queue.rows(QueueSnapshot(now, mine, len(mine)), 0, len(mine))
        lines = first_lines(self._db, mine)
        found = [
            AtRiskRow(row, broken, lines.get(row.lead_id, ""))
            for row in rows
            if (broken := _breaks(row, *kept_out[row.lead_id], until)) is not None
        ]
        found.sort(key=lambda item: (item.risk.at, item.row.rank))
        numbered = (
            item._replace(row=item.row._replace(rank=place)) for place, item in enumerate(found, 1)
        )
        return AtRiskView(now, until, tuple(numbered))


def _breaks(
    row: QueueRow, kept_out_by: str | None, asleep_until: datetime | None, until: datetime
) -> Risk | None:
    runs = row.sla_state in ("on_track", "at_risk")
    return first_risk(
        callback_at=row.callback_at,
        sla_due_at=row.sla_due_at if runs else None,
        window_closes_at=row.window_closes_at,
        kept_out_by=kept_out_by,
        asleep_until=asleep_until,
        until=until,
    )
