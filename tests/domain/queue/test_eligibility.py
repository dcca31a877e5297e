from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.lead.enrichment import place_of
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.place.failed_numbers import FailedNumber
from sdrdesk.domain.place.phone import parse_phone
from sdrdesk.domain.queue.eligibility import (
    LABELS,
    RULES,
    dialable_numbers,
    exclusion_check,
    exclusions,
    numbers_now,
)
from sdrdesk.domain.queue.eligibility_config import RuleConfig, parse_rules
from sdrdesk.domain.queue.funnel import FunnelRule, funnel, funnel_of_counts
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from tests.domain import shipped

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)  # a Friday afternoon in Dublin
CONFIG, WINDOWS = shipped.rules(), shipped.windows()
CLOCK = WindowClock(WINDOWS, NOW)
MINE = QueueFacts(my_owner_ids=frozenset({"me"}))
NUMBER, OTHER = "+353875550142", "+353875550199"

GOOD = Candidate(
    "1",
    converted_at=NOW - timedelta(minutes=3),
    fit=70,
    zone="Europe/Dublin",
    numbers=(NUMBER,),
    country="IE",
    owner_id="me",
    lifecycle="lead",
    status="NEW",
    company_id="9",
)


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


def good(**fields: object) -> Candidate:
    return replace(GOOD, **fields)  # type: ignore[arg-type]  # any field of the dataclass


def names(c: Candidate, facts: QueueFacts = MINE) -> list[str]:
    found = [block.rule for block in exclusions(c, CONFIG, WINDOWS, NOW, facts)]
    assert exclusion_check(CONFIG, CLOCK, facts)(c) == (found[0] if found else None)
    return found


def test_a_good_lead_is_callable() -> None:
    assert names(GOOD) == []


@pytest.mark.parametrize(
    ("fields", "rule", "until", "words"),
    [
        ({"archived": True}, "archived", None, "archived"),
        ({"owner_id": "you"}, "owner", None, "owner you"),
        ({"owner_id": ""}, "owner", None, "has no owner"),
        (
            {"lifecycle": "opportunity"},
            "lifecycle",
            None,
            "already handed to sales (stage Opportunity)",
        ),
        ({"status": "UNQUALIFIED"}, "status", None, "no more calls planned"),
        ({"status": "CONNECTED"}, "status", None, "no more calls planned"),
        ({"status": "BAD_TIMING"}, "status", None, "converts again"),
        ({"do_not_call": True}, "do_not_call", None, "asked not to be called"),
        ({"numbers": ()}, "no_usable_number", None, "no number"),
        (
            {"failed": (FailedNumber(NUMBER, 3, later(days=-2)),)},
            "failed_number",
            later(days=28),
            f"{NUMBER} failed on 3 days and rests for another 28d; find another number",
        ),
        ({"zone": ""}, "unknown_zone", None, "set it"),
        ({"callback_at": later(hours=3)}, "callback_future", later(hours=3), "in 3h"),
        ({"snoozed_until": later(hours=1)}, "snoozed", later(hours=1), "1h"),
        ({"attempts": 6}, "attempt_cap", None, "6 attempts made of 6: hand over to nurture?"),
        ({"next_due_at": later(minutes=44), "attempts": 1}, "resting", later(minutes=44), "44m"),
        (
            {"last_attempt_by": "you", "last_attempt_at": later(minutes=-3), "attempts": 1},
            "worked_by_colleague",
            later(minutes=57),
            "called by owner you 3m ago",
        ),
        (
            {"zone": "Asia/Tokyo"},
            "call_window",
            datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
            "opens Mon 08:00 their time",
        ),
    ],
)
def test_each_rule_names_itself_its_end_and_its_reason(
    fields: dict[str, object], rule: str, until: datetime | None, words: str
) -> None:
    c = good(**fields)
    assert names(c) == [rule]
    (block,) = exclusions(c, CONFIG, WINDOWS, NOW, MINE)
    assert block.until == until
    assert words in block.text


def test_every_rule_that_applies_is_listed_in_order() -> None:
    c = good(zone="", do_not_call=True, snoozed_until=later(hours=1), owner_id="you")
    assert names(c) == ["owner", "do_not_call", "unknown_zone", "snoozed"]


def test_everybodys_queue_has_no_owner_and_no_colleague() -> None:
    c = good(owner_id="you", last_attempt_by="them", last_attempt_at=later(minutes=-3))
    assert names(c, QueueFacts()) == []


def test_a_team_may_share_unassigned_leads() -> None:
    shared = replace(CONFIG, unassigned=True)
    assert exclusion_check(shared, CLOCK, MINE)(good(owner_id="")) is None
    assert exclusion_check(shared, CLOCK, MINE)(good(owner_id="you")) == "owner"


