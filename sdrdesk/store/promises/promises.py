"""The table of promises, and the callback of a lead that follows from it.

Each row has two layers. The *base* is what the CRM showed last (or what a rep recorded, before the
task is at the CRM). On top of it come the rep's unsent changes, which are outbox items of kind
``task``. ``settle`` puts the two together, and writes the callback that counts into ``lead_desk``,
where the queue reads it. So a promise is the same on every machine once both have synced, in
whatever order they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import cast

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.records import RemoteActivity
from sdrdesk.domain.lead.activity import OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.lead.promise import (
    STALE_AFTER,
    Origin,
    Promise,
    next_promise,
    task_note,
    was_kept,
)
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.outcome.promises import TaskItem
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, known_ms, to_ms
from sdrdesk.store.mirror.lead_ids import ids_on_disk, resolve
from sdrdesk.store.mirror.merged_leads import current_ids

_UNSENT = "('held', 'queued', 'sending', 'blocked')"


class _Row(NamedTuple):
    """A row of the table, in the order of its columns."""

    promise_key: str
    lead_id: str
    crm_id: str
    origin: str
    base_open: int
    base_due_ms: int
    base_owner_id: str
    base_note: str
    in_queue: int
    modified_ms: int
    open: int
    due_ms: int
    owner_id: str
    note: str
    what: str = "call"

    def promise(self) -> Promise:
        """Return it as the rules see it."""
        return Promise(
            self.promise_key,
            self.lead_id,
            from_ms(self.due_ms),
            self.owner_id,
            self.note,
            cast(Origin, self.origin),
            bool(self.in_queue) or not self.owner_id,
            self.crm_id,
            bool(self.open),
            self.what,
        )


_NAMES = ", ".join(_Row._fields)
_SELECT = f"SELECT {_NAMES} FROM promise"  # noqa: S608  # constants
_PUT = f"INSERT OR REPLACE INTO promise ({_NAMES}) VALUES ({marks(_Row._fields)})"  # noqa: S608


def open_promises(connection: Connection, lead_id: str) -> list[Promise]:
    """Return the open promised calls of a lead, earliest first, forgotten ones included."""
    rows = _rows_of(connection, lead_id)
    found = [row.promise() for row in rows if row.open and row.what == "call"]
    return sorted(found, key=lambda p: (p.due_at, p.crm_id or p.key))


def promises_of(db: Database, lead_id: str) -> list[Promise]:
    """Return the open promises of a lead by any of its ids, earliest first."""
    with db.reader() as connection:
        return open_promises(connection, resolve(connection, lead_id))


def task_items(db: Database, activity_key: str) -> list[TaskItem]:
    """Return what an outcome did to call tasks, in the order of recording."""
    with db.reader() as connection:
        return task_items_in(connection, activity_key)


def task_items_in(connection: Connection, activity_key: str) -> list[TaskItem]:
    """Return what ``task_items`` does, in the caller's transaction."""
    rows = connection.execute(
        "SELECT key, payload_json, state FROM outbox"
        " WHERE activity_key = ? AND kind = 'task' ORDER BY seq",
        (activity_key,),
    ).fetchall()
    found = []
    for key, text, state in rows:
        payload = json_object(text)
        promise = promise_in(connection, str(payload.get("task", key)))
        found.append(TaskItem(payload, OutboxState(state), promise))
    return found


def promise_of(db: Database, key: str) -> Promise | None:
    """Return one promise or task, open or not, ``None`` when there is none."""
    with db.reader() as connection:
        return promise_in(connection, key)


def promise_in(connection: Connection, key: str) -> Promise | None:
    """Return one promise, open or not, ``None`` when there is none."""
    row = connection.execute(f"{_SELECT} WHERE promise_key = ?", (key,)).fetchone()
    return None if row is None else _Row._make(row).promise()


def keep_items(connection: Connection, items: Iterable[OutboxItem], lead_id: str) -> None:
    """Note the promises that these new outbox items make."""
    for item in items:
        payload = item.payload
        if item.kind is OutboxKind.TASK and "change" not in payload and payload.get("call"):
            keep_promise(connection, item.key, lead_id, payload)


