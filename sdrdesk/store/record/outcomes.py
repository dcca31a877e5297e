"""Records and undoes outcomes, each in one transaction.

The activity, the change of the lead and the outbox items are one commit: a kill at any moment
leaves the whole outcome or none of it. The activity key identifies an outcome, so recording it
twice (a key pressed twice, a retry after a crash) records it once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sdrdesk.clock import system_clock
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.activities import activity_row
from sdrdesk.store.mirror.activity_sql import CORRECTED
from sdrdesk.store.mirror.attempts import recompute
from sdrdesk.store.mirror.leads import resolve
from sdrdesk.store.mirror.pending_fields import COLUMN, pending, show_crm_values, show_value
from sdrdesk.store.outbox import conflicts
from sdrdesk.store.outbox.restored_copy import may_have_sent
from sdrdesk.store.promises.promises import keep_items, settle
from sdrdesk.store.record.call_journal import forget_call
from sdrdesk.store.record.decisions import NO_REST, put_state, seen_conversion, state_in
from sdrdesk.store.record.number_format import normalize_number
from sdrdesk.store.record.outcome_fields import fields_of
from sdrdesk.store.record.reopened_calls import clock_of
from sdrdesk.store.record.snapshot import LeadState, lead_state, read_snapshot, restore_snapshot

FATE = "kind, state, attempts, unknown, crm_id, payload_json"
"""Columns of ``never_left``."""
_WITHDRAW = "UPDATE outbox SET state = 'undone', last_error = 'corrected: ' || last_error WHERE"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded outcome."""

    activity_key: str
    outbox: tuple[tuple[str, str, str], ...]
    """Key, kind and state of each outbox item, in the order of sending."""


@dataclass(frozen=True, slots=True)
class UndoResult:
    """Result of an undo."""

    done: bool
    """True: undone, nothing had reached the CRM. False: nothing was changed."""
    too_late: tuple[str, ...] = ()
    """Keys of the items that were sent, or may have been."""


def record(
    db: Database,
    plan: OutcomePlan,
    *,
    desk: str | None = None,
    now: datetime | None = None,
    also: Callable[[Connection, Activity], None] | None = None,
) -> Recorded:
    """Record an outcome: the activity, the change of the lead, and the outbox items.

    Args:
        db: the database.
        plan: the outcome; recording the same activity key again changes nothing.
        desk: the running sdrdesk whose call in progress this ends, ``None`` for none.
        now: when it is recorded, aware; ``None`` is the present moment.
        also: writes more in the same transaction, once.

    Raises:
        NotFoundError: the lead does not exist here.
        StorageError: it could not be stored; nothing was.
    """
    with db.writer(durable=True) as connection:
        if plan.activity.corrects:
            _withdraw_refused(connection, db.path, plan.activity.corrects)
        return record_in(connection, plan, desk=desk, now=now, also=also)


def record_in(
    connection: Connection,
    plan: OutcomePlan,
    *,
    desk: str | None = None,
    now: datetime | None = None,
    also: Callable[[Connection, Activity], None] | None = None,
) -> Recorded:
    """Record an outcome as ``record`` does, within the caller's transaction."""
    activity, now_ms = plan.activity, to_ms(now or system_clock())
    lead = lead_state(connection, resolve(connection, activity.lead_id))
    if lead is None and not _known(connection, activity.activity_key):
        raise NotFoundError(
            f"There is no lead {activity.lead_id} on this machine.",
            kept="Nothing was recorded.",
        )
    call = clock_of(connection, desk, lead.lead_id, now_ms) if lead is not None else {}
    if lead is not None and _insert_activity(connection, activity, lead, call):
        activity = replace(activity, lead_id=lead.lead_id)
        insert_items(connection, plan.items, lead.lead_id, now_ms)
        change_fields(connection, lead, plan.change.fields, now_ms)
        if activity.disposition or activity.corrects:
            # Correcting a field alone leaves the rep's decisions about the lead as they are.
            change_desk(connection, activity, plan.change)
        if activity.corrects:
            cancel_corrected(connection, activity, now_ms)
        close_numbers(connection, lead, activity, plan.change)
        recompute(connection, [lead.lead_id], now_ms)
        keep_items(connection, plan.items, lead.lead_id)
        settle(connection, [lead.lead_id], now_ms)
        if also is not None:
            also(connection, activity)
    if desk is not None:
        forget_call(connection, desk)
    return Recorded(activity.activity_key, _items_of(connection, activity.activity_key))


