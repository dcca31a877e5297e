from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.business_time import BusinessHours, add_business, elapsed_s
from sdrdesk.domain.calling_hours.weekly_hours import CLOSED, parse_week
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.sla.sla import SlaConfig, parse_sla, sla_state
from tests.domain import shipped, strategies

DUBLIN = "Europe/Dublin"
OFFICE = BusinessHours(
    parse_week(TableReader({"mon-fri": "09:00-17:00"})), DUBLIN, shipped.windows().calendars["IE"]
)
PROMISE = SlaConfig(first_attempt_s=300, at_risk_s=150, hours=OFFICE)


def at(text: str, zone: str = DUBLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-17 10:00", "2026-11-17 12:30", 150),
        ("2026-11-20 16:30", "2026-11-23 09:30", 60),
        ("2026-11-21 11:00", "2026-11-23 10:00", 60),
        ("2026-11-17 20:00", "2026-11-18 08:00", 0),
        ("2026-12-24 16:00", "2026-12-29 10:00", 120),  # Christmas, St Stephen's Day on Monday
        ("2026-11-17 12:00", "2026-11-17 11:00", 0),  # backwards
    ],
)
def test_business_time_leaves_out_nights_weekends_and_holidays(
    start: str, end: str, minutes: int
) -> None:
    assert elapsed_s(at(start), at(end), OFFICE) == minutes * 60


def test_a_night_shift_counts_a_repeated_hour_twice() -> None:
    nights = BusinessHours(parse_week(TableReader({"daily": "00:00-04:00"})), DUBLIN)
    day = timedelta(days=1)
    for start, hours in [("2026-03-29 00:00", 3), ("2026-10-25 00:00", 5), ("2026-11-01 00:00", 4)]:
        assert elapsed_s(at(start), at(start) + day - timedelta(hours=2), nights) == hours * 3600


def test_a_shift_that_ends_in_the_repeated_hour_ends_at_its_second_pass() -> None:
    nights = BusinessHours(parse_week(TableReader({"daily": "00:00-01:30"})), DUBLIN)
    start = at("2026-10-25 00:00")
    assert elapsed_s(start, start + timedelta(hours=6), nights) == 2.5 * 3600


moments = strategies.moments("2026-01-01", "2026-12-31")


@settings(max_examples=80, deadline=None)
@given(start=moments, seconds=st.integers(1, 200_000))
def test_adding_and_measuring_agree(start: datetime, seconds: int) -> None:
    due = add_business(start, seconds, OFFICE)
    assert due is not None
    assert elapsed_s(start, due, OFFICE) == pytest.approx(seconds)


def test_a_week_without_hours_has_no_due_moment() -> None:
    never = BusinessHours((CLOSED,) * 7, DUBLIN)
    assert add_business(at("2026-11-17 10:00"), 60, never) is None
    assert elapsed_s(at("2026-11-17 10:00"), at("2026-11-18 10:00"), never) == 0
    assert sla_state(
        at("2026-11-17 10:00"), None, SlaConfig(hours=never), at("2026-11-18 10:00")
    ) == (sla_state(None, None, PROMISE, at("2026-11-18 10:00")))


@pytest.mark.parametrize(
    ("converted", "attempt", "now", "state", "due", "left"),
    [
        ("2026-11-17 10:00", None, "2026-11-17 10:00:58", "on_track", "2026-11-17 10:05", 242),
        ("2026-11-17 10:00", None, "2026-11-17 10:02:30", "on_track", "2026-11-17 10:05", 150),
        ("2026-11-17 10:00", None, "2026-11-17 10:03", "at_risk", "2026-11-17 10:05", 120),
        ("2026-11-17 10:00", None, "2026-11-17 10:05", "at_risk", "2026-11-17 10:05", 0),
        ("2026-11-17 10:00", None, "2026-11-17 10:06", "breached", "2026-11-17 10:05", -60),
        (
            "2026-11-17 10:00",
            "2026-11-17 10:05",
            "2026-11-17 12:00",
            "met",
            "2026-11-17 10:05",
            None,
        ),
        (
            "2026-11-17 10:00",
            "2026-11-17 10:06",
            "2026-11-17 12:00",
            "breached",
            "2026-11-17 10:05",
            None,
        ),
        ("2026-11-20 18:00", None, "2026-11-22 12:00", "on_track", "2026-11-23 09:05", 300),
        ("2026-11-20 16:58", None, "2026-11-23 09:00", "on_track", "2026-11-23 09:03", 180),
        (
            "2026-11-20 18:00",
            "2026-11-20 18:01",
            "2026-11-20 19:00",
            "met",
            "2026-11-23 09:05",
            None,
        ),
        ("2026-11-17 10:05", None, "2026-11-17 10:00", "on_track", "2026-11-17 10:10", 300),
    ],
)
def test_the_state_of_the_sla(
    converted: str, attempt: str | None, now: str, state: str, due: str, left: float | None
) -> None:
    found = sla_state(at(converted), at(attempt) if attempt else None, PROMISE, at(now))
    assert (found.state, found.due_at, found.left_s) == (state, at(due), left)


def test_a_lead_without_a_conversion_has_no_sla() -> None:
    found = sla_state(None, None, PROMISE, at("2026-11-17 10:00"))
    assert (found.state, found.due_at) == ("none", None)


def test_the_shipped_sla_uses_the_reps_zone() -> None:
    shipped_promise = shipped.sla()
    assert shipped_promise.first_attempt_s == 300
    assert shipped_promise.in_zone(DUBLIN).hours.zone == DUBLIN
    assert PROMISE.in_zone("Asia/Tokyo").hours.zone == DUBLIN


def test_a_team_may_keep_the_holidays_of_a_country() -> None:
    data = shipped.data("sla") | {"holidays": "US-FL", "time_zone": "America/New_York"}
    promise = parse_sla(data, shipped.windows().calendars)
    thanksgiving = at("2026-11-26 10:00", "America/New_York")
    found = sla_state(thanksgiving, None, promise, thanksgiving)
    assert found.due_at == at("2026-11-27 08:05", "America/New_York")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("first_attempt_min", 0, "between 0.1"),
        ("time_zone", "Dublin", "not a time zone"),
        ("holidays", "ZZ", "no holidays of 'ZZ'"),
        ("hours", {"mon": "nine to five"}, "HH:MM-HH:MM"),
        ("first_atempt_min", 5, "did you mean 'first_attempt_min'"),
    ],
)
def test_a_bad_setting_is_named(key: str, value: object, words: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_sla(shipped.data("sla") | {key: value}, shipped.windows().calendars)
    assert words in caught.value.message
    assert caught.value.key_path[0] == key
