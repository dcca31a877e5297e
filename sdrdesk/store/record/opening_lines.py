"""Opening notes: lines a rep wrote for the next call with a lead.

An outcome uses the line up; undoing the outcome brings it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.lead_ids import existing_lead, resolve

_LIVE = (
    "SELECT f.lead_id, f.text FROM first_line f"
    " LEFT JOIN activity a ON a.activity_key = f.used_by AND f.used_by <> ''"
    " WHERE f.text <> '' AND (f.used_by = '' OR a.undone_ms IS NOT NULL) AND f.lead_id {}"
)
_NAMES = ("text", "at_ms", "used_by")
_ROW = "SELECT text, at_ms, used_by FROM first_line WHERE lead_id = ?"


def first_line(db: Database, lead_id: str) -> str:
    """Return the line for a lead's next call, ``""`` for none."""
    with db.reader() as connection:
        return first_line_in(connection, resolve(connection, lead_id))


def first_lines(db: Database, lead_ids: Sequence[str]) -> dict[str, str]:
    """Return the lines of these leads by id; leads without one are left out."""
    with db.reader() as connection:
        rows = connection.execute(
            _LIVE.format("IN (SELECT value FROM json_each(?))"), (json.dumps(list(lead_ids)),)
        ).fetchall()
    return {str(lead_id): str(text) for lead_id, text in rows}


def put_first_line(
    db: Database,
    lead_id: str,
    text: str,
    at: datetime,
    also: Callable[[Connection, str, Mapping[str, Any]], None] | None = None,
) -> str:
    """Store a line for a lead's next call (``""`` for none) and return the one it replaces.

    ``also`` writes more in the same transaction: the lead's id, and the row before, for
    ``restore_line``.

    Raises:
        NotFoundError: the lead does not exist here.
    """
    with db.writer() as connection:
        lead_id = existing_lead(connection, lead_id)
        before = first_line_in(connection, lead_id)
        row = connection.execute(_ROW, (lead_id,)).fetchone()
        _put(connection, lead_id, (text, to_ms(at), ""))
        if also is not None:
            also(connection, lead_id, dict(zip(_NAMES, row, strict=True)) if row else {})
    return before


def restore_line(connection: Connection, lead_id: str, row: Mapping[str, Any]) -> None:
    """Put back a lead's line, with the outcome that used it; an empty ``row`` means none."""
    if not row:
        connection.execute("DELETE FROM first_line WHERE lead_id = ?", (lead_id,))
        return
    _put(connection, lead_id, tuple(row[name] for name in _NAMES))


def _put(connection: Connection, lead_id: str, values: tuple[Any, ...]) -> None:
    connection.execute(
        "INSERT INTO first_line (lead_id, text, at_ms, used_by) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (lead_id) DO UPDATE SET text = excluded.text, at_ms = excluded.at_ms,"
        " used_by = excluded.used_by",
        (lead_id, *values),
    )


def first_line_in(connection: Connection, lead_id: str) -> str:
    """Return the line for a lead's next call in the caller's transaction."""
    row = connection.execute(_LIVE.format("= ?"), (lead_id,)).fetchone()
    return str(row[1]) if row else ""


def use_line(connection: Connection, lead_id: str, activity_key: str) -> None:
    """Mark the line as used by an outcome, in the transaction that records it."""
    connection.execute(
        "UPDATE first_line SET used_by = ? WHERE lead_id = ? AND used_by = ''",
        (activity_key, lead_id),
    )
