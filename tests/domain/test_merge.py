from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.decay import FLAT_AFTER_S
from sdrdesk.domain.merge import merged
from sdrdesk.domain.ranking import RankInput, id_key, is_callback_due, rank
from sdrdesk.domain.scoring import lasting_points
from tests.domain import shipped, strategies

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
FLAT_BEFORE = NOW - timedelta(seconds=FLAT_AFTER_S)
CONFIG = shipped.ranking()

# Few conversion times and few values, so that ties and equal levels are the rule.
times = st.sampled_from(
    [NOW - timedelta(minutes=m) for m in (0, 3, 7, 7.01, 60, 60.2, 3000, 43_200, 60_000)]
)
queues = st.lists(
    st.builds(
        RankInput,
        lead_id=st.integers(1, 200).map(str),
        converted_at=st.none() | times | strategies.moments("2026-10-01", "2026-11-20"),
        fit=st.integers(48, 52),
        attempts=st.integers(0, 2),
        page_views=st.sampled_from([0, 15]),
        callback_at=st.sampled_from(
            [None, None, NOW - timedelta(hours=1), NOW + timedelta(days=1)]
        ),
    ),
    max_size=60,
    unique_by=lambda item: item.lead_id,
)


def newest_first(item: RankInput) -> datetime:
    assert item.converted_at is not None
    return item.converted_at


def streams_of(
    queue: list[RankInput],
) -> tuple[list[RankInput], list[list[RankInput]], list[list[RankInput]]]:
    """What an index over (lasting points, conversion time) hands over."""
    lasting = lasting_points(CONFIG)
    levels: dict[int, list[RankInput]] = defaultdict(list)
    flat: dict[int, list[RankInput]] = defaultdict(list)
    for item in queue:
        if not is_callback_due(item, NOW):
            old = item.converted_at is None or item.converted_at <= FLAT_BEFORE
            (flat if old else levels)[lasting(item)].append(item)
    for level in levels.values():
        level.sort(key=newest_first, reverse=True)
    for level in flat.values():
        level.sort(key=lambda item: id_key(item.lead_id))
    due = [item for item in queue if is_callback_due(item, NOW)]
    return due, list(levels.values()), list(flat.values())


@given(queue=queues)
def test_the_merge_is_the_ranking(queue: list[RankInput]) -> None:
    due, levels, flat = streams_of(queue)
    assert list(merged(due, levels, flat, CONFIG, NOW)) == rank(queue, CONFIG, NOW)


def test_the_first_page_reads_the_first_leads_only() -> None:
    read = 0

    def counted(items: list[RankInput]) -> Iterator[RankInput]:
        nonlocal read
        for item in items:
            read += 1
            yield item

    queue = [
        RankInput(str(i), NOW - timedelta(minutes=10 + i * 7), fit=i % 5) for i in range(4_000)
    ] + [RankInput(str(10_000 + i), None, fit=50) for i in range(4_000)]
    due, levels, flat = streams_of(queue)
    page = list(islice(merged(due, map(counted, levels), map(counted, flat), CONFIG, NOW), 20))
    assert page == rank(queue, CONFIG, NOW)[:20]
    assert read < 200
