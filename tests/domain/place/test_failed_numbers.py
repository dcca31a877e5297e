from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.place.failed_numbers import FailedNumber, NumberSign, failed_numbers

NUMBER, OTHER = "+353875550142", "+353875550199"
NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


def failed(*days_ago: float, number: str = NUMBER) -> list[NumberSign]:
    return [NumberSign(number, NOW - timedelta(days=days), False) for days in days_ago]


def worked(days_ago: float, number: str = NUMBER) -> NumberSign:
    return NumberSign(number, NOW - timedelta(days=days_ago), True)


def test_separate_days_count_and_not_dials() -> None:
    signs = failed(9, 9.1, 9.2, 2, 2.01)
    assert failed_numbers(signs, [NUMBER, OTHER], "Europe/Dublin") == (
        FailedNumber(NUMBER, 2, NOW - timedelta(days=2)),
    )


def test_the_days_are_those_of_the_lead() -> None:
    midnight = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    signs = [NumberSign(NUMBER, midnight + timedelta(hours=h), False) for h in (-1, 0)]
    assert failed_numbers(signs, [NUMBER], "Europe/Dublin")[0].days == 2
    assert failed_numbers(signs, [NUMBER], "America/New_York")[0].days == 1


def test_a_number_written_another_way_is_the_same_number() -> None:
    signs = failed(5, number="087 555 0142") + failed(3, number="+353 87 5550142")
    assert failed_numbers(signs, [NUMBER], "")[0].days == 2


def test_a_call_without_a_number_says_nothing() -> None:
    assert failed_numbers(failed(5, 4, 3, number=""), [NUMBER], "") == ()


@given(
    st.lists(
        st.tuples(
            st.floats(0, 60, allow_nan=False), st.booleans(), st.sampled_from([NUMBER, OTHER])
        )
    )
)
def test_only_failures_since_the_last_success_count(
    calls: list[tuple[float, bool, str]],
) -> None:
    signs = [NumberSign(n, NOW - timedelta(days=d), works) for d, works, n in calls]
    found = {item.number: item for item in failed_numbers(signs, [NUMBER, OTHER], "UTC")}
    for number in (NUMBER, OTHER):
        mine = sorted((s for s in signs if s.number == number), key=lambda s: s.at)
        good = max((place for place, s in enumerate(mine) if s.works), default=-1)
        since = mine[good + 1 :]
        assert (number in found) == bool(since)
        if since:
            assert found[number].days == len({s.at.date() for s in since})
            assert found[number].last_at == since[-1].at
