"""When a lead moves ahead of the one above it, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from sdrdesk.domain.calling_hours.call_window import is_open, window_state
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.config import RankingConfig
from sdrdesk.domain.ranking.crossing import overtakes_at, returns_at

Cause = Literal["score", "callback", "due", "snooze", "window"]

CAUSES: dict[Cause, str] = {
    "score": "the lead above loses points faster",
    "callback": "the promised callback is due",
    "due": "the retry is due",
    "snooze": "the snooze ends",
    "window": "the window of the one above closes",
}
"""Each cause as a rep reads it."""


class Overtaking(NamedTuple):
    """The moment a lead moves ahead of another, and the cause."""

    at: datetime
    """Aware UTC."""
    cause: Cause


def find_overtaking(
    lower: Candidate,
    upper: Candidate,
    config: RankingConfig,
    windows: WindowConfig,
    now: datetime,
) -> Overtaking | None:
    """Return when ``lower`` moves ahead of ``upper``, ``None`` if not within 14 days.

    By rank (``overtakes_at``), or because the window of ``upper`` closes while that of ``lower`` is
    still open: then ``upper`` leaves the queue until its window opens again.
    """
    crossing = overtakes_at(lower, upper, config, now)
    closes = _closing(lower, upper, windows, now)
    if closes is not None and (crossing is None or closes < crossing):
        return Overtaking(closes, "window")
    if crossing is None:
        return None
    return Overtaking(crossing, _cause(lower, crossing, now))


def _closing(
    lower: Candidate, upper: Candidate, windows: WindowConfig, now: datetime
) -> datetime | None:
    # A due callback may be made after hours, so only the law closes its window.
    promised = upper.callback_at is not None and upper.callback_at <= now
    place = (upper.country, upper.state)
    own = windows.of(upper.owner_id)
    closes = window_state(upper.zone, place, own, now, legal_only=promised).closes_at
    if closes is None:
        return None
    returns = returns_at(lower, now)
    if returns is None or returns > closes:
        return None
    mine = windows.of(lower.owner_id)
    return closes if is_open(lower.zone, (lower.country, lower.state), mine, closes) else None


def _cause(lower: Candidate, at: datetime, now: datetime) -> Cause:
    promised = lower.callback_at
    if promised is not None and now < promised <= at:
        return "callback"
    if lower.snoozed_until == at:
        return "snooze"
    due = lower.next_due_at
    return "due" if due is not None and due > now and due == at else "score"
