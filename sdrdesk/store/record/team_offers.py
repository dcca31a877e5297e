"""Leads offered to reps by round robin: the one offered to me now, and every step for the log.

The offer is one fact, replaced as a whole. A step is a row of the lead's timeline that never goes
to the CRM; hearing it twice keeps it once.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sdrdesk.domain.lead.activity import Activity, ActivityKind
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.activities import activity_row
from sdrdesk.store.mirror.sync_state import get_state, set_state
from sdrdesk.store.record.outcomes import insert

CHANNEL = "offer"
"""``channel`` of the rows of the timeline."""
KNOWN_FOR = timedelta(minutes=10)
"""Time in which the answer to an offer is repeated."""
_FACT = "feed.offer"

Answer = Literal["", "took", "no"]


@dataclass(frozen=True, slots=True)
class Offer:
    """The lead offered to this rep last."""

    lead_id: str
    since: datetime
    """When it was heard here, aware UTC."""
    until: datetime
    """Until when it is theirs to take, aware UTC."""
    answer: Answer = ""
    """``no``: it was let pass, or cannot be called from here."""


def put_offer(connection: Connection, offer: Offer, at: datetime) -> None:
    """Store the offer, or the answer to it."""
    fact = {
        "lead": offer.lead_id,
        "since": to_ms(offer.since),
        "until": to_ms(offer.until),
        "answer": offer.answer,
    }
    set_state(connection, _FACT, json.dumps(fact), to_ms(at))


def offer_in(connection: Connection, at: datetime) -> Offer | None:
    """Return the last offer with its answer, ``None`` when there was none for a while."""
    fact = json_object(get_state(connection, _FACT) or "{}")
    lead_id, answer = fact.get("lead"), fact.get("answer")
    since, until = fact.get("since"), fact.get("until")
    if not isinstance(lead_id, str) or type(since) is not int or type(until) is not int:
        return None
    # One from before the clock was set back does not last until the clock is there again.
    if not lead_id or not to_ms(at - KNOWN_FOR) < since <= to_ms(at + KNOWN_FOR):
        return None
    said: Answer = "took" if answer == "took" else "no" if answer == "no" else ""
    return Offer(lead_id, from_ms(since), from_ms(until), said)


def last_offer(db: Database, at: datetime) -> Offer | None:
    """Return the last offer as ``offer_in`` does."""
    with db.reader() as connection:
        return offer_in(connection, at)


def note_step(connection: Connection, lead_id: str, owner_id: str, step: str, at: datetime) -> bool:
    """Keep a step for the log; ``False`` when it is known."""
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"offer {lead_id} {owner_id} {step} {to_ms(at)}")
    row = activity_row(
        Activity(
            str(key), lead_id, owner_id, ActivityKind.CHANGE, at, note=WORDS[step], channel=CHANNEL
        )
    )
    row |= {
        "title": "",
        "local": 1,
        "done": 1,
        "modified_ms": 0,
        "undone_ms": None,
        "before_json": "{}",
    }
    return insert(connection, "activity", row, known="activity_key")


WORDS = {
    "offered": "Offered by round robin",
    "passed": "Passed on by round robin",
    "taken": "Taken from round robin",
    "gone": "Round robin: got another owner",
}


@dataclass(frozen=True, slots=True)
class OfferStep:
    """One step of round robin, for the log."""

    at: datetime
    lead_id: str
    name: tuple[str, str, str]
    """First name, last name, e-mail; empty for a lead that is not here."""
    owner_id: str
    words: str


def steps_between(
    db: Database, start: datetime, end: datetime, owner_ids: list[str] | None
) -> list[OfferStep]:
    """Return the steps of ``start <= at < end``, oldest first; ``None``: of all reps."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT a.at_ms, a.lead_id, COALESCE(l.first_name, ''), COALESCE(l.last_name, ''),"
            " COALESCE(l.email, ''), a.owner_id, a.note FROM activity a INDEXED BY ix_activity_at"
            " LEFT JOIN lead l ON l.lead_id = a.lead_id"
            " WHERE a.at_ms >= ? AND a.at_ms < ? AND a.kind = 'change' AND a.channel = ?"
            " AND (? OR a.owner_id IN (SELECT value FROM json_each(?)))"
            " ORDER BY a.at_ms, a.rowid",
            (to_ms(start), to_ms(end), CHANNEL, owner_ids is None, json.dumps(owner_ids or [])),
        ).fetchall()
    return [
        OfferStep(from_ms(row[0]), str(row[1]), (row[2], row[3], row[4]), str(row[5]), str(row[6]))
        for row in rows
    ]
