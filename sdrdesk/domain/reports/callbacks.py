"""Promised callbacks: kept, missed, or still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

CallbackResult = Literal["kept", "missed", "open"]


class PromisedCallback(NamedTuple):
    """A callback that a rep promised. Aware UTC."""

    owner_id: str
    lead_id: str
    at: datetime


def callback_result(
    promise: PromisedCallback, calls: Sequence[datetime], now: datetime, early_s: int, late_s: int
) -> CallbackResult:
    """Return what became of a promise.

    Args:
        promise: what was promised.
        calls: when anybody called the lead; whoever calls keeps the promise for the team.
        now: aware UTC; before the promise has run out it is open.
        early_s: seconds before the promised time from which a call keeps it.
        late_s: seconds after it until which a call keeps it.
    """
    start, end = promise.at - timedelta(seconds=early_s), promise.at + timedelta(seconds=late_s)
    if any(start <= call <= end for call in calls):
        return "kept"
    return "missed" if now > end else "open"


def callback_results(
    promises: Sequence[PromisedCallback],
    calls: Mapping[str, Sequence[datetime]],
    now: datetime,
    early_s: int,
    late_s: int,
) -> dict[str, dict[CallbackResult, int]]:
    """Return per owner how many promises were kept, missed and are open."""
    found: dict[str, dict[CallbackResult, int]] = {}
    for promise in promises:
        mine = found.setdefault(promise.owner_id, {"kept": 0, "missed": 0, "open": 0})
        mine[callback_result(promise, calls.get(promise.lead_id, ()), now, early_s, late_s)] += 1
    return found
