"""The time between each call to a lead and the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED_OF_MANY
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.reports.call_counts import range_way
from sdrdesk.store.reports.meeting_rows import HEAD

BEFORE = timedelta(days=60)
"""A call before that is forgotten: the next one is a new beginning."""


class GapRow(NamedTuple):
    """Calls with the same gap and outcome."""

    band: int
    """Place of the first of the bounds that the gap is below; their number when none is."""
    owner_id: str
    disposition: str
    outcome_label: str
    title_head: str
    corrected: int
    calls: int


def gaps_between(
    db: Database, start: datetime, end: datetime, now: datetime, bounds: Sequence[timedelta]
) -> list[GapRow]:
    """Return the dials of ``start <= at < end`` that were not the first to their lead, counted.

    Args:
        db: the database.
        start: aware.
        end: aware.
        now: calls after it were not made yet.
        bounds: upper bounds of the gaps, excluded, in order.
    """
    low, high = to_ms(start), to_ms(end)
    within = " ".join(
        f"WHEN gap < {round(bound.total_seconds() * 1000)} THEN {place}"
        for place, bound in enumerate(bounds)
    )
    with db.reader() as connection:
        way = range_way(connection, low, high)
        rows = connection.execute(
            f"SELECT CASE {within} ELSE {len(bounds)} END AS band, owner_id, disposition,"  # noqa: S608
            " outcome_label, head, corrected, count(*) FROM ("
            "SELECT a.owner_id, a.disposition, a.outcome_label,"
            f" {HEAD} AS head, {CORRECTED_OF_MANY} AS corrected,"
            # Only the first call to a lead in these days needs a look at the days before.
            " a.at_ms - coalesce(lag(a.at_ms) OVER (PARTITION BY a.lead_id ORDER BY a.at_ms),"
            " (SELECT b.at_ms FROM activity b INDEXED BY ix_activity_lead_at"
            f"  WHERE b.lead_id = a.lead_id AND b.at_ms >= ? AND b.at_ms < ? AND {_dial('b', now)}"
            "  ORDER BY b.at_ms DESC LIMIT 1)) AS gap"
            f" FROM activity a {way} WHERE a.at_ms >= ? AND a.at_ms < ? AND {_dial('a', now)}"
            ") WHERE gap IS NOT NULL"
            " GROUP BY band, owner_id, disposition, outcome_label, head, corrected",
            (to_ms(start - BEFORE), low, low, high),
        ).fetchall()
    return [GapRow._make(row) for row in rows]


def _dial(row: str, now: datetime) -> str:
    return (
        f"{row}.kind = 'call' AND {row}.direction <> 'in' AND {row}.undone_ms IS NULL"
        f" AND {took_place(to_ms(now), row)}"
    )