def keep_promise(
    connection: Connection, key: str, lead_id: str, payload: Mapping[str, object]
) -> None:
    """Note the promise of one outbox item that makes a call task."""
    due_ms = _moment_ms(payload.get("due_at"))
    owner = str(payload.get("owner_id", ""))
    note = task_note(str(payload.get("subject", "")), str(payload.get("body", "")))
    row = _Row(key, lead_id, "", "sdrdesk", 1, due_ms, owner, note, 0, 0, 1, due_ms, owner, note)
    connection.execute(_PUT.replace("REPLACE", "IGNORE"), row)


def put_tasks(connection: Connection, tasks: Sequence[RemoteActivity], now_ms: int) -> set[str]:
    """Store the tasks of a page; return the leads whose promises may have changed.

    A task that sdrdesk made is found by its key, or by the id in the receipt, on whichever machine
    it was recorded.
    """
    held = _held(connection, tasks)
    known = [t for t in tasks if t.is_open_task or t.crm_id in held or t.key in held]
    named = {lead_id for task in known for lead_id in task.lead_ids}
    moved = current_ids(connection, named)
    here = ids_on_disk(connection, {moved.get(i, i) for i in named})
    touched: set[str] = set()
    for task in known:
        before = held.get(task.crm_id) or held.get(task.key)
        if before is not None and task.modified_ms < before.modified_ms:
            continue  # read before our own change of it
        ids = sorted({moved.get(i, i) for i in task.lead_ids}, key=lambda i: (len(i), i))
        lead_id = next((i for i in ids if i in here), ids[0] if ids else "")
        row = _from_task(task, lead_id, before)
        connection.execute(_PUT, row)
        if before is not None and before.lead_id != row.lead_id:
            touched.add(before.lead_id)
        touched.add(row.lead_id)
    touched.discard("")
    settle(connection, touched, now_ms)
    return touched


def put_task(connection: Connection, task: RemoteActivity, key: str) -> None:
    """Store one task as the CRM answered it, as the base of a promise that is here."""
    row = connection.execute(f"{_SELECT} WHERE promise_key = ?", (key,)).fetchone()
    if row is not None:
        before = _Row._make(row)
        connection.execute(_PUT, _from_task(task, before.lead_id, before))


def bind_task(connection: Connection, key: str, crm_id: str) -> None:
    """Note the CRM's id of a promise that was sent; drop a copy that was pulled without its key."""
    connection.execute(
        "DELETE FROM promise WHERE crm_id = ? AND crm_id <> '' AND promise_key <> ?"
        " AND EXISTS (SELECT 1 FROM promise WHERE promise_key = ?)",
        (crm_id, key, key),
    )
    connection.execute("UPDATE promise SET crm_id = ? WHERE promise_key = ?", (crm_id, key))


def close_gone(connection: Connection, crm_ids: Iterable[str], now_ms: int) -> set[str]:
    """Close the promises whose tasks were deleted at the CRM; return their leads."""
    touched: set[str] = set()
    for part in chunks(sorted(set(crm_ids))):
        where = f"crm_id <> '' AND crm_id IN ({marks(part)})"
        rows = connection.execute(f"SELECT lead_id FROM promise WHERE {where}", part)  # noqa: S608
        touched.update(str(row[0]) for row in rows)
        connection.execute(f"UPDATE promise SET base_open = 0 WHERE {where}", part)  # noqa: S608
        connection.execute(
            f"DELETE FROM activity WHERE kind = 'task' AND local = 0 AND {where}",  # noqa: S608
            part,
        )
    touched.discard("")
    settle(connection, touched, now_ms)
    return touched


def settle_late(connection: Connection, now_ms: int) -> None:
    """Settle leads whose promise at the CRM has become stale since it was stored."""
    stale_before_ms = now_ms - STALE_AFTER // timedelta(milliseconds=1)
    rows = connection.execute(
        "SELECT lead_id FROM lead_desk WHERE callback_ms < ? AND callback_origin NOT IN"
        " ('', 'sdrdesk')",
        (stale_before_ms,),
    ).fetchall()
    settle(connection, (str(row[0]) for row in rows), now_ms)


