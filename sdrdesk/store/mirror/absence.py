"""Times without a sync: since when the rep did not see what others did."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.sync_state import (
    LAST_PULL,
    forget,
    get_number,
    get_state,
    set_at,
    set_state,
)

LEAST_MS: Final = 30 * 60_000
"""A shorter time without a sync is no absence: it is a lift, a tunnel, or lunch."""
_LONGEST_MS: Final = 14 * 86_400_000
"""An absence that nobody looked at for longer gives way to the next one."""
_KEPT: Final = 20_000
"""Rows of news that are kept."""

_SINCE = "away.since"
"""The end of the last pull before the absence, milliseconds."""
_NEWS = "away.news"
"""The last row of news at that time."""
_MARK = "away.mark"
"""The last row of news at the end of the last pull."""
_SEEN = "away.seen"
"""Set when the rep has seen the absence of that number."""


class Absence(NamedTuple):
    """The last time without a sync. ``since`` is aware UTC."""

    since: datetime
    news: int
    """Rows of ``lead_news`` after this one are newer."""
    seen: bool


def note_pull(connection: Connection, now_ms: int) -> None:
    """Note that a pull ends, before it is set as the last one; begin an absence after a long gap.

    In the transaction that sets ``LAST_PULL``, so that a kill loses neither.
    """
    last_ms = set_at(connection, LAST_PULL)
    if last_ms and now_ms - last_ms >= LEAST_MS:
        since_ms = get_number(connection, _SINCE)
        waiting = since_ms and not get_state(connection, _SEEN)
        if not waiting or now_ms - since_ms > _LONGEST_MS:
            mark = get_number(connection, _MARK)
            set_state(connection, _SINCE, str(last_ms), now_ms)
            set_state(connection, _NEWS, str(mark), now_ms)
            forget(connection, _SEEN)
    row = connection.execute("SELECT coalesce(max(seq), 0) FROM lead_news").fetchone()
    set_state(connection, _MARK, str(row[0]), now_ms)
    connection.execute("DELETE FROM lead_news WHERE seq <= ?", (int(row[0]) - _KEPT,))


def absence(db: Database) -> Absence | None:
    """Return the last absence, ``None`` when there was none."""
    with db.reader() as connection:
        since_ms = get_number(connection, _SINCE)
        news = get_number(connection, _NEWS)
        seen = bool(get_state(connection, _SEEN))
    return Absence(from_ms(since_ms), news, seen) if since_ms else None


def set_seen(db: Database, since: datetime, at_ms: int) -> None:
    """Note that the rep has seen the absence since then; a newer one stays unseen."""
    with db.writer() as connection:
        if from_ms(get_number(connection, _SINCE) or None) == since:
            set_state(connection, _SEEN, "1", at_ms)
