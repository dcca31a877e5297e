"""Removing a promise without a call, here and at the CRM, and taking that back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from sdrdesk.domain.lead.promise import next_promise
from sdrdesk.domain.outcome.promises import close_task, reopen_task
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


def restore_promise(
    db: Database,
    key: str,
    now: datetime,
    also: Callable[[Connection], None] | None = None,
) -> None:
    """Take back a removal: before it is sent without a trace, later by opening the task again.

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
        promise = promise_in(connection, str(json_object(text).get("task", "")))
        if not withdrawn and promise is not None and not promise.is_open:
            queue_task_change(connection, str(lead_id), reopen_task(promise, now), now, now)
        settle(connection, [str(lead_id)], to_ms(now))
        if also is not None:
            also(connection)


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
