from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.call_window import WindowClock, is_open, next_open, window_state
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig, parse_windows
from sdrdesk.domain.config.problem import ConfigProblem
from tests.domain import shipped

WINDOWS = shipped.windows()
DUBLIN, NEW_YORK = "Europe/Dublin", "America/New_York"
IE, NOWHERE = ("IE", ""), ("", "")


def at(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(**week: object) -> WindowConfig:
    data: dict[str, object] = {
        "closed_on_holidays": False,
        "soon_min": 30,
        "hours": {"default": {key.replace("_", "-"): value for key, value in week.items()}},
        "limits": {"default": {"hours": {"daily": "00:00-24:00"}}},
    }
    return parse_windows(data)


@pytest.mark.parametrize(
    ("local", "opened"),
    [
        ("2026-11-20 07:59", False),
        ("2026-11-20 08:00", True),
        ("2026-11-20 17:59:59", True),
        ("2026-11-20 18:00", False),
        ("2026-11-21 10:00", False),  # Saturday
        ("2026-11-22 10:00", False),
        ("2026-11-23 10:00", True),
    ],
)
@pytest.mark.parametrize("zone", [DUBLIN, "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"])
def test_the_default_window_is_monday_to_friday_eight_to_six_there(
    zone: str, local: str, opened: bool
) -> None:
    assert is_open(zone, NOWHERE, WINDOWS, at(zone, local)) is opened


def test_an_unknown_zone_is_never_open() -> None:
    for zone in ("", "Mars/Olympus", "America", "../etc/passwd"):
        state = window_state(zone, IE, WINDOWS, at(DUBLIN, "2026-11-20 10:00"))
        assert (state.open, state.opens_at, state.text) == (False, None, "time zone unknown")
        assert next_open(zone, IE, WINDOWS, at(DUBLIN, "2026-11-20 10:00")) is None


def test_an_open_window_says_until_when() -> None:
    state = window_state(DUBLIN, IE, WINDOWS, at(DUBLIN, "2026-11-20 10:00"))
    assert state.closes_at == at(DUBLIN, "2026-11-20 18:00")
    assert (state.open, state.soon, state.opens_at) == (True, False, None)
    assert state.text == "open until 18:00 their time"


def test_a_window_that_closes_soon_says_so() -> None:
    state = window_state(DUBLIN, IE, WINDOWS, at(DUBLIN, "2026-11-20 17:42"))
    assert state.soon
    assert state.text == "window closes in 18m"


@pytest.mark.parametrize(
    ("now", "opens", "text"),
    [
        ("2026-11-20 06:00", "2026-11-20 08:00", "opens 08:00 their time"),
        ("2026-11-20 18:00", "2026-11-23 08:00", "opens Mon 08:00 their time"),
        (
            "2026-12-25 10:00",  # the Saturday after is St Stephen's Day, kept on Monday
            "2026-12-29 08:00",
            "opens Tue 08:00 their time (Christmas Day today)",
        ),
    ],
)
def test_a_closed_window_says_when_it_opens(now: str, opens: str, text: str) -> None:
    state = window_state(DUBLIN, IE, WINDOWS, at(DUBLIN, now))
    assert not state.open
    assert state.opens_at == at(DUBLIN, opens)
    assert state.text == text


def test_the_holiday_is_that_of_the_leads_own_country() -> None:
    thanksgiving = at(NEW_YORK, "2026-11-26 10:00")
    assert not is_open(NEW_YORK, ("US", "NY"), WINDOWS, thanksgiving)
    assert is_open(NEW_YORK, ("CA", ""), WINDOWS, thanksgiving)


@pytest.mark.parametrize(
    ("state", "local", "legal"),
    [
        ("", "2026-11-20 07:59", False),
        ("", "2026-11-20 20:59", True),
        ("", "2026-11-20 21:00", False),
        ("FL", "2026-11-20 20:30", False),
        ("KY", "2026-11-20 09:30", False),
        ("KY", "2026-11-20 10:00", True),
        ("AL", "2026-11-22 12:00", False),  # Sunday
        ("MS", "2026-11-22 12:00", False),
        ("PA", "2026-11-21 11:59", True),  # Saturday
        ("PA", "2026-11-21 12:00", False),
        ("LA", "2026-11-26 12:00", False),  # holiday
        ("TX", "2026-11-26 12:00", True),
    ],
)
def test_the_law_of_a_state_narrows_that_of_the_country(
    state: str, local: str, legal: bool
) -> None:
    now = at("America/Chicago", local)
    assert is_open("America/Chicago", ("US", state), WINDOWS, now, legal_only=True) is legal


def test_the_law_narrows_the_teams_own_hours() -> None:
    now = at("America/Kentucky/Louisville", "2026-11-20 09:00")
    zone = "America/Kentucky/Louisville"
    assert is_open(zone, ("US", "TN"), WINDOWS, now)
    state = window_state(zone, ("US", "KY"), WINDOWS, now)
    assert state.opens_at == at(zone, "2026-11-20 10:00")


def test_daily_caps_are_data() -> None:
    assert WINDOWS.cap_24h(("US", "FL")) == 3
    assert WINDOWS.cap_24h(("US", "NY")) == 0
    assert WINDOWS.cap_24h(("", "")) == 0


def test_a_limit_that_is_switched_off_does_not_count() -> None:
    lunch = at("Europe/Paris", "2026-11-20 13:30")
    assert is_open("Europe/Paris", ("FR", ""), WINDOWS, lunch)
    data = shipped.data("windows")
    limits = data["limits"]
    assert isinstance(limits, dict)
    limits["FR"]["enabled"] = True
    assert not is_open("Europe/Paris", ("FR", ""), parse_windows(data), lunch)


def test_a_country_may_have_hours_of_its_own() -> None:
    data = shipped.data("windows")
    week = data["hours"]
    assert isinstance(week, dict)
    week["ES"] = {"mon-thu": ["09:00-14:00", "16:00-19:00"], "fri": "09:00-15:00"}
    config = parse_windows(data)
    siesta = at("Europe/Madrid", "2026-11-19 14:30")
    state = window_state("Europe/Madrid", ("ES", ""), config, siesta)
    assert state.opens_at == at("Europe/Madrid", "2026-11-19 16:00")
    assert is_open("Europe/Dublin", IE, config, siesta)


def test_a_window_that_never_opens_says_so() -> None:
    state = window_state(DUBLIN, IE, hours(daily="closed"), at(DUBLIN, "2026-11-20 10:00"))
    assert (state.open, state.opens_at, state.text) == (False, None, "closed")


def test_a_window_that_never_closes_has_no_end() -> None:
    state = window_state(DUBLIN, IE, hours(daily="00:00-24:00"), at(DUBLIN, "2026-11-20 10:00"))
    assert (state.open, state.closes_at) == (True, None)


def test_a_window_to_midnight_runs_into_the_next_day() -> None:
    config = hours(daily=["00:00-02:00", "22:00-24:00"])
    state = window_state(DUBLIN, IE, config, at(DUBLIN, "2026-11-20 23:00"))
    assert state.closes_at == at(DUBLIN, "2026-11-21 02:00")


def test_an_hour_that_is_skipped_is_never_open() -> None:
    # 29 March 2026: Dublin jumps from 01:00 to 02:00, which is 01:00 UTC.
    config = hours(daily="01:15-01:45")
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    state = window_state(DUBLIN, IE, config, jump - timedelta(minutes=30))
    assert state.opens_at == at(DUBLIN, "2026-03-30 01:15")


def test_a_window_cut_by_the_jump_opens_at_the_jump() -> None:
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    state = window_state(DUBLIN, IE, hours(daily="01:30-04:00"), jump - timedelta(minutes=30))
    assert state.opens_at == jump
    state = window_state(DUBLIN, IE, hours(daily="00:00-01:30"), jump - timedelta(minutes=30))
    assert state.closes_at == jump


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    # 25 October 2026: Dublin goes back from 02:00 to 01:00, which is 01:00 UTC.
    config = hours(daily="01:00-01:30")
    first = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
    assert is_open(DUBLIN, IE, config, first)
    state = window_state(DUBLIN, IE, config, first)
    assert state.closes_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    again = window_state(DUBLIN, IE, config, datetime(2026, 10, 25, 0, 40, tzinfo=UTC))
    assert again.opens_at == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def test_eight_oclock_is_eight_oclock_on_both_sides_of_the_change() -> None:
    friday = window_state(NEW_YORK, NOWHERE, WINDOWS, at(NEW_YORK, "2026-03-06 19:00"))
    assert friday.opens_at == datetime(2026, 3, 9, 12, 0, tzinfo=UTC)  # EDT since Sunday
    before = window_state(NEW_YORK, NOWHERE, WINDOWS, at(NEW_YORK, "2026-03-05 19:00"))
    assert before.opens_at == datetime(2026, 3, 6, 13, 0, tzinfo=UTC)


zones = st.sampled_from(
    [DUBLIN, NEW_YORK, "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Beirut"]
)
days_of_change = st.sampled_from(
    [
        datetime(2026, 3, 8, tzinfo=UTC),
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 4, 5, tzinfo=UTC),
        datetime(2026, 4, 24, tzinfo=UTC),
        datetime(2026, 9, 6, tzinfo=UTC),
        datetime(2026, 10, 25, tzinfo=UTC),
        datetime(2026, 10, 30, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
    ]
)
spans = st.tuples(st.integers(0, 47), st.integers(1, 48)).filter(lambda pair: pair[0] < pair[1])


def clock(half_hours: int) -> str:
    return f"{half_hours // 2:02d}:{half_hours % 2 * 30:02d}"


@settings(max_examples=150, deadline=None)
@given(zone=zones, day=days_of_change, span=spans, minute=st.integers(-1440, 2880))
def test_a_state_holds_until_the_moment_it_names(
    zone: str, day: datetime, span: tuple[int, int], minute: int
) -> None:
    config = hours(daily=f"{clock(span[0])}-{clock(span[1])}")
    now = day + timedelta(minutes=minute)
    state = window_state(zone, NOWHERE, config, now)
    change = state.closes_at if state.open else state.opens_at
    if change is None:
        assert span == (0, 48)
        return
    assert change > now
    assert is_open(zone, NOWHERE, config, change) is not state.open
    probe = now
    while probe < change:
        assert is_open(zone, NOWHERE, config, probe) is state.open
        probe += timedelta(minutes=15)
    assert is_open(zone, NOWHERE, config, change - timedelta(seconds=1)) is state.open


def test_a_clock_remembers_and_agrees_with_the_functions() -> None:
    now = at(DUBLIN, "2026-11-20 10:00")
    clock = WindowClock(WINDOWS, now)
    assert clock.is_open(DUBLIN, "IE", "")
    assert clock.is_open(DUBLIN, "IE", "")
    assert clock.state(DUBLIN, "IE", "") == window_state(DUBLIN, IE, WINDOWS, now)
    assert clock.state(DUBLIN, "IE", "") is clock.state(DUBLIN, "IE", "")
    assert not clock.is_open(NEW_YORK, "US", "")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("hours", "default"), {"mon-fri": "8-18"}, "HH:MM-HH:MM"),
        (("hours", "default"), {"mon-fri": "18:00-08:00"}, "end after it starts"),
        (("hours", "default"), {"mon-fri": "08:00-25:00"}, "24:00"),
        (("hours", "default"), {"monday": "08:00-18:00"}, "must be a day"),
        (("hours", "default"), {"fri-mon": "08:00-18:00"}, "must be a day"),
        (("hours", "default"), {"mon": ["08:00-12:00", "11:00-13:00"]}, "overlap"),
        (("hours", "Germany"), {"mon": "08:00-12:00"}, 'a country ("US")'),
        (("limits", "US"), {"hour": {}}, "is missing"),
        (("limits", "US"), {"hours": {"daily": "08:00-21:00"}, "cap": 3}, "did you mean 'cap_24h'"),
        (("holidays", "XX"), {"days": [{"name": "x", "date": "02-30"}]}, "is not a day"),
        (("holidays", "XX"), {"days": [{"name": "x", "date": "May 1"}]}, "MM-DD"),
        (
            ("holidays", "XX"),
            {"days": [{"name": "x", "month": 1, "weekday": "mon", "nth": 0}]},
            "1 to 4",
        ),
        (("holidays", "XX"), {"observed": "uk"}, "is not known"),
        (("soon_min",), "30", "must be a whole number"),
    ],
)
def test_a_bad_setting_is_named(path: tuple[str, ...], value: object, words: str) -> None:
    data = shipped.data("windows")
    table: dict[str, object] = data
    for key in path[:-1]:
        inner = table[key]
        assert isinstance(inner, dict)
        table = inner
    table[path[-1]] = value
    with pytest.raises(ConfigProblem) as caught:
        parse_windows(data)
    assert words in caught.value.message
    assert caught.value.key_path[: len(path)] == path


