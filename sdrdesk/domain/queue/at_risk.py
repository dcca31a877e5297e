"""What the coming hours will break: a promise, the SLA of a first call, a call window.

Pure: a rep who is about to be away decides by it what to settle now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RiskKind(StrEnum):
    """What would break, the worst first."""

    CALLBACK = "callback"
    SLA = "sla"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Risk:
    """The first thing that breaks for one lead. ``at`` is aware UTC."""

    what: RiskKind
    at: datetime


_MAY_BE_CALLED = frozenset({None, "call_window", "daily_cap"})
"""First rules that only the clock stands behind: the lead is worked all the same."""
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
    """Return what breaks first for a lead up to ``until``, ``None`` when nothing does.

    Args:
        callback_at: the promise that is open; one that is due already counts.
        sla_due_at: by when the first call was promised, ``None`` when there was one, or when that
            is over anyway.
        window_closes_at: when their call window closes, ``None`` while it is closed.
        kept_out_by: the first rule that keeps the lead out of the queue, ``None`` for none. Who is
            not to be called at all breaks nothing.
        asleep_until: until when the rep let the lead rest: what breaks before that is settled.
        until: how far to look, aware.
    """
    found = []
    if callback_at is not None and kept_out_by in _MAY_BE_PROMISED:
        found.append(Risk(RiskKind.CALLBACK, callback_at))
    if sla_due_at is not None and kept_out_by in _MAY_BE_CALLED:
        found.append(Risk(RiskKind.SLA, sla_due_at))
    if window_closes_at is not None and kept_out_by is None:
        found.append(Risk(RiskKind.WINDOW, window_closes_at))
    # min keeps the first of equals, so the worst of what breaks at one moment.
    open_ones = (b for b in found if b.at <= until and (asleep_until or b.at) <= b.at)
    return min(open_ones, key=lambda b: b.at, default=None)
