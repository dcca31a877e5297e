from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.queue.eligibility import exclusions
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.config import RankingConfig
from sdrdesk.domain.ranking.crossing import overtakes_at
from sdrdesk.domain.ranking.ranking import lane, queue_key, reasons, score
from tests.domain import shipped, strategies

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
CONFIG, WINDOWS = shipped.ranking(), shipped.windows()
BY_CLOCK = replace(CONFIG, day_hour=True, hours=(-0.05,) * 8 + (0.0,) * 8 + (0.05,) * 8)

moments = strategies.moments("2026-09-01", "2026-12-01")
items = st.builds(
    Candidate,
    lead_id=st.integers(1, 10**6).map(str),
    converted_at=st.none() | moments,
    fit=st.integers(-5, 105),
    attempts=st.integers(0, 14),
    conversions=st.integers(0, 8),
    page_views=st.integers(0, 60),
    last_attempt_at=st.none() | moments,
    next_due_at=st.none() | moments,
    callback_at=st.none() | moments,
    re_converted=st.booleans(),
    pinned=st.booleans(),
    zone=st.sampled_from(["", "Europe/Dublin", "America/New_York", "Asia/Kolkata"]),
)
snoozes = st.fixed_dictionaries(
    {
        "snoozed_until": st.none() | moments,
        "rest_seen_at": st.none() | moments,
        "rest_promise": st.booleans(),
        "closed_at": st.none() | moments,
    }
)
queues = st.lists(items, max_size=25, unique_by=lambda item: item.lead_id)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def rank(
    items: list[Candidate], config: RankingConfig = CONFIG, now: datetime = NOW
) -> list[Candidate]:
    return sorted(items, key=queue_key(config, now))


def new(lead_id: str = "1", /, **fields: object) -> Candidate:
    return replace(Candidate(lead_id, converted_at=ago(minutes=1), fit=50), **fields)  # type: ignore[arg-type]  # any field of the dataclass


@pytest.mark.parametrize("config", [CONFIG, BY_CLOCK], ids=["shipped", "day and hour on"])
@given(item=items)
def test_the_reasons_sum_to_the_score(config: object, item: Candidate) -> None:
    assert isinstance(config, type(CONFIG))
    terms = reasons(item, config, NOW)
    assert score(item, config, NOW) == round(sum(term.points for term in terms), 2)
    for term in terms:
        assert term.points == round(term.points, 2)
        assert term.text


@given(queue=queues, seed=st.integers())
def test_the_order_does_not_depend_on_the_order_on_disk(queue: list[Candidate], seed: int) -> None:
    shuffled = queue[:]
    random.Random(seed).shuffle(shuffled)
    assert rank(shuffled) == rank(queue)


@given(queue=queues)
def test_due_callbacks_come_first_then_pins_then_the_score_then_the_id(
    queue: list[Candidate],
) -> None:
    ordered = rank(queue)
    due = [i for i in ordered if i.callback_at and i.callback_at <= NOW]
    pinned = [i for i in ordered if i not in due and i.pinned]
    rest = [i for i in ordered if i not in due and not i.pinned]
    assert ordered == due + pinned + rest
    promises = [(not i.pinned, i.callback_at) for i in due if i.callback_at]
    assert promises == sorted(promises)
    for part in (pinned, rest):
        shown = [(-score(i, CONFIG, NOW), int(i.lead_id)) for i in part]
        assert shown == sorted(shown)


@given(one=items, other=items)
def test_the_order_is_total(one: Candidate, other: Candidate) -> None:
    mine, theirs = queue_key(CONFIG, NOW)(one), queue_key(CONFIG, NOW)(other)
    if one.lead_id != other.lead_id:
        assert (mine < theirs) != (theirs < mine)


def test_a_callback_is_due_at_its_exact_moment_and_ties_go_by_score() -> None:
    promised, fresh = new("1", converted_at=ago(days=9), callback_at=NOW), new("2", fit=100)
    assert rank([fresh, promised])[0] is promised
    assert rank([fresh, promised], CONFIG, ago(seconds=1))[0] is fresh
    better = replace(promised, lead_id="3", fit=90)
    assert rank([promised, better])[0] is better


def test_ids_sort_as_numbers_and_any_other_id_has_its_place() -> None:
    ids = ("10", "9", "6b0c710bcecce55e1", "100", "6B0c710bcecce55e1")
    ranked = [item.lead_id for item in rank([new(i) for i in ids])]
    assert ranked == ["9", "10", "100", "6B0c710bcecce55e1", "6b0c710bcecce55e1"]


def test_a_fit_of_86_is_worth_1_44() -> None:
    terms = {term.factor: term.points for term in reasons(new(fit=86), CONFIG, NOW)}
    assert terms == {"recency": 0.0, "fit": 1.44}


def test_a_retry_on_a_young_lead_outranks_an_untouched_old_one() -> None:
    retry = new("1", converted_at=ago(minutes=40), attempts=1, last_attempt_at=ago(minutes=35))
    untouched = new("2", converted_at=ago(days=3))
    assert rank([untouched, retry])[0] is retry


def test_the_damping_decides_between_a_great_old_lead_and_a_poor_new_one() -> None:
    great = new("1", converted_at=ago(hours=24), fit=100)
    poor = new("2", converted_at=ago(minutes=5), fit=0)
    assert rank([great, poor])[0] is poor
    assert rank([great, poor], shipped.ranking(lambda_=0.5), NOW)[0] is great


