"""What is told beside the numbers, because it counts as it was logged."""

from __future__ import annotations

import pytest

from sdrdesk.domain.reports.doubts import DoubtfulCall, doubts

HOUR = 3_600


def call(key: str, at_s: int, **more: object) -> DoubtfulCall:
    given: dict[str, object] = {
        "lead_id": "501", "lead_name": "Ada", "owner_id": "7", "outcome": "No answer",
        "duration_s": 20, "local": False,
    }  # fmt: skip
    return DoubtfulCall(key=key, at_ms=at_s * 1_000, **(given | more))  # type: ignore[arg-type]


def test_a_call_of_26_hours_is_told() -> None:
    (found,) = doubts([call("a", 0, duration_s=26 * HOUR)])
    assert (found.kind, found.keys) == ("long_call", ("a",))
    assert found.text == "A call to Ada was logged with 1d2h. Talk time includes it."
    assert not list(doubts([call("a", 0, duration_s=4 * HOUR)]))


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (call("b", 0), True),
        (call("b", 120), True),
        (call("b", 121), False),
        (call("b", 30, outcome=""), True),
        (call("b", 30, outcome="Connected"), False),  # redialled at once, and reached
        (call("b", 30, lead_id="502"), False),
        (call("b", 30, owner_id="8"), False),
        (call("b", 30, local=True), True),
    ],
)
def test_a_call_that_two_tools_logged_is_told(second: DoubtfulCall, told: bool) -> None:
    found = list(doubts([call("a", 0), second]))
    assert [doubt.keys for doubt in found] == ([("a", "b")] if told else [])


def test_two_calls_that_a_rep_recorded_by_hand_are_two() -> None:
    assert not list(doubts([call("a", 0, local=True), call("b", 5, local=True)]))
