"""The moment at which one lead will rank above another.

Scores move in steps of a hundredth, at moments that follow exactly from the decay curve. So nothing
is sampled: every moment at which either score changes is tried in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.config import RankingConfig
from sdrdesk.domain.ranking.ranking import queue_key

_HORIZON = timedelta(days=14)
"""An answer further ahead does not help to plan a day."""


def overtakes_at(
    lower: Candidate, upper: Candidate, config: RankingConfig, now: datetime
) -> datetime | None:
    """Return when ``lower`` will rank above ``upper``, in whole seconds.

    ``None`` when that does not happen within 14 days. A lead that waits for its callback, its retry
    or the end of a snooze does not overtake before; one that already ranks above gives that moment
    or ``now``.
    """
    start = returns_at(lower, now)
    if start is None:
        return None
    end = now + _HORIZON
    if start > end:
        return None
    if _above(lower, upper, config, start):
        return start
    moments = {_whole_second(m) for m in _changes(lower, upper, config, start, end)}
    return next((m for m in sorted(moments) if _above(lower, upper, config, m)), None)


def returns_at(item: Candidate, now: datetime) -> datetime | None:
    """Return when a lead is back from all that rests by the clock: ``now`` or later.

    ``None`` when only a conversion ends it. Says what the rules of the queue say.
    """
    promised, due = item.callback_at, item.next_due_at
    start = now
    if promised is not None and not item.ended_rest:
        start = max(start, promised)  # it ends the rest after an attempt, too
    elif due is not None and not (item.pinned or item.came_back):
        start = max(start, due)
    kept = promised is not None and promised <= start and not item.rest_promise
    if kept or not item.is_snoozed:
        return start
    return None if item.snoozed_until is None else max(start, item.snoozed_until)


def _above(lower: Candidate, upper: Candidate, config: RankingConfig, at: datetime) -> bool:
    key = queue_key(config, at)
    return key(lower) < key(upper)


def _changes(
    lower: Candidate, upper: Candidate, config: RankingConfig, start: datetime, end: datetime
) -> Iterator[datetime]:
    """Yield every moment in (start, end] at which either key may change."""
    for item in (lower, upper):
        if item.callback_at is not None and start < item.callback_at <= end:
            yield item.callback_at
        yield from _steps(item, config, start, end)
    if config.day_hour:
        # Zones are whole quarters of an hour apart.
        tick = start.replace(minute=0, second=0, microsecond=0)
        while (tick := tick + timedelta(minutes=15)) <= end:
            yield tick


def _steps(
    item: Candidate, config: RankingConfig, start: datetime, end: datetime
) -> Iterator[datetime]:
    """Yield the moments in (start, end] at which the rounded recency of ``item`` falls."""
    if item.converted_at is None:
        return
    curve = config.decay
    points = round(curve.ln_weight((start - item.converted_at).total_seconds()) * 100)
    while True:
        age_s = curve.age_at((points - 0.5) / 100)
        if age_s is None:
            return
        at = item.converted_at + timedelta(seconds=age_s)
        if at > end:
            return
        if at > start:
            yield at
        points -= 1


def _whole_second(moment: datetime) -> datetime:
    """Return the next whole second, when the rounding has certainly happened."""
    return moment.replace(microsecond=0) + timedelta(seconds=1)
