"""Open promises, other open tasks and coming meetings of all leads, for the agenda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.lead.promise import STALE_AFTER
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.lead_ids import display_name

_WHO = (
    "l.lead_id, l.first_name, l.last_name, l.email, coalesce(nullif(c.name, ''), l.company_text),"
    " coalesce(nullif(d.rep_time_zone, ''), l.zone), l.owner_id"
)
_JOINS = (
    " JOIN lead l ON l.lead_id = {0}.lead_id AND l.archived = 0"
    " LEFT JOIN company c ON c.company_id = l.company_id"
    " LEFT JOIN lead_desk d ON d.lead_id = l.lead_id"
    " LEFT JOIN owner o ON o.owner_id = {0}.owner_id"
)
_PROMISES = (
    f"SELECT p.promise_key, p.due_ms, p.owner_id, coalesce(o.name, ''), p.note, p.origin,"  # noqa: S608
    f" p.in_queue OR p.owner_id = '', p.crm_id, {_WHO}, p.what FROM promise p{_JOINS.format('p')}"
    " WHERE p.open = 1 AND (p.what <> 'call' OR l.do_not_call = 0)"
    " AND p.due_ms < ? AND (p.due_ms >= ? OR p.origin = 'sdrdesk')"
    " ORDER BY p.due_ms, p.crm_id, p.promise_key"
)
_MEETINGS = (
    f"SELECT a.activity_key, a.at_ms, a.owner_id, coalesce(o.name, ''), a.title, 'crm', 0,"  # noqa: S608
    f" a.crm_id, {_WHO} FROM activity a{_JOINS.format('a')}"
    " WHERE a.at_ms >= ? AND a.at_ms < ? AND a.kind = 'meeting' AND a.done = 0"
    " AND a.undone_ms IS NULL AND l.do_not_call = 0"
)
_UNSEEN_MEETINGS = (
    f"SELECT x.key, x.payload_json, {_WHO} FROM outbox x"  # noqa: S608
    " JOIN lead l ON l.lead_id = x.lead_id AND l.archived = 0"
    " LEFT JOIN company c ON c.company_id = l.company_id"
    " LEFT JOIN lead_desk d ON d.lead_id = l.lead_id"
    " WHERE x.kind = 'meeting' AND x.state <> 'undone' AND x.created_ms > ?"
    " AND (x.crm_id = '' OR NOT EXISTS (SELECT 1 FROM activity a WHERE a.kind = 'meeting'"
    " AND a.crm_id <> '' AND a.crm_id = x.crm_id))"
)
"""Meetings set here that have not come back from the CRM yet."""

_RECENT_MS = 400 * 86_400_000


class AgendaRow(NamedTuple):
    """One promised callback or one meeting. Times are aware UTC."""

    kind: str
    """``callback``, ``meeting``, or another task of the CRM: ``email`` or ``todo``."""
    key: str
    at: datetime
    owner_id: str
    owner: str
    note: str
    origin: str
    team: bool
    crm_id: str
    lead_id: str
    name: str
    company: str
    zone: str
    lead_owner_id: str


def promised(db: Database, now: datetime, until: datetime) -> list[AgendaRow]:
    """Return open promises and tasks due before ``until``, overdue ones included, earliest first.

    Tasks that are no calls are listed for people who are not to be called, too: an e-mail or a
    to-do is no call.
    """
    with db.reader() as connection:
        rows = connection.execute(_PROMISES, (to_ms(until), to_ms(now - STALE_AFTER))).fetchall()
    return [_row("callback" if what == "call" else what, row) for *row, what in rows]


def booked(db: Database, start: datetime, until: datetime) -> list[AgendaRow]:
    """Return the meetings between two moments that are still to be held, earliest first."""
    with db.reader() as connection:
        rows = connection.execute(_MEETINGS, (to_ms(start), to_ms(until))).fetchall()
        unseen = connection.execute(_UNSEEN_MEETINGS, (to_ms(start) - _RECENT_MS,)).fetchall()
        names = dict(connection.execute("SELECT owner_id, name FROM owner").fetchall())
    found = [_row("meeting", row) for row in rows]
    for key, text, *who in unseen:
        payload = json_object(text)
        if "change" in payload:
            continue
        owner = str(payload.get("owner_id", ""))
        try:
            at = datetime.fromisoformat(str(payload.get("start_at")))
        except ValueError:
            continue
        title = str(payload.get("title", ""))
        made = (key, to_ms(at), owner, names.get(owner, ""), title, "sdrdesk", 0, "", *who)
        if start <= at < until:
            found.append(_row("meeting", made))
    return sorted(found, key=lambda row: (row.at, row.key))


def _row(kind: str, row: Sequence[object]) -> AgendaRow:
    key, at_ms, owner_id, owner, note, origin, team, crm_id, *who = row
    lead_id, first, last, email, company, zone, lead_owner_id = (str(part or "") for part in who)
    return AgendaRow(
        kind,
        str(key),
        from_ms(int(str(at_ms))),
        str(owner_id),
        str(owner),
        one_line(str(note)),
        str(origin),
        bool(team),
        str(crm_id),
        lead_id,
        display_name(first, last, email, lead_id),
        company,
        zone,
        lead_owner_id,
    )
