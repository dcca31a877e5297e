from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.call_window import is_open
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig, parse_windows
from sdrdesk.domain.calling_hours.retry import RetryRule, VoicemailPolicy, next_try, parse_retry
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.text.durations import parse_duration
from tests.domain import shipped, strategies

WINDOWS, RETRY = shipped.windows(), shipped.retry()
DUBLIN = "Europe/Dublin"
IE = ("IE", "")


def at(text: str, zone: str = DUBLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(moment: datetime | None, zone: str = DUBLIN) -> str:
    return "" if moment is None else f"{moment.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"


def narrow(span: str) -> WindowConfig:
    data = shipped.data("windows")
    data["hours"] = {"default": {"mon-fri": span}}
    return parse_windows(data)


@pytest.mark.parametrize(
    ("attempts", "called", "due"),
    [
        (1, "2026-11-17 10:05", "Tue 17 Nov 11:00"),  # 45 min, but not in the same clock hour
        (1, "2026-11-17 10:20", "Tue 17 Nov 11:05"),
        (2, "2026-11-17 11:05", "Tue 17 Nov 12:05"),
        (3, "2026-11-17 12:05", "Mon 23 Nov 08:00"),  # day 5 is a Sunday
        (4, "2026-11-23 08:00", "Wed 02 Dec 10:00"),  # nine days, two hours off 08:00
        (5, "2026-12-02 10:00", "Thu 03 Dec 12:00"),
        (1, "2026-11-20 17:40", "Mon 23 Nov 08:00"),  # nothing left of Friday
    ],
)
def test_the_shipped_schedule(attempts: int, called: str, due: str) -> None:
    rule = RETRY.rule_for("no_answer")
    assert shown(next_try(attempts, rule, at(called), DUBLIN, WINDOWS, IE)) == due


def test_after_the_sixth_attempt_nothing_is_due() -> None:
    rule = RETRY.rule_for("no_answer")
    assert rule.max_attempts == RETRY.max_attempts == 6
    assert next_try(6, rule, at("2026-11-17 10:00"), DUBLIN, WINDOWS, IE) is None
    assert next_try(7, rule, at("2026-11-17 10:00"), DUBLIN, WINDOWS, IE) is None


def test_a_busy_line_is_tried_soon() -> None:
    due = next_try(1, RETRY.rule_for("busy"), at("2026-11-17 10:05"), DUBLIN, WINDOWS, IE)
    assert shown(due) == "Tue 17 Nov 10:20"


def test_a_retry_next_day_comes_at_another_hour() -> None:
    rule = RetryRule((86_400.0,), other_hour_min=120)
    due = next_try(1, rule, at("2026-11-17 10:00"), DUBLIN, WINDOWS, IE)
    assert shown(due) == "Wed 18 Nov 12:00"
    late = next_try(1, rule, at("2026-11-17 17:00"), DUBLIN, WINDOWS, IE)
    assert shown(late) == "Thu 19 Nov 08:00"  # 17:00 to 18:00 on Wednesday is too near


def test_a_holiday_is_skipped() -> None:
    rule = RetryRule((86_400.0,), other_hour_min=0)
    due = next_try(1, rule, at("2026-12-24 10:00"), DUBLIN, WINDOWS, IE)
    assert shown(due) == "Tue 29 Dec 08:00"


def test_a_window_too_narrow_for_another_hour_keeps_the_hour() -> None:
    rule = RetryRule((86_400.0,), other_hour_min=120)
    due = next_try(1, rule, at("2026-11-17 10:15"), DUBLIN, narrow("10:00-11:00"), IE)
    assert shown(due) == "Wed 18 Nov 10:15"


def test_the_same_hour_across_midnight_is_the_same_hour() -> None:
    data = shipped.data("windows")
    data["hours"] = {"default": {"daily": "00:00-24:00"}}
    data["limits"] = {"default": {"hours": {"daily": "00:00-24:00"}}}
    rule = RetryRule((86_400.0,), other_hour_min=120)
    config = parse_windows(data)
    due = next_try(1, rule, at("2026-11-17 23:30"), DUBLIN, config, IE)
    assert shown(due) == "Thu 19 Nov 01:30"
    next_day = RetryRule((25 * 3_600.0,), other_hour_min=120)
    due = next_try(1, next_day, at("2026-11-17 23:30"), DUBLIN, config, IE)
    assert shown(due) == "Thu 19 Nov 01:30"


def test_without_a_zone_only_the_delay_counts() -> None:
    called = at("2026-11-20 17:40")
    due = next_try(1, RETRY.default, called, "", WINDOWS, ("", ""))
    assert due == called + timedelta(minutes=45)


@settings(max_examples=150, deadline=None)
@given(
    attempts=st.integers(1, 5),
    outcome=st.sampled_from(["no_answer", "busy", "gatekeeper", "left_voicemail"]),
    called=strategies.moments("2026-01-01", "2027-12-31"),
    zone=st.sampled_from([DUBLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_a_retry_is_never_early_and_always_in_an_open_window(
    attempts: int, outcome: str, called: datetime, zone: str
) -> None:
    rule = RETRY.rule_for(outcome)
    due = next_try(attempts, rule, called, zone, WINDOWS, IE)
    assert due is not None
    assert due - called >= timedelta(seconds=rule.delays_s[min(attempts, len(rule.delays_s)) - 1])
    assert is_open(zone, IE, WINDOWS, due)
    if rule.other_hour_min:
        place = ZoneInfo(zone)
        assert due.astimezone(place).hour != called.astimezone(place).hour


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45m", 2700),
        ("1d 2h", 93_600),
        ("1.5h", 5400),
        ("90 s", None),
        ("", None),
        ("5", None),
        ("-5m", None),
        ("5w", None),
    ],
)
def test_spans_of_time(text: str, seconds: float | None) -> None:
    if seconds is None:
        with pytest.raises(ValueError, match="must be a span"):
            parse_duration(text)
    else:
        assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("max_attempts",), 0, "between 1 and 100"),
        (("delays",), ["45x"], "must be a span"),
        (("delays",), [], "at least one delay"),
        (("delays",), "45m", "list of texts"),
        (("outcome", "busy"), {"delay": ["1m"]}, "did you mean 'delays'"),
        (("outcome", "busy"), "soon", "must be a table"),
        (("other_hour",), 1, "did you mean 'other_hour_min'"),
    ],
)
def test_a_bad_setting_is_named(path: tuple[str, ...], value: object, words: str) -> None:
    data = shipped.data("retry")
    if len(path) == 1:
        data[path[0]] = value
    else:
        data[path[0]] = {path[1]: value}
    with pytest.raises(ConfigProblem) as caught:
        parse_retry(data)
    assert words in caught.value.message
    assert caught.value.key_path[: len(path)] == path


@pytest.mark.parametrize(
    ("left", "call", "words"),
    [
        (0, 1, ""),
        (0, 6, ""),
        (1, 2, "The 2nd voicemail not before call 4 (this is 2)"),
        (1, 3, "The 2nd voicemail not before call 4 (this is 3)"),
        (1, 4, ""),
        (2, 4, "2 voicemails left already: hang up without a message"),
        (3, 9, "3 voicemails left already: hang up without a message"),
    ],
)
def test_two_voicemails_and_the_second_not_before_the_fourth_call(
    left: int, call: int, words: str
) -> None:
    assert VoicemailPolicy().advice(left, call) == words


def test_a_team_has_its_own_voicemail_policy() -> None:
    data = {"max_attempts": 6, "delays": ["1h"], "other_hour_min": 0}
    assert parse_retry(data).voicemail == VoicemailPolicy(2, 4)
    own = parse_retry({**data, "voicemail": {"most": 0, "second_from_call": 2}}).voicemail
    assert own.advice(0, 1) == "No voicemails here: hang up without a message"
