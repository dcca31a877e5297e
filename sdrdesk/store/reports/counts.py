"""Small reads for the status line and the lists of due leads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms


def callbacks_until(db: Database, until: datetime, owner_id: str, now: datetime) -> list[datetime]:
    """Return a rep's open callbacks due at ``until`` or earlier, aware UTC.

    Of their leads, and their own and the team's promises to leads of others; without those put off
    at ``now``.
    """
    with db.reader() as connection:
        rows = connection.execute(
            # CROSS fixes the order: from the few callbacks to their leads.
            "SELECT d.callback_ms FROM lead_desk d CROSS JOIN lead l ON l.lead_id = d.lead_id"
            " WHERE d.callback_ms <= ? AND l.archived = 0 AND l.do_not_call = 0"
            " AND (? IN (l.owner_id, d.callback_owner_id)"
            " OR d.callback_owner_id = '' AND d.callback_origin <> '')"
            # One that the rep put off is not due.
            " AND NOT (d.rest_promise = 1 AND coalesce(d.snoozed_until_ms > ?, 1)"
            " AND coalesce(l.converted_ms <= d.rest_seen_ms, 1)) ORDER BY d.callback_ms",
            (to_ms(until), owner_id, to_ms(now)),
        ).fetchall()
    return [from_ms(at) for (at,) in rows]


def conversions_between(
    db: Database, start: datetime, end: datetime, owner_id: str
) -> list[tuple[str, datetime, datetime | None]]:
    """Return (lead, converted at, first attempt at) of a rep's leads that converted in a span.

    ``start <= converted < end``, aware UTC. The first attempt is the first after that conversion,
    ``None`` before it.
    """
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id, converted_ms, first_attempt_ms FROM lead"
            " WHERE archived = 0 AND owner_id = ? AND converted_ms >= ? AND converted_ms < ?",
            (owner_id, to_ms(start), to_ms(end)),
        ).fetchall()
    return [(str(lead), from_ms(converted), from_ms(first)) for lead, converted, first in rows]


def waiting_since(db: Database, start: datetime, end: datetime) -> list[datetime]:
    """Return when each lead converted that nobody called since, longest ago first, all reps."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT converted_ms FROM lead WHERE archived = 0 AND first_attempt_ms IS NULL"
            " AND do_not_call = 0 AND converted_ms >= ? AND converted_ms < ?"
            " ORDER BY converted_ms",
            (to_ms(start), to_ms(end)),
        ).fetchall()
    return [from_ms(row[0]) for row in rows]


def callback_leads_until(db: Database, until: datetime) -> list[str]:
    """Return the ids of the leads with an open callback due at ``until`` or earlier."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id FROM lead_desk WHERE callback_ms <= ? ORDER BY callback_ms",
            (to_ms(until),),
        ).fetchall()
    return [str(lead_id) for (lead_id,) in rows]


def waiting_leads_since(
    db: Database, since: datetime, owner_ids: Sequence[str], most: int = 500
) -> list[str]:
    """Return the ids of these owners' leads that converted since then and were not called since.

    The latest conversions first, at most ``most``; ``""`` is for leads without an owner.
    """
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id FROM lead WHERE archived = 0 AND first_attempt_ms IS NULL"
            " AND owner_id IN (SELECT value FROM json_each(?)) AND converted_ms >= ?"
            " ORDER BY converted_ms DESC LIMIT ?",
            (json.dumps(list(owner_ids)), to_ms(since), most),
        ).fetchall()
    return [str(lead_id) for (lead_id,) in rows]


def unsent_items(db: Database) -> tuple[int, int]:
    """Return how many outbox items wait to be sent, and how many were refused."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT state, count(*) FROM outbox"
            " WHERE state IN ('held','queued','sending','blocked') GROUP BY state"
        ).fetchall()
    by_state = {str(state): int(count) for state, count in rows}
    blocked = by_state.pop("blocked", 0)
    return sum(by_state.values()), blocked
