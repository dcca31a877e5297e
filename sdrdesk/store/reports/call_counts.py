"""Calls of a date range, counted by SQLite: half a million rows become some thousand groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Generic, NamedTuple

from sdrdesk.domain.reports.outcome_classifier import OutcomeTable, ValueT
from sdrdesk.store.database.batches import marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED_OF_MANY
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.reports.call_facts import (
    ALL_FACTS,
    BY_TIME,
    KINDS,
    SECONDS,
    STANDS,
    WORD,
    CallFacts,
    facts_of,
    is_long,
    kind_of,
    read_facts,
)
from sdrdesk.store.reports.meeting_rows import TITLE_HEAD
from sdrdesk.store.reports.outcome_sql import outcome_place


class GroupRow(NamedTuple):
    """Number of calls that are equal in everything a report counts by."""

    part: int
    """Place of the part of the date range that they are in."""
    owner_id: str
    what: CallFacts
    script_id: str
    reason: str
    calls: int
    duration_s: int


class QuarterRow(NamedTuple, Generic[ValueT]):
    """Number of equal calls in one quarter of an hour."""

    quarter: int
    """Quarters of an hour since 1970, UTC."""
    owner_id: str
    """``""`` for all reps that were not asked for by id."""
    kind: str
    is_long: bool
    outcome: ValueT
    calls: int


def groups_between(
    db: Database, bounds: Sequence[datetime], now: datetime, long_s: int, *, details: bool = True
) -> Iterator[GroupRow]:
    """Yield the calls of all reps from the first to the last of ``bounds``, counted in groups.

    Args:
        db: the database.
        bounds: beginning of each part of the range, and the end of the last; aware, in order.
        now: calls after it were not made yet.
        long_s: from how many seconds on a call is long.
        details: group by script and reason too.
    """
    low, *between, high = map(to_ms, bounds)
    part = "".join(f" WHEN a.at_ms < {at} THEN {place}" for place, at in enumerate(between))
    part = f"CASE{part} ELSE {len(between)} END * {ALL_FACTS}" if between else "0"
    more = "a.script_id, a.reason" if details else "'', ''"
    by = "a.owner_id, facts, a.outcome_label, word" + (f", {more}" if details else "")
    with db.reader() as connection:
        way = range_way(connection, low, high)
        rows = connection.execute(
            f"SELECT {part} + {facts_of(to_ms(now), long_s)} AS facts, a.owner_id,"  # noqa: S608
            f" a.outcome_label, {WORD} AS word, {more}, count(*), sum({SECONDS})"
            f" FROM activity a {way} WHERE a.at_ms >= ? AND a.at_ms < ? AND {STANDS} GROUP BY {by}",
            (low, high),
        ).fetchall()
    for facts, owner_id, label, word, script_id, reason, calls, seconds in rows:
        what = read_facts(facts % ALL_FACTS, label, word)
        yield GroupRow(facts // ALL_FACTS, owner_id, what, script_id, reason, calls, seconds)


def quarters_between(
    db: Database,
    start: datetime,
    end: datetime,
    now: datetime,
    long_s: int,
    owner_ids: Sequence[str],
    outcomes: OutcomeTable[ValueT],
) -> Iterator[QuarterRow[ValueT]]:
    """Yield the calls of all reps with ``start <= at < end`` by quarter of an hour and outcome.

    Those of ``owner_ids`` are counted separately: these reps are in other time zones.
    """
    low, high = to_ms(start), to_ms(end)
    place, values = outcome_place(outcomes)
    count = len(outcomes.values)
    whose = f"CASE WHEN a.owner_id IN ({marks(owner_ids)}) THEN a.owner_id ELSE '' END"
    with db.reader() as connection:
        way = range_way(connection, low, high)
        # One number, worked out once for each call (the limit is none), is quick to sort.
        rows = connection.execute(
            f"SELECT what, whose, count(*) FROM (SELECT"  # noqa: S608  # constants and placeholders
            f" (CAST(a.at_ms / 900000 AS INTEGER) * {count} + {place}) * 8 + 4 * {is_long(long_s)}"
            f" + {kind_of(to_ms(now))} AS what, {whose} AS whose FROM activity a {way}"
            f" WHERE a.at_ms >= ? AND a.at_ms < ? AND {STANDS} LIMIT -1)"
            f" GROUP BY what{', whose' if owner_ids else ''}",
            (*values, *owner_ids, low, high),
        ).fetchall()
    for what, owner_id, calls in rows:
        quarter, at = divmod(what // 8, count)
        yield QuarterRow(
            quarter, owner_id, KINDS[what % 4], bool(what & 4), outcomes.values[at], calls
        )


def outcomes_missing(
    db: Database, start: datetime, end: datetime, now: datetime
) -> list[tuple[str, str | None, int]]:
    """Return calls of ``start <= at < end`` by owner, those without an outcome by title head too.

    The head is ``None`` for calls with an outcome; a corrected outcome is one.
    """
    low, high = to_ms(start), to_ms(end)
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT owner_id, head, count(*) FROM (SELECT a.owner_id, CASE"  # noqa: S608
            " WHEN a.disposition <> '' THEN NULL WHEN a.outcome_label <> '' THEN NULL"
            f" WHEN {CORRECTED_OF_MANY} THEN NULL ELSE {TITLE_HEAD} END AS head"
            f" FROM activity a {range_way(connection, low, high)} WHERE a.at_ms >= ?"
            " AND a.at_ms < ? AND a.kind = 'call' AND a.direction <> 'in' AND a.undone_ms IS NULL"
            f" AND {took_place(to_ms(now))} LIMIT -1) GROUP BY owner_id, head",
            (low, high),
        ).fetchall()
    return [(str(owner), head, int(count)) for owner, head, count in rows]


def range_way(connection: Connection, low: int, high: int) -> str:
    """Return how to read a date range: by the index on moments, or by scanning the table.

    Index reads jump all over the file: a third of half a million calls took 354 ms by the index,
    and 60 ms with the whole table. SQLite does not know how many rows a range has.
    """
    rows = connection.execute("SELECT coalesce(max(rowid), 0) FROM activity").fetchone()[0]
    inside = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM activity {BY_TIME}"  # noqa: S608  # constants
        " WHERE at_ms >= ? AND at_ms < ? LIMIT ?)",
        (low, high, rows // 8 + 1),
    ).fetchone()[0]
    return "NOT INDEXED" if inside * 8 > rows else BY_TIME
