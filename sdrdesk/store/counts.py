"""Counts and pairs that the state line and reports need."""

from __future__ import annotations

from datetime import datetime

from sdrdesk.store.database import Database
from sdrdesk.store.moments import from_ms, to_ms


def callbacks_until(db: Database, until: datetime, owner_id: str) -> list[datetime]:
    """Return the open callbacks of a rep's leads promised for ``until`` or earlier, aware UTC."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT d.callback_ms FROM lead_desk d JOIN lead l ON l.lead_id = d.lead_id"
            " WHERE d.callback_ms <= ? AND l.archived = 0 AND l.do_not_call = 0"
            " AND l.owner_id = ? ORDER BY d.callback_ms",
            (to_ms(until), owner_id),
        ).fetchall()
    return [from_ms(at) for (at,) in rows]


def conversions_between(
    db: Database, start: datetime, end: datetime, owner_id: str
) -> list[tuple[datetime, datetime | None]]:
    """Return (converted at, first attempt at) of a rep's leads with ``start <= converted < end``.

    Aware UTC. The first attempt is the first after that conversion, ``None`` before it.
    """
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT converted_ms, first_attempt_ms FROM lead"
            " WHERE archived = 0 AND owner_id = ? AND converted_ms >= ? AND converted_ms < ?",
            (owner_id, to_ms(start), to_ms(end)),
        ).fetchall()
    return [
        (from_ms(converted), None if first is None else from_ms(first)) for converted, first in rows
    ]