def undo(
    db: Database,
    activity_key: str,
    now: datetime,
    also: Callable[[Connection, str], None] | None = None,
) -> UndoResult:
    """Undo an outcome completely, as long as nothing of it has left this machine.

    Otherwise nothing is changed and the items that left are named: record a correction instead.
    ``also`` writes more for the lead of this id, in the same transaction.

    Raises:
        NotFoundError: there is no such outcome of this desk.
        UsageError: it was undone before, or a later outcome of the lead builds on it.
    """
    with db.writer(durable=True) as connection:
        lead_id = _undoable(connection, activity_key)
        late = _late(connection, db.path, activity_key)
        if late:
            return UndoResult(False, late)
        _withdraw(connection, activity_key, lead_id, to_ms(now))
        image = read_snapshot(connection, activity_key)
        if image is not None:
            restore_snapshot(connection, lead_id, image)
        recompute(connection, [lead_id], to_ms(now))
        settle(connection, [lead_id], to_ms(now))  # the CRM may have moved a task meanwhile
        if also is not None:
            also(connection, lead_id)
    return UndoResult(True)


def count_left(db: Database, activity_keys: Sequence[str]) -> int:
    """Return how many of these outcomes were sent, or may have been, in whole or in part."""
    with db.reader() as connection:
        return sum(bool(_late(connection, db.path, key)) for key in activity_keys)


def _known(connection: Connection, activity_key: str) -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM activity WHERE activity_key = ?", (activity_key,)
        ).fetchone()
    )


def _insert_activity(
    connection: Connection, activity: Activity, lead: LeadState, call: Mapping[str, int]
) -> bool:
    """Insert the activity of an outcome; ``False`` when it was here before."""
    values = activity_row(activity) | {
        "lead_id": lead.lead_id,
        "title": "",
        "local": 1,
        "done": 1,
        "modified_ms": 0,
        "undone_ms": None,
        # A touch without a call changes nothing that undo would have to restore.
        "before_json": "{}" if activity.channel else lead.before.to_json(call=call),
    }
    return insert(connection, "activity", values, known="activity_key")


def insert_items(
    connection: Connection, items: tuple[OutboxItem, ...], lead_id: str, now_ms: int
) -> None:
    """Insert the outbox items of an outcome."""
    for item in items:
        values = {
            "key": item.key,
            "kind": item.kind.value,
            "lead_id": lead_id,
            "activity_key": item.activity_key,
            "payload_json": json.dumps(item.payload),
            "state": item.state.value,
            "priority": item.priority,
            "attempts": 0,
            "unknown": 0,
            "looks": 0,
            "hold_until_ms": to_ms(item.hold_until),
            "next_try_ms": None,
            "last_error": "",
            "correlation_id": "",
            "crm_id": "",
            "created_ms": now_ms,
            "sent_ms": None,
        }
        insert(connection, "outbox", values)


def insert(
    connection: Connection, table: str, values: Mapping[str, object], *, known: str = ""
) -> bool:
    """Insert one row, with every column: the tables have no defaults of their own.

    ``False`` when a row with the same value of the unique column ``known`` exists: it stays.
    """
    cursor = connection.execute(
        f"INSERT INTO {table} ({', '.join(values)})"  # noqa: S608  # names from this file
        f" VALUES ({', '.join('?' * len(values))})"
        + (f" ON CONFLICT ({known}) DO NOTHING" if known else ""),
        tuple(values.values()),
    )
    return bool(cursor.rowcount)