PARTIAL = """
[hours.ES]
mon-thu = ["09:00-14:00", "16:00-19:00"]
fri = "09:00-15:00"

[limits.US-FL]
cap_24h = 2
[limits.US-KY]
enabled = false
"""


def test_a_file_with_a_few_entries_changes_what_ships_and_loses_no_limit() -> None:
    law = shipped.data("windows")
    config = parse_windows(tomllib.loads(PARTIAL), law)
    siesta = at("Europe/Madrid", "2026-11-19 15:00")
    assert not is_open("Europe/Madrid", ("ES", ""), config, siesta)
    assert is_open("Europe/Madrid", ("ES", ""), WINDOWS, siesta)
    assert config.cap_24h(("US", "FL")) == 2
    assert config.limits["US-FL"].week == WINDOWS.limits["US-FL"].week, "its hours stay"
    assert "US-KY" not in config.limits
    same = {"US-FL", "US-KY"}
    for region in WINDOWS.limits.keys() - same:
        assert config.limits[region] == WINDOWS.limits[region]
    assert config.calendars == WINDOWS.calendars
    assert config.hours["default"] == WINDOWS.hours["default"]


@pytest.mark.parametrize(
    ("text", "soon_min", "closed"),
    [("", 30, True), ("soon_min = 5", 5, True), ("closed_on_holidays = false", 30, False)],
)
def test_any_single_setting_may_stand_alone(text: str, soon_min: int, closed: bool) -> None:
    config = parse_windows(tomllib.loads(text), shipped.data("windows"))
    assert (config.soon_min, config.closed_on_holidays) == (soon_min, closed)
    assert config.limits == WINDOWS.limits


def test_a_file_with_both_defaults_stands_alone() -> None:
    text = """
    [hours.default]
    daily = "00:00-24:00"
    [limits.default]
    hours = { daily = "00:00-24:00" }
    """
    config = parse_windows(tomllib.loads(text), shipped.data("windows"))
    assert set(config.limits) == {"default"}
    assert not config.calendars
    assert (config.soon_min, config.closed_on_holidays) == (30, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hours = 3", "must be "),
        ("[limits]\nUS = 3", "must be a table"),
        ("[limits.Spain]\nhours = { daily = '09:00-14:00' }", "must be"),
        ("[limits.ES]\ncap_24h = 2", "is missing"),
        ("soon = 3", "did you mean 'soon_min'"),
    ],
)
def test_a_mistake_in_a_partial_file_is_named(text: str, words: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_windows(tomllib.loads(text), shipped.data("windows"))
    assert words in str(caught.value.message)
