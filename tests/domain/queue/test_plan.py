"""The queue planned for a moment, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.queue.plan import Plan, closing_order, parse_plan

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # a Wednesday, 15:00 in Berlin


def read(text: str, landing: datetime | None = None) -> Plan:
    return parse_plan(text, BERLIN, NOW, landing=landing)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as of tomorrow 18:00 Lisbon", datetime(2026, 11, 26, 18, 0, tzinfo=UTC)),
        ("as of tomorrow 18:00", datetime(2026, 11, 26, 17, 0, tzinfo=UTC)),
        ("As of fri 9am est", datetime(2026, 11, 27, 14, 0, tzinfo=UTC)),
        ("plan for 3 hours", datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
        ("as of 2026-11-26T18:00:00Z", datetime(2026, 11, 26, 18, 0, tzinfo=UTC)),
        ("as of 2026-11-26 18:00+01:00", datetime(2026, 11, 26, 17, 0, tzinfo=UTC)),
    ],
)
def test_the_moment_is_in_the_zone_that_is_named_else_the_reps(
    text: str, expected: datetime
) -> None:
    assert read(text) == Plan(as_of=expected)


def test_other_conditions_stay_as_they_are() -> None:
    made = read("fit at least 60, as of tomorrow 18:00 and country IE or GB, closing first")
    assert made.rest == "fit at least 60, country IE or GB"
    assert made.closing_first
    assert read("converted within 3 days") == Plan(rest="converted within 3 days")


@pytest.mark.parametrize(
    "text",
    [
        "closes before 18:00",
        "all whose window closes before 18:00",
        "whose calling hours close by 18:00",
        "window closes within 3 hours",
        "closing before I land",
        "whose window closes before landing",
    ],
)
def test_what_closes_before_a_moment(text: str) -> None:
    at = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    assert read(text, landing=at) == Plan(closes_by=at)


def test_a_planned_closing_is_read_on_the_planned_day() -> None:
    made = read("closes before noon, as of fri 9:00")
    assert made.closes_by == datetime(2026, 11, 27, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("closes before I land", "no moment is planned"),
        ("as of blursday", "not a time"),
        ("as of 0001-01-01T00:00:00+14:00", "not a time"),
        ("as of yesterday 10:00", "in the past"),
        ("as of +6m", "could be"),
        ("as of 18:00, as of 19:00", "second moment"),
        ("closes before 18:00, closes before 19:00", "second moment"),
    ],
)
def test_what_is_unclear_is_asked(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(text)


@given(st.integers(1, 600), st.integers(1, 600), st.integers(0, 40))
def test_exact_words_mean_the_same_on_another_day_and_in_another_zone(
    ahead_h: int, closes_h: int, later_days: int
) -> None:
    made = Plan(NOW + timedelta(hours=ahead_h), NOW + timedelta(hours=closes_h), True, "fit 60")
    words = made.words(BERLIN)
    later = NOW + timedelta(days=later_days)
    assert parse_plan(words, ZoneInfo("America/New_York"), later) == made


def test_a_moment_that_has_come_is_now() -> None:
    made = read("as of 2026-11-25T13:00Z, closing first")
    assert made.without_past(NOW) == Plan(closing_first=True)
    assert read("as of 16:00").without_past(NOW).as_of is not None


@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 5), st.booleans()), max_size=9)
)
def test_due_callbacks_come_first_then_what_closes_first(
    leads: list[tuple[int, int | None, bool]],
) -> None:
    ids = [f"{place}" for place in range(len(leads))]
    ends = {
        i: None if hours is None else NOW + timedelta(hours=hours)
        for i, (_, hours, _) in zip(ids, leads, strict=True)
    }
    due = {i for i, (_, _, is_due) in zip(ids, leads, strict=True) if is_due}
    last = NOW + timedelta(days=1)
    expected = sorted(ids, key=lambda i: (i not in due, NOW if i in due else ends[i] or last))
    assert closing_order(ids, ends, due) == tuple(expected)
