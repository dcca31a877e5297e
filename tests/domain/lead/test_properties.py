"""The account's own properties in rules: ``property:NAME`` and ``company:NAME``."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.lead.conditions import Condition, fields_of, parse_condition
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.lead.persona import Personas, parse_personas
from sdrdesk.domain.lead.properties import (
    WantedProperties,
    as_json,
    days_before,
    number_in,
    properties_of,
)
from sdrdesk.domain.ranking.fit import FitPoints, fit_of, parse_fit

CONVERTED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def lead(company: dict[str, str] | None = None, **properties: str) -> Lead:
    office = Company("9", properties=as_json(company)) if company is not None else None
    return Lead("1", properties=as_json(properties), converted_at=CONVERTED, company=office)


def condition(**said: Any) -> Condition:
    return parse_condition(TableReader(said))


def holds(who: Lead, **said: Any) -> bool:
    return bool(fields_of(who).match(condition(**said)))


@pytest.mark.parametrize(
    ("said", "value", "true"),
    [
        ({"any": ["Google Ads"]}, "google ads", True),
        ({"any": ["google"]}, "google ads", False),
        ({"any": ["b"]}, "a;b; c", True),
        ({"words": ["ads"]}, "Google ADS 2026", True),
        ({"blank": True}, "", True),
        ({"blank": True}, "x", False),
        ({"low": 10, "high": 20}, "12.5", True),
        ({"low": 10, "high": 20}, "1,200", False),
        ({"low": 1000}, "1,200", True),
        ({"low": 0}, "a dozen", False),
        ({"low": 0}, "", False),
        ({"any": ["true"]}, "true", True),
        ({"days_low": 5, "days_high": 12}, "2026-11-10", True),
        ({"days_low": 12}, "2026-11-10", False),
        ({"days_high": 0}, "2026-12-24T08:00:00Z", True),
        ({"days_low": 9}, "1794096000000", True),
        ({"days_low": 0}, "next week", False),
    ],
)
def test_ways_to_match(said: dict[str, Any], value: str, true: bool) -> None:
    assert holds(lead(x=value), field="property:x", **said) is true


def test_a_company_has_its_own_properties() -> None:
    who = lead({"x": "gold"}, x="silver")
    assert holds(who, field="company:x", any=["gold"])
    assert holds(who, field="property:x", any=["silver"])
    assert not holds(lead(x="gold"), field="company:x", any=["gold"])
    assert properties_of(who) == {"property:x": "silver", "company:x": "gold"}


def test_conditions_can_be_joined() -> None:
    ads, big = {"field": "property:utm", "any": ["ads"]}, {"field": "company:seats", "low": 50}
    both = lead({"seats": "80"}, utm="ads")
    one = lead({"seats": "8"}, utm="ads")
    assert holds(both, all=[ads, big])
    assert not holds(one, all=[ads, big])
    assert holds(one, any=[ads, big])
    assert not holds(both, **{"not": {"any": [ads, big]}})
    assert condition(all=[ads, {"not": big}]).fields == ("property:utm", "company:seats")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"field": "property:", "blank": True}, "after the colon"),
        ({"field": "property:a b", "blank": True}, "after the colon"),
        ({"field": "property:x", "low": 1, "days_low": 1}, "exactly one"),
        (
            {"field": "title", "days_low": 1},
            "exactly one of any, words, blank, or low and high|no date",
        ),
        ({"field": "source", "low": 1}, "is text"),
        ({"all": []}, "must hold conditions"),
        (
            {"not": {"not": {"not": {"not": {"not": {"field": "mail", "blank": True}}}}}},
            "joined more than",
        ),
        ({"all": [{"field": "colour", "blank": True}]}, "colour"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigProblem, match=words):
        condition(**said)


@given(st.text())
def test_any_text_is_a_number_or_none_and_a_date_or_none(text: str) -> None:
    number_in(text)
    days_before(text, CONVERTED)
    assert properties_of(replace(lead(), properties=text)).keys() <= {
        f"property:{name}" for name in _keys(text)
    }


def _keys(text: str) -> set[str]:
    try:
        found = json.loads(text)
    except ValueError:
        return set()
    return set(found) if isinstance(found, dict) else set()


VALUES = st.sampled_from(["", "ads", "ADS", "a;ads", "12", "80", "2026-11-01", "ß"])


@given(VALUES, VALUES, VALUES, st.sampled_from(["", "CTO"]))
def test_the_fast_points_are_the_slow_ones(utm: str, seats: str, since: str, title: str) -> None:
    rules: list[dict[str, Any]] = [
        {"field": "property:utm", "any": ["ads"]},
        {"field": "property:utm", "blank": True},
        {"field": "company:seats", "low": 50},
        {"field": "property:since", "days_low": 10},
        {"all": [{"field": "property:utm", "any": ["ads"]}, {"field": "title", "words": ["cto"]}]},
        {"not": {"field": "persona", "any": ["Builder"]}},
    ]
    config = parse_fit(
        {
            "base": 50,
            "free_mail": [],
            "rule": [
                {"name": f"r{n}", "text": "x", "points": 2**n, **rule}
                for n, rule in enumerate(rules)
            ],
        }
    )
    who = replace(lead({"seats": seats}, utm=utm, since=since), job_title=title)
    for persona in ("", "Builder"):
        judged = replace(who, persona=persona)
        assert FitPoints(config).of(who, persona) == fit_of(judged, config).points
    assert WantedProperties.of(config.fields) == WantedProperties(("since", "utm"), ("seats",))


def test_a_persona_may_follow_from_a_property() -> None:
    file = {
        "persona": [
            {"label": "Plant Manager", "when": {"field": "property:site", "any": ["plant"]}},
            {"label": "Builder", "title": ["cto"]},
        ]
    }
    found = Personas(parse_personas(file))
    assert found.of(lead(site="plant")) == ("Plant Manager", "property:site is plant")
    assert found.of(replace(lead(site="office"), job_title="CTO"))[0] == "Builder"
    with pytest.raises(ConfigProblem, match="cannot ask for the persona"):
        parse_personas({"persona": [{"label": "X", "when": {"field": "persona", "blank": True}}]})
