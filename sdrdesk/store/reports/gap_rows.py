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

_OWN = "FROM activity b INDEXED BY ix_activity_lead_at WHERE b.lead_id = x.lead_id"
_SHARED = (
    "FROM call_lead s CROSS JOIN activity b"
    " WHERE s.lead_id = x.lead_id AND b.activity_key = s.activity_key"
)


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

    A dial with several people is one at each of them; it has the shortest of their gaps.

    Args:
        db: the database.
        start: aware.
        end: aware.
        now: calls after it were not made yet.
        bounds: upper bounds of the gaps, excluded, in order.
        outcomes: what to tell outcomes apart by.
    """
    low, high = to_ms(start), to_ms(end)
    band = " ".join(
        f"WHEN gap < {round(bound.total_seconds() * 1000)} THEN {place}"
        for place, bound in enumerate(bounds)
    )
    place, values = outcome_place(outcomes)
    of_dial = f"a.owner_id, a.at_ms, {place} AS place"
    inside = f"a.at_ms >= {low} AND a.at_ms < {high} AND {_dial('a', now)}"
    earlier = f"b.at_ms >= {to_ms(start - BEFORE)} AND b.at_ms < {low} AND {_dial('b', now)}"
    before = f"(SELECT max(b.at_ms) {_OWN} AND {earlier})"
    with db.reader() as connection:
        way = range_way(connection, low, high)
        dials = f"SELECT a.lead_id, {of_dial} FROM activity a {way} WHERE {inside}"  # noqa: S608
        shortest, call = ("gap", ""), ""
        shared = connection.execute("SELECT 1 FROM call_lead LIMIT 1").fetchone() is not None
        if shared:  # rare, and slower
            call = "id, "
            dials = dials.replace("SELECT a.lead_id", "SELECT a.rowid AS id, a.lead_id")
            dials += (
                f" UNION ALL SELECT a.rowid, s.lead_id, {of_dial} FROM call_lead s"  # noqa: S608
                f" CROSS JOIN activity a WHERE a.activity_key = s.activity_key AND {inside}"
            )
            with_others = f"(SELECT max(b.at_ms) {_SHARED} AND {earlier})"
            before = f"nullif(max(coalesce({before}, 0), coalesce({with_others}, 0)), 0)"
            shortest = ("min(gap) AS gap", " GROUP BY id")
        rows = connection.execute(
            f"SELECT CASE {band} ELSE {len(bounds)} END AS band, owner_id, place, count(*) FROM ("  # noqa: S608
            f"SELECT owner_id, place, {shortest[0]} FROM ("
            # Only the first call to a lead in these days needs a look at the days before.
            f"SELECT {call}owner_id, place, at_ms - coalesce("
            f"lag(at_ms) OVER (PARTITION BY lead_id ORDER BY at_ms), {before}) AS gap"
            # The limit is none: what is sorted has few columns.
            f" FROM ({dials} LIMIT -1) x) WHERE gap IS NOT NULL{shortest[1]})"
            " GROUP BY band, owner_id, place",
            values * (1 + shared),
        ).fetchall()
    return [
        GapRow(band, owner_id, outcomes.values[at], calls) for band, owner_id, at, calls in rows
    ]


def _dial(row: str, now: datetime) -> str:
    return (
        f"{row}.kind = 'call' AND {row}.direction <> 'in' AND {row}.undone_ms IS NULL"
        f" AND {took_place(to_ms(now), row)}"
    )
