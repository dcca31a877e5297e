"""What a background round asks for: leads always, the rest less often. Pure.

All reps of an account share five searches a second (HubSpot's search limit, 2026-11-21). A desk
that asks for leads every 45 s, for four kinds of activity every 5 min and for companies every
15 min makes 0.037 searches a second; 95 such desks fill the 70 % of the limit that is used here.
"""

from __future__ import annotations

from collections.abc import Mapping

from sdrdesk.domain.remote import ACTIVITY_KINDS, RemoteKind
from sdrdesk.sync.tuning import Tuning


def due_kinds(
    looked_ms: Mapping[RemoteKind, int], now_ms: int, *, light: bool, tuning: Tuning
) -> tuple[RemoteKind, ...]:
    """Return the kinds to ask for in this round, in the order to pull them.

    Args:
        looked_ms: when each kind was last asked for; 0 never.
        now_ms: the present moment.
        light: a background round. Any other asks for everything.
        tuning: the intervals.
    """
    every: dict[RemoteKind, float] = {"company": tuning.companies_every_s, "lead": 0.0}
    every |= dict.fromkeys(ACTIVITY_KINDS, tuning.activities_every_s)
    return tuple(
        kind
        for kind, interval_s in every.items()
        # A clock that was turned back must not silence a kind: the distance counts.
        if not light or abs(now_ms - looked_ms.get(kind, 0)) >= interval_s * 1000
    )
