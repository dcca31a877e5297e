"""The order of the queue and the reasons for it, as log-odds that add up.

A score is a sum of terms, each rounded to hundredths before it is added: the terms a rep reads add
up to the last digit, and no two machines order a queue differently.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.config import MAX_FIT, RankingConfig, hundredths
from sdrdesk.domain.ranking.decay import FLAT_AFTER_S
from sdrdesk.domain.ranking.scoring import (
    OrderKey,
    Reason,
    clamp,
    clock_points,
    is_callback_due,
    key_of,
    scorer,
)
from sdrdesk.domain.text.humanize import age_words, ordinal, plural

Lane = Literal["callback", "new", "retry", "reengaged"]
QueueKey = tuple[bool, bool, OrderKey]


def queue_key(config: RankingConfig, now: datetime) -> Callable[[Candidate], QueueKey]:
    """Return the key the queue is sorted by: due callbacks, then pins, then score, then id.

    Keys of two leads are equal only when their ids are.
    """
    points = scorer(config, now)

    def key(item: Candidate) -> QueueKey:
        due = is_callback_due(item, now)
        return (not due, not item.pinned, key_of(item, points(item), now))

    return key


def score(item: Candidate, config: RankingConfig, now: datetime) -> float:
    """Return the score: exactly the sum of the points of ``reasons``, at 2 decimals."""
    return scorer(config, now)(item) / 100


def reasons(item: Candidate, config: RankingConfig, now: datetime) -> tuple[Reason, ...]:
    """Return the terms of the score: a due callback, then recency, then the rest."""
    found: list[Reason] = []
    promised = item.callback_at
    if promised is not None and promised <= now:
        late_s = (now - promised).total_seconds()
        text = "callback due now" if late_s < 60 else f"callback was due {age_words(late_s)}"
        if item.missed_meeting:
            text = f"missed the meeting {age_words(late_s)}"
        found.append(Reason("callback", 0.0, text))
    found.append(_recency(item, config, now))
    fit = clamp(item.fit, MAX_FIT)
    found.append(Reason("fit", config.fit_table[fit] / 100, f"fit {fit}"))
    if item.attempts > 0:
        lost = config.attempts_table[clamp(item.attempts, config.attempts_most)]
        text = f"{item.attempts} {plural(item.attempts, 'attempt')} made"
        found.append(Reason("attempts", lost / 100, text))
    found += _signals(item, config)
    if config.day_hour:
        gained, text = clock_points(item.zone, config, now)
        if gained:
            found.append(Reason("day_hour", gained / 100, text))
    return tuple(found)


def lane(item: Candidate, now: datetime) -> Lane:
    """Return the lane of a lead: a due callback, a retry, a lead that came back, or a new one."""
    if is_callback_due(item, now):
        return "callback"
    if item.attempts > 0:
        return "retry"
    return "reengaged" if item.re_converted else "new"


def _recency(item: Candidate, config: RankingConfig, now: datetime) -> Reason:
    if item.converted_at is None:
        lost = round(config.decay.ln_weight(FLAT_AFTER_S) * 100)
        return Reason("recency", lost / 100, "no conversion known")
    age_s = (now - item.converted_at).total_seconds()
    lost = round(config.decay.ln_weight(age_s) * 100)
    return Reason("recency", lost / 100, f"converted {age_words(age_s)}")


def _signals(item: Candidate, config: RankingConfig) -> list[Reason]:
    found: list[Reason] = []
    if item.re_converted:
        found.append(
            Reason("re_conversion", hundredths(config.re_conversion) / 100, "converted again")
        )
    if item.conversions > 1:
        gained = config.conversions_table[clamp(item.conversions - 1, config.conversions_most)]
        found.append(Reason("conversions", gained / 100, f"{ordinal(item.conversions)} conversion"))
    if item.page_views > 0:
        gained = config.views_table[clamp(item.page_views, config.page_views_most)]
        text = f"{item.page_views} {plural(item.page_views, 'page view')}"
        found.append(Reason("page_views", gained / 100, text))
    return [reason for reason in found if reason.points]
