"""Meetings of the CRM for the reports, and the calls that may have led to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.mirror.shared_records import calls_of_meetings

TITLE_HEAD = "substr(a.title, 1, instr(a.title, ' · ') - 1)"
"""SQL: the title up to the first `` · ``, ``""`` without one."""
HEAD = f"CASE WHEN a.disposition <> '' THEN '' ELSE {TITLE_HEAD} END"
"""The same, ``""`` where the outcome is known."""
_MADE = "coalesce(nullif(m.created_ms, 0), nullif(m.modified_ms, 0), m.at_ms)"
"""When a meeting was made, or last changed: an older version did not keep when it was made."""
_MADE_SINCE = (
    "m.created_ms <> 0 AND m.created_ms >= :since",
    "m.created_ms = 0 AND m.modified_ms <> 0 AND m.modified_ms >= :since",
    "m.created_ms = 0 AND m.modified_ms = 0 AND m.at_ms >= :since",
)
"""``_MADE >= :since`` as three ranges of the index."""
_MEETINGS = (
    f"SELECT m.crm_id, m.activity_key, m.owner_id, m.lead_id, m.at_ms, {_MADE}, m.result"  # noqa: S608
    " FROM activity m"
)
_STANDS = (
    "m.kind = 'meeting' AND m.crm_id <> '' AND m.local = 0 AND m.undone_ms IS NULL"
    # Logged afterwards by somebody's sdrdesk, not set in a call.
    " AND m.title NOT LIKE 'Meeting in person · %'"
)


class MeetingRow(NamedTuple):
    """A meeting of the CRM. Moments are milliseconds, UTC."""

    crm_id: str
    activity_key: str
    owner_id: str
    lead_id: str
    at_ms: int
    made_ms: int
    result: str
    call_key: str
    """The outcome that made it, by any sdrdesk, else ``""``."""


class NearCall(NamedTuple):
    """A call to the lead of a meeting."""

    lead_id: str
    activity_key: str
    at_ms: int
    disposition: str
    outcome_label: str
    title_head: str
    corrected: bool


def meetings_made(db: Database, since: datetime) -> list[tuple[MeetingRow, tuple[str, ...]]]:
    """Return the meetings of the CRM made at ``since`` or later, each with its leads."""
    with db.reader() as connection:
        rows = connection.execute(
            " UNION ALL ".join(
                f"{_MEETINGS} INDEXED BY ix_activity_meeting WHERE {_STANDS} AND {made}"
                for made in _MADE_SINCE
            ),
            {"since": to_ms(since)},
        ).fetchall()
        return _with_leads(connection, rows)


def meetings_begun(
    db: Database, start: datetime, end: datetime, made_before_ms: int
) -> list[tuple[MeetingRow, tuple[str, ...]]]:
    """Return the meetings that begin in ``start <= at < end`` and were made long before.

    With them come the other meetings of these leads, because which call a meeting goes to depends
    on them.
    """
    with db.reader() as connection:
        begun = connection.execute(
            f"{_MEETINGS} INDEXED BY ix_activity_meeting WHERE {_STANDS}"
            f" AND m.at_ms >= ? AND m.at_ms < ? AND {_MADE} < ?",
            (to_ms(start), to_ms(end), made_before_ms),
        ).fetchall()
        leads = {lead_id for _, lead_ids in _with_leads(connection, begun) for lead_id in lead_ids}
        rows = {row[1]: row for row in begun}
        for part in chunks(sorted(leads)):
            for whose in (
                f"m.lead_id IN ({marks(part)})",
                f"m.activity_key IN (SELECT s.activity_key FROM call_lead s"  # noqa: S608
                f" WHERE s.lead_id IN ({marks(part)}))",
            ):
                others = connection.execute(f"{_MEETINGS} WHERE {whose} AND {_STANDS}", part)
                rows.update((row[1], row) for row in others)
        return _with_leads(connection, list(rows.values()))


def _with_leads(
    connection: Connection, rows: Sequence[tuple[Any, ...]]
) -> list[tuple[MeetingRow, tuple[str, ...]]]:
    if not rows:
        return []
    keys = [row[1] for row in rows]
    own = calls_of_meetings(connection, keys) | dict(
        connection.execute(
            "SELECT crm_id, activity_key FROM outbox"
            " WHERE kind = 'meeting' AND crm_id <> '' AND activity_key <> ''"
        ).fetchall()
    )
    further = _further(connection, keys)
    return [
        (MeetingRow._make((*row, own.get(row[0], ""))), (row[3], *further.get(row[1], ())))
        for row in rows
        if row[3]
    ]


def calls_near(
    db: Database, spans: Mapping[str, tuple[int, int]], labels: Sequence[str], now_ms: int
) -> Iterator[NearCall]:
    """Yield the calls to each lead from the first to the last moment (ms) of its span.

    Of calls whose outcome is known by the CRM's label only, those with one of ``labels``.
    """
    known = f"(a.disposition <> '' OR a.outcome_label IN ({marks(labels)}))"
    with db.reader() as connection:
        for part in chunks(sorted(spans)):
            asked = [value for lead_id in part for value in (lead_id, *spans[lead_id])]
            spans_asked = ", ".join(["(?, ?, ?)"] * len(part))
            head = f"WITH asked (lead_id, low, high) AS (VALUES {spans_asked})"
            for whose in (
                "activity a INDEXED BY ix_activity_lead_at WHERE a.lead_id = asked.lead_id",
                "call_lead s CROSS JOIN activity a WHERE s.lead_id = asked.lead_id"
                " AND a.activity_key = s.activity_key",
            ):
                rows = connection.execute(
                    f"{head} SELECT asked.lead_id, a.activity_key, a.at_ms, a.disposition,"  # noqa: S608
                    f" a.outcome_label, {HEAD}, {CORRECTED} FROM asked CROSS JOIN {whose}"
                    " AND a.at_ms BETWEEN asked.low AND asked.high AND a.kind = 'call'"
                    f" AND a.undone_ms IS NULL AND {took_place(now_ms)} AND {known}",
                    (*asked, *labels),
                )
                yield from map(NearCall._make, rows)


def _further(connection: Connection, keys: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in chunks(sorted(keys)):
        rows = connection.execute(
            "SELECT activity_key, lead_id FROM call_lead"  # noqa: S608  # marks only
            f" WHERE activity_key IN ({marks(part)}) ORDER BY lead_id",
            part,
        )
        for key, lead_id in rows:
            found.setdefault(key, []).append(lead_id)
    return found
