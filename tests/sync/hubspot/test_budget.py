from __future__ import annotations

from sdrdesk.sync.hubspot.budget import LEAST_SEARCHES_PER_S, MOST_CROWDED, Budget


class Time:
    """A clock that only sleeping advances."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def now(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def searches(budget: Budget, time: Time, number: int) -> float:
    """Return the duration of this many searches."""
    began = time.now_s
    for _ in range(number):
        budget.wait(search=True)
    return time.now_s - began


def test_searches_keep_to_their_number_per_second() -> None:
    time = Time()
    assert 4.0 <= searches(Budget(time.now, time.sleep), time, 20) <= 5.0


def test_other_requests_are_not_slowed_down_before_a_limit_is_stated() -> None:
    time = Time()
    budget = Budget(time.now, time.sleep, share=0.5)
    assert sum(budget.wait(search=False) for _ in range(500)) == 0.0
    budget.learn(100, 10.0)
    for _ in range(150):
        budget.wait(search=False)
    assert 20.0 <= time.now_s <= 30.0


def test_a_refused_search_slows_the_pace_and_good_ones_restore_it() -> None:
    time = Time()
    budget = Budget(time.now, time.sleep)
    budget.searched(refused=True)
    assert budget.crowding == 1.5
    assert searches(budget, time, 21) >= 10.0
    for _ in range(40):
        budget.searched(refused=False)
    assert budget.crowding == 1.0


def test_however_crowded_a_search_a_second_is_left() -> None:
    time = Time()
    budget = Budget(time.now, time.sleep)
    for _ in range(20):
        budget.searched(refused=True)
    assert budget.crowding == MOST_CROWDED
    assert searches(budget, time, 11) <= 10 / LEAST_SEARCHES_PER_S
