"""The arithmetic of the ranking: the score of a lead at a moment, in whole hundredths.

This is the hot path (ten thousand leads in a few hundredths of a second), so it builds no text;
``domain.ranking.ranking`` explains the same terms.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.config import MAX_FIT, RankingConfig, hundredths
from sdrdesk.domain.ranking.decay import FLAT_AFTER_S

OrderKey = tuple[int, float, int, tuple[int, str]]

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Reason(NamedTuple):
    """One term of a score."""

    factor: str
    points: float
    """Rounded to 2 decimals."""
    text: str


def scorer(config: RankingConfig, now: datetime) -> Callable[[Candidate], int]:
    """Return a function that scores one lead in hundredths at ``now``; cheap over many leads."""
    curve = config.decay.ln_weight
    lasting = lasting_points(config)
    by_clock = config.day_hour
    none_known = round(curve(FLAT_AFTER_S) * 100)

    def points(item: Candidate) -> int:
        at = item.converted_at
        total = none_known if at is None else round(curve((now - at).total_seconds()) * 100)
        total += lasting(item)
        if by_clock:
            total += clock_points(item.zone, config, now)[0]
        return total

    return points


def lasting_points(config: RankingConfig) -> Callable[[Candidate], int]:
    """Return a function that gives the hundredths of a lead that time does not change.

    Of two leads with the same hundredths the newer one always ranks higher, so the store can keep
    them with each lead and read the top of the queue from an index.
    """
    fits, tries = config.fit_table, config.attempts_table
    more, views = config.conversions_table, config.views_table
    last_try, last_more, last_view = len(tries) - 1, len(more) - 1, len(views) - 1
    again = hundredths(config.re_conversion)

    def points(item: Candidate) -> int:
        total = fits[item.fit if 0 <= item.fit <= MAX_FIT else clamp(item.fit, MAX_FIT)]
        if item.attempts > 0:
            total += tries[item.attempts if item.attempts < last_try else last_try]
        if item.re_converted:
            total += again
        if item.conversions > 1:
            total += more[item.conversions - 1 if item.conversions <= last_more else last_more]
        if item.page_views > 0:
            total += views[item.page_views if item.page_views < last_view else last_view]
        return total

    return points


def is_callback_due(item: Candidate, now: datetime) -> bool:
    """Return whether a promised callback is due at ``now``."""
    return item.callback_at is not None and item.callback_at <= now


def id_key(lead_id: str) -> tuple[int, str]:
    """Return a sort key for ids: shorter ones first, so that numbers come by value.

    SQLite sorts any id the same way, so an index can give this order.
    """
    return (len(lead_id), lead_id)


def key_of(item: Candidate, points: int, now: datetime) -> OrderKey:
    """Return the sort key of a lead with ``points`` hundredths."""
    promised = item.callback_at
    if promised is not None and promised <= now:
        return (0, (promised - _LONG_AGO).total_seconds(), -points, id_key(item.lead_id))
    return (1, 0.0, -points, id_key(item.lead_id))


def clock_points(zone: str, config: RankingConfig, now: datetime) -> tuple[int, str]:
    """Return the hundredths of the day and hour term for a lead in ``zone``, and its text."""
    place = zone_info(zone)
    if place is None:
        return 0, ""
    there = now.astimezone(place)
    points = config.weekdays[there.weekday()] + config.hours[there.hour]
    return hundredths(points), f"{there:%a} {there.hour}–{there.hour + 1} h there"


def clamp(value: int, most: int) -> int:
    """Return ``value`` kept between 0 and ``most``."""
    return 0 if value < 0 else min(value, most)
