"""Claims: one desk has a lead when several want it.

Each desk writes a claim of its own, for which alone it has the right. The feed numbers all claims
in one order, so the earliest live one wins, and every desk that looks after it has written comes to
the same answer. No clock is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sdrdesk.domain.feed.subjects import FeedNames, is_word

HELD_FOR_S: Final = 30.0
"""Life of a claim that is not renewed, by the feed's own clock."""
RENEW_EVERY_S: Final = 10.0

State = Literal["open", "call"]
_LONGEST: Final = 256


@dataclass(frozen=True, slots=True)
class TeamClaim:
    """One desk's claim on a lead."""

    lead_id: str
    owner: str
    """The word of the rep who has it."""
    desk: str
    state: State
    """``open``: on the call screen; ``call``: dialling or talking."""
    order: int
    """Its place among all claims: the feed's number of the claim when it was first made."""


def claim_body(state: State, order: int = 0) -> bytes:
    """Return a claim as written; ``order`` of one that is renewed, 0 for a new one."""
    return json.dumps({"s": state, "first": order}, separators=(",", ":")).encode()


def parse_claim(names: FeedNames, subject: str, body: bytes, number: int) -> TeamClaim | None:
    """Return the claim of a message, ``None`` for a released one or anything else.

    Args:
        names: of the account.
        subject: of the message.
        body: of the message, empty for a released claim.
        number: the feed's number of the message, 0 unknown.
    """
    head = f"$KV.{names.claims_bucket}."
    words = subject.removeprefix(head).split(".") if subject.startswith(head) else []
    if len(words) != 3 or not all(map(is_word, words)) or not 0 < len(body) <= _LONGEST:
        return None
    try:
        told = json.loads(body)
        state, first = told["s"], told["first"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if state not in ("open", "call") or type(first) is not int or first < 0:
        return None
    lead_id, owner, desk = words
    # A claim cannot be older than the feed's own count.
    order = first if 0 < first <= number or not number else number
    return TeamClaim(lead_id, owner, desk, state, order)


def winner(claims: Iterable[TeamClaim]) -> TeamClaim | None:
    """Return the claim that counts, ``None`` without any."""
    return min(claims, key=lambda claim: (claim.order, claim.owner, claim.desk), default=None)
