"""Percentiles, shares and what may be said of them."""

from __future__ import annotations

import math

import pytest

from sdrdesk.domain.reports.promises import verdict
from sdrdesk.domain.reports.statistics import Proportion, percentiles


def test_a_percentile_is_a_wait_that_really_happened() -> None:
    found = percentiles([10, 20, 30, 40, 50, 60, 70, 80, 90, 1000])
    assert (found.p50, found.p90, found.p95, found.count) == (50, 90, 1000, 10)
    assert percentiles([7.9]).to_json() == {"p50": 7, "p90": 7, "p95": 7}
    assert percentiles([]).to_json() == {"p50": None, "p90": None, "p95": None}


@pytest.mark.parametrize("count", range(1, 60))
def test_a_percentile_leaves_at_least_that_share_at_or_below(count: int) -> None:
    waits = [float(second * 3 % 101) for second in range(count)]
    found = percentiles(waits)
    for part, value in ((50, found.p50), (90, found.p90), (95, found.p95)):
        assert value is not None
        assert sum(wait <= value for wait in waits) >= count * part / 100
        assert sum(wait < value for wait in waits) < count * part / 100


def test_the_interval_is_wilsons() -> None:
    # Newcombe (1998), table I: Wilson without continuity correction.
    assert Proportion(81, 263).interval == (25.5, 36.6)
    assert Proportion(15, 148).interval == (6.2, 16.0)
    assert Proportion(0, 20).interval == (0.0, 16.1)
    assert Proportion(29, 29).interval == (88.3, 100.0)
    assert Proportion(0, 0).interval is None
    assert Proportion(0, 0).percent is None


@pytest.mark.parametrize(("hits", "of"), [(h, n) for n in (1, 2, 9, 40) for h in range(n + 1)])
def test_the_ends_of_the_interval_are_where_the_score_test_turns(hits: int, of: int) -> None:
    interval = Proportion(hits, of).interval
    assert interval is not None
    for end in (limit / 100 for limit in interval):
        if 0.02 < end < 0.98:  # nearer the ends a tenth of a per cent is too coarse
            score = abs(hits / of - end) / math.sqrt(end * (1 - end) / of)
            assert score == pytest.approx(1.96, rel=0.12)


def test_a_band_is_judged_by_the_whole_interval() -> None:
    assert verdict(Proportion(12, 100), 10, 15) == "within"
    assert verdict(Proportion(1, 100), 10, 15) == "below"
    assert verdict(Proportion(40, 100), 10, 15) == "above"
    assert verdict(Proportion(1, 20), 10, 15) == "too few to tell"
    assert verdict(Proportion(3, 25), 10, 15) == "too few to tell"
    assert verdict(Proportion(0, 0), 10, 15) == "too few to tell"