def change_fields(
    connection: Connection, lead: LeadState, changes: Mapping[str, str], now_ms: int
) -> None:
    """Show the rep's values at once, and store the CRM's last values of these fields."""
    for name, value in changes.items():
        if name not in COLUMN:
            raise UsageError(f"The field {name!r} of a lead cannot be changed from here.")
        connection.execute(
            "INSERT OR IGNORE INTO lead_base (lead_id, field, value, at_ms) VALUES (?, ?, ?, ?)",
            (lead.lead_id, name, lead.fields[name], now_ms),
        )
        show_value(connection, lead.lead_id, name, value)
        if name == "persona":
            connection.execute(
                "UPDATE lead SET persona = coalesce((SELECT label FROM crm_option WHERE"
                " field = 'persona' AND value = ? AND label <> ''), ?),"
                " persona_reason = 'set by you' WHERE lead_id = ?",
                (value, value, lead.lead_id),
            )


def change_desk(connection: Connection, activity: Activity, change: LeadChange) -> None:
    """Write the decisions that follow from an outcome."""
    state = state_in(connection, activity.lead_id)
    worked_out_at = state.worked_out_at
    if change.leaves_queue:
        called = activity.kind is ActivityKind.CALL
        # Without a call, a conversion that the rep had not seen yet counts as new.
        seen = activity.at if called else seen_conversion(connection, activity.lead_id)
        worked_out_at = seen
    elif activity.corrects:
        image = read_snapshot(connection, activity.corrects)
        worked_out_at = from_ms(image.worked_out_ms) if image else None
    elif change.next_due_at or change.callback_at:
        worked_out_at = None
    callback_key = ""
    if change.callback_at is not None:
        kept = change.callback_at == state.callback_at
        callback_key = state.callback_activity_key if kept else activity.activity_key
    put_state(
        connection,
        replace(
            state,
            next_due_at=change.next_due_at,
            callback_at=change.callback_at,
            callback_note=change.callback_note,
            callback_activity_key=callback_key,
            worked_out_at=worked_out_at,
            # The outcome ends a snooze; the retry rule takes over.
            **NO_REST,
        ),
    )


def cancel_corrected(connection: Connection, fix: Activity, now_ms: int) -> None:
    """Close conflicts and blocked changes of an outcome that is corrected now."""
    for name, value in fields_of(connection, fix.corrects).items():
        conflicts.cancel(connection, fix.lead_id, name, value, now_ms)
    connection.execute(
        f"{_WITHDRAW} activity_key = ? AND kind = 'contact' AND state = 'blocked'",
        (fix.corrects,),
    )


def _withdraw_refused(connection: Connection, database: Path, activity_key: str) -> None:
    """Take what was refused of an outcome out of the outbox.

    A record that may be at the CRM stays: it has to be looked for.
    """
    rows = connection.execute(
        "SELECT key, created_ms FROM outbox WHERE activity_key = ? AND state = 'blocked'"
        " AND kind <> 'contact' AND unknown = 0 AND crm_id = ''",
        (activity_key,),
    ).fetchall()
    for key, created_ms in rows:
        if not may_have_sent(connection, database, created_ms):
            connection.execute(f"{_WITHDRAW} key = ?", (key,))


def close_numbers(
    connection: Connection, lead: LeadState, activity: Activity, change: LeadChange
) -> None:
    """Write the numbers and people that an outcome closes; lift those of a corrected one."""
    at_ms, key = to_ms(activity.at), activity.activity_key
    if activity.corrects:
        connection.execute("DELETE FROM number_hold WHERE activity_key = ?", (activity.corrects,))
        if activity.reason.strip():  # do-not-call is lifted only for a reason
            connection.execute(
                "DELETE FROM suppression WHERE activity_key = ?", (activity.corrects,)
            )
    if change.number_held:
        connection.execute(
            "INSERT OR IGNORE INTO number_hold (lead_id, number, reason, at_ms, activity_key)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                lead.lead_id,
                normalize_number(connection, lead.lead_id, lead.region, change.number_held),
                activity.disposition,
                at_ms,
                key,
            ),
        )
    for scope, value in change.suppress:
        stored = {
            "number": normalize_number(connection, lead.lead_id, lead.region, value),
            "person": lead.lead_id,
        }
        connection.execute(
            "INSERT OR IGNORE INTO suppression (scope, value, at_ms, activity_key)"
            " VALUES (?, ?, ?, ?)",
            (scope, stored.get(scope, value), at_ms, key),
        )


