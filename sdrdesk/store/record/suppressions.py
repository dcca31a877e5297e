"""A "do not call" of a rep outlives a merge at the CRM.

When two leads become one, the CRM keeps the main lead's own "no" over the other one's mark. Here
the person stays suppressed, but every other desk and program of the account would call again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from sdrdesk.clock import iso
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import fields, json_object
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.pending_fields import set_base, show_value


def repeat_do_not_call(connection: Connection, lead_ids: Iterable[str], now_ms: int) -> None:
    """Queue the mark once more for survivors of a merge that the CRM shows without it.

    Only what a rep of this desk said last, and what was written on a lead that is no more: an
    unsent change goes out by itself, a correction ("may be called again") stands, a mark that
    somebody took off the survivor itself stays off, and where the account has no field for it,
    nothing was ever sent. Call it after the survivors were landed, in the same transaction.
    """
    for lead_id in lead_ids:
        last = _last_said(connection, lead_id)
        if last is None or last.state != "sent" or last.value != "true":
            continue
        if last.written_on == lead_id or not _shown_without(connection, lead_id):
            continue
        _queue_mark(connection, lead_id, last.activity_key, last.priority, now_ms)


def queue_unsent_do_not_call(connection: Connection, now_ms: int) -> int:
    """Queue the marks that reps of this desk made while the account named no field for them.

    Returns how many. Persons whose mark was ever sent, or waits, are left alone.
    """
    rows = connection.execute(
        "SELECT s.value, s.activity_key FROM suppression s JOIN lead ON lead_id = s.value"
        " WHERE s.scope = 'person' AND archived = 0 AND do_not_call = 0"
    ).fetchall()
    unsent = [(str(i), str(key)) for i, key in rows if _last_said(connection, str(i)) is None]
    for lead_id, activity_key in unsent:
        _queue_mark(connection, lead_id, activity_key, 0, now_ms)
    return len(unsent)


def _queue_mark(
    connection: Connection, lead_id: str, activity_key: str, priority: int, now_ms: int
) -> None:
    payload = {
        "changes": {"do_not_call": "true"},
        "base": {"do_not_call": "false"},
        "at": iso(from_ms(now_ms)),
    }
    connection.execute(
        "INSERT INTO outbox (key, kind, lead_id, activity_key, payload_json, state, priority,"
        " attempts, unknown, looks, last_error, correlation_id, crm_id, created_ms)"
        " VALUES (?, 'contact', ?, ?, ?, 'queued', ?, 0, 0, 0, '', '', '', ?)",
        (str(uuid.uuid4()), lead_id, activity_key, json.dumps(payload), priority, now_ms),
    )
    set_base(connection, lead_id, {"do_not_call": "false"}, now_ms)
    show_value(connection, lead_id, "do_not_call", "true")


class _Said(NamedTuple):
    """The last change of the mark that was not taken back."""

    activity_key: str
    priority: int
    state: str
    written_on: str
    """The lead as it was called when the CRM took the change, "" when it has not yet."""
    value: str


def _last_said(connection: Connection, lead_id: str) -> _Said | None:
    rows = connection.execute(
        "SELECT activity_key, priority, state, crm_id, payload_json FROM outbox"
        " WHERE lead_id = ? AND kind = 'contact' AND state <> 'undone' ORDER BY seq DESC",
        (lead_id,),
    ).fetchall()
    for activity_key, priority, state, crm_id, payload in rows:
        value = fields(json_object(payload), "changes").get("do_not_call")
        if value is not None:
            return _Said(activity_key, priority, state, crm_id, str(value))
    return None


def _shown_without(connection: Connection, lead_id: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM lead WHERE lead_id = ? AND do_not_call = 0", (lead_id,)
    ).fetchone()
    return row is not None
