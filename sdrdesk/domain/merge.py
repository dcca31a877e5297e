"""The top of the queue without scoring every lead.

Recency only falls, so among leads whose other points are equal (``scoring.lasting_points``) the
newest stands highest, always. A store with an index over (lasting points, conversion time) can
hand over one stream per level; this module merges the streams and reads no further than asked.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby

from sdrdesk.domain.ranking_config import RankingConfig
from sdrdesk.domain.scoring import OrderKey, RankInput, id_key, key_of, scorer

_Keyed = tuple[OrderKey, RankInput]


def merged(
    due: Iterable[RankInput],
    levels: Iterable[Iterable[RankInput]],
    flat: Iterable[Iterable[RankInput]],
    config: RankingConfig,
    now: datetime,
) -> Iterator[RankInput]:
    """Yield leads in the order of ``ranking.rank``, reading each stream only as far as needed.

    Args:
        due: every lead whose callback is due; they are few, and sorted here.
        levels: streams in which the score never rises, such as the leads of one level of lasting
            points (and one zone, where the day and hour term is on) from the newest to the oldest.
        flat: streams in which every score is equal, by id (numbers by value): a level's leads
            without a known conversion, or older than thirty days. There can be very many.
        config: the ranking.
        now: aware UTC.

    A lead must be in one stream only, and one whose callback is due only in ``due``.
    """
    points = scorer(config, now)
    yield from sorted(due, key=lambda item: key_of(item, points(item), now))
    streams = [_by_id_within_a_score(stream, points, now) for stream in levels]
    streams += [_keyed(stream, points, now) for stream in flat]
    for _, item in heapq.merge(*streams, key=lambda pair: pair[0]):
        yield item


def _keyed(
    stream: Iterable[RankInput], points: Callable[[RankInput], int], now: datetime
) -> Iterator[_Keyed]:
    for item in stream:
        yield key_of(item, points(item), now), item


def _by_id_within_a_score(
    stream: Iterable[RankInput], points: Callable[[RankInput], int], now: datetime
) -> Iterator[_Keyed]:
    """Yield a stream with runs of one score put in the order of ids; such runs are short."""
    for value, run in groupby(stream, key=points):
        for item in sorted(run, key=lambda item: id_key(item.lead_id)):
            yield key_of(item, value, now), item
