"""The time between each call to a lead and the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Generic, NamedTuple

from sdrdesk.domain.reports.outcome_classifier import OutcomeTable, ValueT
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.reports.call_counts import range_way
from sdrdesk.store.reports.outcome_sql import outcome_place

BEFORE = timedelta(days=60)
"""A call before that is forgotten: the next one is a new beginning."""


class GapRow(NamedTuple, Generic[ValueT]):
    """Calls with the same gap and outcome."""

    band: int
    """Place of the first of the bounds that the gap is below; their number when none is."""
    owner_id: str
    outcome: ValueT
    calls: int


def gaps_between(
    db: Database,
    start: datetime,
    end: datetime,
    now: datetime,
    bounds: Sequence[timedelta],
    outcomes: OutcomeTable[ValueT],
) -> list[GapRow[ValueT]]:
    """Return the dials of ``start <= at < end`` that were not the first to their lead, counted.

    Args:
        db: the database.
        start: aware.
        end: aware.
        now: calls after it were not made yet.
        bounds: upper bounds of the gaps, excluded, in order.
        outcomes: what to tell outcomes apart by.
    """
    low, high = to_ms(start), to_ms(end)
    within = " ".join(
        f"WHEN gap < {round(bound.total_seconds() * 1000)} THEN {place}"
        for place, bound in enumerate(bounds)
    )
    place, values = outcome_place(outcomes)
    with db.reader() as connection:
        way = range_way(connection, low, high)
        rows = connection.execute(
            f"SELECT CASE {within} ELSE {len(bounds)} END AS band, owner_id, place, count(*) FROM ("  # noqa: S608
            # Only the first call to a lead in these days needs a look at the days before.
            "SELECT owner_id, place, at_ms - coalesce("
            "lag(at_ms) OVER (PARTITION BY lead_id ORDER BY at_ms),"
            " (SELECT b.at_ms FROM activity b INDEXED BY ix_activity_lead_at"
            f"  WHERE b.lead_id = x.lead_id AND b.at_ms >= ? AND b.at_ms < ? AND {_dial('b', now)}"
            "  ORDER BY b.at_ms DESC LIMIT 1)) AS gap"
            # The limit is none: what is sorted has four columns.
            f" FROM (SELECT a.lead_id, a.at_ms, a.owner_id, {place} AS place FROM activity a {way}"
            f" WHERE a.at_ms >= ? AND a.at_ms < ? AND {_dial('a', now)} LIMIT -1) x"
            ") WHERE gap IS NOT NULL GROUP BY band, owner_id, place",
            (to_ms(start - BEFORE), low, *values, low, high),
        ).fetchall()
    return [
        GapRow(band, owner_id, outcomes.values[at], calls) for band, owner_id, at, calls in rows
    ]


def _dial(row: str, now: datetime) -> str:
    return (
        f"{row}.kind = 'call' AND {row}.direction <> 'in' AND {row}.undone_ms IS NULL"
        f" AND {took_place(to_ms(now), row)}"
    )
