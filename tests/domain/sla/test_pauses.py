"""Waiting on the customer: one lead's clock rests, and only that long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.business_time import BusinessHours
from sdrdesk.domain.sla.pauses import SlaPause, rest_at, rests
from sdrdesk.domain.sla.sla import SlaConfig, sla_state
from tests.domain import shipped

MIN = timedelta(minutes=1)
TEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday, in office hours."""
HOURS: BusinessHours = shipped.sla().hours
CONFIG = SlaConfig(hours=HOURS).in_zone("UTC")
FAIR = SlaPause(TEN + 2 * MIN, TEN + 62 * MIN, "at a trade fair")


def state(minutes: int, pauses: tuple[SlaPause, ...], called: int | None = None) -> str:
    first = None if called is None else TEN + called * MIN
    return sla_state(TEN, first, CONFIG, TEN + minutes * MIN, pauses=pauses).state


def test_the_clock_rests_and_then_goes_on_with_what_was_left() -> None:
    assert [state(m, ()) for m in (1, 4, 6)] == ["on_track", "at_risk", "breached"]
    assert [state(m, (FAIR,)) for m in (3, 30, 61)] == ["on_track"] * 3
    assert state(63, (FAIR,)) == "at_risk"  # 2 of 5 minutes were spent before
    assert [state(m, (FAIR,)) for m in (65, 66)] == ["at_risk", "breached"]
    assert [state(99, (FAIR,), called) for called in (64, 66)] == ["met", "breached"]


def test_a_wait_after_the_promise_broke_does_not_mend_it() -> None:
    late = FAIR._replace(start=TEN + 9 * MIN)
    assert state(30, (late,)) == "breached"


def test_a_later_note_ends_a_wait() -> None:
    end = SlaPause(TEN + 12 * MIN, TEN + 12 * MIN, "at a trade fair")
    assert [p.until for p in rests([end, FAIR])] == [TEN + 12 * MIN]
    assert rest_at([FAIR, end], TEN + 20 * MIN) is None
    assert state(16, (end, FAIR)) == "breached"


def test_a_call_that_lies_ahead_neither_meets_nor_breaks_it() -> None:
    assert state(1, (), called=3) == "on_track"
    assert state(1, (), called=90) == "on_track"
    assert state(6, (), called=90) == "breached"


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=5), st.integers(0, 400)
)
def test_a_due_moment_that_lies_ahead_is_never_broken(
    spans: list[tuple[int, int]], minutes: int
) -> None:
    pauses = tuple(SlaPause(TEN + a * MIN, TEN + b * MIN, "x") for a, b in spans)
    found = sla_state(TEN, None, CONFIG, TEN + minutes * MIN, pauses=pauses)
    assert found.due_at is not None
    assert found.due_at >= TEN + 5 * MIN
    if found.due_at >= TEN + minutes * MIN:
        assert found.state in ("on_track", "at_risk")
