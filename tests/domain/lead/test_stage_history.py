"""The stages of a lead by the CRM's dates, each with its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.lead.stage_history import stage_history

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LABELS = {"lead": "Lead", "salesqualifiedlead": "SQL", "trial": "Trial"}


def day(ago: int) -> datetime:
    return NOW - timedelta(days=ago)


def test_each_stage_lasts_until_the_next() -> None:
    found = stage_history(
        {"salesqualifiedlead": day(2), "lead": day(9)}, "salesqualifiedlead", LABELS, NOW
    )
    assert [(x.label, x.time_s, x.is_now) for x in found] == [
        ("Lead", 7 * 86_400, False),
        ("SQL", 2 * 86_400, True),
    ]


def test_a_stage_without_a_date_is_not_guessed() -> None:
    found = stage_history({"lead": day(9)}, "trial", LABELS, NOW)
    assert [(x.label, x.time_s, x.left_at) for x in found] == [
        ("Lead", None, None),
        ("Trial", None, None),
    ]


def test_a_lead_that_was_set_back_is_where_it_is() -> None:
    found = stage_history({"lead": day(9), "salesqualifiedlead": day(5)}, "lead", LABELS, NOW)
    assert [(x.stage, x.is_now) for x in found] == [
        ("lead", False),
        ("salesqualifiedlead", False),
        ("lead", True),
    ]
    assert found[1].time_s is None


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500)), st.sampled_from(" abcdef"))
def test_known_times_add_up(days: dict[str, int], present: str) -> None:
    entered = {stage: day(ago) for stage, ago in days.items()}
    found = stage_history(entered, present.strip(), {}, NOW)
    assert sum(x.is_now for x in found) == (1 if present.strip() else 0)
    if found and found[-1].is_now and found[-1].entered_at:
        total = sum(x.time_s or 0 for x in found)
        assert total == max(days.values()) * 86_400
