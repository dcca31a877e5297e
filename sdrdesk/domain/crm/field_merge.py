"""Three-way merge of one field: what both last agreed on, what the rep set, what the CRM shows.

Pure. Clean changes merge; both-changed is a conflict for the rep; "do not call" always wins; a
lifecycle stage only moves forward, by the account's own order; a mere attempt never lowers a lead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

ATTEMPTED = "ATTEMPTED_TO_CONTACT"
"""The status a mere attempt sets (HubSpot's default options, 2026-11-21)."""

ATTEMPT_MAY_REPLACE = frozenset({"", "NEW", "OPEN", ATTEMPTED})
"""Statuses that say no more than an attempt does."""


class Decision(StrEnum):
    """What to do with one changed field."""

    SEND = "send"
    """Nobody else touched it: the CRM gets the rep's value."""
    SAME = "same"
    """The CRM shows the rep's value already."""
    KEEP = "keep"
    """The CRM's value stands by a rule, and nobody has to be asked."""
    CONFLICT = "conflict"
    """Both sides changed it to different things: the rep settles it."""


def decide(
    field: str,
    base: str,
    mine: str,
    theirs: str,
    *,
    stages: Sequence[str] = (),
    also_base: Collection[str] = (),
    theirs_since: bool = False,
) -> Decision:
    """Return what to do with a field that the rep changed.

    Args:
        field: a name of ``LEAD_FIELDS``.
        base: what the CRM showed when the rep acted.
        mine: what the rep set.
        theirs: what the CRM shows now.
        stages: lifecycle stages of the account in their order; unknown ones have no order.
        also_base: further values that were there before the rep's own changes.
        theirs_since: somebody else set the CRM's value after the rep's own change arrived there;
            only a "do not call" needs it, because its value does not show who set it.
    """
    if theirs == mine:
        return Decision.SAME
    if field == "do_not_call":
        return _do_not_call(base, mine, theirs, theirs_since)
    if field == "lifecycle":
        return _lifecycle(mine, theirs, stages, untouched=theirs in {base, *also_base})
    if theirs == base or theirs in also_base:
        return Decision.SEND
    if field == "status" and mine == ATTEMPTED:
        # An attempt has nothing to say against what somebody set on purpose.
        return Decision.SEND if theirs in ATTEMPT_MAY_REPLACE else Decision.KEEP
    return Decision.CONFLICT


def shown(
    field: str,
    base: str,
    mine: str,
    theirs: str,
    *,
    stages: Sequence[str] = (),
) -> str:
    """Return the value to show while the rep's change is not sent yet."""
    decision = decide(field, base, mine, theirs, stages=stages)
    return theirs if decision in (Decision.SAME, Decision.KEEP) else mine


def kept_because(field: str, theirs: str) -> str:
    """Return why the CRM's value of a field stays (``Decision.KEEP``), for the receipt."""
    if field == "do_not_call":
        return "somebody else marked it"
    if field == "lifecycle":
        return f"it is at {theirs} already, and a stage only moves forward"
    return f"somebody set it to {theirs}, and an attempt never lowers a lead"


def _do_not_call(base: str, mine: str, theirs: str, theirs_since: bool) -> Decision:
    if mine == "true":
        return Decision.SEND
    # Taking it back counts only against the very mark the rep saw.
    if base != theirs:
        return Decision.KEEP
    return Decision.CONFLICT if theirs_since else Decision.SEND


def _lifecycle(mine: str, theirs: str, stages: Sequence[str], *, untouched: bool) -> Decision:
    if mine in stages and theirs in stages:
        forward = stages.index(mine) > stages.index(theirs)
        return Decision.SEND if forward else Decision.KEEP
    if untouched or not theirs:
        return Decision.SEND
    return Decision.CONFLICT
