"""What a rep in London may type of a lead in Berlin, on Monday 30 November 2026 at 15:10 there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.times.parse import MAX_AHEAD, TwoMeanings, parse_happened, parse_when
from tests.domain.times.phrases import REFUSED, UNCLEAR, UNDERSTOOD

BERLIN, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")
NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 30, 14, 10, tzinfo=UTC)


def when(
    text: str, now: datetime = NOW, zone: tzinfo = BERLIN, *, day_first: bool | None = None
) -> str:
    moment = parse_when(text, zone, now, mine=LONDON, day_first=day_first)
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD.items())
def test_what_a_rep_types_is_understood(text: str, expected: str) -> None:
    assert when(text) == expected
    assert when(f"  {text.upper()} ") == expected


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_has_two_meanings_is_asked(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        when(text)
    if isinstance(caught.value, TwoMeanings):
        meant = {when(choice) for choice in caught.value.choices}
        assert len(meant) == len(caught.value.choices) >= 2
        assert all(choice in caught.value.next_step for choice in caught.value.choices)
    else:
        assert "at what time" in caught.value.what or "several time zones" in caught.value.what
        assert caught.value.next_step


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_one_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        when(text)
    assert not isinstance(caught.value, TwoMeanings)
    assert "thu 10" in caught.value.next_step


def test_both_meanings_are_named() -> None:
    with pytest.raises(TwoMeanings) as caught:
        when("+6m")
    assert "6 minutes" in caught.value.what
    assert "6 months" in caught.value.what
    assert caught.value.choices == ("+6min", "+6mo")


def test_the_account_s_order_of_day_and_month_decides() -> None:
    assert when("3/4", day_first=True) == "2027-04-03 09:00"
    assert when("3/4", day_first=False) == "2027-03-04 09:00"
    assert when("3/4/27 3pm", day_first=False) == "2027-03-04 15:00"
    assert when("3.4.", day_first=False) == "2027-04-03 09:00"  # only the day comes before a dot
    for order in (True, False, None):  # one order gives no day
        assert when("12/25", day_first=order) == "2026-12-25 09:00"
        assert when("25/12", day_first=order) == "2026-12-25 09:00"


def test_a_short_name_of_several_zones_is_the_one_of_lead_or_rep() -> None:
    assert parse_when("thu 10 cst", NEW_YORK, NOW, mine=CHICAGO) == datetime(
        2026, 12, 3, 16, tzinfo=UTC
    )
    assert parse_when("thu 10 ist", ZoneInfo("Asia/Kolkata"), NOW) == datetime(
        2026, 12, 3, 4, 30, tzinfo=UTC
    )
    with pytest.raises(UsageError, match="several time zones"):
        parse_when("thu 10 cst", BERLIN, NOW, mine=LONDON)


def test_a_day_is_counted_in_the_zone_that_is_named() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # Tuesday in Berlin, Monday in London
    assert parse_when("tomorrow 10 my time", BERLIN, late, mine=LONDON).day == 1
    assert parse_when("tomorrow 10", BERLIN, late, mine=LONDON).day == 2


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("08:10", "this afternoon", "2026-11-30 14:00"),
        ("08:10", "later today", "2026-11-30 10:30"),
        ("08:10", "this morning", "2026-11-30 09:00"),
        ("10:20", "this morning", "2026-11-30 11:30"),
        ("16:05", "later today", "2026-11-30 17:00"),
        ("16:50", "later today", ""),
        ("16:50", "this afternoon", ""),
        ("17:30", "end of day", ""),
        ("17:30", "tomorrow eod", "2026-12-01 17:00"),
        ("18:10", "tonight", "2026-11-30 19:30"),
        ("23:10", "tonight", ""),
        ("15:10", "mon pm", "two"),
    ],
)
def test_a_part_of_today_is_what_is_left_of_it(now: str, text: str, expected: str) -> None:
    hour, minute = map(int, now.split(":"))
    at = datetime(2026, 11, 30, hour, minute, tzinfo=BERLIN).astimezone(UTC)
    if expected:
        if expected == "two":
            with pytest.raises(TwoMeanings):
                when(text, at)
        else:
            assert when(text, at) == expected
    else:
        with pytest.raises(UsageError, match="at what time"):
            when(text, at)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("an hour ago", "2026-11-30 14:10"),
        ("6m ago", "2026-11-30 15:04"),
        ("-10m", "2026-11-30 15:00"),
        ("vor 10 minuten", "2026-11-30 15:00"),
        ("gestern 15 uhr", "2026-11-29 15:00"),
        ("fri 10", "2026-11-27 10:00"),
        ("last friday 10", "2026-11-27 10:00"),
        ("mon 16", "2026-11-23 16:00"),
        ("27.11. 15:00", "2026-11-27 15:00"),
        ("27 nov 3pm", "2026-11-27 15:00"),
        ("this morning", ""),
        ("9:30", "2026-11-30 09:30"),
        ("14 my time", "2026-11-30 15:00"),
        ("yesterday", ""),
        ("fri", ""),
        ("27 nov", ""),
        ("27.11.2026", ""),
        ("27.11.26 14", "2026-11-27 14:00"),
        ("3.11. 10", "2026-11-03 10:00"),  # not the year 2010
    ],
)
def test_when_a_call_was_made_needs_an_hour(text: str, expected: str) -> None:
    if expected:
        moment = parse_happened(text, BERLIN, NOW, mine=LONDON)
        assert moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == expected
    else:
        with pytest.raises(UsageError):
            parse_happened(text, BERLIN, NOW, mine=LONDON)


ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
     "Pacific/Chatham", "America/St_Johns", "Pacific/Kiritimati"]
).map(ZoneInfo)  # fmt: skip
MOMENTS = st.integers(1_735_689_600, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))


WORDS = sorted({word for text in (*UNDERSTOOD, *UNCLEAR, *REFUSED) for word in text.split()})
TEXTS = st.sampled_from(sorted(UNDERSTOOD)) | st.lists(
    st.sampled_from(WORDS), min_size=1, max_size=6
).map(" ".join)


@given(TEXTS, ZONES, MOMENTS, st.booleans())
def test_words_in_any_order_are_one_time_or_asked_and_a_choice_is_one_time(
    text: str, zone: ZoneInfo, now: datetime, past: bool
) -> None:
    read = parse_happened if past else parse_when
    found: list[datetime] = []
    try:
        found.append(read(text, zone, now))
    except TwoMeanings as asked:
        found += [read(choice, zone, now) for choice in asked.choices]
    except UsageError:
        event("refused")
    if past:
        assert all(moment <= now for moment in found)
    else:
        assert all(now < moment <= now + MAX_AHEAD for moment in found)


@given(ZONES, MOMENTS, st.integers(1, 700), st.integers(0, 23), st.integers(0, 59), st.data())
def test_every_spelling_of_a_day_and_hour_reads_the_same(
    zone: ZoneInfo, now: datetime, ahead: int, hour: int, minute: int, data: st.DataObject
) -> None:
    day = (now.astimezone(zone) + timedelta(days=ahead)).date()
    clock = f"{hour:02}:{minute:02}"
    half = f"{hour % 12 or 12}:{minute:02}{'am' if hour < 12 else 'pm'}"
    dates = [f"{day:%Y-%m-%d}", f"{day.day} {day:%b %Y}", f"{day:%B} {day.day} {day.year}",
             f"{day.day}.{day.month}.{day.year}", f"{day.day}/{day.month}/{day.year}"]  # fmt: skip
    first = parse_when(f"{dates[0]} {clock}", zone, now, day_first=True)
    typed = data.draw(st.sampled_from([f"{d} {c}" for d in dates for c in (clock, half)]))
    assert parse_when(typed, zone, now, day_first=True) == first
    local = first.astimezone(zone)
    shown = local.hour * 60 + local.minute - hour * 60 - minute
    assert local.date() == day
    assert shown in (0, 30, 60)  # more than 0 only where a clock change skips the time


@given(ZONES, MOMENTS, st.integers(1, 3000))
def test_hours_are_a_duration_and_days_keep_the_hour(
    zone: ZoneInfo, now: datetime, count: int
) -> None:
    whole = now.replace(second=0, microsecond=0)
    assert parse_when(f"{count} min", zone, whole) == whole + timedelta(minutes=count)
    assert parse_when(f"+{count}h", zone, whole) == whole + timedelta(hours=count)
    days = count % 700 + 1
    later, local = parse_when(f"{days} days", zone, whole), whole.astimezone(zone)
    assert later.astimezone(zone).date() == local.date() + timedelta(days=days)
    assert parse_when(f"+{days}d", zone, whole) == later


def test_an_hour_out_of_hours_is_still_an_hour() -> None:
    for hour in range(24):
        at = datetime(2026, 11, 30, hour, 10, tzinfo=UTC)
        assert parse_when("1h", BERLIN, at) == at + timedelta(hours=1)
        assert parse_when("in an hour", BERLIN, at) == at + timedelta(hours=1)
