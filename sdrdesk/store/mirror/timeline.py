"""Writes CRM activities of all reps into the timeline of their leads.

A rep's own record is never overwritten; the CRM's copy of it is linked to it by its key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sdrdesk.domain.crm.records import RECENT_KINDS, RemoteActivity
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.lead_ids import ids_on_disk
from sdrdesk.store.mirror.merged_leads import current_ids
from sdrdesk.store.mirror.reused_ids import part_activities


def put_activities(
    connection: Connection, activities: Sequence[RemoteActivity], outcomes: Mapping[str, str]
) -> set[str]:
    """Store activities of all reps and return the ids of their leads.

    Activities that this sdrdesk sent come back with their key and are linked to the rep's record.
    """
    parted = _part(connection, activities)
    named = {lead_id for a in activities for lead_id in a.lead_ids}
    moved = current_ids(connection, named)
    here = ids_on_disk(connection, {moved.get(i, i) for i in named})
    ours = _by_key(connection, [a.key for a in activities if a.key])
    held = _held_activities(connection, activities)
    touched = parted
    plain: list[tuple[object, ...]] = []
    shared: dict[str, list[str]] = {}
    for activity in activities:
        ids = [moved.get(i, i) for i in activity.lead_ids]
        lead_id = next((i for i in ids if i in here), ids[0] if ids else "")
        touched.update(ids)
        before = held.get((activity.kind, activity.crm_id))
        own_key, own_lead = ours.get((activity.key, activity.kind), ("", ""))
        if before is not None:
            touched.add(before.lead_id)
            own_lead = own_lead or before.lead_id
        if own_lead in ids:
            lead_id = own_lead  # of several people, the one it was recorded for
        if own_key or (before is not None and before.local):
            _tie(connection, activity, lead_id, own_key, before)
            key = own_key or (before.key if before is not None else "")
        elif activity.kind in RECENT_KINDS and lead_id not in here:
            continue  # an e-mail of somebody who is not on this machine
        else:
            plain.append(_activity_row(activity, lead_id, outcomes))
            key = f"{activity.kind}:{activity.crm_id}"
        if activity.kind in ("call", "meeting"):
            shared[key] = [i for i in dict.fromkeys(ids) if i != lead_id]
    connection.executemany(_ACTIVITY_UPSERT, plain)
    touched |= _share(connection, shared)
    touched.discard("")
    return touched


def _part(connection: Connection, activities: Sequence[RemoteActivity]) -> set[str]:
    """Part what is here from other records with its ids; return the leads of what was here."""
    touched: set[str] = set()
    for kind in {activity.kind for activity in activities}:
        of_kind = [activity for activity in activities if activity.kind == kind]
        touched.update(part_activities(connection, kind, of_kind).values())
    return touched


def _share(connection: Connection, shared: Mapping[str, Sequence[str]]) -> set[str]:
    """Store the further leads of each call, and return those that were there before."""
    before: set[str] = set()
    for part in chunks(sorted(shared)):
        rows = connection.execute(
            f"DELETE FROM call_lead WHERE activity_key IN ({marks(part)}) RETURNING lead_id",  # noqa: S608
            part,
        ).fetchall()
        before.update(str(lead_id) for (lead_id,) in rows)
    connection.executemany(
        "INSERT OR IGNORE INTO call_lead (lead_id, activity_key) VALUES (?, ?)",
        [(lead_id, key) for key, ids in shared.items() for lead_id in ids],
    )
    return before


def _by_key(connection: Connection, keys: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the rep's own activity and its lead by key and kind of the sent item."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for part in chunks(keys):
        rows = connection.execute(
            "SELECT o.key, o.kind, a.activity_key, a.lead_id FROM outbox o"  # noqa: S608  # placeholders
            " JOIN activity a ON a.activity_key = o.activity_key AND a.local = 1 AND"
            " (a.kind = o.kind OR a.kind = 'change' AND o.key = a.activity_key)"
            f" WHERE o.key IN ({marks(part)})",
            part,
        ).fetchall()
        found.update({(str(r[0]), str(r[1])): (str(r[2]), str(r[3])) for r in rows})
    return found


class _HeldActivity(NamedTuple):
    key: str
    lead_id: str
    local: bool


def _held_activities(
    connection: Connection, activities: Sequence[RemoteActivity]
) -> dict[tuple[str, str], _HeldActivity]:
    """Return the activities that are here, by kind and CRM id."""
    found: dict[tuple[str, str], _HeldActivity] = {}
    for kind in {activity.kind for activity in activities}:
        for part in chunks(sorted({a.crm_id for a in activities if a.kind == kind and a.crm_id})):
            rows = connection.execute(
                "SELECT crm_id, activity_key, lead_id, local FROM activity"  # noqa: S608
                f" WHERE kind = ? AND crm_id <> '' AND crm_id IN ({marks(part)})",
                (kind, *part),
            )
            for crm_id, key, lead_id, local in rows:
                found[kind, str(crm_id)] = _HeldActivity(str(key), str(lead_id), bool(local))
    return found


def _tie(
    connection: Connection,
    activity: RemoteActivity,
    lead_id: str,
    own_key: str,
    before: _HeldActivity | None,
) -> None:
    """Link a CRM activity to the rep's own record, whose texts stay."""
    if before is not None and (before.local or before.key == own_key):
        connection.execute(
            "UPDATE activity SET modified_ms = ?, lead_id = CASE WHEN ? = '' THEN lead_id"
            " ELSE ? END, created_ms = CASE kind WHEN 'meeting' THEN created_ms ELSE ? END,"
            " recording_url = ?, attachments = ? WHERE activity_key = ?",
            (
                activity.modified_ms,
                lead_id,
                lead_id,
                activity.created_ms,
                activity.recording_url,
                activity.attachments,
                before.key,
            ),
        )
        return
    if before is not None:
        connection.execute("DELETE FROM activity WHERE activity_key = ?", (before.key,))
    connection.execute(
        "UPDATE activity SET crm_id = ?, modified_ms = ?, recording_url = ?, attachments = ?"
        " WHERE activity_key = ?",
        (
            activity.crm_id,
            activity.modified_ms,
            activity.recording_url,
            activity.attachments,
            own_key,
        ),
    )


