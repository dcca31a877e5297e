"""Promised callbacks: kept, missed or open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

CallbackResult = Literal["kept", "missed", "open"]


class PromisedCallback(NamedTuple):
    """A callback promised by a rep, at an aware UTC moment."""

    owner_id: str
    lead_id: str
    at: datetime


def callback_result(
    promise: PromisedCallback, calls: Sequence[datetime], now: datetime, early_s: int, late_s: int
) -> CallbackResult:
    """Return the result of a promised callback; a call by any rep keeps it.

    Args:
        promise: the callback.
        calls: all calls to the lead.
        now: aware UTC.
        early_s: most seconds before the promised time for a call to keep it.
        late_s: most seconds after it.
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
    """Return the number of kept, missed and open callbacks by owner."""
    found: dict[str, dict[CallbackResult, int]] = {}
    for promise in promises:
        mine = found.setdefault(promise.owner_id, {"kept": 0, "missed": 0, "open": 0})
        mine[callback_result(promise, calls.get(promise.lead_id, ()), now, early_s, late_s)] += 1
    return found
