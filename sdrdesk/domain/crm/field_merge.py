"""Three-way merge of a field: the common base, the rep's value, the CRM's value.

A change on one side merges; changes on both sides are a conflict for the rep. "Do not call" always
wins, a lead that somebody took stays theirs, a lifecycle stage only moves forward in the account's
order, and an attempt never lowers a lead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

Attempts = Mapping[str, frozenset[str]]
"""Each status that an attempt sets, and the statuses that it may replace."""

NO_ATTEMPTS: Attempts = MappingProxyType({})


class Decision(StrEnum):
    """The result of a merge."""

    SEND = "send"
    """Unchanged at the CRM: send the rep's value."""
    SAME = "same"
    """The CRM already has the rep's value."""
    KEEP = "keep"
    """A rule keeps the CRM's value."""
    CONFLICT = "conflict"
    """Both sides changed it differently: the rep decides."""


def decide(
    field: str,
    base: str,
    mine: str,
    theirs: str,
    *,
    stages: Sequence[str] = (),
    forward_only: bool = True,
    attempts: Attempts = NO_ATTEMPTS,
    also_base: Collection[str] = (),
    theirs_since: bool = False,
    barred: bool = False,
) -> Decision:
    """Return the decision on a field that the rep changed.

    Args:
        field: a name of ``LEAD_FIELDS``.
        base: the CRM's value when the rep acted.
        mine: the rep's value.
        theirs: the CRM's value now.
        stages: lifecycle stages of the account in order.
        forward_only: whether this CRM's stages must not be set back.
        attempts: the statuses of the team's attempts.
        also_base: further values from before the rep's own changes.
        theirs_since: the CRM's value was set by somebody else after the rep's own change arrived;
            only needed for "do not call", whose value does not show who set it.
        barred: nothing but this status keeps every other desk from calling the person.
    """
    if same_value(field, mine, theirs):
        return Decision.SAME
    if field == "owner_id" and not base:
        return Decision.SEND if not theirs else Decision.KEEP
    if field == "do_not_call":
        return _do_not_call(base, mine, theirs, theirs_since)
    if field == "lifecycle" and forward_only:
        return _lifecycle(mine, theirs, stages, untouched=theirs in {base, *also_base})
    if any(same_value(field, theirs, before) for before in (base, *also_base)):
        return Decision.SEND
    if field == "status" and mine in attempts:
        # An attempt does not replace a status that was set on purpose.
        return Decision.SEND if theirs in attempts[mine] else Decision.KEEP
    return Decision.SEND if field == "status" and barred else Decision.CONFLICT


def same_value(field: str, one: str, other: str) -> bool:
    """Return whether two values of a field mean the same.

    A CRM may write an e-mail address in lower case and space a number in its own way.
    """
    if one == other:
        return True
    if field in ("phone", "mobile"):
        return _digits(one) == _digits(other) != ""
    return field == "email" and one.strip().casefold() == other.strip().casefold()


def _digits(number: str) -> str:
    """Return the digits of a number and its plus; words such as "ext." become one ``x``."""
    spelled = re.sub(r"[^\W\d_]+", "x", number)
    return "".join(ch for ch in spelled if ch.isdigit() or ch in "+x")


def shown(
    field: str,
    base: str,
    mine: str,
    theirs: str,
    *,
    stages: Sequence[str] = (),
    attempts: Attempts = NO_ATTEMPTS,
) -> str:
    """Return the value to show until the rep's change is sent."""
    decision = decide(field, base, mine, theirs, stages=stages, attempts=attempts)
    return theirs if decision in (Decision.SAME, Decision.KEEP) else mine


def kept_because(field: str, theirs: str) -> str:
    """Return why the CRM's value stays (``Decision.KEEP``), for the receipt."""
    if field == "do_not_call":
        return "somebody else marked it"
    if field == "owner_id":
        return "somebody else took the lead before"
    if field == "lifecycle":
        return f"it is at {theirs} already, and a stage only moves forward"
    return f"somebody set it to {theirs}, and an attempt never lowers a lead"


def _do_not_call(base: str, mine: str, theirs: str, theirs_since: bool) -> Decision:
    if mine == "true":
        return Decision.SEND
    # Lifting counts only against the mark that the rep saw.
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
