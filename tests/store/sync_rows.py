"""Rows for tests of the sync half of the store."""

from __future__ import annotations

import json
from typing import Any

from sdrdesk.domain.crm.records import RemoteActivity, RemoteLead
from sdrdesk.domain.lead.enrichment import Derived
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import attempts, mirror, timeline
from tests.store.filling import NOW_MS


def plain(lead: Lead) -> Derived:
    return Derived(fit=len(lead.job_title), persona=lead.persona)


def mine(field: str, base: str, mine: str, theirs: str) -> str:
    """Show the rep's value until it is sent."""
    return mine


def put(db: Database, *leads: RemoteLead, now_ms: int = 1000) -> mirror.PutResult:
    with db.writer() as connection:
        return mirror.put_leads(
            connection, leads, derive=plain, shown=mine, personas={"p1": "Buyer"}, now_ms=now_ms
        )


def put_calls(db: Database, *calls: RemoteActivity) -> None:
    with db.writer() as connection:
        touched = timeline.put_activities(connection, calls, {"guid": "Busy"})
        attempts.recompute(connection, touched, NOW_MS)


def item(db: Database, key: str, kind: str = "note", lead_id: str = "1", **more: Any) -> str:
    values: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "lead_id": lead_id,
        "activity_key": more.pop("activity_key", ""),
        "payload_json": json.dumps(more.pop("payload", {})),
        "state": "queued",
        "priority": 50,
        "attempts": 0,
        "unknown": 0,
        "looks": 0,
        "last_error": "",
        "correlation_id": "",
        "crm_id": "",
        "created_ms": 0,
    } | more
    with db.writer() as connection:
        connection.execute(
            f"INSERT INTO outbox ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
    return key


def rows(connection: Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(sql, values).fetchall()]


def sql(db: Database, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with db.reader() as connection:
        return rows(connection, statement, *values)
