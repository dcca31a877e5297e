from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.errors import ExitCode, UsageError
from sdrdesk.domain.times.parse import MAX_AHEAD, parse_happened, parse_when, to_utc

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
# A Friday, 15:05:23 in Berlin.
NOW = datetime(2026, 11, 20, 14, 5, 23, tzinfo=UTC)


def wall(text: str, zone: ZoneInfo = BERLIN, now: datetime = NOW) -> str:
    return parse_when(text, zone, now).astimezone(zone).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+3d", "Mon 2026-11-23 15:05"),
        ("+90m", "Fri 2026-11-20 16:35"),
        ("+1h", "Fri 2026-11-20 16:05"),
        ("+1h30m", "Fri 2026-11-20 16:35"),
        ("+2w", "Fri 2026-12-04 15:05"),
        ("+3d 10:00", "Mon 2026-11-23 10:00"),
        ("+3d at 10", "Mon 2026-11-23 10:00"),
        ("in 2 hours", "Fri 2026-11-20 17:05"),
        ("in an hour", "Fri 2026-11-20 16:05"),
        ("in a week", "Fri 2026-11-27 15:05"),
        ("thu 10", "Thu 2026-11-26 10:00"),
        ("thu 10:00", "Thu 2026-11-26 10:00"),
        ("Thursday, 10.", "Thu 2026-11-26 10:00"),
        ("THU at 4pm", "Thu 2026-11-26 16:00"),
        ("thursday", "Thu 2026-11-26 09:00"),
        ("fri", "Fri 2026-11-27 09:00"),  # nine o'clock today is over
        ("fri 17", "Fri 2026-11-20 17:00"),
        ("this fri 17", "Fri 2026-11-20 17:00"),
        ("next fri", "Fri 2026-11-27 09:00"),
        ("next week", "Mon 2026-11-23 09:00"),
        ("mon morning", "Mon 2026-11-23 09:00"),
        ("tue afternoon", "Tue 2026-11-24 14:00"),
        ("wed in the evening", "Wed 2026-11-25 18:00"),
        ("mon 2", "Mon 2026-11-23 14:00"),  # nobody is called at two in the night
        ("mon 02:00", "Mon 2026-11-23 02:00"),
        ("mon 2am", "Mon 2026-11-23 02:00"),
        ("mon 7", "Mon 2026-11-23 07:00"),
        ("mon 12am", "Mon 2026-11-23 00:00"),
        ("mon 12pm", "Mon 2026-11-23 12:00"),
        ("tomorrow", "Sat 2026-11-21 09:00"),
        ("tomorrow 14:30", "Sat 2026-11-21 14:30"),
        ("tomorrow morning", "Sat 2026-11-21 09:00"),
        ("tom 14h30", "Sat 2026-11-21 14:30"),
        ("today 16", "Fri 2026-11-20 16:00"),
        ("10:30", "Sat 2026-11-21 10:30"),
        ("15:30", "Fri 2026-11-20 15:30"),
        ("noon", "Sat 2026-11-21 12:00"),
        ("26/11", "Thu 2026-11-26 09:00"),  # there is no month 26
        ("26 nov 10", "Thu 2026-11-26 10:00"),
        ("26 nov", "Thu 2026-11-26 09:00"),
        ("26. November 2026 10:15", "Thu 2026-11-26 10:15"),
        ("nov 26 10:15", "Thu 2026-11-26 10:15"),
        ("November 26th, 2027", "Fri 2027-11-26 09:00"),
        ("1st dec 8", "Tue 2026-12-01 08:00"),
        ("15 mar", "Mon 2027-03-15 09:00"),
        ("3 sept 10", "Fri 2027-09-03 10:00"),
        ("2026-12-01 09:00", "Tue 2026-12-01 09:00"),
        ("2026-12-01", "Tue 2026-12-01 09:00"),
        ("2026-12-01T09:00:00Z", "Tue 2026-12-01 10:00"),
        ("2026-12-01t09:00+02:00", "Tue 2026-12-01 08:00"),
        ("  tomorrow   14:30 ", "Sat 2026-11-21 14:30"),
    ],
)
def test_typed_times_are_understood(text: str, expected: str) -> None:
    assert wall(text) == expected


