"""Times ahead or back, and days of reports."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.times.any_time import parse_day, parse_moment
from sdrdesk.domain.times.parse import TwoMeanings

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 30, 14, 10, tzinfo=UTC)  # a Monday, 15:10 in Berlin
TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("tomorrow 18:00", "2026-12-01T17:00"),
        ("tomorrow 18:00 Lisbon", "2026-12-01T18:00"),
        ("fri 10 london time", "2026-12-04T10:00"),
        ("+2h", "2026-11-30T16:10"),
        ("16:30", "2026-11-30T15:30"),
        ("now", "2026-11-30T14:10"),
        ("yesterday 15:00", "2026-11-29T14:00"),
        ("2 hours ago", "2026-11-30T12:10"),
        ("2026-11-20 09:00", "2026-11-20T08:00"),
        ("2026-12-20T09:00", "2026-12-20T08:00"),
        ("2026-11-20T09:00:30Z", "2026-11-20T09:00:30"),
        ("2019-02-03T09:00:00+02:00", "2019-02-03T07:00"),
        ("morgen um 18 uhr", "2026-12-01T17:00"),
    ],
)
def test_a_moment_is_read_in_the_reps_zone(text: str, utc: str) -> None:
    assert parse_moment(text, BERLIN, NOW) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["soonish", "", "9999-12-31", "0001-01-01T00:00:00+14:00", "today", "x" * 5_000, "3000-01-01Z"],
)
def test_what_is_no_moment_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="not a time") as caught:
        parse_moment(text, BERLIN, NOW)
    assert "tomorrow 18:00" in caught.value.next_step
    assert len(caught.value.what) < 120


def test_a_moment_with_two_meanings_is_asked() -> None:
    with pytest.raises(TwoMeanings):
        parse_moment("3.12", BERLIN, NOW)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-30"),
        ("yesterday", "2026-11-29"),
        ("mon", "2026-11-30"),
        ("last mon", "2026-11-30"),
        ("fri", "2026-11-27"),
        ("3 nov", "2026-11-03"),
        ("dec 3rd", "2025-12-03"),
        ("2026-11-20", "2026-11-20"),
        ("2 weeks ago", "2026-11-16"),
        ("3 days ago", "2026-11-27"),
        ("a month ago", "2026-10-30"),
        ("last week", "2026-11-23"),
        ("gestern", "2026-11-29"),
    ],
)
def test_a_day_of_a_report_is_the_last_of_that_name(text: str, day: str) -> None:
    assert parse_day(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["tomorow", "", "30 feb", "2 hours ago", "0001-01-01", "monday tuesday"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a day"):
        parse_day(text, TODAY)


def test_a_day_in_two_orders_is_asked_unless_the_account_decides() -> None:
    with pytest.raises(TwoMeanings):
        parse_day("3/4/2026", TODAY)
    assert parse_day("3/4/2026", TODAY, day_first=True) == date(2026, 4, 3)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_written_day_is_itself(day: date) -> None:
    assert parse_day(day.isoformat(), TODAY) == day


@given(st.integers(0, 400))
def test_days_ago_count_back(number: int) -> None:
    assert parse_day(f"{number} days ago", TODAY) == TODAY - timedelta(days=number)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_refusal(text: str) -> None:
    with suppress(UsageError):
        parse_moment(text, BERLIN, NOW)
    with suppress(UsageError):
        parse_day(text, TODAY)
