"""Comments of colleagues on a rep's calls, which the rep sees once."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms


class CommentForMe(NamedTuple):
    """A colleague's comment on a call of the rep."""

    activity_key: str
    lead_id: str
    name: str
    """Of the lead."""
    author: str
    text: str
    at: datetime
    """Aware UTC."""


_UNTOLD = (
    "SELECT r.activity_key, a.lead_id, trim(l.first_name || ' ' || l.last_name), l.email,"
    " coalesce(nullif(o.name, ''), a.owner_id), a.note, a.at_ms FROM shared_record r"
    " JOIN activity a ON a.activity_key = r.activity_key AND a.owner_id <> r.to_owner"
    " JOIN lead l ON l.lead_id = a.lead_id LEFT JOIN owner o ON o.owner_id = a.owner_id"
    " WHERE r.to_owner = ? AND r.role = 'comment' AND r.told_ms IS NULL"
    " ORDER BY a.at_ms, r.activity_key LIMIT 200"
)


def comments_for(db: Database, owner_id: str) -> list[CommentForMe]:
    """Return the comments of colleagues that a rep was not told yet, oldest first."""
    with db.reader() as connection:
        rows = connection.execute(_UNTOLD, (owner_id,)).fetchall() if owner_id else []
    return [
        CommentForMe(
            key,
            lead_id,
            name or email or f"lead {lead_id}",
            who,
            one_line(comment_words(note), limit=300),
            from_ms(at_ms),
        )
        for key, lead_id, name, email, who, note, at_ms in rows
    ]


def comments_in(connection: Connection, owner_id: str) -> dict[str, str]:
    """Return lead to ``author: words`` of the latest comment that a rep was not told yet."""
    rows = connection.execute(_UNTOLD, (owner_id,)).fetchall() if owner_id else []
    return {
        str(lead_id): one_line(f"{who}: {comment_words(note)}", limit=300)
        for _, lead_id, _, _, who, note, _ in rows
    }


def comment_words(note: str) -> str:
    """Return the words of a comment without the call that its text names first."""
    return _OPENING.sub("", note, count=1)


_OPENING = re.compile(r"Comment on .{1,200}?'s call of .{1,80}?\(UTC\): ")


def told_comments(db: Database, owner_id: str, lead_id: str, now: datetime) -> int:
    """Note that the rep has seen the comments on a lead, and return how many were new."""
    with db.writer() as connection:
        return connection.execute(
            "UPDATE shared_record SET told_ms = ? WHERE to_owner = ? AND told_ms IS NULL"
            " AND activity_key IN (SELECT activity_key FROM activity WHERE lead_id = ?)",
            (to_ms(now), owner_id, lead_id),
        ).rowcount
