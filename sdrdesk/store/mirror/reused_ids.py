"""Records that have the id of another one that is here.

A CRM that numbers its records gives the numbers since a backup again once that backup was restored.
The moment at which the CRM made a record tells it from the one before. Everything is compared then:
values since the backup are not there any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sdrdesk.domain.crm.records import RemoteActivity, RemoteLead
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.merged_leads import move_ids
from sdrdesk.store.mirror.sync_state import COMPARED, forget


def part_activities(
    connection: Connection, kind: str, activities: Sequence[RemoteActivity]
) -> dict[str, str]:
    """Part what is here from later records with its ids; return CRM id to lead of what was here.

    A rep's own record and promise stay, without an id at the CRM.
    """
    made = {a.crm_id: a.created_ms for a in activities if a.created_ms}
    parted: dict[str, str] = {}
    for part in chunks(sorted(made)):
        rows = connection.execute(
            "SELECT crm_id, activity_key, lead_id, local, created_ms FROM activity"  # noqa: S608
            f" WHERE kind = ? AND crm_id <> '' AND crm_id IN ({marks(part)})",
            (kind, *part),
        ).fetchall()
        for crm_id, key, lead_id, is_own, before_ms in rows:
            if 0 < before_ms < made[crm_id]:
                parted[str(crm_id)] = str(lead_id)
                for statement in _OF_OWN if is_own else _OF_OTHERS:
                    connection.execute(statement, {"key": key})
                if kind == "task":
                    _part_promise(connection, str(crm_id))
    if parted:
        forget(connection, COMPARED)
    return parted


_OF_OWN = (
    "UPDATE activity SET crm_id = '', created_ms = 0 WHERE activity_key = :key",
    "UPDATE outbox SET crm_id = '' WHERE key = :key AND state = 'sent'",
)
_OF_OTHERS = tuple(
    f"DELETE FROM {table} WHERE activity_key = :key"  # noqa: S608  # names from here
    for table in ("call_lead", "shared_record", "activity")
)


def _part_promise(connection: Connection, crm_id: str) -> None:
    own = "crm_id = ? AND promise_key IN (SELECT key FROM outbox)"
    connection.execute(f"UPDATE promise SET crm_id = '' WHERE {own}", (crm_id,))  # noqa: S608
    connection.execute("DELETE FROM promise WHERE crm_id = ?", (crm_id,))


def part_leads(connection: Connection, leads: Sequence[RemoteLead]) -> list[str]:
    """Keep people whose ids are those of others now under ids of their own; return these.

    Somebody with the same e-mail address or number was only entered again.
    """
    coming = {lead.lead_id: lead for lead in leads if lead.created_ms}
    kept = []
    for part in chunks(sorted(coming)):
        rows = connection.execute(
            "SELECT lead_id, created_ms, email, phone, mobile FROM lead"  # noqa: S608
            f" WHERE created_ms > 0 AND lead_id IN ({marks(part)})",
            part,
        ).fetchall()
        for lead_id, made_ms, *reached in rows:
            now = coming[str(lead_id)]
            same = {now.email, now.phone, now.mobile}.intersection(reached) - {""}
            if made_ms < (now.created_ms or 0) and not same:
                kept.append(f"{lead_id}-{made_ms}")
                _keep(connection, str(lead_id), kept[-1])
    if kept:
        forget(connection, COMPARED)
    return kept


def _keep(connection: Connection, lead_id: str, own_id: str) -> None:
    names = [str(row[1]) for row in connection.execute("PRAGMA table_info(lead)")]
    others = ", ".join(name for name in names if name != "lead_id")
    connection.execute(
        f"INSERT OR IGNORE INTO lead (lead_id, {others})"  # noqa: S608  # names of the schema
        f" SELECT ?, {others} FROM lead WHERE lead_id = ?",
        (own_id, lead_id),
    )
    move_ids(connection, lead_id, own_id)