def open_tasks(connection: Connection, owner_id: str, now_ms: int, limit: int) -> list[str]:
    """Return the CRM ids of open call tasks to look at again, the ones due next to now first.

    Of a rep: their own tasks and those of their leads; ``""`` is everybody's. A task that came
    without its lead is among them: linking it changes no date.
    """
    rows = connection.execute(
        "SELECT p.crm_id FROM promise p LEFT JOIN lead l ON l.lead_id = p.lead_id"
        " WHERE p.base_open = 1 AND p.crm_id <> ''"
        " AND (? = '' OR p.owner_id IN (?, '') OR l.owner_id = ? OR p.lead_id = '')"
        " ORDER BY abs(p.base_due_ms - ?), p.promise_key LIMIT ?",
        (owner_id, owner_id, owner_id, now_ms, limit),
    ).fetchall()
    return [str(row[0]) for row in rows]


def without_lead(connection: Connection) -> set[str]:
    """Return the CRM ids of open call tasks that came without a contact."""
    rows = connection.execute("SELECT crm_id FROM promise WHERE lead_id = '' AND base_open = 1")
    return {str(row[0]) for row in rows}


def settle(connection: Connection, lead_ids: Iterable[str], now_ms: int) -> None:
    """Work out the promises of these leads, and the callback of each, again.

    A lead without any promise on record is left as it is.
    """
    now = from_ms(now_ms)
    for lead_id in _with_promises(connection, lead_ids):
        rows = _rows_of(connection, lead_id)
        called_ms = _last_call_ms(connection, lead_id)
        waiting = _unsent_changes(connection, lead_id)
        dropped = _withdrawn(connection, rows)
        settled = []
        for row in rows:
            made = _with_changes(row, waiting.get(row.promise_key, ()), called_ms)
            if row.promise_key in dropped:
                made = made._replace(open=0)
            if made != row:
                connection.execute(_PUT, made)
            settled.append(made.promise())
        _put_callback(connection, lead_id, next_promise(settled, now))


def _with_promises(connection: Connection, lead_ids: Iterable[str]) -> list[str]:
    found: list[str] = []
    for part in chunks(sorted(set(lead_ids))):
        rows = connection.execute(
            f"SELECT DISTINCT lead_id FROM promise WHERE lead_id IN ({marks(part)})",  # noqa: S608
            part,
        )
        found += [str(row[0]) for row in rows]
    return found


def _last_call_ms(connection: Connection, lead_id: str) -> int | None:
    row = connection.execute(
        "SELECT last_attempt_ms FROM lead WHERE lead_id = ?", (lead_id,)
    ).fetchone()
    return known_ms(row[0]) if row else None


def _with_changes(
    row: _Row, changes: Sequence[Mapping[str, object]], called_ms: int | None
) -> _Row:
    due_ms, owner, note = row.base_due_ms, row.base_owner_id, row.base_note
    touched = from_ms(row.modified_ms or None)
    kept = row.what == "call" and was_kept(from_ms(due_ms), touched, from_ms(called_ms))
    is_open = int(row.base_open and not kept)
    for change in changes:
        is_open = 0 if change.get("change") == "close" else 1
        if change.get("change") == "move":
            due_ms = _moment_ms(change.get("due_at")) or due_ms
            owner = str(change.get("owner_id", owner))
            note = task_note("", str(change.get("body", ""))) or note
    return row._replace(open=is_open, due_ms=due_ms, owner_id=owner, note=note)


def _unsent_changes(connection: Connection, lead_id: str) -> dict[str, list[Mapping[str, object]]]:
    rows = connection.execute(
        "SELECT payload_json FROM outbox WHERE lead_id = ? AND kind = 'task'"  # noqa: S608
        f" AND state IN {_UNSENT} ORDER BY seq",
        (lead_id,),
    ).fetchall()
    found: dict[str, list[Mapping[str, object]]] = {}
    for (text,) in rows:
        payload = json_object(text)
        if "change" in payload:
            found.setdefault(str(payload.get("task", "")), []).append(payload)
    return found