def test_do_not_call_reaches_person_company_and_number() -> None:
    company = replace(MINE, suppressed_companies=frozenset({"9"}))
    assert names(GOOD, company) == ["do_not_call"]
    assert names(good(company_id="8"), company) == []
    number = replace(MINE, suppressed_numbers=frozenset({NUMBER}))
    assert names(GOOD, number) == ["do_not_call", "no_usable_number"]


def test_a_second_number_keeps_a_lead_callable() -> None:
    two = good(numbers=(NUMBER, OTHER))
    held = replace(MINE, held_numbers=frozenset({NUMBER}))
    silenced = replace(MINE, suppressed_numbers=frozenset({NUMBER}))
    for facts in (held, silenced):
        assert names(two, facts) == []
        assert dialable_numbers(two, facts) == (OTHER,)
    both = replace(held, suppressed_numbers=frozenset({OTHER}))
    assert names(two, both) == ["no_usable_number"]
    assert dialable_numbers(two) == (NUMBER, OTHER)


def test_a_number_rests_only_after_enough_days_and_only_for_its_time() -> None:
    ages = {(2, -2): [], (3, -29): ["failed_number"], (3, -30): [], (5, -1): ["failed_number"]}
    for (days, ago), wanted in ages.items():
        c = good(failed=(FailedNumber(NUMBER, days, later(days=ago)),))
        assert names(c) == wanted
        assert numbers_now(c, CONFIG, NOW) == (() if wanted else (NUMBER,))


def test_another_number_keeps_a_lead_with_a_resting_one_callable() -> None:
    rests = (FailedNumber(NUMBER, 3, NOW),)
    two = good(numbers=(NUMBER, OTHER), failed=rests)
    assert names(two) == []
    assert numbers_now(two, CONFIG, NOW) == (OTHER,)
    silenced = replace(MINE, suppressed_numbers=frozenset({OTHER}))
    assert names(two, silenced) == ["failed_number"]


def test_a_team_may_let_numbers_rest_for_another_time() -> None:
    text = {"owner": {"unassigned": False}, "lifecycle": {"past": []}, "colleague": {"minutes": 1},
            "status": {"closed": [], "until_conversion": []}}  # fmt: skip
    failed = FailedNumber(NUMBER, 3, NOW)
    assert parse_rules(text, attempt_cap=6).rests_until(failed) == later(days=30)
    own = {**text, "failed_numbers": {"days": 4, "rest_days": 7}}
    assert parse_rules(own, attempt_cap=6).rests_until(failed) is None
    assert parse_rules(own, attempt_cap=6).rests_until(failed._replace(days=4)) == later(days=7)


def test_a_due_callback_beats_the_retry_rule() -> None:
    due = good(
        callback_at=NOW, attempts=7, next_due_at=later(days=2), last_attempt_at=later(days=-1)
    )
    assert names(due) == []
    assert names(replace(due, do_not_call=True)) == ["do_not_call"]


def test_a_callback_may_be_made_after_hours_within_the_law() -> None:
    evening = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
    night = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    promised = good(callback_at=evening)
    assert exclusion_check(CONFIG, WindowClock(WINDOWS, evening), MINE)(promised) is None
    assert exclusion_check(CONFIG, WindowClock(WINDOWS, night), MINE)(promised) == "call_window"
    assert exclusion_check(CONFIG, WindowClock(WINDOWS, evening), MINE)(GOOD) == "call_window"
    opens = [exclusions(c, CONFIG, WINDOWS, night, MINE)[0].until for c in (promised, GOOD)]
    assert opens[0] is not None
    assert opens[1] is not None
    assert opens[0].astimezone(UTC) < opens[1].astimezone(UTC), "by law, not by office hours"


@pytest.mark.parametrize("status", ["BAD_TIMING", "NEW"])
def test_a_lead_that_converts_again_is_callable_at_once(status: str) -> None:
    before = later(minutes=-10)
    back = good(status=status, last_attempt_at=before, next_due_at=later(days=90), attempts=0)
    assert names(back) == []
    not_back = replace(back, converted_at=later(minutes=-11))
    assert names(not_back) == (["status"] if status == "BAD_TIMING" else []) + ["resting"]


def test_a_final_outcome_closes_a_lead_until_the_person_comes_back() -> None:
    closed = good(closed_at=later(minutes=-1))
    assert names(closed) == ["status"]
    (block,) = exclusions(closed, CONFIG, WINDOWS, NOW, MINE)
    assert "waits for another conversion" in block.text
    assert names(replace(closed, closed_at=later(minutes=-4))) == []
    assert names(replace(closed, callback_at=NOW)) == []


