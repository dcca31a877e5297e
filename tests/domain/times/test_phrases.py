"""What a rep in London may type of a lead in Berlin, on Monday 30 November 2026 at 15:10 there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.times.parse import MAX_AHEAD, TwoMeanings, parse_happened, parse_when

BERLIN, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")
NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 30, 14, 10, tzinfo=UTC)

UNDERSTOOD = {
    "2h": "2026-11-30 17:10",
    "30m": "2026-11-30 15:40",
    "30 min": "2026-11-30 15:40",
    "3 days": "2026-12-03 15:10",
    "1 week": "2026-12-07 15:10",
    "2 weeks": "2026-12-14 15:10",
    "in one week": "2026-12-07 15:10",
    "next month": "2026-12-01 09:00",
    "in 6 months": "2027-05-30 15:10",
    "+6mo": "2027-05-30 15:10",
    "q1": "2027-01-04 09:00",
    "3pm thursday": "2026-12-03 15:00",
    "10 tomorrow": "2026-12-01 10:00",
    "noon tomorrow": "2026-12-01 12:00",
    "9am next tuesday": "2026-12-08 09:00",
    "fri pm": "2026-12-04 14:00",
    "tonight": "2026-11-30 18:00",
    "later today": "2026-11-30 17:00",
    "this afternoon": "2026-11-30 16:30",
    "end of day": "2026-11-30 17:00",
    "1430": "2026-12-01 14:30",
    "weds 10": "2026-12-02 10:00",
    "Thu 10.": "2026-12-03 10:00",
    "12/25": "2026-12-25 09:00",
    "3.12. 14:00": "2026-12-03 14:00",
    "3.12. 14 uhr": "2026-12-03 14:00",
    "thu 10am est": "2026-12-03 16:00",
    "10am my time": "2026-12-01 11:00",
    "1h": "2026-11-30 16:10",
    "+3mo": "2027-02-28 15:10",
    "jan": "2027-01-04 09:00",
    "+90m": "2026-11-30 16:40",
    "45m": "2026-11-30 15:55",
    "15 min": "2026-11-30 15:25",
    "+1h30m": "2026-11-30 16:40",
    "1h30": "2026-11-30 16:40",
    "1.5h": "2026-11-30 16:40",
    "1,5 h": "2026-11-30 16:40",
    "in an hour": "2026-11-30 16:10",
    "in half an hour": "2026-11-30 15:40",
    "half an hour": "2026-11-30 15:40",
    "an hour and a half": "2026-11-30 16:40",
    "in a couple of hours": "2026-11-30 17:10",
    "in a week": "2026-12-07 15:10",
    "a week": "2026-12-07 15:10",
    "in two weeks": "2026-12-14 15:10",
    "in a fortnight": "2026-12-14 15:10",
    "2w": "2026-12-14 15:10",
    "+2w thu": "2026-12-17 09:00",
    "in 2 weeks on thursday": "2026-12-17 09:00",
    "+3d 10:00": "2026-12-03 10:00",
    "3 business days": "2026-12-03 15:10",
    "in 5 working days": "2026-12-07 15:10",
    "3 months": "2027-02-28 15:10",
    "1 year": "2027-11-30 15:10",
    "half a year": "2027-05-30 15:10",
    "in a month": "2026-12-30 15:10",
    "2 hours from now": "2026-11-30 17:10",
    "a week from now": "2026-12-07 15:10",
    "thu": "2026-12-03 09:00",
    "thu 10": "2026-12-03 10:00",
    "thu at 10": "2026-12-03 10:00",
    "thu 10:30": "2026-12-03 10:30",
    "thursday 3pm": "2026-12-03 15:00",
    "thurs 3": "2026-12-03 15:00",
    "tues 2:30": "2026-12-01 14:30",
    "on thursday at 3 p.m.": "2026-12-03 15:00",
    "thu morning": "2026-12-03 09:00",
    "thu afternoon": "2026-12-03 14:00",
    "thu am": "2026-12-03 09:00",
    "thursday morning at 10": "2026-12-03 10:00",
    "tomorrow afternoon at 4": "2026-12-01 16:00",
    "8 in the evening tomorrow": "2026-12-01 20:00",
    "3 in the afternoon": "2026-12-01 15:00",
    "next week": "2026-12-07 09:00",
    "next thu": "2026-12-10 09:00",
    "next thursday 14:00": "2026-12-10 14:00",
    "thursday next week": "2026-12-10 09:00",
    "next week thu 10": "2026-12-10 10:00",
    "thursday week": "2026-12-10 09:00",
    "early next week": "2026-12-07 09:00",
    "end of next week": "2026-12-11 09:00",
    "end of the week": "2026-12-04 09:00",
    "eow": "2026-12-04 09:00",
    "this friday": "2026-12-04 09:00",
    "mon 10": "2026-12-07 10:00",
    "mon 16": "2026-11-30 16:00",
    "next mon": "2026-12-07 09:00",
    "after the weekend": "2026-12-07 09:00",
    "day after tomorrow": "2026-12-02 09:00",
    "the day after tomorrow 11": "2026-12-02 11:00",
    "tomorrow": "2026-12-01 09:00",
    "tmrw 3pm": "2026-12-01 15:00",
    "tomorrow 1430": "2026-12-01 14:30",
    "tomorrow same time": "2026-12-01 15:10",
    "first thing tomorrow": "2026-12-01 09:00",
    "tomorrow eod": "2026-12-01 17:00",
    "eod": "2026-11-30 17:00",
    "cob friday": "2026-12-04 17:00",
    "today 16": "2026-11-30 16:00",
    "today at 4": "2026-11-30 16:00",
    "4pm today": "2026-11-30 16:00",
    "16:00": "2026-11-30 16:00",
    "4pm": "2026-11-30 16:00",
    "4": "2026-11-30 16:00",
    "at 4": "2026-11-30 16:00",
    "4p": "2026-11-30 16:00",
    "10": "2026-12-01 10:00",
    "930": "2026-12-01 09:30",
    "0930": "2026-12-01 09:30",
    "half past four": "2026-11-30 16:30",
    "quarter to five": "2026-11-30 16:45",
    "noon": "2026-12-01 12:00",
    "thu at noon": "2026-12-03 12:00",
    "10ish": "2026-12-01 10:00",
    "around 4": "2026-11-30 16:00",
    "26 nov 2027": "2027-11-26 09:00",
    "3 dec": "2026-12-03 09:00",
    "3 dec 10": "2026-12-03 10:00",
    "dec 3 10:15": "2026-12-03 10:15",
    "December 3rd at 3pm": "2026-12-03 15:00",
    "3pm dec 3": "2026-12-03 15:00",
    "3rd of december": "2026-12-03 09:00",
    "the 15th": "2026-12-15 09:00",
    "15th at 10": "2026-12-15 10:00",
    "15 jan": "2027-01-15 09:00",
    "jan 15": "2027-01-15 09:00",
    "15.1.": "2027-01-15 09:00",
    "15.1.27": "2027-01-15 09:00",
    "15.01.2027 10:00": "2027-01-15 10:00",
    "14.30": "2026-12-01 14:30",
    "1/15": "2027-01-15 09:00",
    "25/12": "2026-12-25 09:00",
    "12/25 3pm": "2026-12-25 15:00",
    "1/15/2027": "2027-01-15 09:00",
    "2027-01-15": "2027-01-15 09:00",
    "2027-01-15 10:00": "2027-01-15 10:00",
    "2027-01-15T09:00:00Z": "2027-01-15 10:00",
    "thu 3 dec": "2026-12-03 09:00",
    "thu, 3.12. 10:00": "2026-12-03 10:00",
    "january": "2027-01-04 09:00",
    "in january": "2027-01-04 09:00",
    "mid january": "2027-01-15 09:00",
    "end of january": "2027-01-29 09:00",
    "early february": "2027-02-01 09:00",
    "end of next month": "2026-12-31 09:00",
    "thu 10 bst": "2026-12-03 11:00",
    "lunch tomorrow": "2026-12-01 12:30",
    "thu 3.30pm": "2026-12-03 15:30",
    "15:00h": "2026-12-01 15:00",
    "10 uhr am donnerstag": "2026-12-03 10:00",
    "feb 2027": "2027-02-01 09:00",
    "next quarter": "2027-01-04 09:00",
    "q2 2027": "2027-04-01 09:00",
    "next year": "2027-01-04 09:00",
    "in the new year": "2027-01-04 09:00",
    "h1": "2027-01-04 09:00",
    "week 50": "2026-12-07 09:00",
    "thu 10 eastern": "2026-12-03 16:00",
    "9am pst tomorrow": "2026-12-01 18:00",
    "thu 10 london time": "2026-12-03 11:00",
    "thu 10 utc+2": "2026-12-03 09:00",
    "10:00 cet": "2026-12-01 10:00",
    "thu 10 europe/london": "2026-12-03 11:00",
    "thu 10 uk time": "2026-12-03 11:00",
    "thu 10 their time": "2026-12-03 10:00",
    "morgen": "2026-12-01 09:00",
    "morgen 10 uhr": "2026-12-01 10:00",
    "morgen um 10": "2026-12-01 10:00",
    "morgen früh": "2026-12-01 09:00",
    "heute abend": "2026-11-30 18:00",
    "heute nachmittag": "2026-11-30 16:30",
    "heute 16 uhr": "2026-11-30 16:00",
    "übermorgen 14:30": "2026-12-02 14:30",
    "donnerstag 10 uhr": "2026-12-03 10:00",
    "do 10": "2026-12-03 10:00",
    "am donnerstag um 10 uhr 30": "2026-12-03 10:30",
    "montag morgen": "2026-12-07 09:00",
    "nächste woche": "2026-12-07 09:00",
    "nächsten dienstag 9 uhr": "2026-12-08 09:00",
    "in 2 stunden": "2026-11-30 17:10",
    "in einer stunde": "2026-11-30 16:10",
    "in einer halben stunde": "2026-11-30 15:40",
    "in zwei wochen": "2026-12-14 15:10",
    "in 3 tagen": "2026-12-03 15:10",
    "in einem monat": "2026-12-30 15:10",
    "nächsten monat": "2026-12-01 09:00",
    "halb drei": "2026-12-01 14:30",
    "viertel nach drei": "2026-11-30 15:15",
    "3. dezember 14 uhr": "2026-12-03 14:00",
    "am 3.12. um 14 uhr": "2026-12-03 14:00",
    "ende januar": "2027-01-29 09:00",
    "mi nachmittag": "2026-12-02 14:00",
    "freitag vormittag": "2026-12-04 09:00",
    "di 9": "2026-12-01 09:00",
    "kw 50": "2026-12-07 09:00",
    "ab 16 uhr": "2026-11-30 16:00",
    "same time tomorrow": "2026-12-01 15:10",
    "this time next week": "2026-12-07 15:10",
    "thu10": "2026-12-03 10:00",
    "thu10am": "2026-12-03 10:00",
    "thu - 10am": "2026-12-03 10:00",
    "thu: 10am": "2026-12-03 10:00",
    "3-dec": "2026-12-03 09:00",
    "3-Dec-2026 10:00": "2026-12-03 10:00",
    "mid-january": "2027-01-15 09:00",
    "late afternoon": "2026-11-30 16:00",
    "thu late afternoon": "2026-12-03 16:00",
    "early afternoon tomorrow": "2026-12-01 13:00",
    "mid morning wed": "2026-12-02 10:30",
    "after 4": "2026-11-30 16:00",
    "tomorrow after 3pm": "2026-12-01 15:00",
    "call back thu 10": "2026-12-03 10:00",
    "until thursday": "2026-12-03 09:00",
    "for 2 hours": "2026-11-30 17:10",
    "bis freitag": "2026-12-04 09:00",
    "sometime next week": "2026-12-07 09:00",
    "10am berlin": "2026-12-01 10:00",
    "10am in london": "2026-12-01 11:00",
    "thu 10 new york": "2026-12-03 16:00",
    "10am utc-5": "2026-11-30 16:00",
    "tonight at 7": "2026-11-30 19:00",
    "this afternoon at 4": "2026-11-30 16:00",
    "tomorrow night": "2026-12-01 18:00",
    "friday 4th": "2026-12-04 09:00",
    "fri dec 4 2pm": "2026-12-04 14:00",
    "2 hrs 30 mins": "2026-11-30 17:40",
    "after the new year": "2027-01-04 09:00",
    "mitte nächster woche": "2026-12-09 09:00",
    "nächste woche montag 10": "2026-12-07 10:00",
    "viertel vor fünf": "2026-11-30 16:45",
    "morgen nachmittag um 3": "2026-12-01 15:00",
    "um halb zehn": "2026-12-01 09:30",
    "heute um 4": "2026-11-30 16:00",
    "in 14 tagen": "2026-12-14 15:10",
    "a week from thursday": "2026-12-10 09:00",
    "two weeks from monday": "2026-12-21 09:00",
    "thursday in two weeks": "2026-12-17 09:00",
    "a week from tomorrow": "2026-12-08 09:00",
    "3 weeks from today": "2026-12-21 09:00",
}
UNCLEAR = (
    "today",
    "+6m",
    "6m",
    "3m",
    "3.12",
    "3/4",
    "2027",
    "10h",
    "10 mo",
    "thu 10 ist",
    "thu 3.12",
    "14h",
)
REFUSED = (
    "midnight",
    "fri 3.12.",
    "end of the month",
    "in the next hour",
    "fri 10 or 11",
    "snooze",
    "q4",
    "nov",
    "midnight tomorrow",
    "10 and 11",
    "mon/tue",
    "9-5",
    "in a bit",
    "soon",
    "asap",
    "whenever",
    "+3",
    "31 feb",
    "25:00",
    "thu 10 please",
    "yesterday 10",
    "a few days",
    "monday or tuesday",
    "every monday",
    "thu 2-4pm",
    "now",
    "",
    "+0m",
    "30.02.",
)


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
