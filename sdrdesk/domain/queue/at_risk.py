"""Leads at risk in the next hours: a callback, the SLA of a first call, a call window.

A rep who will be away uses it to decide what to settle first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RiskKind(StrEnum):
    """Kinds of risk, the worst first."""

    CALLBACK = "callback"
    SLA = "sla"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Risk:
    """The first risk of one lead. ``at`` is aware UTC."""

    what: RiskKind
    at: datetime


_MAY_BE_CALLED = frozenset({None, "call_window", "daily_cap"})
"""First rules that depend only on the clock: the lead is worked all the same."""
_MAY_BE_PROMISED = _MAY_BE_CALLED | {
    "callback_future",
    "snoozed",
    "resting",
    "worked_by_colleague",
}


def first_risk(
    *,
    callback_at: datetime | None,
    sla_due_at: datetime | None,
    window_closes_at: datetime | None,
    kept_out_by: str | None,
    asleep_until: datetime | None,
    until: datetime,
) -> Risk | None:
    """Return the first risk of a lead up to ``until``, ``None`` when there is none.

    Args:
        callback_at: the open callback; one that is already due counts.
        sla_due_at: when the first call is due; ``None`` after a first call or a breach.
        window_closes_at: when their call window closes, ``None`` while it is closed.
        kept_out_by: the first rule that keeps the lead out of the queue, ``None`` for none. A lead
            that must not be called at all has no risk.
        asleep_until: how long the rep put the lead aside together with its callback.
        until: how far to look, aware.
    """
    found = []
    if callback_at is not None and kept_out_by in _MAY_BE_PROMISED:
        found.append(Risk(RiskKind.CALLBACK, callback_at))
    if sla_due_at is not None and kept_out_by in _MAY_BE_CALLED:
        found.append(Risk(RiskKind.SLA, sla_due_at))
    if window_closes_at is not None and kept_out_by is None:
        found.append(Risk(RiskKind.WINDOW, window_closes_at))
    # min keeps the first of equals: the worst of several at one moment.
    open_ones = (b for b in found if b.at <= until and (asleep_until or b.at) <= b.at)
    return min(open_ones, key=lambda b: b.at, default=None)
