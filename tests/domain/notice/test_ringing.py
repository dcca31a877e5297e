from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.notice.ringing import AT_MOST_EVERY, Ringing

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
JUN, ANA = ("callback", "512"), ("fresh", "7")


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_each_thing_rings_once() -> None:
    bell = Ringing()
    assert bell.due([JUN, ANA, JUN], NOW, in_call=False) == [JUN, ANA]
    assert bell.due([JUN, ANA], after(600), in_call=False) == []


def test_what_comes_within_the_minute_waits_for_its_end() -> None:
    bell = Ringing()
    assert bell.due([JUN], NOW, in_call=False) == [JUN]
    assert bell.due([JUN, ANA], after(59), in_call=False) == []
    assert bell.due([JUN, ANA], after(60), in_call=False) == [ANA]


def test_a_call_is_never_disturbed_and_what_waits_rings_after_it() -> None:
    bell = Ringing()
    assert bell.due([JUN, ANA], NOW, in_call=True) == []
    assert bell.due([ANA], after(300), in_call=False) == [ANA]  # Jun was called by a colleague


def test_what_waits_again_is_new() -> None:
    bell = Ringing()
    assert bell.due([JUN], NOW, in_call=False) == [JUN]
    assert bell.due([], after(100), in_call=False) == []
    assert bell.due([JUN], after(200), in_call=False) == [JUN]


def test_a_clock_that_is_set_back_does_not_silence() -> None:
    bell = Ringing()
    assert bell.due([JUN], NOW, in_call=False) == [JUN]
    assert bell.due([JUN, ANA], after(-3_600), in_call=False) == [ANA]


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from([JUN, ANA, ("sla", "9"), ("sla", "8")])),
            st.booleans(),
            st.floats(0, 90),
        )
    )
)
def test_never_more_than_one_a_minute_and_never_in_a_call(
    looks: list[tuple[set[tuple[str, str]], bool, float]],
) -> None:
    bell, at, rung = Ringing(), NOW, list[datetime]()
    for waiting, in_call, passed in looks:
        at += timedelta(seconds=passed)
        told = bell.due(sorted(waiting), at, in_call=in_call)
        assert set(told) <= waiting
        assert not (told and in_call)
        rung += [at] if told else []
    assert all(b - a >= AT_MOST_EVERY for a, b in itertools.pairwise(rung))
