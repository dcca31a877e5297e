"""Waits on the customer, of every desk of the account."""

from __future__ import annotations

import json
from collections.abc import Collection

from sdrdesk.domain.sla.pauses import SlaPause
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import from_ms, to_ms


def put_pause(connection: Connection, lead_id: str, pause: SlaPause) -> None:
    """Store a wait; the same note twice is one wait."""
    connection.execute(
        "INSERT INTO sla_pause (lead_id, from_ms, until_ms, reason, owner_id)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (lead_id, from_ms) DO UPDATE SET"
        " until_ms = excluded.until_ms, reason = excluded.reason, owner_id = excluded.owner_id",
        (lead_id, to_ms(pause.start), to_ms(pause.until), pause.reason, pause.owner_id),
    )


def pauses_in(connection: Connection, lead_ids: Collection[str]) -> dict[str, list[SlaPause]]:
    """Return the waits of these leads; leads without any are left out."""
    if connection.execute("SELECT 1 FROM sla_pause LIMIT 1").fetchone() is None:
        return {}
    rows = connection.execute(
        "SELECT lead_id, from_ms, until_ms, reason, owner_id FROM sla_pause"
        " WHERE lead_id IN (SELECT value FROM json_each(?)) ORDER BY lead_id, from_ms",
        (json.dumps(list(lead_ids)),),
    ).fetchall()
    found: dict[str, list[SlaPause]] = {}
    for lead_id, start, until, reason, owner_id in rows:
        pause = SlaPause(from_ms(start), from_ms(until), reason, owner_id)
        found.setdefault(str(lead_id), []).append(pause)
    return found
