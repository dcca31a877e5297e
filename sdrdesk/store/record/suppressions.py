"""Sends a rep's "do not call" again where the CRM does not show it.

After a merge the CRM keeps the surviving lead's value, which may be "no". Here the person stays
suppressed, but every other desk and program of the account would call again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import fields, json_object
from sdrdesk.store.mirror.pending_fields import queue_change, set_base


def repeat_do_not_call(connection: Connection, lead_ids: Iterable[str], now_ms: int) -> None:
    """Queue "do not call" again for survivors of a merge that the CRM shows without it.

    Only if it is the last word of a rep of this desk and was written to a lead that is gone: an
    unsent change goes out anyway, a correction ("may be called again") counts, a mark that was
    removed from the survivor stays off, and without a field in the account nothing was ever sent.
    Call it after the survivors were stored, in the same transaction.
    """
    for lead_id in lead_ids:
        last = _last_change(connection, lead_id)
        if last is None or last.state != "sent" or last.value != "true":
            continue
        if last.written_on == lead_id or not _shown_without(connection, lead_id):
            continue
        _queue_mark(connection, lead_id, last.activity_key, last.priority, now_ms)


def queue_unsent_do_not_call(connection: Connection, now_ms: int) -> int:
    """Queue "do not call" marks made while no field of the account was chosen; return the count.

    Persons whose mark was sent before, or waits, are left alone.
    """
    rows = connection.execute(
        "SELECT s.value, s.activity_key FROM suppression s JOIN lead ON lead_id = s.value"
        " WHERE s.scope = 'person' AND archived = 0 AND do_not_call = 0"
    ).fetchall()
    unsent = [(str(i), str(key)) for i, key in rows if _last_change(connection, str(i)) is None]
    for lead_id, activity_key in unsent:
        _queue_mark(connection, lead_id, activity_key, 0, now_ms)
    return len(unsent)


def _queue_mark(
    connection: Connection, lead_id: str, activity_key: str, priority: int, now_ms: int
) -> None:
    base = {"do_not_call": "false"}
    queue_change(
        connection,
        lead_id,
        {"do_not_call": "true"},
        base,
        now_ms,
        activity_key=activity_key,
        priority=priority,
    )
    set_base(connection, lead_id, base, now_ms)


class _LastChange(NamedTuple):
    """The last change of the mark that was not undone."""

    activity_key: str
    priority: int
    state: str
    written_on: str
    """Id of the lead when the CRM took the change, "" before."""
    value: str


def _last_change(connection: Connection, lead_id: str) -> _LastChange | None:
    rows = connection.execute(
        "SELECT activity_key, priority, state, crm_id, payload_json FROM outbox"
        " WHERE lead_id = ? AND kind = 'contact' AND state <> 'undone' ORDER BY seq DESC",
        (lead_id,),
    ).fetchall()
    for activity_key, priority, state, crm_id, payload in rows:
        value = fields(json_object(payload), "changes").get("do_not_call")
        if value is not None:
            return _LastChange(activity_key, priority, state, crm_id, str(value))
    return None


def _shown_without(connection: Connection, lead_id: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM lead WHERE lead_id = ? AND do_not_call = 0", (lead_id,)
    ).fetchone()
    return row is not None
