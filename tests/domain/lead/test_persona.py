from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.lead.persona import Personas, parse_personas
from tests.domain import shipped

SHIPPED = shipped.personas()


@pytest.mark.parametrize(
    ("title", "label", "reason"),
    [
        ("CTO", "Technical Builder", "title says cto"),
        ("VP Ops", "Operations Leader", "title says ops"),
        ("Chief Financial Officer", "Economic Buyer", "title says financial"),
        ("Marketing Operations Manager", "Marketing Leader", "title says marketing"),
        ("Founder & CEO", "Owner-Founder", "title says founder"),
        ("Geschäftsführer", "Owner-Founder", "title says geschäftsführer"),
        ("Head of HR", "People Leader", "title says hr"),
        ("Process Engineer", "Operations Leader", "title says process engineer"),
        ("Assistant to the Managing Director", "", ""),
        ("Student", "", ""),
        ("", "", ""),
    ],
)
def test_the_shipped_rules_read_the_title(title: str, label: str, reason: str) -> None:
    assert Personas(SHIPPED).of(Lead("1", job_title=title)) == (label, reason)


def test_the_department_decides_without_a_title() -> None:
    lead = Lead("1", job_title="Manager", department="Human Resources")
    assert Personas(SHIPPED).of(lead) == ("People Leader", "department says human resources")


def test_every_condition_must_match_and_is_in_the_reason() -> None:
    config = parse_personas(
        {
            "persona": [
                {"label": "A", "title": ["head"], "industry": ["RETAIL"], "seniority": ["vp"]},
                {"label": "B", "title": ["head"]},
            ]
        }
    )
    lead = Lead("1", job_title="Head", seniority="VP", company=Company("9", industry="RETAIL"))
    label, reason = Personas(config).of(lead)
    assert (label, reason) == ("A", "title says head, seniority is vp, industry is retail")
    assert Personas(config).of(Lead("1", job_title="Head"))[0] == "B"
    assert config.labels == ("A", "B")


def test_the_longest_match_is_in_the_reason() -> None:
    config = parse_personas({"persona": [{"label": "A", "title": ["head", "head of it"]}]})
    lead = Lead("1", job_title="Head of IT")
    assert Personas(config).of(lead) == ("A", "title says head of it")


@given(title=st.text(max_size=60))
def test_a_reason_never_quotes_the_stranger(title: str) -> None:
    label, reason = Personas(SHIPPED).of(Lead("1", job_title=title))
    assert bool(label) == bool(reason)
    if reason:
        words = {word for rule in SHIPPED.rules for c in rule.conditions for word in c.words}
        assert reason.removeprefix("title says ") in words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"label": "A"}, "at least one condition"),
        ({"label": " ", "title": ["x"]}, "must not be empty"),
        ({"label": "A", "title": []}, "must hold texts"),
        ({"label": "A", "titel": ["x"], "title": ["x"]}, "did you mean 'title'"),
        ({"title": ["x"]}, "is missing"),
    ],
)
def test_a_bad_rule_is_named(rule: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_personas({"persona": [rule]})
    assert words in caught.value.message
    assert caught.value.key_path[:2] == ("persona", "1")


_WORDS = st.sampled_from(
    ("", "CTO", "cto", "Head of HR", "Assistant to the CEO", "engineering", "IT")
)
_REMEMBERING = Personas(SHIPPED)
"""One for all examples: what it remembers of one lead must not colour the next."""


@given(
    st.builds(
        Lead,
        lead_id=st.just("1"),
        job_title=_WORDS,
        department=_WORDS,
        seniority=_WORDS,
        buying_role=_WORDS,
        company=st.none() | st.builds(Company, company_id=st.just("9"), industry=_WORDS),
    )
)
def test_the_cache_does_not_change_the_persona(lead: Lead) -> None:
    assert _REMEMBERING.of(lead) == Personas(SHIPPED).of(lead)
