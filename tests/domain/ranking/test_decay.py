from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.ranking.decay import FLAT_AFTER_S, Decay
from sdrdesk.domain.text.humanize import DAY_S
from tests.domain import shipped

LRM = shipped.ranking(preset="lrm2007").decay
VELOCIFY = shipped.ranking(preset="velocify2012").decay
ages = st.floats(min_value=0, max_value=60 * DAY_S)


def mean_weight(curve: Decay, from_min: float, to_min: float) -> float:
    steps = 20_000
    width = (to_min - from_min) / steps
    return sum(curve.weight((from_min + (i + 0.5) * width) * 60) for i in range(steps)) / steps


@pytest.mark.parametrize(
    ("published", "computed"),
    [
        pytest.param(4.0, LRM.weight(5 * 60) / LRM.weight(10 * 60), id="5 v 10 min"),
        pytest.param(21.0, LRM.weight(5 * 60) / LRM.weight(30 * 60), id="5 v 30 min"),
        pytest.param(6.47, mean_weight(LRM, 0, 60) / mean_weight(LRM, 60, 120), id="hour 1 v 2"),
        pytest.param(105.0, LRM.weight(5 * 60) / LRM.weight(8 * 3600), id="5 min v 8 h"),
        pytest.param(61.9, mean_weight(LRM, 0, 60) / LRM.weight(24 * 3600), id="hour 1 v 24 h"),
    ],
)
def test_the_default_curve_reproduces_the_published_ratios(
    published: float, computed: float
) -> None:
    assert computed == pytest.approx(published, rel=0.05)


@pytest.mark.parametrize(
    ("minutes", "lift"), [(1, 4.91), (2, 2.60), (3, 1.98), (30, 1.62), (1440, 1.17)]
)
def test_the_mild_curve_reproduces_the_published_lifts(minutes: float, lift: float) -> None:
    assert VELOCIFY.weight(minutes * 60) * 4.91 == pytest.approx(lift, rel=0.001)


def test_a_new_lead_and_a_future_conversion_lose_nothing() -> None:
    assert LRM.ln_weight(0) == 0
    assert LRM.ln_weight(-3600) == 0
    assert VELOCIFY.ln_weight(10) == 0


def test_it_is_flat_after_thirty_days() -> None:
    for days in (31, 45, 400):
        assert LRM.ln_weight(FLAT_AFTER_S) == LRM.ln_weight(days * DAY_S)
    assert LRM.ln_weight(29 * DAY_S) > LRM.ln_weight(FLAT_AFTER_S)


def test_the_last_slope_carries_on_to_thirty_days() -> None:
    slope = (LRM.ln_weight(DAY_S) - LRM.ln_weight(DAY_S / 2)) / math.log(2)
    later = (LRM.ln_weight(4 * DAY_S) - LRM.ln_weight(2 * DAY_S)) / math.log(2)
    assert later == pytest.approx(slope)


def test_lambda_damps_the_curve_in_log_odds() -> None:
    half = shipped.ranking(lambda_=0.5).decay
    assert half.ln_weight(1800) == pytest.approx(LRM.ln_weight(1800) / 2)
    assert 1 / half.weight(1800) == pytest.approx(4.6, rel=0.01)


@pytest.mark.parametrize("curve", [LRM, VELOCIFY], ids=["lrm2007", "velocify2012"])
@given(one=ages, other=ages)
def test_older_is_never_better(curve: Decay, one: float, other: float) -> None:
    younger, older = sorted((one, other))
    assert curve.ln_weight(younger) >= curve.ln_weight(older)


@given(age=st.floats(min_value=301, max_value=29.9 * DAY_S))
def test_the_age_of_a_weight_is_found_again(age: float) -> None:
    found = LRM.age_at(LRM.ln_weight(age))
    assert found == pytest.approx(age, rel=1e-6)


def test_a_weight_that_is_never_reached_has_no_age() -> None:
    assert LRM.age_at(0.0) is None
    assert LRM.age_at(LRM.ln_weight(FLAT_AFTER_S) - 0.5) is None
    assert shipped.ranking(lambda_=0).decay.age_at(-0.1) is None
