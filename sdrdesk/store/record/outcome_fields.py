"""The CRM fields of an outcome: what it changed, what reached the CRM, and the lead before it."""

from __future__ import annotations

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import arrived, field_names, fields, json_object
from sdrdesk.store.mirror.leads import lead_in, resolve
from sdrdesk.store.record.snapshot import read_snapshot


def lead_before(db: Database, activity_key: str) -> Lead | None:
    """Return the lead as it was before an outcome, ``None`` when that is unknown.

    Only values that an outcome changes are of that time (fields, attempts, callback, next due
    time); everything else is as it is now.
    """
    with db.reader() as connection:
        row = connection.execute(
            "SELECT lead_id FROM activity WHERE activity_key = ?", (activity_key,)
        ).fetchone()
        image = read_snapshot(connection, activity_key)
        if row is None or image is None:
            return None
        lead = lead_in(connection, resolve(connection, row[0]))
        return None if lead is None else image.onto(lead)


def sent_fields(db: Database, activity_key: str) -> dict[str, str]:
    """Return the CRM fields an outcome changed, or will change, with their new values."""
    with db.reader() as connection:
        return fields_of(connection, activity_key)


def sets_do_not_call(db: Database, activity_key: str) -> bool:
    """Return whether an outcome set "do not call" at the CRM, or still will.

    False where the CRM had it already when the change was sent.
    """
    with db.reader() as connection:
        return sets_mark(connection, activity_key)


def sets_mark(connection: Connection, activity_key: str) -> bool:
    """Return what ``sets_do_not_call`` does, in the caller's transaction."""
    rows = connection.execute(
        "SELECT state, payload_json FROM outbox WHERE activity_key = ? AND kind = 'contact'",
        (activity_key,),
    ).fetchall()
    return any(_makes_mark(str(state), json_object(text)) for state, text in rows)


def _makes_mark(state: str, payload: dict[str, object]) -> bool:
    if "do_not_call" in arrived(payload):
        return "do_not_call" in field_names(payload, "written")
    return "do_not_call" in fields(payload, "changes") and state not in ("sent", "undone")


def fields_of(connection: Connection, activity_key: str) -> dict[str, str]:
    """Return the CRM fields of an outcome as ``sent_fields`` does."""
    rows = connection.execute(
        "SELECT state, payload_json FROM outbox WHERE activity_key = ? AND kind = 'contact'"
        " ORDER BY seq",
        (activity_key,),
    ).fetchall()
    changes: dict[str, str] = {}
    for state, text in rows:
        payload = json_object(text)
        # A dropped item counts with the part that was written before.
        part = None if state != "undone" else field_names(payload, "written")
        said = fields(payload, "changes")
        changes.update({n: str(v) for n, v in said.items() if part is None or n in part})
    return changes
