"""Meetings that were set here, read from the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sdrdesk.domain.crm.intent_check import problem_of
from sdrdesk.domain.crm.intents import MeetingIntent
from sdrdesk.domain.lead.activity import OutboxKind, OutboxState
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object, json_object_or_none
from sdrdesk.store.database.timestamps import from_ms

_COLUMNS = "key, activity_key, lead_id, payload_json, state, created_ms"


@dataclass(frozen=True, slots=True)
class MeetingSet:
    """One meeting a rep set here. Times are aware UTC."""

    key: str
    """Key of the outbox item; never changes."""
    activity_key: str
    lead_id: str
    intent: MeetingIntent
    state: OutboxState
    set_at: datetime


def meetings_set(db: Database, activity_key: str = "") -> list[MeetingSet]:
    """Return the meetings set here (or by one outcome), the latest first."""
    where = "kind = 'meeting'" + (" AND activity_key = ?" if activity_key else "")
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY seq DESC",  # noqa: S608 - ours
            (activity_key,) if activity_key else (),
        ).fetchall()
    return [
        MeetingSet(
            key, activity, lead, cast(MeetingIntent, json_object(payload)), OutboxState(state),
            from_ms(created),
        )
        for key, activity, lead, payload, state, created in rows
        if "change" not in json_object(payload)
        and not problem_of(OutboxKind.MEETING, json_object_or_none(payload))
    ]  # fmt: skip
