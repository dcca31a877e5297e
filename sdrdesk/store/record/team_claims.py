"""Leads that other reps have by the team feed, as the background sync heard last.

One fact, replaced as a whole: it is worth nothing once it is half a minute old. Its times are this
machine's, so that another machine's clock decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.sync_state import get_state, set_state

HELD_FOR = timedelta(seconds=30)
SHOWN_FOR = timedelta(seconds=60)
_FACT = "feed.claims"
_PRESENCE = "feed.presence"

State = Literal["open", "call"]


@dataclass(frozen=True, slots=True)
class TeamHold:
    """Another rep's hold on a lead."""

    lead_id: str
    owner_id: str
    """Its owner, ``""`` or a word that no owner has: unknown."""
    state: State
    since: datetime
    """Since when it is known here, aware UTC."""


def keep(
    db: Database,
    claims: Mapping[str, tuple[str, State]],
    my_owner_id: str,
    at: datetime,
    *,
    everybody: bool,
) -> bool:
    """Store who has which lead, of those that this queue may offer; return whether that changed.

    Args:
        db: the open database.
        claims: owner and state by lead.
        my_owner_id: the rep.
        at: the current time.
        everybody: the queue has everybody's leads.
    """
    with db.writer() as connection:
        here = _offered(connection, list(claims), my_owner_id, everybody=everybody)
        known = team_holds_in(connection, at)
        now: dict[str, list[object]] = {}
        for lead_id in here:
            owner, state = claims[lead_id]
            held = known.get(lead_id)
            same = held is not None and (held.owner_id, held.state) == (owner, state)
            since = held.since if held is not None and same else at
            now[lead_id] = [owner, state, to_ms(since)]
        if not now and not known:
            return False
        fact = {"until": to_ms(at + HELD_FOR), "claims": now}
        set_state(connection, _FACT, json.dumps(fact), to_ms(at))
    before = {lead_id: (hold.owner_id, hold.state) for lead_id, hold in known.items()}
    return before != {lead_id: (row[0], row[1]) for lead_id, row in now.items()}


def team_holds(db: Database, at: datetime) -> dict[str, TeamHold]:
    """Return the holds of other reps by lead; leads with the same number count too."""
    with db.reader() as connection:
        found = team_holds_in(connection, at)
        if not found:
            return {}
        sharing = connection.execute(
            "SELECT other.lead_id, lead.lead_id FROM lead JOIN lead other ON other.e164 = lead.e164"
            " WHERE lead.lead_id IN (SELECT value FROM json_each(?)) AND lead.e164 <> ''",
            (json.dumps(sorted(found)),),
        ).fetchall()
    return {str(other): found[str(lead)] for other, lead in sharing} | found


def team_holds_in(connection: Connection, at: datetime) -> dict[str, TeamHold]:
    """Return the holds of other reps by lead, in the caller's transaction."""
    fact = json_object(get_state(connection, _FACT) or "{}")
    until, rows = fact.get("until"), fact.get("claims")
    now = to_ms(at)
    # One from before the clock was set back does not last until the clock is there again.
    latest = to_ms(at + 2 * HELD_FOR)
    if type(until) is not int or not now < until <= latest or not isinstance(rows, dict):
        return {}
    found = {}
    for lead_id, row in rows.items():
        if isinstance(row, list) and len(row) == 3 and type(row[2]) is int:
            state: State = "call" if row[1] == "call" else "open"
            found[lead_id] = TeamHold(lead_id, str(row[0]), state, from_ms(row[2]))
    return found


def keep_presence(db: Database, shown: Mapping[str, str], at: datetime) -> bool:
    """Store what reps show of themselves, by owner; return whether that changed."""
    known = team_presence(db, at)
    if not shown and not known:
        return False
    fact = {"until": to_ms(at + SHOWN_FOR), "reps": dict(shown)}
    with db.writer() as connection:
        set_state(connection, _PRESENCE, json.dumps(fact), to_ms(at))
    return known != shown


def team_presence(db: Database, at: datetime) -> dict[str, str]:
    """Return what reps show of themselves now, by owner."""
    with db.reader() as connection:
        fact = json_object(get_state(connection, _PRESENCE) or "{}")
    until, reps = fact.get("until"), fact.get("reps")
    latest = to_ms(at + 2 * SHOWN_FOR)
    if type(until) is not int or not to_ms(at) < until <= latest or not isinstance(reps, dict):
        return {}
    return {str(owner): said for owner, said in reps.items() if said in ("block", "call", "pause")}


def _offered(
    connection: Connection, lead_ids: list[str], my_owner_id: str, *, everybody: bool
) -> list[str]:
    rows = connection.execute(
        "SELECT lead_id FROM lead WHERE lead_id IN (SELECT value FROM json_each(?))"
        " AND (? OR owner_id IN ('', ?)) ORDER BY lead_id",
        (json.dumps(lead_ids), everybody, my_owner_id),
    ).fetchall()
    return [str(row[0]) for row in rows]
