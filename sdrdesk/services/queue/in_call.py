"""The leads that somebody else is calling now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.record.call_claim import Claim, other_claims
from sdrdesk.store.record.team_claims import State, team_holds


def claim_words(db: Database, claim: Claim, my_owner_id: str) -> str:
    """Return who is in the call: ``in a call with Anna Kovač``, or in another window of mine."""
    other = owner_by(db, claim.owner_id) if claim.owner_id not in ("", my_owner_id) else None
    return f"in a call with {other.name}" if other else "in a call in another window"


def hold_words(db: Database, owner_id: str, state: State) -> str:
    """Return who has a lead by the team feed: ``in a call with Anna Kovač``."""
    found = owner_by(db, owner_id)
    name = found.name if found and found.name else "a colleague"
    return f"in a call with {name}" if state == "call" else f"open at {name}'s desk"


def in_call(
    db: Database, desk: str, my_owner_id: Callable[[], str], now: datetime
) -> Mapping[str, str]:
    """Return the leads that somebody else has now, with who that is, in words.

    Other desks on this database, and other reps by the team feed.
    """
    told = {
        lead_id: hold_words(db, hold.owner_id, hold.state)
        for lead_id, hold in team_holds(db, now).items()
    }
    claims = other_claims(db, desk, now)
    me = my_owner_id() if claims else ""
    return told | {lead_id: claim_words(db, claim, me) for lead_id, claim in claims.items()}
