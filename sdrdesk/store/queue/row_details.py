"""Texts of a queue row that the ranking does not read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.lead.owner import Promiser
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.lead_ids import display_name

_SQL = (
    "SELECT l.lead_id, l.first_name, l.last_name, l.email,"
    " coalesce(nullif(c.name, ''), l.company_text), l.job_title, l.persona, l.converted_on,"
    " coalesce(nullif(l.e164, ''), nullif(l.mobile, ''), l.phone), l.extension, l.first_attempt_ms,"
    " coalesce(d.callback_note, ''),"
    " CASE WHEN coalesce(d.rep_time_zone, '') = '' THEN l.zone_note ELSE '' END,"
    " coalesce(d.callback_owner_id, ''), coalesce(o.name, ''), coalesce(d.callback_team, 0),"
    " coalesce(d.callback_origin, ''), l.owner_id, coalesce(nullif(w.name, ''), l.owner_id)"
    " FROM lead l LEFT JOIN company c ON c.company_id = l.company_id"
    " LEFT JOIN lead_desk d ON d.lead_id = l.lead_id"
    " LEFT JOIN owner o ON o.owner_id = d.callback_owner_id AND d.callback_owner_id <> ''"
    " LEFT JOIN owner w ON w.owner_id = l.owner_id AND l.owner_id <> ''"
    " WHERE l.lead_id IN (SELECT value FROM json_each(?))"
)


class RowDetails(NamedTuple):
    """Texts of one lead in a row of the queue."""

    lead_id: str
    name: str
    company: str
    title: str
    persona: str
    converted_on: str
    phone: str
    """E.164 when known, else as typed."""
    extension: str
    first_attempt_at: datetime | None
    """Aware UTC."""
    callback_note: str
    zone_note: str
    """The sources of the time zone, ``""`` once the rep chose it."""
    promised_by: Promiser
    owner: str
    """Name of the lead's owner, their id when it is unknown, ``""`` for none."""


def row_details(connection: Connection, lead_ids: Sequence[str]) -> dict[str, RowDetails]:
    """Return these leads by id, in one read; missing ones are left out."""
    rows = connection.execute(_SQL, (json.dumps(list(lead_ids)),)).fetchall()
    return {
        lead: RowDetails(
            lead, display_name(first, last, email, lead), company, title, persona, form, phone,
            extension, from_ms(at_ms), note, zone_note,
            Promiser(by_id, by, bool(team), origin, by_id == owner_id), owner,
        )
        for (
            lead, first, last, email, company, title, persona, form, phone, extension, at_ms, note,
            zone_note, by_id, by, team, origin, owner_id, owner,
        ) in rows
    }  # fmt: skip