def test_no_known_conversion_ranks_like_thirty_days() -> None:
    unknown, month = new(converted_at=None), new(converted_at=ago(days=30))
    assert score(unknown, CONFIG, NOW) == score(month, CONFIG, NOW)
    assert reasons(unknown, CONFIG, NOW)[0].text == "no conversion known"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "new"),
        ({"re_converted": True}, "reengaged"),
        ({"re_converted": True, "attempts": 1}, "retry"),
        ({"callback_at": NOW, "attempts": 3}, "callback"),
        ({"callback_at": NOW + timedelta(seconds=1), "attempts": 3}, "retry"),
    ],
)
def test_the_lane_is_a_label(fields: dict[str, object], expected: str) -> None:
    assert lane(new(**fields), NOW) == expected


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=58), "converted 58s ago"),
        (timedelta(minutes=58), "converted 58m ago"),
        (timedelta(hours=6, minutes=5), "converted 6h05m ago"),
        (timedelta(days=1, hours=4, minutes=50), "converted 1d4h ago"),
        (timedelta(days=12, hours=4), "converted 12d ago"),
        (timedelta(seconds=-40), "converted just now"),
    ],
)
def test_the_recency_reason_gives_the_age(age: timedelta, text: str) -> None:
    assert reasons(new(converted_at=NOW - age), CONFIG, NOW)[0].text == text


def test_every_other_term_has_its_reason() -> None:
    item = new(attempts=1, re_converted=True, conversions=3, page_views=1)
    assert [(t.factor, t.points, t.text) for t in reasons(item, CONFIG, NOW)[2:]] == [
        ("attempts", -0.3, "1 attempt made"),
        ("re_conversion", 0.25, "converted again"),
        ("conversions", 0.2, "3rd conversion"),
        ("page_views", 0.02, "1 page view"),
    ]


@pytest.mark.parametrize(
    ("late_s", "text"),
    [
        (0, "callback due now"),
        (59, "callback due now"),
        (60, "callback was due 1m ago"),
        (300, "callback was due 5m ago"),
    ],
)
def test_a_due_callback_says_how_late_it_is(late_s: int, text: str) -> None:
    found = reasons(new(callback_at=ago(seconds=late_s)), CONFIG, NOW)
    assert found[0] == ("callback", 0.0, text)


def test_a_missed_meeting_is_not_called_a_callback() -> None:
    missed = new(callback_at=ago(seconds=7_200), missed_meeting=True)
    assert reasons(missed, CONFIG, NOW)[0].text == "missed the meeting 2h ago"


@pytest.mark.parametrize("weight", [-0.05, 0.05])
def test_an_hour_that_costs_points_is_named_like_one_that_gains_them(weight: float) -> None:
    config = replace(CONFIG, day_hour=True, hours=(weight,) * 24)
    lead = new(zone="Europe/Dublin")
    assert reasons(lead, config, NOW)[-1] == ("day_hour", weight, "Fri 14–15 h there")
    assert score(lead, config, NOW) == round(score(lead, CONFIG, NOW) + weight, 2)


def rests(item: Candidate, at: datetime) -> bool:
    found = exclusions(replace(item, zone=""), RuleConfig(), WINDOWS, at)
    return any(rule.rule in ("callback_future", "snoozed", "resting") for rule in found)


def first_by_brute_force(
    lower: Candidate, upper: Candidate, now: datetime, step: timedelta
) -> datetime | None:
    at = now
    while at <= now + timedelta(days=14):
        key = queue_key(CONFIG, at)
        if key(lower) < key(upper) and not rests(lower, at):
            return at
        at += step
    return None


@settings(max_examples=60, deadline=None)
@given(one=items, other=items, snooze=snoozes)
def test_overtaking_is_the_first_moment_the_order_turns(
    one: Candidate, other: Candidate, snooze: dict[str, Any]
) -> None:
    if one.lead_id == other.lead_id:
        return
    other = replace(other, next_due_at=None)
    one = replace(one, **snooze)
    found = overtakes_at(one, other, CONFIG, NOW)
    coarse = first_by_brute_force(one, other, NOW, timedelta(hours=1))
    if coarse is not None:
        assert found is not None
        assert found <= coarse
    if found is not None:
        assert queue_key(CONFIG, found)(one) < queue_key(CONFIG, found)(other)
        assert not rests(one, found)


def test_an_older_lead_that_fits_better_overtakes_when_the_new_one_has_cooled() -> None:
    fresh, better = new("1", converted_at=NOW, fit=40), new("2", converted_at=ago(hours=1), fit=95)
    at = overtakes_at(better, fresh, CONFIG, NOW)
    assert at is not None
    assert timedelta(minutes=5) < at - NOW < timedelta(minutes=30)
    before = at - timedelta(seconds=3)
    assert queue_key(CONFIG, before)(better) > queue_key(CONFIG, before)(fresh)


def test_a_resting_lead_does_not_overtake_before_it_is_due() -> None:
    due = NOW + timedelta(hours=2)
    resting = new("1", fit=100, next_due_at=due)
    assert overtakes_at(resting, new("2", fit=10, converted_at=ago(hours=5)), CONFIG, NOW) == due


def test_a_callback_overtakes_when_it_is_due() -> None:
    promised = new("1", converted_at=ago(days=20), callback_at=NOW + timedelta(minutes=30))
    at = overtakes_at(promised, new("2"), CONFIG, NOW)
    assert at is not None
    assert timedelta(0) <= at - (NOW + timedelta(minutes=30)) <= timedelta(seconds=1)


def test_a_better_score_never_overtakes_a_pin() -> None:
    pinned = new("1", converted_at=ago(days=9), pinned=True)
    assert overtakes_at(new("2", fit=100), pinned, CONFIG, NOW) is None


def test_two_of_a_kind_never_overtake() -> None:
    assert overtakes_at(new("2", fit=30), new("1", fit=90), CONFIG, NOW) is None
