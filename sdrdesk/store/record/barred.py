"""Learns from pulled calls that a person asked not to be called.

An account may have no field for that, and the lead's status alone looks like any lead that was
closed. The call itself says it, in the words that every sdrdesk writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sdrdesk.domain.crm.records import RemoteActivity
from sdrdesk.domain.outcome.note_text import barred_scope
from sdrdesk.domain.outcome.promises import close_task
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.promises.promises import open_promises
from sdrdesk.store.promises.removing import queue_task_change


def learn_barred(connection: Connection, calls: Sequence[RemoteActivity]) -> None:
    """Note who asked not to be called in these calls of others; lift what was corrected since.

    In the transaction that stored the calls. Calls recorded here are left alone.
    """
    scopes = {call.crm_id: barred_scope(call.note) for call in calls}
    rows = connection.execute("SELECT activity_key FROM suppression WHERE activity_key <> ''")
    known = {str(key) for (key,) in rows.fetchall()}
    for call in calls:
        scope = scopes[call.crm_id]
        if scope is None and f"call:{call.crm_id}" not in known:
            continue  # nearly every call
        row = connection.execute(
            "SELECT activity_key, lead_id FROM activity WHERE kind = 'call' AND crm_id = ?"
            " AND crm_id <> '' AND local = 0",
            (call.crm_id,),
        ).fetchone()
        if row is None:
            continue
        key, lead_id = str(row[0]), str(row[1])
        # A company's other people are not known from here; this person certainly is not called.
        values = {"person": lead_id, "company": lead_id, "number": call.number}
        value = values[scope] if scope is not None else ""
        if value:
            connection.execute(
                "INSERT OR IGNORE INTO suppression (scope, value, at_ms, activity_key)"
                " VALUES (?, ?, ?, ?)",
                ("number" if scope == "number" else "person", value, call.at_ms, key),
            )
        else:
            connection.execute("DELETE FROM suppression WHERE activity_key = ?", (key,))


def close_promises(
    connection: Connection, lead_ids: Iterable[str], owner_id: str, now_ms: int
) -> None:
    """Complete the rep's open call tasks of people who are not to be called; nobody keeps them.

    Args:
        connection: the caller's transaction.
        lead_ids: leads whose calls or tasks changed.
        owner_id: the rep; their promises and those of the team.
        now_ms: the present moment.
    """
    for part in chunks(sorted(set(lead_ids))):
        rows = connection.execute(
            "SELECT value FROM suppression WHERE scope = 'person'"  # noqa: S608  # placeholders
            f" AND value IN ({marks(part)})",
            part,
        ).fetchall()
        for (lead_id,) in rows:
            for promise in open_promises(connection, str(lead_id)):
                if promise.owner_id in ("", owner_id):
                    now = from_ms(now_ms)
                    change = close_task(promise, now)
                    queue_task_change(connection, str(lead_id), change, now, now)