def items_of(db: Database, activity_key: str) -> tuple[tuple[str, str, str], ...]:
    """Return key, kind and state of each outbox item of an outcome."""
    with db.reader() as connection:
        return _items_of(connection, activity_key)


def _items_of(connection: Connection, activity_key: str) -> tuple[tuple[str, str, str], ...]:
    rows = connection.execute(
        "SELECT key, kind, state FROM outbox WHERE activity_key = ? ORDER BY priority, seq",
        (activity_key,),
    ).fetchall()
    return tuple((str(key), str(kind), str(state)) for key, kind, state in rows)


def _undoable(connection: Connection, activity_key: str) -> str:
    """Return the lead of an outcome that may be undone."""
    row = connection.execute(
        "SELECT lead_id, undone_ms, rowid FROM activity WHERE activity_key = ? AND local = 1",
        (activity_key,),
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such outcome here.", kept="Nothing was changed.")
    lead_id, undone_ms, place = row
    if undone_ms is not None:
        raise UsageError("This outcome is already undone.", kept="Nothing was changed.")
    later = connection.execute(
        "SELECT 1 FROM activity a WHERE a.lead_id = ? AND a.local = 1 AND a.undone_ms IS NULL"  # noqa: S608
        " AND a.rowid > ? AND a.activity_key <> ? AND (a.corrects = ? OR a.disposition <> ''"
        # A corrected outcome does not count as one that builds on this.
        f" AND NOT {CORRECTED})",
        (lead_id, place, activity_key, activity_key),
    ).fetchone()
    if later:
        raise UsageError(
            "A later outcome of the same lead builds on this one.",
            kept="Nothing was changed.",
            next_step=f"Correct this one instead: C in the log, or sdrdesk correct {activity_key}",
        )
    return str(lead_id)


def _late(connection: Connection, database: Path, activity_key: str) -> tuple[str, ...]:
    """Return the items of an outcome that were sent, or may have been by a restored copy."""
    items = connection.execute(
        f"SELECT key, created_ms, {FATE} FROM outbox"  # noqa: S608  # a constant
        " WHERE activity_key = ? AND state <> 'undone' ORDER BY priority, seq",
        (activity_key,),
    ).fetchall()
    return tuple(
        str(key)
        for key, created_ms, *fate in items
        if not never_left(*fate) or may_have_sent(connection, database, created_ms)
    )


def never_left(
    kind: str, state: str, attempts: int, unknown: int, crm_id: str, payload: str
) -> bool:
    """Return whether an item that waits (``FATE``) cannot have reached the CRM.

    What makes a record is marked before it leaves, so a refused try of it made none.
    """
    if unknown or crm_id or state not in ("held", "queued", "blocked"):
        return False
    makes = kind not in ("contact", "list")
    makes = makes and json_object(payload).get("change", "correct") == "correct"
    return state == "held" or not attempts or makes


def _withdraw(connection: Connection, activity_key: str, lead_id: str, now_ms: int) -> None:
    changes = connection.execute(
        "SELECT key FROM outbox WHERE activity_key = ? AND kind = 'contact'"
        " AND state <> 'undone' ORDER BY seq DESC",
        (activity_key,),
    ).fetchall()
    connection.execute(
        "UPDATE outbox SET state = 'undone', next_try_ms = NULL WHERE activity_key = ?",
        (activity_key,),
    )
    connection.execute(
        "UPDATE activity SET undone_ms = ? WHERE activity_key = ?", (now_ms, activity_key)
    )
    for (key,) in changes:
        show_crm_values(connection, key, now_ms)
    # An earlier unsent change of the same field counts again.
    for name, value in pending(connection, [lead_id]).get(lead_id, {}).items():
        show_value(connection, lead_id, name, value)
    for table in ("suppression", "number_hold"):
        connection.execute(
            f"DELETE FROM {table} WHERE activity_key = ?",  # noqa: S608
            (activity_key,),
        )
