"""The leads that another sdrdesk on this database is calling now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.record.call_claim import Claim, other_claims


def claim_words(db: Database, claim: Claim, my_owner_id: str) -> str:
    """Return who is in the call: ``in a call with Anna Kovač``, or in another window of mine."""
    other = owner_by(db, claim.owner_id) if claim.owner_id not in ("", my_owner_id) else None
    return f"in a call with {other.name}" if other else "in a call in another window"


def in_call(
    db: Database, desk: str, my_owner_id: Callable[[], str], now: datetime
) -> Mapping[str, str]:
    """Return the leads in a call of another desk now, with who is in it, in words."""
    claims = other_claims(db, desk, now)
    me = my_owner_id() if claims else ""
    return {lead_id: claim_words(db, claim, me) for lead_id, claim in claims.items()}
