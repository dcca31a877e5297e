"""When something really happened that a wrong clock recorded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.place.clock_shift import SLACK_MS, ClockReading, shift_of

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
YEAR = 365 * DAY
NOW = 1_795_300_000_000
"""The true moment of the recording."""


def reading(true_ms: int, wrong_ms: int) -> ClockReading:
    """Both clocks at a true moment, when this machine's is ahead by ``wrong_ms``."""
    return ClockReading(true_ms + wrong_ms, -wrong_ms)


WRONG = [YEAR, -YEAR, 10 * MINUTE, -10 * MINUTE, 40 * DAY, -3 * HOUR]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(
    "before", [None, 0, "same"], ids=["never read before", "right before", "wrong before"]
)
def test_a_clock_that_is_still_wrong(wrong: int, before: object) -> None:
    earlier = None
    if before is not None:
        earlier = reading(NOW - MINUTE, wrong if before == "same" else 0)
    assert shift_of(NOW + wrong, earlier, reading(NOW + MINUTE, wrong)) == -wrong


@pytest.mark.parametrize("wrong", WRONG)
def test_a_clock_that_was_put_right_before_it_was_sent(wrong: int) -> None:
    before, now = reading(NOW - MINUTE, wrong), reading(NOW + MINUTE, 0)
    assert shift_of(NOW + wrong, before, now) == -wrong


@pytest.mark.parametrize("wrong", WRONG)
def test_a_clock_that_was_wrong_only_between_two_readings_is_taken_as_near_as_they_are(
    wrong: int,
) -> None:
    before, now = reading(NOW - MINUTE, 0), reading(NOW + MINUTE, 0)
    shift = shift_of(NOW + wrong, before, now)
    assert shift is not None
    assert abs(NOW + wrong + shift - NOW) <= 2 * MINUTE


def test_a_moment_that_fits_neither_reading_is_not_guessed() -> None:
    before, now = reading(NOW - 3 * DAY, 0), reading(NOW + DAY, 0)
    assert shift_of(NOW + YEAR, before, now) is None
    assert shift_of(NOW - YEAR, before, now) is None
    assert shift_of(NOW + YEAR, None, now) is None


def test_a_right_clock_and_a_little_wrong_one_move_nothing() -> None:
    for wrong in (0, MINUTE, -MINUTE):
        before, now = reading(NOW - 5 * DAY, wrong), reading(NOW + 2 * DAY, wrong)
        assert shift_of(NOW + wrong, before, now) == 0


def test_minutes_that_fit_both_are_of_the_clock_before() -> None:
    """The network that mends a clock comes back after what was recorded without it."""
    before, now = reading(NOW - 3 * HOUR, 10 * MINUTE), reading(NOW + 3 * HOUR, 0)
    assert shift_of(NOW + 10 * MINUTE, before, now) == -10 * MINUTE


def test_a_crm_whose_own_clock_went_back_is_followed() -> None:
    before, now = reading(NOW, 0), ClockReading(NOW + MINUTE, -YEAR)
    assert shift_of(NOW, before, now) == -YEAR


@given(
    wrong=st.integers(-20 * YEAR, 20 * YEAR),
    since=st.integers(0, 30 * DAY),
    until=st.integers(0, 30 * DAY),
    mended=st.booleans(),
)
def test_the_true_moment_lies_between_the_readings(
    wrong: int, since: int, until: int, mended: bool
) -> None:
    before = reading(NOW - since, wrong)
    now = reading(NOW + until, 0 if mended else wrong)
    shift = shift_of(NOW + wrong, before, now)
    assert shift is not None, "one of the two offsets always fits"
    moment = NOW + wrong + shift
    assert before.theirs_ms - 2 * SLACK_MS <= moment <= now.theirs_ms + 2 * SLACK_MS
