"""Gives an earlier outcome another result or another note, in one transaction.

The outcome keeps its key. Its own item (the call, or the note without one) is changed before it is
sent, or an item that changes the record at the CRM follows it. Its other unsent items are
withdrawn, and those of the new result are queued.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sdrdesk.clock import iso
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.outcome.revision import OutcomeNow, Revision
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.activities import activity_in, activity_row
from sdrdesk.store.mirror.activity_sql import CORRECTED
from sdrdesk.store.mirror.attempts import recompute
from sdrdesk.store.mirror.leads import lead_in, resolve
from sdrdesk.store.mirror.pending_fields import pending, show_crm_values, show_value
from sdrdesk.store.mirror.shared_records import sent_key_of
from sdrdesk.store.outbox import outbox
from sdrdesk.store.outbox.restored_copy import may_have_sent
from sdrdesk.store.promises.promises import keep_items, open_promises, settle, task_items_in
from sdrdesk.store.record.decisions import NO_REST, REST, put_state, state_in
from sdrdesk.store.record.outcome_fields import fields_of, sets_mark
from sdrdesk.store.record.outcomes import (
    FATE,
    cancel_corrected,
    change_desk,
    change_fields,
    close_numbers,
    insert,
    insert_items,
    never_left,
)
from sdrdesk.store.record.snapshot import Snapshot, lead_state, read_snapshot

Make = Callable[[OutcomeNow], Revision]

_REVISED = (
    "disposition", "outcome_label", "note", "reason", "callback_ms", "meeting_ms", "qualify_json",
    "script_id", "number_works",
)  # fmt: skip
"""Columns of an activity that a correction may change."""


class _Looked(Exception):  # noqa: N818 - not an error: the transaction is rolled back
    """The preview is known."""


@dataclass(frozen=True, slots=True)
class _Item:
    key: str
    kind: OutboxKind
    state: str
    payload: dict[str, object]
    takeable: bool
    """It cannot have reached the CRM."""

    @property
    def corrects(self) -> bool:
        """True if it changes a call or note that is at the CRM."""
        return "change" in self.payload and self.kind is not OutboxKind.TASK


class _Parts(NamedTuple):
    own: _Item
    """The item of the record itself."""
    later: list[_Item]
    """Corrections of it, in the order of recording."""
    side: list[_Item]


def correct_outcome(
    db: Database,
    activity_key: str,
    make: Make,
    now: datetime,
    *,
    note_only: bool = False,
    dry_run: bool = False,
) -> Revision:
    """Record the correction that ``make`` plans, or with ``dry_run`` only work it out.

    With ``note_only`` everything but the note stays as it is.

    Raises:
        NotFoundError: there is no such outcome of this machine.
        UsageError: it was undone, or ``make`` refuses; nothing was changed.
    """
    found: list[Revision] = []
    try:
        with db.writer(durable=not dry_run) as connection:
            made = _correct(connection, db.path, activity_key, make, to_ms(now), note_only)
            found.append(made)
            if dry_run:
                raise _Looked
    except _Looked:
        pass
    return found[0]


def _correct(
    connection: Connection,
    path: Path,
    activity_key: str,
    make: Make,
    now_ms: int,
    note_only: bool,
) -> Revision:
    activity = _correctable(connection, activity_key)
    lead_id = resolve(connection, activity.lead_id)
    activity = replace(activity, lead_id=lead_id)
    parts = _parts(connection, path, activity)
    image = read_snapshot(connection, activity_key)
    is_last = _is_last(connection, activity)
    replaced = parts.later if note_only else [*parts.side, *parts.later]
    _withdraw(connection, lead_id, replaced, now_ms)
    was = _standing(connection, activity, parts, image, is_last=is_last)
    made = make(was)
    lead = lead_state(connection, lead_id)
    if lead is None:
        raise NotFoundError(f"There is no lead {lead_id} on this machine.")
    if not note_only:
        cancel_corrected(connection, replace(activity, corrects=activity_key), now_ms)
    _revise(connection, made, local=activity.local)
    _change_own_item(connection, activity, parts, made, now_ms)
    insert_items(connection, made.items, lead_id, now_ms)
    if made.change is not None:
        for table in ("number_hold", "suppression"):
            connection.execute(
                f"DELETE FROM {table} WHERE activity_key = ?",  # noqa: S608
                (activity_key,),
            )
        change_fields(connection, lead, made.change.fields, now_ms)
        if is_last:
            _decide(connection, made, image)
        close_numbers(connection, lead, made.activity, made.change)
    record = activity_row(made.record) | {
        "title": "", "local": 1, "done": 1, "modified_ms": 0, "undone_ms": None,
        "before_json": json.dumps({"corrected": activity_key, "was": _values(activity)}),
    }  # fmt: skip
    insert(connection, "activity", record, known="activity_key")
    recompute(connection, [lead_id], now_ms)
    keep_items(connection, made.items, lead_id)
    settle(connection, [lead_id], now_ms)
    return made


def _correctable(connection: Connection, activity_key: str) -> Activity:
    activity = activity_in(connection, activity_key)
    if activity is None or (not activity.disposition and activity.local):
        raise NotFoundError(
            f"There is no outcome {activity_key} on this machine.",
            kept="Nothing was changed.",
            next_step="`sdrdesk log --json` lists the keys of a day's outcomes.",
        )
    if not activity.local and (activity.kind is not ActivityKind.CALL or not activity.crm_id):
        raise UsageError("Only calls and outcomes can be corrected.", kept="Nothing was changed.")
    undone = connection.execute(
        f"SELECT a.undone_ms IS NOT NULL OR {CORRECTED} FROM activity a WHERE a.activity_key = ?",  # noqa: S608
        (activity_key,),
    ).fetchone()[0]
    if undone:
        raise UsageError(
            "This outcome was undone.",
            kept="Nothing was changed.",
            next_step="Record the right outcome for the lead.",
        )
    return activity


def _parts(connection: Connection, path: Path, activity: Activity) -> _Parts:
    rows = connection.execute(
        f"SELECT key, created_ms, {FATE} FROM outbox WHERE activity_key = ? ORDER BY seq",  # noqa: S608
        (activity.activity_key,),
    ).fetchall()
    items = []
    for key, created_ms, kind, state, *more in rows:
        can_take = never_left(kind, state, *more) and not may_have_sent(
            connection, path, created_ms
        )
        payload = json_object(more[-1])
        items.append(_Item(str(key), OutboxKind(kind), str(state), payload, can_take))
    own = [item for item in items if item.key == activity.activity_key]
    if not own and not activity.local:
        own = [_Item(activity.activity_key, OutboxKind.CALL, "sent", _as_sent(activity), False)]
    if not own:
        raise UsageError("This outcome has no record to correct.", kept="Nothing was changed.")
    standing = [item for item in items if item.state != "undone" and item is not own[0]]
    later = [item for item in standing if item.corrects]
    return _Parts(own[0], later, [item for item in standing if not item.corrects])


def _as_sent(activity: Activity) -> dict[str, object]:
    """Return the content of a call that another machine or tool logged."""
    return {
        "at": iso(activity.at),
        "title": "",
        "note": activity.note,
        "outcome_label": activity.outcome_label,
        "duration_s": activity.duration_s,
        "number": activity.number,
        "owner_id": activity.owner_id,
        "connected": True,
    }


def _is_last(connection: Connection, activity: Activity) -> bool:
    """Return whether no later call or outcome of the lead counts."""
    later = connection.execute(
        "SELECT 1 FROM activity a WHERE a.lead_id = ? AND a.activity_key <> ?"  # noqa: S608
        " AND a.undone_ms IS NULL AND a.corrects = '' AND (a.kind = 'call' OR a.disposition <> '')"
        f" AND NOT {CORRECTED} AND (a.at_ms > ? OR a.local = 1 AND a.disposition <> '' AND a.rowid"
        " > (SELECT rowid FROM activity WHERE activity_key = ?)) LIMIT 1",
        (activity.lead_id, activity.activity_key, to_ms(activity.at), activity.activity_key),
    ).fetchone()
    return later is None


def _withdraw(connection: Connection, lead_id: str, items: list[_Item], now_ms: int) -> None:
    """Take back what has not left: other things follow from the new outcome."""
    for item in reversed(items):
        if not item.takeable:
            continue
        connection.execute(
            "UPDATE outbox SET state = 'undone', next_try_ms = NULL WHERE key = ?", (item.key,)
        )
        if item.kind is OutboxKind.CONTACT:
            show_crm_values(connection, item.key, now_ms)
    for name, value in pending(connection, [lead_id]).get(lead_id, {}).items():
        show_value(connection, lead_id, name, value)
    settle(connection, [lead_id], now_ms)


def _standing(
    connection: Connection,
    activity: Activity,
    parts: _Parts,
    image: Snapshot | None,
    *,
    is_last: bool,
) -> OutcomeNow:
    lead = lead_in(connection, activity.lead_id)
    if lead is None:
        raise NotFoundError(
            f"There is no lead {activity.lead_id} on this machine.", kept="Nothing was changed."
        )
    latest = parts.later[-1].payload if parts.later else parts.own.payload
    left = tuple(
        (item.kind, item.payload)
        for item in parts.side
        if not item.takeable and item.kind is not OutboxKind.CONTACT
    )
    tasks = task_items_in(connection, activity.activity_key)
    return OutcomeNow(
        activity,
        {n: v for n, v in latest.items() if n not in ("change", "call", "was", "anyway")},
        not parts.own.takeable and parts.own.state != "undone",
        lead,
        image.onto(lead) if image is not None else lead,
        fields_of(connection, activity.activity_key),
        left,
        is_last,
        tuple(open_promises(connection, activity.lead_id)),
        tuple(t for t in tasks if t.state is not OutboxState.UNDONE),
        sets_mark(connection, activity.activity_key),
    )


def _revise(connection: Connection, made: Revision, *, local: bool) -> None:
    row = activity_row(made.activity) | {"title": made.intent.get("title", "")}
    # Of a call of another tool the reports read what the CRM says: outcome, title and note.
    shared = local or sent_key_of(connection, made.activity.activity_key) != row["activity_key"]
    names: tuple[str, ...] = _REVISED if shared else ("outcome_label", "note")
    if not local and row["title"]:
        names = (*names, "title")
    connection.execute(
        f"UPDATE activity SET {', '.join(f'{name} = ?' for name in names)}"  # noqa: S608
        " WHERE activity_key = ?",
        (*(row[name] for name in names), made.activity.activity_key),
    )


def _change_own_item(
    connection: Connection, activity: Activity, parts: _Parts, made: Revision, now_ms: int
) -> None:
    own, hold_ms = parts.own, to_ms(made.hold_until)
    if own.state == "undone":
        return  # dropped by the rep: there is nothing to change at the CRM
    if own.takeable:
        outbox.put_payload(connection, own.key, dict(made.intent))
        # Held again: a push that read it a moment ago does not send what it read.
        connection.execute(
            "UPDATE outbox SET state = 'held', hold_until_ms = ?, next_try_ms = NULL,"
            " last_error = '', correlation_id = '' WHERE key = ?",
            (hold_ms, own.key),
        )
        return
    was = {"note": activity.note, "outcome_label": activity.outcome_label}
    change = {**made.intent, "change": "correct", "call": activity.activity_key, "was": was}
    item = OutboxItem(
        key=made.record.activity_key,
        kind=own.kind,
        lead_id=activity.lead_id,
        activity_key=activity.activity_key,
        payload=change,
        hold_until=made.hold_until,
    )
    insert_items(connection, (item,), activity.lead_id, now_ms)


def _decide(connection: Connection, made: Revision, image: Snapshot | None) -> None:
    """Write what follows for the lead; a snooze the rep set since stays."""
    if made.change is None:
        return
    now = state_in(connection, made.activity.lead_id)
    if image is not None:
        before = replace(
            now,
            next_due_at=from_ms(image.next_due_ms),
            worked_out_at=from_ms(image.worked_out_ms),
        )
        put_state(connection, before)
    change_desk(connection, made.activity, made.change)
    resting = {name: getattr(now, name) for name in REST}
    if resting != NO_REST:
        put_state(connection, replace(state_in(connection, made.activity.lead_id), **resting))


def _values(activity: Activity) -> Mapping[str, object]:
    row = activity_row(activity)
    return {name: row[name] for name in _REVISED}