def test_a_word_that_open_leads_have_too_closes_none() -> None:
    rules = RuleConfig(
        closed_statuses=frozenset({"CONNECTED", "UNQUALIFIED", "Archived"}),
        until_conversion=frozenset({"BAD_TIMING"}),
    )
    words = {
        "NEW": "New", "IN_PROGRESS": "Working", "CONNECTED": "Working", "UNQUALIFIED": "Dead",
        "BAD_TIMING": "",
    }  # fmt: skip
    said = rules.in_words(words)
    assert said.closed_statuses == {"Dead", "Archived"}
    assert not said.until_conversion


def test_a_pin_lifts_resting_and_the_cap_and_nothing_else() -> None:
    assert names(good(pinned=True, next_due_at=later(days=1), attempts=6)) == []
    assert names(good(pinned=True, snoozed_until=later(days=1))) == ["snoozed"]
    assert names(good(pinned=True, do_not_call=True)) == ["do_not_call"]


def test_a_daily_cap_holds_where_the_law_has_one() -> None:
    called = good(
        country="US", state="FL", zone="America/New_York", numbers=("+13055550142",), calls_24h=3,
        last_attempt_at=later(hours=-2),
    )  # fmt: skip
    assert names(called) == ["daily_cap"]
    (block,) = exclusions(called, CONFIG, WINDOWS, NOW, MINE)
    assert block.until == later(hours=22)
    assert names(replace(called, state="NY")) == []
    assert names(replace(called, calls_24h=2)) == []


def test_a_colleagues_call_is_respected_for_an_hour() -> None:
    called = good(last_attempt_by="you", last_attempt_at=later(minutes=-59))
    assert names(called) == ["worked_by_colleague"]
    assert names(replace(called, last_attempt_at=later(minutes=-60))) == []
    assert names(replace(called, last_attempt_by="me")) == []


def test_the_place_is_the_companys_or_the_numbers_when_the_person_gives_none() -> None:
    own = Lead("1", country="USA", state="Florida", company=Company("9", country="France"))
    assert place_of(own, ()) == ("US", "FL")
    assert place_of(Lead("1", company=Company("9", country="France")), ()) == ("FR", "")
    numbers = (parse_phone("nonsense", "IE"), parse_phone("+353875550142"))
    assert place_of(Lead("1"), numbers) == ("IE", "")


candidates = st.builds(
    Candidate,
    lead_id=st.integers(1, 99).map(str),
    attempts=st.integers(0, 8),
    callback_at=st.sampled_from([None, later(hours=-1), later(hours=1)]),
    next_due_at=st.sampled_from([None, later(hours=-1), later(hours=1)]),
    snoozed_until=st.sampled_from([None, later(hours=1)]),
    zone=st.sampled_from(["", "Europe/Dublin", "Asia/Tokyo", "America/New_York"]),
    numbers=st.sampled_from([(), (NUMBER,), (NUMBER, OTHER)]),
    owner_id=st.sampled_from(["me", "you", ""]),
    status=st.sampled_from(["", "NEW", "UNQUALIFIED", "BAD_TIMING"]),
    lifecycle=st.sampled_from(["lead", "customer"]),
    do_not_call=st.booleans(),
    archived=st.booleans(),
    pinned=st.booleans(),
)


@given(pool=st.lists(candidates, max_size=40), hold=st.booleans())
def test_the_funnel_always_adds_up(pool: list[Candidate], hold: bool) -> None:
    facts = replace(MINE, held_numbers=frozenset({NUMBER}) if hold else frozenset())
    found = funnel(pool, CONFIG, CLOCK, facts)
    assert found.total == len(pool)
    left = found.total
    for rule, removed, remaining in found.steps:
        left -= removed
        assert remaining == left
        asked = [c for c in pool if exclusion_check(CONFIG, CLOCK, facts)(c) == rule]
        assert removed == len(asked)
    assert left == found.callable
    assert found.callable == sum(1 for c in pool if not exclusions(c, CONFIG, WINDOWS, NOW, facts))


def test_the_funnel_lists_every_rule_in_order() -> None:
    found = funnel_of_counts(Counter({None: 2, "owner": 3}))
    assert [step.rule for step in found.steps] == list(RULES)
    assert found.steps[:2] == (FunnelRule("archived", 0, 5), FunnelRule("owner", 3, 2))
    assert set(LABELS) == set(RULES)


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("lifecycle", "past", "opportunity", "must be a list of texts, not text"),
        ("lifecycle", "past", [1], "must be text, not a number"),
        ("status", "close", ["X"], "did you mean 'closed'"),
        ("colleague", "minutes", -1, "between 0"),
        ("owner", "unassigned", "no", "must be true or false"),
    ],
)
def test_a_bad_setting_is_named(section: str, key: str, value: object, words: str) -> None:
    data = shipped.data("rules")
    table = data[section]
    assert isinstance(table, dict)
    table[key] = value
    with pytest.raises(ConfigProblem) as caught:
        parse_rules(data, attempt_cap=6)
    assert words in caught.value.message
    assert caught.value.key_path[:2] == (section, key)
