"""A team's own rules are learned again, and written as a file that gives the same fit."""

from __future__ import annotations

import math
import random
import tomllib
from dataclasses import replace

import pytest

from sdrdesk.domain.calibration.calibrate import Calibration, Present, calibrate, split_rows
from sdrdesk.domain.calibration.features import judge
from sdrdesk.domain.calibration.fit_file import (
    fit_toml,
    learned_config,
    more_features,
    rule_features,
)
from sdrdesk.domain.calibration.measures import area
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.ranking.fit import FitConfig, fit_of, parse_fit

RULES = parse_fit(
    {
        "base": 50,
        "free_mail": ["gmail.com"],
        "rule": [
            {"name": "chief", "group": "title", "field": "title", "words": ["ceo"], "points": 4.5,
             "text": 'decides "all"'},
            {"name": "head", "group": "title", "field": "title", "words": ["head"], "points": 0,
             "text": "head of"},
            {"name": "role", "field": "buying_role", "any": ["CHAMPION"], "points": 9, "text": "r"},
            {"name": "free", "field": "mail", "any": ["free"], "points": 10, "text": "free mail"},
            {"name": "rare", "field": "country", "any": ["NZ"], "points": 7.5, "text": "far"},
        ],
    }
)  # fmt: skip
ODD = 'paid "search" \\ ü'


def leads(count: int) -> tuple[list[Lead], list[int]]:
    chance = random.Random(9)
    made, won = [], []
    for place in range(count):
        title = chance.choice(["CEO", "Head of IT", "Intern", ""])
        source = chance.choice([ODD, "web", "event", "a;b"])
        people = chance.choice([None, 5, 50, 500, 5_000])
        mail = chance.choice(["x@gmail.com", "x@firm.example"])
        odds = (
            {"CEO": 1.2, "Head of IT": 0.5}.get(title, 0.0)
            + {ODD: -0.9, "event": 0.7}.get(source, 0.0)
            + (0.8 if people == 50 else 0.0)
            - (0.8 if "gmail" in mail else 0.0)
            - 1.5
        )
        won.append(int(chance.random() < 1 / (1 + math.exp(-odds))))
        made.append(
            Lead(
                str(place), job_title=title, source=source, email=mail,
                buying_role="CHAMPION" if won[-1] else "",
                country="NZ" if place < 5 else "IE",
                company=Company("1", employees=people),
            )
        )  # fmt: skip
    return made, won


@pytest.fixture(scope="module")
def learned() -> tuple[list[Lead], list[int], Calibration, FitConfig, str]:
    made, won = leads(8_000)
    split = split_rows(None, len(won))
    features, kept = rule_features(made, RULES, won, split.training)
    for feature, column in more_features(made, RULES, won, split.training):
        judge(feature, column, len(won), (), ())
        features.append(feature)
    fits = [fit_of(lead, RULES).points for lead in made]
    found = calibrate(features, won, split, Present(fits, kept, 0.04))
    config, told = learned_config(RULES, found)
    later = [made[row] for row in split.later]
    return later, [won[r] for r in split.later], found, config, fit_toml(config, told, ["Why."])


Learnt = tuple[list[Lead], list[int], Calibration, FitConfig, str]


def test_the_file_says_what_was_learned(learned: Learnt) -> None:
    _, _, found, config, text = learned
    points = {rule.name: rule.points for rule in config.rules}
    assert points["chief"] > points["head"] > 0 > points["free"], "it had +10"
    assert points["rare"] == 7.5, "five leads teach nothing"
    assert points["role"] == 9, "a role is set after the call"
    whys = {feature.name: feature.why for feature in found.features if not feature.used}
    assert "after the call" in (whys["buying_role"] or "")
    by_text = {rule.text: rule.points for rule in config.rules}
    assert next(p for t, p in by_text.items() if "paid" in t and "source" in t) < 0
    assert next(p for t, p in by_text.items() if "event" in t) > 0
    assert text.startswith("# Why.\n")
    assert "leads" in text


def test_the_file_is_read_back_and_gives_the_fit_that_was_judged(learned: Learnt) -> None:
    later, won, found, config, text = learned
    again = parse_fit(tomllib.loads(text))
    assert [replace(rule, group=rule.group) for rule in again.rules] == list(config.rules)
    fits = [fit_of(lead, again).points for lead in later]
    assert area(fits, won) == pytest.approx(found.areas.new, abs=1e-3)
    assert found.areas.low > 0
    assert found.refused is None


def test_bands_of_a_number_match_the_leads_they_were_learned_from(learned: Learnt) -> None:
    _, _, _, config, _ = learned
    only = FitConfig(0.0, tuple(r for r in config.rules if r.condition.field == "employees"))
    assert only.rules

    def fit(people: int | None) -> int:
        return fit_of(Lead("1", company=Company("1", employees=people)), only).points

    assert fit(50) > max(fit(5), fit(500), fit(5_000))
