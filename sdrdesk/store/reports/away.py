"""Changes by others since a moment: moved, merged and deleted leads, conversions, calls."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.mirror.lead_ids import display_name
from sdrdesk.store.outbox.conflicts import Conflict

_MOST = 200
"""Lines of one kind: more would be a bulk edit, of which the count is enough."""
_NEAR_MS = 600_000
_NAME = "l.lead_id, l.first_name, l.last_name, l.email"


class NewsRow(NamedTuple):
    """One thing that happened to a lead. Texts come from the CRM."""

    kind: str
    """``moved``, ``deleted``, ``merged``, ``converted`` or ``new``."""
    lead_id: str
    name: str
    was: str
    """Owner before (moved), name of the record that went (merged), else ``""``."""
    now: str
    """Owner now (moved), what they converted on (converted, new), else ``""``."""
    at: datetime | None
    """When they converted, aware UTC."""


class AwayCall(NamedTuple):
    """A call that was not made here. ``at`` is aware UTC."""

    lead_id: str
    name: str
    at: datetime
    owner_id: str
    owner: str
    outcome: str
    note: str


def sent_kinds(db: Database, since: datetime) -> list[str]:
    """Return the kind of every item that arrived at the CRM since then."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT kind FROM outbox WHERE state = 'sent' AND sent_ms > ?", (to_ms(since),)
        ).fetchall()
    return [str(kind) for (kind,) in rows]


def lead_news(db: Database, after: int, owner_id: str) -> list[NewsRow]:
    """Return what happened to the rep's leads after this row of news, the last of each kind."""
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT n.kind, {_NAME}, l.owner_id, l.archived, n.was, n.now,"  # noqa: S608
            " coalesce(b.name, ''), coalesce(a.name, '')"
            " FROM lead_news n JOIN lead l ON l.lead_id = n.lead_id"
            " LEFT JOIN owner b ON b.owner_id = n.was"
            " LEFT JOIN owner a ON a.owner_id = l.owner_id"
            " WHERE n.seq > ? ORDER BY n.seq DESC",
            (after,),
        ).fetchall()
        first = connection.execute(
            "SELECT lead_id, was FROM lead_news WHERE kind = 'moved' AND seq > ? ORDER BY seq DESC",
            (after,),
        ).fetchall()
    # Moved twice: from the owner before the first move.
    before = {str(lead_id): str(was) for lead_id, was in first}
    found: dict[tuple[str, str], NewsRow] = {}
    for kind, lead_id, given, family, email, owner, archived, was, now, old, new in rows:
        name = display_name(given, family, email, lead_id)
        if kind == "moved":
            was = before[lead_id]
            mine, gone = owner_id in (was, owner) and was != owner, bool(archived)
            if gone and not owner:  # taken away: the CRM does not say to whom it belongs
                gone, new = False, "another rep"
            row = NewsRow(kind, lead_id, name, old or was, new or owner, None)
            mine = mine and not gone
        elif kind == "deleted":
            mine = bool(archived) and owner_id in (was, owner)
            row = NewsRow(kind, lead_id, name, "", "", None)
        else:
            mine = owner_id in (was, owner)
            row = NewsRow(kind, lead_id, name, one_line(now), "", None)
        if mine:
            found.setdefault((kind, lead_id), row)
    return sorted(found.values(), key=lambda row: (row.kind, row.name, row.lead_id))[:_MOST]


def conversions_seen(db: Database, since: datetime, owner_id: str) -> list[NewsRow]:
    """Return the rep's leads whose latest conversion arrived here since then, the latest first."""
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_NAME}, l.converted_ms, l.converted_on,"  # noqa: S608
            " l.first_converted_ms < l.converted_ms OR EXISTS"
            " (SELECT 1 FROM conversion c WHERE c.lead_id = l.lead_id AND c.at_ms < l.converted_ms)"
            " FROM lead l WHERE l.archived = 0 AND l.owner_id = ? AND l.seen_ms > ?"
            " AND l.converted_ms > ? ORDER BY l.converted_ms DESC, l.lead_id LIMIT ?",
            (owner_id, to_ms(since), to_ms(since), _MOST),
        ).fetchall()
    return [
        NewsRow(
            "converted" if again else "new", lead_id, display_name(given, family, email, lead_id),
            "", what, from_ms(at),
        )
        for lead_id, given, family, email, at, what, again in rows
    ]  # fmt: skip


def calls_elsewhere(db: Database, since: datetime, now: datetime, owner_id: str) -> list[AwayCall]:
    """Return calls to the rep's leads since then that were not recorded here, the latest first.

    Calls that never took place, or lie ahead, are none.
    """
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_NAME}, a.at_ms, a.owner_id, coalesce(o.name, ''), a.outcome_label, a.note"  # noqa: S608
            " FROM activity a JOIN lead l ON l.lead_id = a.lead_id AND l.archived = 0"
            " LEFT JOIN owner o ON o.owner_id = a.owner_id"
            " WHERE a.at_ms > ? AND a.kind = 'call' AND a.local = 0 AND a.undone_ms IS NULL"
            f" AND {took_place(to_ms(now))} AND ? IN (l.owner_id, a.owner_id)"
            " ORDER BY a.at_ms DESC, a.activity_key LIMIT ?",
            (to_ms(since), owner_id, _MOST),
        ).fetchall()
    return [
        AwayCall(
            lead_id, display_name(given, family, email, lead_id), from_ms(at), str(by or ""),
            one_line(name), one_line(label), one_line(note),
        )
        for lead_id, given, family, email, at, by, name, label, note in rows
    ]  # fmt: skip


def owners_by_user(db: Database) -> dict[str, tuple[str, str]]:
    """Return owner id and name by the id of their user in the CRM."""
    with db.reader() as connection:
        rows = connection.execute("SELECT user_id, owner_id, name FROM owner WHERE user_id <> ''")
        return {str(user): (str(owner), str(name)) for user, owner, name in rows.fetchall()}


def own_calls_near(db: Database, item: Conflict, owner_id: str) -> bool:
    """Return whether the rep called the lead elsewhere within ten minutes of the CRM's change."""
    if item.theirs_at is None:
        return False
    at_ms = to_ms(item.theirs_at)
    with db.reader() as connection:
        row = connection.execute(
            "SELECT 1 FROM activity WHERE lead_id = ? AND at_ms BETWEEN ? AND ? AND kind = 'call'"
            " AND local = 0 AND owner_id = ? LIMIT 1",
            (item.lead_id, at_ms - _NEAR_MS, at_ms + _NEAR_MS, owner_id),
        ).fetchone()
    return row is not None
