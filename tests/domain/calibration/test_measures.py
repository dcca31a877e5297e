"""Areas, their intervals, and information value, against other ways to reach them."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.calibration.measures import area, compare, information_value

LEADS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=40)


@given(LEADS)
def test_the_area_is_the_share_of_pairs_in_the_right_order(leads: list[tuple[int, int]]) -> None:
    scores, won = [s for s, _ in leads], [w for _, w in leads]
    pairs = [(a, b) for a, x in leads for b, y in leads if x and not y]
    right = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs)
    assert area(scores, won) == pytest.approx(right / len(pairs) if pairs else 0.5)


def test_the_interval_of_a_difference_is_as_wide_as_resampling_says() -> None:
    chance = random.Random(3)
    leads = []
    for _ in range(1_500):
        truth = chance.gauss(0, 1)
        won = int(chance.random() < 1 / (1 + math.exp(1 - truth)))
        leads.append((truth + chance.gauss(0, 2), truth + chance.gauss(0, 1), won))
    found = compare(*map(list, zip(*leads, strict=True)))
    differences = []
    for _ in range(300):
        again = chance.choices(leads, k=len(leads))
        old, new, won_again = map(list, zip(*again, strict=True))
        differences.append(area(new, won_again) - area(old, won_again))
    mean = sum(differences) / len(differences)
    spread = math.sqrt(sum((d - mean) ** 2 for d in differences) / len(differences))
    assert found.new > found.old
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * spread, rel=0.15)


def test_the_same_scores_do_not_differ() -> None:
    scores, won = [1, 2, 3, 4, 5, 6], [0, 1, 0, 1, 1, 0]
    assert compare(scores, scores, won)[2:] == (0.0, 0.0)


def test_information_value_grows_with_what_a_field_tells() -> None:
    nothing = information_value([(10, 90), (20, 180)])
    something = information_value([(10, 90), (40, 160)])
    everything = information_value([(0, 90), (30, 0)])
    assert nothing < 0.01 < something < 0.5 < 3 < everything
    assert information_value([(10, 0), (20, 0)]) == 0.0
