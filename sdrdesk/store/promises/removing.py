"""Changing a promise or another task without a call, here and at the CRM, and taking it back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.promise import Promise, next_promise
from sdrdesk.domain.outcome.promises import close_task, move_task, reopen_task
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.promises.promises import open_promises, promise_in, settle

_PRIORITY = 20


def remove_promise(
    connection: Connection, lead_id: str, now: datetime, hold_until: datetime
) -> str:
    """Close the promise that counts for a lead; return the key of the item that tells the CRM.

    ``""`` when there is none on record.
    """
    promise = next_promise(open_promises(connection, lead_id), now)
    if promise is None:
        return ""
    if not promise.has_task:
        connection.execute("UPDATE promise SET base_open = 0 WHERE promise_key = ?", (promise.key,))
        settle(connection, [lead_id], to_ms(now))
        return ""
    return queue_task_change(connection, lead_id, close_task(promise, now), now, hold_until)


def change_promise(
    db: Database,
    key: str,
    make: Callable[[Promise], Mapping[str, object]],
    now: datetime,
    hold_until: datetime,
    also: Callable[[Connection, Promise, str], None],
) -> Promise:
    """Change an open task of the CRM here, and at the CRM with the next sync.

    Args:
        db: the database.
        key: key of the promise.
        make: returns the change (``TaskChange``).
        now: aware.
        hold_until: end of the grace period.
        also: writes more in the same transaction: the task before, and the key of the item.

    Raises:
        NotFoundError: there is no such task.
        UsageError: it is not open any more.
    """
    with db.writer(durable=True) as connection:
        promise = promise_in(connection, key)
        if promise is None or not promise.has_task:
            raise NotFoundError(
                f"There is no task {key}.",
                kept="Nothing was changed.",
                next_step="List them with: sdrdesk callbacks --json",
            )
        if not promise.is_open:
            raise UsageError("This task is done already.", kept="Nothing was changed.")
        item = queue_task_change(connection, promise.lead_id, make(promise), now, hold_until)
        also(connection, promise, item)
    return promise


def restore_promise(
    db: Database,
    key: str,
    now: datetime,
    also: Callable[[Connection], None] | None = None,
) -> None:
    """Take back a change: before it is sent without a trace, later by a change back.

    ``also`` writes more in the same transaction.
    """
    with db.writer(durable=True) as connection:
        lead_id, text = connection.execute(
            "SELECT lead_id, payload_json FROM outbox WHERE key = ?", (key,)
        ).fetchone()
        withdrawn = connection.execute(
            "UPDATE outbox SET state = 'undone', next_try_ms = NULL WHERE key = ? AND unknown = 0"
            " AND (state = 'held' OR state IN ('queued', 'blocked') AND attempts = 0)",
            (key,),
        ).rowcount
        change = json_object(text)
        promise = promise_in(connection, str(change.get("task", "")))
        if not withdrawn and promise is not None:
            back = _way_back(change, promise, now)
            if back is not None:
                queue_task_change(connection, str(lead_id), back, now, now)
        settle(connection, [str(lead_id)], to_ms(now))
        if also is not None:
            also(connection)


def _way_back(
    change: Mapping[str, object], promise: Promise, now: datetime
) -> Mapping[str, object] | None:
    """Return the change that takes back another, ``None`` when somebody changed the task since."""
    if change.get("change") == "close":
        return None if promise.is_open else reopen_task(promise, now)
    if iso(promise.due_at) != change.get("due_at"):
        return None
    before = parse_iso(str(change["seen_due_at"]))
    owner = str(change.get("seen_owner_id", promise.owner_id))
    return move_task(promise, before, owner, now, asks=False)


def queue_task_change(
    connection: Connection,
    lead_id: str,
    change: Mapping[str, object],
    now: datetime,
    hold_until: datetime,
) -> str:
    """Queue a change of a call task without an outcome, show it, and return the item's key."""
    key = str(uuid.uuid4())
    connection.execute(
        "INSERT INTO outbox (key, kind, lead_id, activity_key, payload_json, state, priority,"
        " attempts, unknown, looks, hold_until_ms, last_error, correlation_id, crm_id, created_ms)"
        " VALUES (?, 'task', ?, '', ?, 'held', ?, 0, 0, 0, ?, '', '', '', ?)",
        (key, lead_id, json.dumps(change), _PRIORITY, to_ms(hold_until), to_ms(now)),
    )
    settle(connection, [lead_id], to_ms(now))
    return key
