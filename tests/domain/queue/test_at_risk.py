"""What the coming hours will break for one lead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.queue.at_risk import Risk, RiskKind, first_risk

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
moments = st.none() | st.integers(-300, 600).map(lambda m: NOW + timedelta(minutes=m))


def at(minutes: int | None) -> datetime | None:
    return None if minutes is None else NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("callback", "sla", "window", "rule", "expected"),
    [
        (None, None, None, None, None),
        (30, None, None, "callback_future", ("callback", 30)),
        (-10, None, 60, None, ("callback", -10)),
        (None, 5, 60, None, ("sla", 5)),
        (None, 5, None, "call_window", ("sla", 5)),
        (None, None, 60, None, ("window", 60)),
        (None, None, 60, "resting", None),
        (30, 30, 30, None, ("callback", 30)),
        (None, 30, 30, None, ("sla", 30)),
        (90, 60, 30, None, ("window", 30)),
        (181, 181, 181, None, None),  # after the hours looked at
        (30, 5, 60, "snoozed", ("callback", 30)),
        (30, 5, 60, "do_not_call", None),
    ],
)
def test_the_first_risk_is_found(
    callback: int | None,
    sla: int | None,
    window: int | None,
    rule: str | None,
    expected: tuple[str, int] | None,
) -> None:
    found = first_risk(
        callback_at=at(callback),
        sla_due_at=at(sla),
        window_closes_at=at(window),
        kept_out_by=rule,
        asleep_until=None,
        until=NOW + timedelta(hours=3),
    )
    wanted = None if expected is None else Risk(RiskKind(expected[0]), at(expected[1]) or NOW)
    assert found == wanted


@given(moments, moments, moments, st.integers(0, 300), st.integers(0, 300))
def test_looking_further_never_hides_an_earlier_risk(
    callback: datetime | None, sla: datetime | None, window: datetime | None, less: int, more: int
) -> None:
    def first(minutes: int) -> Risk | None:
        return first_risk(
            callback_at=callback,
            sla_due_at=sla,
            window_closes_at=window,
            kept_out_by=None,
            asleep_until=None,
            until=NOW + timedelta(minutes=minutes),
        )

    near, far = first(less), first(less + more)
    assert near is None or near == far


@pytest.mark.parametrize(("asleep", "expected"), [(10, 30), (30, 30), (31, None)])
def test_a_rest_hides_risks_before_it_ends(asleep: int, expected: int | None) -> None:
    found = first_risk(
        callback_at=at(30),
        sla_due_at=None,
        window_closes_at=None,
        kept_out_by="callback_future",
        asleep_until=at(asleep),
        until=NOW + timedelta(hours=3),
    )
    assert (found.at if found else None) == at(expected)
