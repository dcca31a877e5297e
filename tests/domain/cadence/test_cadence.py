"""Cadence files: what they say, and when a step is due by the lead's own calendar."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.cadence.cadence import Facts, due_at, parse_cadence
from sdrdesk.domain.cadence.events import EndRules, Event
from sdrdesk.domain.cadence.walk import LeadPlace, Walk
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.rulebook import Rulebook, shipped_path

BOOK = Rulebook(shipped_path(""))
WINDOWS = BOOK.windows
NEW_YORK = ZoneInfo("America/New_York")
FIRST = datetime(2026, 10, 20, tzinfo=UTC)
TWO = """
title = "Two"
[[step]]
do = "call"
[[step]]
do = "wait"
after = "1d"
[[step]]
do = "email"
after = "1d"
between = "09:00-11:30"
when = { persona = ["Buyer"], without = ["left_voicemail"] }
[[step]]
do = "call"
after = "4h"
[end]
do = "hand_back"
after = "2d"
"""


def test_a_file_is_steps_with_their_waits_and_an_end() -> None:
    made = parse_cadence("two", tomllib.loads(TWO))
    assert [(step.what, step.after_s / 3600) for step in made.steps] == [
        ("call", 0), ("email", 48), ("call", 4),
    ]  # fmt: skip
    assert (made.steps[1].between, made.end, made.calls) == ((540, 690), "hand_back", 2)
    buyer = Facts("buyer", may_email=True)
    assert made.upcoming(1, buyer) == 1
    for skipped in (Facts("Builder"), Facts("Buyer", may_email=False),
                    Facts("Buyer", outcomes=frozenset({"left_voicemail"}))):  # fmt: skip
        assert made.upcoming(1, skipped) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[step]]\ndo = 'fax'", "fax"),
        ("[[step]]\ndo = 'wait'", "is missing"),
        ("[[step]]\ndo = 'wait'\nafter = '1d'", "at least one step"),
        ("[[step]]\ndo = 'call'\nafter = 'soon'", "span"),
        ("[[step]]\ndo = 'call'\nbetween = '11:00-9:00'", "end after"),
        ("[[step]]\ndo = 'call'\nwhen = { fit = 3 }", "not a known setting"),
        ("[[step]]\ndo = 'call'\n[end]\ndo = 'forget'", "forget"),
        ("[[step]]\ndo = 'call'\nafter = '400d'", "longer than a year"),
    ],
)
def test_what_a_file_says_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(ConfigProblem, match=said):
        parse_cadence("x", tomllib.loads(text))


def test_the_shipped_cadences_are_within_the_six_calls() -> None:
    paths = sorted((shipped_path("") / "cadences").glob("*.toml"))
    assert len(paths) == 3
    for path in paths:
        made = parse_cadence(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        assert made.calls <= BOOK.retry.max_attempts


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 30_000).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    st.sampled_from([0, 3600, 86_400, 3 * 86_400, 86_400 + 7_200]),
    st.sampled_from([None, (540, 690), (780, 1_020)]),
)
def test_a_step_is_never_early_and_always_within_its_hours(
    since: datetime, after_s: float, between: tuple[int, int] | None
) -> None:
    at = due_at(after_s, between, since, NEW_YORK.key, ("US", "NY"), WINDOWS)
    assert at is not None
    there, before = at.astimezone(NEW_YORK), since.astimezone(NEW_YORK)
    assert there.date() >= before.date() + timedelta(days=int(after_s // 86_400))
    assert at >= since + timedelta(seconds=after_s % 86_400 if after_s >= 86_400 else after_s) or (
        after_s >= 86_400
    )
    assert there.weekday() < 5
    low, high = between or (480, 1_080)
    assert low <= there.hour * 60 + there.minute < high


def test_days_are_days_of_the_calendar_when_clocks_change() -> None:
    friday = datetime(2026, 10, 30, 15, 0, tzinfo=NEW_YORK)  # clocks go back on 1 November
    at = due_at(3 * 86_400, (540, 690), friday, NEW_YORK.key, ("US", ""), WINDOWS)
    assert at is not None
    assert at.astimezone(NEW_YORK).isoformat() == "2026-11-02T09:00:00-05:00"
    assert due_at(3_600, None, friday, "", ("", ""), WINDOWS) == friday + timedelta(hours=1)


def event(key: str, kind: str, at_ms: int, disposition: str = "", **more: str) -> Event:
    given_ = {"outcome_label": "", "direction": "", "channel": "", "result": ""} | more
    return Event(key, kind, at_ms, disposition, **given_)


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        (event("1", "call", 0, "no_answer"), ""),
        (event("1", "call", 0, "gatekeeper"), ""),
        (event("1", "call", 0, "wrong_number"), ""),
        (event("1", "call", 0, "meeting_set"), "meeting"),
        (event("1", "call", 0, "do_not_call"), "do_not_call"),
        (event("1", "call", 0, "callback"), "reply"),
        (event("1", "change", 0, "nurture"), "outcome"),
        (event("1", "change", 0, "disqualified"), "outcome"),
        (event("1", "call", 0, direction="in"), "reply"),
        (event("1", "email", 0, direction="in"), "reply"),
        (event("1", "email", 0), ""),
        (event("1", "meeting", 0), "meeting"),
        (event("1", "meeting", 0, result="no_show"), ""),
        (event("1", "call", 0, outcome_label="Connected"), "reply"),
        (event("1", "call", 0, outcome_label="No answer"), ""),
        (event("1", "call", 0, outcome_label="Left live message"), ""),
    ],
)
def test_what_ends_a_cadence(happened: Event, reason: str) -> None:
    assert EndRules(BOOK.dispositions).reason(happened) == reason


def test_walking_again_over_what_was_found_changes_nothing() -> None:
    made = parse_cadence("two", tomllib.loads(TWO))
    place = LeadPlace(NEW_YORK.key, ("US", ""), WINDOWS)
    happened = [
        event("a", "call", 1_000, "no_answer"), event("b", "email", 2_000),
        event("c", "call", 3_000, "busy"),
    ]  # fmt: skip
    once = Walk(made, Facts("Buyer"), place, 0, [], happened)
    again = Walk(made, Facts("Buyer"), place, 0, once.done, happened)
    assert (once.done, once.index, once.since_ms) == (again.done, again.index, again.since_ms)
    assert [(step.what, step.key) for step in once.done] == [
        ("call", "a"), ("email", "b"), ("call", "c"),
    ]  # fmt: skip
    undone = Walk(made, Facts("Buyer"), place, 0, once.done, happened[:1])
    assert (undone.index, undone.since_ms) == (1, 1_000)
