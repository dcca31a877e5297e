"""Calls that go on after their outcome was undone: same start, same note, nothing dialled again.

Recording an outcome keeps the clock of its call with the activity. Undo puts the call back into the
journal, in the same transaction. The time between the outcome and its undo does not count.
"""

from __future__ import annotations

import json

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.leads import resolve
from sdrdesk.store.mirror.sync_state import set_state
from sdrdesk.store.record import call_claim
from sdrdesk.store.record.call_claim import IDLE
from sdrdesk.store.record.call_journal import call_in
from sdrdesk.store.record.opening_lines import first_line_in

CLOCK = "call"
"""Name of the clock in ``activity.before_json``."""


def clock_of(connection: Connection, desk: str | None, lead_id: str, now_ms: int) -> dict[str, int]:
    """Return the clock of this desk's call with a lead, in ms; empty without such a call."""
    call = call_in(connection, desk) if desk is not None else None
    if call is None or resolve(connection, call.lead_id) != lead_id:
        return {}
    clock = {
        "started_ms": to_ms(call.started_at),
        "ended_ms": now_ms,
        "idle_ms": call.idle_s * 1000,
    }
    return clock | ({} if call.talking_at is None else {"talking_ms": to_ms(call.talking_at)})


def reopen_in(connection: Connection, activity_key: str, desk: str, pid: int, now_ms: int) -> bool:
    """Put the call of an undone outcome back into the journal of this desk.

    Returns:
        False when there was no call, the desk is in another one, or somebody else is in a call
        with the person: nothing was changed.
    """
    row = connection.execute(
        "SELECT lead_id, number, owner_id, note, qualify_json, script_id, before_json,"
        " direction FROM activity WHERE activity_key = ? AND local = 1 AND undone_ms IS NOT NULL",
        (activity_key,),
    ).fetchone()
    if row is None or call_in(connection, desk) is not None:
        return False
    lead_id, number, owner_id, note, qualify, script_id, before, direction = row
    clock = json_object(before).get(CLOCK)
    if not isinstance(clock, dict) or not isinstance(clock.get("started_ms"), int):
        return False
    idle_ms = max(0, _ms(clock, "idle_ms") + now_ms - _ms(clock, "ended_ms", now_ms))
    lead_id, at = resolve(connection, lead_id), from_ms(now_ms)
    if call_claim.other_claim(connection, desk, lead_id, number, at) is not None:
        return False
    connection.execute(
        "INSERT INTO call_journal (desk, pid, lead_id, number, started_ms, updated_ms, note,"
        " qualify_json, script_id, direction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            desk, pid, lead_id, number, clock["started_ms"], now_ms,
            note or first_line_in(connection, lead_id), json.dumps(json_object(qualify)), script_id,
            direction,
        ),
    )  # fmt: skip
    call_claim.hold(connection, desk, owner_id, at)
    set_state(connection, IDLE + desk, str(idle_ms // 1000), now_ms)
    if talking_ms := _ms(clock, "talking_ms"):
        paused_ms = max(0, now_ms - _ms(clock, "ended_ms", now_ms))
        connection.execute("INSERT INTO call_talk VALUES (?, ?)", (desk, talking_ms + paused_ms))
    return True


def _ms(clock: dict[str, object], name: str, default: int = 0) -> int:
    value = clock.get(name, default)
    return value if isinstance(value, int) else default
