from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.queue.overtaking import CAUSES, Overtaking, find_overtaking
from sdrdesk.domain.ranking.candidate import Candidate
from tests.domain import shipped

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # 14:00 in Dublin, 15:00 in Berlin, a Friday
CONFIG, WINDOWS = shipped.ranking(), shipped.windows()
LOWER = Candidate(
    "2", NOW - timedelta(days=3), fit=50, zone="Europe/Dublin", country="IE", numbers=("+353",)
)
UPPER = replace(LOWER, lead_id="1", fit=95, zone="Europe/Berlin", country="DE")


def at(hour: int, minute: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute)


def test_the_window_of_the_one_above_closes_first() -> None:
    assert find_overtaking(LOWER, UPPER, CONFIG, WINDOWS, NOW) == Overtaking(at(17), "window")


@pytest.mark.parametrize(
    "lower",
    [
        replace(LOWER, zone="Europe/Berlin", country="DE"),  # closes at the same moment
        replace(LOWER, next_due_at=at(17, 30)),
    ],
)
def test_a_window_helps_only_a_lead_that_can_be_called_then(lower: Candidate) -> None:
    found = find_overtaking(lower, UPPER, CONFIG, WINDOWS, NOW)
    assert found is None or found.cause != "window"


def test_a_due_callback_of_the_lead_above_continues_after_office_hours() -> None:
    upper = replace(UPPER, callback_at=NOW - timedelta(minutes=1))
    assert find_overtaking(LOWER, upper, CONFIG, WINDOWS, NOW) is None


def test_an_own_callback_is_a_cause() -> None:
    lower = replace(LOWER, callback_at=at(15, 30))
    found = find_overtaking(lower, UPPER, CONFIG, WINDOWS, NOW)
    assert found is not None
    assert found.cause == "callback"
    assert at(15, 30) <= found.at <= at(15, 31)


def test_a_retry_that_falls_due_is_a_cause() -> None:
    lower = replace(LOWER, fit=100, next_due_at=at(14, 40), attempts=0)
    assert find_overtaking(lower, UPPER, CONFIG, WINDOWS, NOW) == Overtaking(at(14, 40), "due")


def test_a_callback_before_the_retry_brings_the_lead_back() -> None:
    lower = replace(LOWER, callback_at=at(15, 30), next_due_at=at(16, 30))
    assert find_overtaking(lower, UPPER, CONFIG, WINDOWS, NOW) == Overtaking(at(15, 30), "callback")
    # A callback for later keeps it out, though the retry is due before.
    assert find_overtaking(replace(lower, next_due_at=at(14, 30)), UPPER, CONFIG, WINDOWS, NOW) == (
        Overtaking(at(15, 30), "callback")
    )


def test_a_snoozed_lead_does_not_overtake_before_it_wakes() -> None:
    lower = replace(LOWER, fit=100, snoozed_until=at(15))
    assert find_overtaking(lower, UPPER, CONFIG, WINDOWS, NOW) == Overtaking(at(15), "snooze")
    for good in (None, at(18)):
        asleep = replace(LOWER, snoozed_until=good, rest_seen_at=LOWER.converted_at)
        found = find_overtaking(asleep, UPPER, CONFIG, WINDOWS, NOW)
        assert found is None or found.cause != "window"
    # A promise wakes it, unless it was put off as well.
    kept = replace(lower, callback_at=at(14, 30))
    assert find_overtaking(kept, UPPER, CONFIG, WINDOWS, NOW) == Overtaking(at(14, 30), "callback")
    put_off = replace(kept, rest_promise=True)
    assert find_overtaking(put_off, UPPER, CONFIG, WINDOWS, NOW) == Overtaking(at(15), "callback")


def test_the_scores_may_cross_before_any_window_closes() -> None:
    fresh = replace(UPPER, converted_at=NOW, fit=40)
    hour_old = replace(LOWER, converted_at=NOW - timedelta(hours=1), fit=95)
    crossing = find_overtaking(hour_old, fresh, CONFIG, WINDOWS, NOW)
    assert crossing is not None
    assert crossing.cause == "score"
    assert crossing.at < at(14, 30)


def test_every_cause_has_words() -> None:
    assert all(CAUSES.values())
