"""Rows for tests, as models of the tables."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlmodel import SQLModel

from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activities import activity_in
from sdrdesk.store.mirror.lead_ids import resolve
from sdrdesk.store.record.decisions import DeskState, state_in
from sdrdesk.store.tables import ActivityRow, LeadRow

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
NOW_MS = to_ms(NOW)


def put(db: Database, *rows: SQLModel) -> None:
    with db.writer() as connection:
        for row in rows:
            names = row.__table__.columns.keys()  # type: ignore[attr-defined]  # of every table
            connection.execute(
                f"INSERT INTO {row.__tablename__} ({', '.join(names)})"
                f" VALUES ({', '.join('?' * len(names))})",
                [getattr(row, name) for name in names],
            )


def lead_row(lead_id: str = "501", **values: object) -> LeadRow:
    given: dict[str, object] = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": f"ada{lead_id}@engines.example",
        "owner_id": "7",
        "status": "NEW",
        "lifecycle": "lead",
        "phone": "+1 (555) 014-8899",
        "e164": "+15550148899",
        "zone": "America/New_York",
        "region": "US",
        "converted_ms": NOW_MS - 3_600_000,
        "first_converted_ms": NOW_MS - 3_600_000,
        "conversions": 1,
        "fit": 70,
    }
    return LeadRow.model_validate({"lead_id": lead_id, **given, **values})


def call_row(lead_id: str = "501", at: datetime = NOW, **values: object) -> ActivityRow:
    given: dict[str, object] = {
        "activity_key": str(uuid.uuid4()),
        "kind": "call",
        "at_ms": to_ms(at),
        "owner_id": "7",
        "local": False,
    }
    return ActivityRow.model_validate({"lead_id": lead_id, **given, **values})


def plan(
    lead_id: str = "501",
    *,
    key: str = "a-1",
    at: datetime = NOW,
    disposition: str = "left_voicemail",
    changes: dict[str, str] | None = None,
    base: dict[str, str] | None = None,
    note: str = "",
    change: LeadChange | None = None,
    corrects: str = "",
    reason: str = "",
    kind: ActivityKind = ActivityKind.CALL,
) -> OutcomePlan:
    """Return an outcome as the domain plans it: a call and, with ``changes``, a contact item."""
    fields = changes or {}
    activity = Activity(
        key, lead_id, "7", kind, at,
        disposition=disposition, note=note, corrects=corrects, reason=reason, duration_s=12,
    )  # fmt: skip
    hold = at + timedelta(seconds=30)
    items = [
        OutboxItem(key, OutboxKind.CALL, lead_id, key, {"note": note}, hold_until=hold),
    ]
    if fields:
        payload: dict[str, object] = {"changes": fields, "base": base or {}, "at": ""}
        contact = OutboxItem(
            f"{key}-c", OutboxKind.CONTACT, lead_id, key, payload,
            state=OutboxState.HELD, priority=30, hold_until=hold,
        )  # fmt: skip
        items.insert(0, contact)
    if change is None:
        change = LeadChange(attempts_delta=1, last_attempt_at=at)
    if fields:
        change = replace(change, fields=fields)
    return OutcomePlan(activity, tuple(items), change, ())


def desk_state(db: Database, lead_id: str) -> DeskState:
    with db.reader() as connection:
        return state_in(connection, resolve(connection, lead_id))


def get_activity(db: Database, key: str) -> Activity | None:
    with db.reader() as connection:
        return activity_in(connection, key)