def test_the_lead_s_zone_decides_which_day_it_is() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # already Saturday in Berlin
    assert wall("tomorrow 10", BERLIN, late) == "Sun 2026-11-22 10:00"
    assert wall("tomorrow 10", NEW_YORK, late) == "Sat 2026-11-21 10:00"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("today 9", "past"),
        ("yesterday 10", "past"),
        ("2026-11-20 15:05", "past"),
        ("2020-01-01", "past"),
        ("18 nov", "past"),  # two days ago: a slip, not a year from now
        ("+0m", "past"),
        ("+9999d", "two years"),
        ("+999999h", "two years"),
        ("2030-01-01", "two years"),
        ("", "understands"),
        ("soon", "understands"),
        ("31 feb", "understands"),
        ("25:00", "understands"),
        ("mon 24:00", "understands"),
        ("mon 13pm", "understands"),
        ("mon 0am", "understands"),
        ("2026-13-01", "understands"),
        ("thu 10 please", "understands"),
        ("+3", "understands"),
        ("+3 parsecs", "understands"),
        ("-3d", "understands"),
        ("m", "understands"),
        ("x" * 5000, "understands"),
    ],
)
def test_refusals_give_the_reason_and_an_example(text: str, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_when(text, BERLIN, NOW)
    assert word in caught.value.what
    assert "thu 10" in caught.value.next_step
    assert caught.value.exit_code is ExitCode.USAGE
    assert len(str(caught.value)) < 300


def test_days_keep_the_wall_clock_and_hours_the_duration_across_a_clock_change() -> None:
    before = datetime(2026, 10, 24, 8, 0, tzinfo=UTC)  # Saturday 10:00, clocks go back on Sunday
    assert parse_when("+2d", BERLIN, before) == datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    assert parse_when("+48h", BERLIN, before) == datetime(2026, 10, 26, 8, 0, tzinfo=UTC)


def test_a_skipped_hour_moves_on_by_the_change() -> None:
    before = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    assert wall("tomorrow 02:30", BERLIN, before) == "Sun 2027-03-28 03:30"


def test_a_repeated_hour_is_the_first_that_is_still_to_come() -> None:
    early = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # 02:00 summer time
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 summer time
    assert parse_when("02:30", BERLIN, early) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert parse_when("02:30", BERLIN, between) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_is_still_a_time() -> None:
    apia = ZoneInfo("Pacific/Apia")  # had no 30 December 2011
    moment = to_utc(datetime(2011, 12, 30, 10), apia)  # noqa: DTZ001 - wall clock
    assert moment.astimezone(apia).day == 31


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
     "Pacific/Chatham", "America/St_Johns", "Pacific/Kiritimati"]
)  # fmt: skip
MOMENTS = st.integers(1_735_689_600, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))


@given(
    st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
    st.integers(0, 23),
    st.integers(0, 59),
    ZONES,
    MOMENTS,
)
def test_a_weekday_is_within_a_week_and_says_what_was_typed(
    day: str, hour: int, minute: int, zone_name: str, now: datetime
) -> None:
    zone = ZoneInfo(zone_name)
    moment = parse_when(f"{day} {hour:02}:{minute:02}", zone, now)
    local = moment.astimezone(zone)
    assert timedelta(0) < moment - now <= timedelta(days=7, hours=2)
    assert local.strftime("%a").casefold() == day
    read_back = local.hour * 60 + local.minute - hour * 60 - minute
    assert read_back in (0, 30, 60)  # more than 0 only where a clock change skips the time


@given(st.text(max_size=30), ZONES, MOMENTS)
def test_any_text_is_a_future_moment_or_a_sentence(
    text: str, zone_name: str, now: datetime
) -> None:
    with contextlib.suppress(UsageError):
        moment = parse_when(text, ZoneInfo(zone_name), now)
        assert now < moment <= now + MAX_AHEAD
        assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", NOW),
        ("-10m", datetime(2026, 11, 20, 13, 55, tzinfo=UTC)),
        ("10 minutes ago", datetime(2026, 11, 20, 13, 55, tzinfo=UTC)),
        ("10:30", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("16:00", datetime(2026, 11, 19, 15, 0, tzinfo=UTC)),
        ("yesterday 15:00", datetime(2026, 11, 19, 14, 0, tzinfo=UTC)),
        ("2026-11-19 15:00", datetime(2026, 11, 19, 14, 0, tzinfo=UTC)),
        ("2026-11-19T15:00:00Z", datetime(2026, 11, 19, 15, 0, tzinfo=UTC)),
    ],
)
def test_when_a_call_was_made(text: str, expected: datetime) -> None:
    assert parse_happened(text, BERLIN, NOW) == expected


@pytest.mark.parametrize("text", ["tomorrow", "2027-01-01", "+3d", "soon", "today 23:00"])
def test_a_call_cannot_have_been_made_later(text: str) -> None:
    with pytest.raises(UsageError):
        parse_happened(text, BERLIN, NOW)
