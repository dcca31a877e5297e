"""Dated facts of every lead, for the queue at a moment in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sdrdesk.domain.queue.time_travel import PastFields
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One logged call. Times are aware UTC."""

    lead_id: str
    at: datetime
    owner_id: str
    disposition: str
    """Key of the outcome, ``""`` for what other tools logged."""
    outcome_label: str
    """The CRM's label of the outcome."""
    callback_at: datetime | None


def calls(db: Database) -> list[LoggedCall]:
    """Return every call by any rep that was not undone, oldest first."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT a.lead_id, a.at_ms, a.owner_id, a.disposition, a.outcome_label, a.callback_ms"  # noqa: S608
            f" FROM activity a WHERE a.kind = 'call' AND a.not_made = '' AND a.undone_ms IS NULL"
            f" AND NOT {CORRECTED}"
            " ORDER BY a.at_ms, a.activity_key"
        ).fetchall()
    return [
        LoggedCall(lead_id, from_ms(at_ms), owner_id, disposition, label, from_ms(callback_ms))
        for lead_id, at_ms, owner_id, disposition, label, callback_ms in rows
    ]


def fields_before_outcomes(db: Database) -> dict[str, list[PastFields]]:
    """Return, per lead, its fields before each outcome of this desk, oldest first."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id, at_ms, before_json FROM activity WHERE local = 1"
            " AND before_json <> '{}' AND undone_ms IS NULL ORDER BY at_ms"
        ).fetchall()
    found: dict[str, list[PastFields]] = {}
    for lead_id, at_ms, text in rows:
        image = json_object(text)
        if not {"status", "lifecycle", "do_not_call"} <= image.keys():
            continue
        found.setdefault(lead_id, []).append(
            PastFields(
                from_ms(at_ms),
                str(image["status"]),
                str(image["lifecycle"]),
                bool(image["do_not_call"]),
            )
        )
    return found


def first_dates(db: Database) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Return, per lead, its first conversion and its creation at the CRM."""
    with db.reader() as connection:
        rows: Sequence[tuple[str, int | None, int | None]] = connection.execute(
            "SELECT lead_id, first_converted_ms, created_ms FROM lead"
        ).fetchall()
    return {lead_id: (from_ms(first), from_ms(made)) for lead_id, first, made in rows}
