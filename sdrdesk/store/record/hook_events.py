"""Events that wait for their hooks: written with the outcome, taken when the hooks are done.

So a machine that stops in between tells them later, perhaps a second time; the key is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object

KEPT_MS: Final = 7 * 86_400_000
"""An older event is no news any more."""
AGAIN_MS: Final = 120_000
"""Hooks that were started and said nothing for so long were cut off."""
_AT_ONCE: Final = 20


class HookEvent(NamedTuple):
    """One event."""

    key: str
    event: str
    lead_id: str
    activity_key: str
    entry: Mapping[str, Any]


def put_event(connection: Connection, told: HookEvent, at_ms: int) -> None:
    """Write an event in the transaction of what it reports."""
    connection.execute(
        "INSERT INTO hook_event (event_key, event, lead_id, activity_key, entry_json, at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            told.key, told.event, told.lead_id, told.activity_key,
            json.dumps(dict(told.entry)), at_ms,
        ),
    )  # fmt: skip


def waiting_events(db: Database, now_ms: int) -> list[HookEvent]:
    """Return the events whose hooks were not started, or were cut off, the oldest first."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT event_key, event, lead_id, activity_key, entry_json FROM hook_event"
            " WHERE at_ms > ? AND (handed_ms IS NULL OR handed_ms < ?) ORDER BY at_ms LIMIT ?",
            (now_ms - KEPT_MS, now_ms - AGAIN_MS, _AT_ONCE),
        ).fetchall()
    return [
        HookEvent(str(key), str(event), str(lead_id), str(activity_key), json_object(entry))
        for key, event, lead_id, activity_key, entry in rows
    ]


def hand_over(db: Database, key: str, now_ms: int) -> bool:
    """Note that the hooks of an event start now; ``False`` when another sdrdesk started them."""
    with db.writer() as connection:
        done = connection.execute(
            "UPDATE hook_event SET handed_ms = ? WHERE event_key = ?"
            " AND (handed_ms IS NULL OR handed_ms < ?)",
            (now_ms, key, now_ms - AGAIN_MS),
        )
        return done.rowcount == 1


def drop_events(db: Database, keys: Iterable[str], now_ms: int) -> None:
    """Take the events whose hooks are done, and those that are too old."""
    with db.writer() as connection:
        connection.execute("DELETE FROM hook_event WHERE at_ms <= ?", (now_ms - KEPT_MS,))
        for part in chunks(sorted(keys)):
            connection.execute(
                f"DELETE FROM hook_event WHERE event_key IN ({marks(part)})",  # noqa: S608
                part,
            )
