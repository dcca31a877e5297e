"""Fields both sides changed: rows that a rep sees and settles, never log lines."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import ContactIntent
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.pending_fields import COLUMN, show_value

_PRIORITY = 30
"""A settled conflict goes out as any change of a lead does."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field of one lead. Times are aware UTC; ``None`` unknown."""

    key: str
    lead_id: str
    field: str
    base: str
    """What both last agreed on."""
    mine: str
    theirs: str
    mine_at: datetime | None
    theirs_at: datetime | None
    taken: Literal["", "mine", "theirs"] = ""
    settled_at: datetime | None = None


def add(
    connection: Connection,
    *,
    lead_id: str,
    field: str,
    base: str,
    mine: str,
    theirs: str,
    mine_ms: int,
    theirs_ms: int,
) -> str:
    """Open a conflict and return its key; one that is open for the field is brought up to date."""
    row = connection.execute(
        "SELECT key FROM conflict WHERE lead_id = ? AND field = ? AND taken = ''", (lead_id, field)
    ).fetchone()
    key = str(row[0]) if row else str(uuid.uuid4())
    connection.execute(
        "INSERT INTO conflict (key, lead_id, field, base, mine, theirs, mine_ms, theirs_ms, taken)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT (key) DO UPDATE SET"
        " mine = excluded.mine, theirs = excluded.theirs, mine_ms = excluded.mine_ms,"
        " theirs_ms = excluded.theirs_ms",
        (key, lead_id, field, base, mine, theirs, mine_ms, theirs_ms),
    )
    return key


def close_agreed(
    connection: Connection, lead_id: str, field: str, value: str, at_ms: int, mine_ms: int = 0
) -> None:
    """Settle an open conflict whose sides agree by now: the CRM shows the rep's value.

    ``mine_ms`` is when the rep chose that value: what they had chosen before counts no more.
    """
    connection.execute(
        "UPDATE conflict SET taken = CASE WHEN mine = ? THEN 'mine' ELSE 'theirs' END,"
        " settled_ms = ? WHERE lead_id = ? AND field = ? AND taken = ''"
        " AND (mine = ? OR mine_ms < ?)",
        (value, at_ms, lead_id, field, value, mine_ms),
    )


def cancel(connection: Connection, lead_id: str, field: str, mine: str, at_ms: int) -> None:
    """Settle an open conflict about a value that the rep takes back: what the CRM shows stays."""
    connection.execute(
        "UPDATE conflict SET taken = 'theirs', settled_ms = ?"
        " WHERE lead_id = ? AND field = ? AND taken = '' AND mine = ?",
        (at_ms, lead_id, field, mine),
    )


def count_open(connection: Connection) -> int:
    """Return how many conflicts wait for the rep."""
    row = connection.execute("SELECT count(*) FROM conflict WHERE taken = ''").fetchone()
    return int(row[0])


def open_conflicts(db: Database, *, with_settled: bool = False) -> list[Conflict]:
    """Return the conflicts that wait for the rep, oldest change first."""
    sql = (
        "SELECT key, lead_id, field, base, mine, theirs, mine_ms, theirs_ms, taken, settled_ms"
        " FROM conflict WHERE ? OR taken = '' ORDER BY mine_ms, key"
    )
    with db.reader() as connection:
        rows = connection.execute(sql, (with_settled,)).fetchall()
    return [
        Conflict(
            key=row[0],
            lead_id=row[1],
            field=row[2],
            base=row[3],
            mine=row[4],
            theirs=row[5],
            mine_at=from_ms(row[6] or None),
            theirs_at=from_ms(row[7] or None),
            taken=row[8],
            settled_at=from_ms(row[9]),
        )
        for row in rows
    ]


def settle_conflict(db: Database, key: str, take: Literal["mine", "theirs"], now: datetime) -> str:
    """Settle a conflict and return the key of the item that is sent for it, ``""`` for none.

    ``theirs`` keeps what the CRM shows. ``mine`` sends the rep's value once more, on top of the
    value the rep saw when they chose, so a third change in between is a new conflict.

    Raises:
        NotFoundError: there is no such conflict.
        UsageError: it is settled already.
    """
    now_ms = to_ms(now)
    with db.writer() as connection:
        row = connection.execute(
            "SELECT lead_id, field, mine, theirs, taken FROM conflict WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            raise NotFoundError(f"There is no conflict {key}.", next_step="See sdrdesk conflicts.")
        lead_id, field, mine, theirs, taken = (str(part) for part in row)
        if taken:
            raise UsageError(f"This conflict was already settled: {taken}.")
        connection.execute(
            "UPDATE conflict SET taken = ?, settled_ms = ? WHERE key = ?", (take, now_ms, key)
        )
        if take == "theirs" or field not in COLUMN:
            return ""
        show_value(connection, lead_id, field, mine)
        intent = ContactIntent(changes={field: mine}, base={field: theirs}, at=iso(now))
        item = str(uuid.uuid4())
        connection.execute(
            "INSERT INTO outbox (key, kind, lead_id, activity_key, payload_json, state, priority,"
            " attempts, unknown, looks, last_error, correlation_id, crm_id, created_ms)"
            " VALUES (?, 'contact', ?, '', ?, 'queued', ?, 0, 0, 0, '', '', '', ?)",
            (item, lead_id, json.dumps(intent), _PRIORITY, now_ms),
        )
        return item
