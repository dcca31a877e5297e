"""Corrects times that were recorded by a wrong clock, here and in unsent items.

Each reading of both clocks checks the items since the last one, in the transaction that stores the
reading. Times that a person entered are never changed.
"""

from __future__ import annotations

import json
from datetime import timedelta

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.place.clock_shift import SLACK_MS, ClockReading, shift_of
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.attempts import recompute
from sdrdesk.store.mirror.sync_state import get_number, get_state, set_state

_OURS, _AHEAD, _SEQ = "clock.ours_ms", "clock.ahead_ms", "clock.seq"
"""The last reading, and the last outbox item it checked."""

UNCLEAR = (
    "This machine's clock was wrong when this was recorded (it showed {said}), and the right time "
    "is unknown. Send it as it is with sdrdesk outbox retry, or drop it and record it again with "
    "--at."
)


def last_reading(connection: Connection) -> ClockReading | None:
    """Return the last reading of both clocks, ``None`` before the first."""
    if not get_state(connection, _OURS):
        return None
    return ClockReading(get_number(connection, _OURS), get_number(connection, _AHEAD))


def needs_look(connection: Connection, now: ClockReading) -> bool:
    """Return whether anything recorded since the last reading may have a wrong time."""
    before = last_reading(connection)
    if now.is_off or (before is not None and before.is_off):
        return True
    first = before.theirs_ms if before is not None else 0
    return bool(
        connection.execute(
            "SELECT 1 FROM outbox WHERE seq > ? AND (created_ms > ? OR created_ms < ?) LIMIT 1",
            (get_number(connection, _SEQ), now.ours_ms + SLACK_MS, first - SLACK_MS),
        ).fetchone()
    )


def keep_reading(connection: Connection, now: ClockReading) -> None:
    """Store a reading, after correcting what was recorded since the one before."""
    before = last_reading(connection)
    rows = connection.execute(
        "SELECT seq, key, activity_key, created_ms FROM outbox WHERE seq > ? ORDER BY seq",
        (get_number(connection, _SEQ),),
    ).fetchall()
    moved: dict[str, int] = {}
    for _, key, activity_key, created_ms in rows:
        shift = shift_of(created_ms, before, now)
        if shift == 0 or not _move(connection, key, shift, created_ms):
            continue
        if shift is not None and activity_key:
            moved[activity_key] = shift
    for activity_key, shift in moved.items():
        _move_activity(connection, activity_key, shift, now)
    for name, value in ((_OURS, now.ours_ms), (_AHEAD, now.ahead_ms)):
        set_state(connection, name, str(value), now.ours_ms)
    if rows:
        set_state(connection, _SEQ, str(rows[-1][0]), now.ours_ms)


def shifts_of(connection: Connection) -> dict[str, int]:
    """Return the corrections of activities in milliseconds, by key; there are few."""
    rows = connection.execute("SELECT activity_key, shift_ms FROM clock_shift").fetchall()
    return {str(key): int(shift) for key, shift in rows}


def _move(connection: Connection, key: str, shift: int | None, created_ms: int) -> bool:
    """Correct one item; ``False`` where a person entered the time or the right one is unknown."""
    row = connection.execute("SELECT payload_json, state, kind FROM outbox WHERE key = ?", (key,))
    text, state, kind = row.fetchone()
    payload = json.loads(text)
    if payload.get("at_given") or state == "undone":
        return False
    if shift is None:
        if state != "sent" and kind in ("call", "note", "email", "message"):
            words = UNCLEAR.format(said=iso(from_ms(created_ms)))
            connection.execute(
                "UPDATE outbox SET state = 'blocked', last_error = ?, next_try_ms = NULL"
                " WHERE key = ?",
                (words, key),
            )
        return False
    if "at" in payload and state != "sent":
        moment = parse_iso(str(payload["at"])) + timedelta(milliseconds=shift)
        connection.execute(
            "UPDATE outbox SET payload_json = ? WHERE key = ?",
            (json.dumps(payload | {"at": iso(moment)}), key),
        )
    return True


def _move_activity(
    connection: Connection, activity_key: str, shift: int, now: ClockReading
) -> None:
    row = connection.execute(
        "SELECT lead_id, at_ms, callback_ms, rowid FROM activity"
        " WHERE activity_key = ? AND local = 1",
        (activity_key,),
    ).fetchone()
    if row is None:
        return
    lead_id, at_ms, callback_ms, place = row
    connection.execute(
        "UPDATE activity SET at_ms = ? WHERE activity_key = ?", (at_ms + shift, activity_key)
    )
    connection.execute(
        "INSERT OR REPLACE INTO clock_shift (activity_key, shift_ms) VALUES (?, ?)",
        (activity_key, shift),
    )
    # The note of a wait; its end is an hour of the day, and stays.
    connection.execute(
        "UPDATE OR IGNORE sla_pause SET from_ms = ? WHERE lead_id = ? AND from_ms = ?",
        (at_ms + shift, lead_id, at_ms),
    )
    connection.execute(
        "UPDATE lead_desk SET worked_out_ms = ? WHERE lead_id = ? AND worked_out_ms = ?",
        (at_ms + shift, lead_id, at_ms),
    )
    # The retry time goes by this machine's clock as it is now. A callback is a promise for an hour
    # of the day, and stays.
    connection.execute(
        "UPDATE lead_desk SET next_due_ms = next_due_ms + ? WHERE lead_id = ?"
        " AND ? IS NULL AND NOT EXISTS (SELECT 1 FROM activity"
        " WHERE lead_id = lead_desk.lead_id AND local = 1 AND disposition <> '' AND rowid > ?)",
        (shift - now.ahead_ms, lead_id, callback_ms, place),
    )
    recompute(connection, [lead_id], now.ours_ms)
