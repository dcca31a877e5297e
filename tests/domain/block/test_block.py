"""The clock, the pace and the end of a call block, and how it is typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.block.block import (
    Block,
    Done,
    Goal,
    GoalKind,
    Pause,
    active_s,
    ahead,
    end_of,
    left_s,
    paused_s,
    split,
)
from sdrdesk.domain.block.parsing import goal_words, length_or_end, parse_goal, parse_length
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.text.humanize import span_words

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def block(*pauses: tuple[float, float | None], ended: float | None = None) -> Block:
    made = tuple(Pause("break", at(a), None if b is None else at(b)) for a, b in pauses)
    end = None if ended is None else at(ended)
    return Block("b", "7", START, 3600, Goal(GoalKind.DIALS, 40), "whole queue", made, end)


@pytest.mark.parametrize(
    ("made", "minute", "left", "paused"),
    [
        (block(), 0, 60, 0),
        (block(), 20, 40, 0),
        (block(), 75, -15, 0),
        (block((10, 15)), 20, 45, 5),
        (block((10, None)), 20, 50, 10),
        (block((10, 15), (30, None)), 40, 35, 15),
        (block(ended=30), 90, 30, 0),
        (block((20, None), ended=30), 90, 40, 10),
        (block(), -5, 60, 0),  # the clock was set back
    ],
)
def test_the_clock_stops_in_pauses(made: Block, minute: float, left: int, paused: int) -> None:
    assert left_s(made, at(minute)) == left * 60
    assert paused_s(made, at(minute)) == paused * 60


@pytest.mark.parametrize(
    ("minute", "dials", "expected"),
    [(0, 0, 0), (1, 0, 0), (1.5, 0, -1), (30, 20, 0), (30, 23, 3), (30, 12, -8), (90, 38, -2)],
)
def test_the_pace_is_even_to_the_goal(minute: float, dials: int, expected: int) -> None:
    assert ahead(block(), Done(dials=dials), at(minute)) == expected


@pytest.mark.parametrize(
    ("made", "last", "minute", "end"),
    [
        (block(), None, 40, 40),  # ended early
        (block(), 58, 61, 60),  # time was up, nobody called after it
        (block(), 64, 70, 64),  # a call ran over
        (block(), 50, 600, 60),  # the lid was closed
        (block((10, 20)), 50, 600, 70),
        (block((30, None)), 20, 600, 600),  # it stood still all the time
    ],
)
def test_a_block_ends_when_the_work_did(
    made: Block, last: float | None, minute: float, end: float
) -> None:
    assert end_of(made, None if last is None else at(last), at(minute)) == at(end)


spans = st.lists(st.integers(0, 5000), min_size=0, max_size=8)


@given(spans, st.integers(-100, 20_000), st.integers(0, 30_000), st.integers(300, 7200))
def test_the_parts_of_the_time_sum_to_the_whole(
    gaps: list[int], ran: int, talk: int, length: int
) -> None:
    moment, pauses = START, []
    for number in range(0, len(gaps) - 1, 2):
        begun = moment + timedelta(seconds=gaps[number])
        moment = begun + timedelta(seconds=gaps[number + 1])
        pauses.append(Pause("break", begun, moment))
    now = START + timedelta(seconds=ran)
    made = Block("b", "7", START, length, Goal(GoalKind.MEETINGS, 2), "", tuple(pauses), None)
    parts = split(made, talk, now)
    assert min(parts.talk_s, parts.wrap_s, parts.pause_s) >= 0
    if now >= moment:
        assert parts.talk_s + parts.wrap_s + parts.pause_s == ran if ran > 0 else True
    assert active_s(made, now) + left_s(made, now) == length
    assert START <= end_of(made, now, now) <= max(now, START)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("50", 50),
        ("50m", 50),
        ("50 min", 50),
        ("1h", 60),
        ("1h30", 90),
        ("1h 30m", 90),
        ("2 hours", 120),
    ],
)
def test_lengths(text: str, minutes: int) -> None:
    assert parse_length(text) == minutes * 60
    assert parse_length(span_words(minutes * 60)) == minutes * 60


@pytest.mark.parametrize("text", ["", "soon", "0", "4m", "9h", "1h1h", "-5", "50 dials"])
def test_bad_lengths_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_length(text)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("40", Goal(GoalKind.DIALS, 40)),
        ("40 dials", Goal(GoalKind.DIALS, 40)),
        ("5 Conversations", Goal(GoalKind.CONVERSATIONS, 5)),
        ("1 meeting", Goal(GoalKind.MEETINGS, 1)),
        ("2met", Goal(GoalKind.MEETINGS, 2)),
    ],
)
def test_goals(text: str, goal: Goal) -> None:
    assert parse_goal(text) == goal
    assert parse_goal(goal_words(goal)) == goal


@pytest.mark.parametrize("text", ["", "many", "0 dials", "1000", "40 emails", "dials"])
def test_bad_goals_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_goal(text)


def test_a_block_may_be_given_by_its_end() -> None:
    now, zone = datetime(2026, 11, 30, 14, 10, 20, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    assert length_or_end("until 16:30", now, zone) == 79 * 60 + 40
    assert length_or_end("Until noon my time", now.replace(hour=9), zone) == 109 * 60 + 40
    assert length_or_end("1h30", now, zone) == 90 * 60
    for text in ("until 15:12", "until tomorrow", "until soon", "until"):
        with pytest.raises(UsageError):
            length_or_end(text, now, zone)
