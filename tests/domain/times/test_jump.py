"""Jumps of the clock: what counts as one, and what is only a slow second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.times.jump import ClockLook, jump_between

BEFORE = ClockLook(datetime(2026, 11, 26, 17, 0, tzinfo=UTC), 100.0, "WET 0")


def after(wall_s: float, steady_s: float, zone: str = "WET 0") -> ClockLook:
    return ClockLook(BEFORE.wall + timedelta(seconds=wall_s), BEFORE.steady_s + steady_s, zone)


@pytest.mark.parametrize(("wall_s", "steady_s"), [(1, 1), (1.9, 1), (6, 6), (0.2, 1.1), (9, 8)])
def test_a_clock_that_goes_on_is_no_jump(wall_s: float, steady_s: float) -> None:
    assert jump_between(BEFORE, after(wall_s, steady_s)) is None


@pytest.mark.parametrize(
    ("wall_s", "steady_s", "forward"),
    [
        (28_801, 1, True),  # asleep, on a system whose steady clock slept too
        (28_801, 28_801, True),  # asleep, on one whose steady clock went on
        (3, 1, True),  # put forward
        (-3_599, 1, False),  # set back
    ],
)
def test_sleep_and_a_clock_that_was_set_are_jumps(
    wall_s: float, steady_s: float, forward: bool
) -> None:
    jump = jump_between(BEFORE, after(wall_s, steady_s))
    assert jump is not None
    assert jump.forward is forward
    assert jump.by_s == pytest.approx(wall_s - steady_s)
    assert not jump.moved


def test_another_zone_is_a_jump_although_no_time_passed() -> None:
    jump = jump_between(BEFORE, after(1, 1, "EST -18000"))
    assert jump is not None
    assert jump.moved
    assert not jump.forward