def _activity_row(
    activity: RemoteActivity, lead_id: str, outcomes: Mapping[str, str]
) -> tuple[object, ...]:
    return (
        f"{activity.kind}:{activity.crm_id}",
        lead_id,
        activity.owner_id,
        activity.kind,
        activity.at_ms,
        outcomes.get(activity.outcome, ""),
        activity.duration_s,
        activity.number,
        activity.title,
        activity.note,
        activity.crm_id,
        activity.done,
        activity.modified_ms,
        activity.number_works,
        activity.direction,
        activity.channel,
        activity.recording_url,
        activity.attachments,
        activity.not_made,
        activity.created_ms,
        activity.result,
    )


_ACTIVITY_UPSERT = """
INSERT INTO activity (activity_key, lead_id, owner_id, kind, at_ms, disposition, outcome_label,
 duration_s, number, title, note, reason, script_id, qualify_json, crm_id, local, done,
 modified_ms, number_works, direction, channel, recording_url, attachments, not_made, created_ms,
 result, corrects, before_json)
VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, '', '', '{}', ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '',
 '{}')
ON CONFLICT (activity_key) DO UPDATE SET lead_id = CASE WHEN excluded.lead_id = ''
 THEN activity.lead_id ELSE excluded.lead_id END, owner_id = excluded.owner_id,
 at_ms = excluded.at_ms, outcome_label = excluded.outcome_label, duration_s = excluded.duration_s,
 number = excluded.number, title = excluded.title, note = excluded.note, done = excluded.done,
 modified_ms = excluded.modified_ms, number_works = excluded.number_works,
 direction = excluded.direction, channel = excluded.channel,
 recording_url = excluded.recording_url, attachments = excluded.attachments,
 not_made = excluded.not_made, created_ms = excluded.created_ms, result = excluded.result
"""