def _withdrawn(connection: Connection, rows: Sequence[_Row]) -> set[str]:
    """Return the promises that were undone before they were sent.

    One that a rep dropped from the outbox is still a promise here.
    """
    unsent = [row.promise_key for row in rows if not row.crm_id]
    found = connection.execute(
        "SELECT key FROM outbox WHERE state = 'undone'"  # noqa: S608  # placeholders
        f" AND last_error NOT LIKE 'dropped%' AND key IN ({marks(unsent)})",
        unsent,
    ).fetchall()
    return {str(row[0]) for row in found}


def _put_callback(connection: Connection, lead_id: str, promise: Promise | None) -> None:
    values: tuple[object, ...] = (None, "", "", "", 0, "")
    if promise is not None:
        behind = connection.execute(
            "SELECT activity_key FROM outbox WHERE key = ?", (promise.key,)
        ).fetchone()
        values = (
            to_ms(promise.due_at),
            promise.note,
            behind[0] if behind else "",
            promise.owner_id,
            int(promise.team),
            promise.origin,
        )
    connection.execute("INSERT OR IGNORE INTO lead_desk " + _EMPTY_DESK, (lead_id,))
    connection.execute(
        "UPDATE lead_desk SET callback_ms = ?, callback_note = ?, callback_activity_key = ?,"
        " callback_owner_id = ?, callback_team = ?, callback_origin = ? WHERE lead_id = ?",
        (*values, lead_id),
    )
    if promise is None:
        connection.execute(
            "DELETE FROM lead_desk WHERE lead_id = ? AND next_due_ms IS NULL"
            " AND snoozed_until_ms IS NULL AND rest_seen_ms IS NULL AND pinned_ms IS NULL"
            " AND worked_out_ms IS NULL"
            " AND snooze_reason = '' AND rep_time_zone = ''",
            (lead_id,),
        )


_EMPTY_DESK = (
    "(lead_id, callback_note, callback_activity_key, snooze_reason, rep_time_zone,"
    " callback_owner_id, callback_team, callback_origin) VALUES (?, '', '', '', '', '', 0, '')"
)


def _rows_of(connection: Connection, lead_id: str) -> list[_Row]:
    rows = connection.execute(f"{_SELECT} WHERE lead_id = ?", (lead_id,)).fetchall()
    return [_Row._make(row) for row in rows]


def _held(connection: Connection, tasks: Sequence[RemoteActivity]) -> dict[str, _Row]:
    """Return the rows of these tasks by CRM id and by key."""
    found: dict[str, _Row] = {}
    for part in chunks([task.crm_id for task in tasks if task.crm_id]):
        rows = connection.execute(
            f"{_SELECT} WHERE crm_id <> '' AND crm_id IN ({marks(part)})", part
        ).fetchall()
        found.update({str(row[2]): _Row._make(row) for row in rows})
    for part in chunks([task.key for task in tasks if task.key]):
        rows = connection.execute(
            f"{_SELECT} WHERE promise_key IN ({marks(part)})", part
        ).fetchall()
        found.update({str(row[0]): _Row._make(row) for row in rows})
    return found


def _from_task(task: RemoteActivity, lead_id: str, before: _Row | None) -> _Row:
    own = bool(task.key) or (before is not None and before.origin == "sdrdesk")
    origin: Origin = "sdrdesk" if own else "automation" if task.automated else "crm"
    is_open = int(task.is_open_task)
    due_ms = known_ms(task.at_ms) or (before.base_due_ms if before else 0)
    note = task_note(task.title, task.note)
    return _Row(
        before.promise_key if before else task.key or f"task:{task.crm_id}",
        lead_id or (before.lead_id if before else ""),
        task.crm_id,
        origin,
        # A task without a readable due time promises no hour.
        is_open if due_ms else 0,
        due_ms,
        task.owner_id,
        note,
        int(task.in_queue),
        task.modified_ms,
        before.open if before else is_open,
        before.due_ms if before else due_ms,
        before.owner_id if before else task.owner_id,
        before.note if before else note,
        # A task that is done says no more what it asked for.
        task.open_other or (before.what if before and not task.open_call else "call"),
    )


def _moment_ms(value: object) -> int:
    try:
        return to_ms(parse_iso(str(value)))
    except ValueError:
        return 0
