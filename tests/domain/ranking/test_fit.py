from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.ranking.fit import FitConfig, FitPoints, fit_of, lint_fit, parse_fit
from tests.domain import shipped

SHIPPED = shipped.fit()
GREAT = Lead(
    "1",
    first_name="Jun",
    last_name="Watanabe",
    email="jun@kestrel.example",
    job_title="CTO",
    phone="+353 87 555 0142",
    country="Ireland",
    message="Need to replace our arm controllers before March.",
    buying_role="INFLUENCER;DECISION_MAKER",
    persona="Technical Builder",
    company=Company("9", "Kestrel Robotics", industry="INDUSTRIAL_AUTOMATION", employees=240),
)


def rules(*found: dict[str, object], base: float = 50) -> FitConfig:
    return parse_fit({"base": base, "free_mail": ["gmail.com"], "rule": list(found)})


def rule(name: str = "one", /, **fields: object) -> dict[str, object]:
    return {"name": name, "points": 10, "text": f"rule {name}"} | fields


def names(lead: Lead, config: FitConfig) -> list[str]:
    return [reason.factor for reason in fit_of(lead, config).reasons[1:]]


def test_the_reasons_of_the_shipped_rules() -> None:
    found = fit_of(GREAT, SHIPPED)
    assert [(r.factor, r.points) for r in found.reasons] == [
        ("base", 50),
        ("industry_core", 8),
        ("size_sweet", 10),
        ("country_home", 3),
        ("title_chief", 14),
        ("form_full", 4),
        ("role_decides", 8),
        ("persona_core", 4),
        ("limit", -1),
    ]
    assert found.points == 100


def test_a_student_with_a_free_mailbox_does_not_fit() -> None:
    lead = Lead("2", email="x@GMail.com", job_title="Student")
    assert fit_of(lead, SHIPPED).points == 2
    assert {"title_student", "mail_free", "size_unknown"} <= set(names(lead, SHIPPED))


@pytest.mark.parametrize(
    ("condition", "matching", "other"),
    [
        (
            {"field": "industry", "any": ["internet"]},
            {"company": Company("9", industry="INTERNET")},
            {},
        ),
        (
            {"field": "title", "words": ["vp"]},
            {"job_title": "Regional VP, Sales"},
            {"job_title": "MVP coach"},
        ),
        (
            {"field": "title", "words": ["fp&a"]},
            {"job_title": "Director FP&A"},
            {"job_title": "FP"},
        ),
        ({"field": "title", "words": ["a.b"]}, {"job_title": "A.B"}, {"job_title": "axb"}),
        ({"field": "title", "blank": True}, {}, {"job_title": "x"}),
        (
            {"field": "employees", "low": 10, "high": 49},
            {"company": Company("9", employees=49)},
            {"company": Company("9", employees=50)},
        ),
        ({"field": "employees", "high": 9}, {"company": Company("9", employees=0)}, {}),
        (
            {"field": "employees", "blank": True},
            {"company": Company("9")},
            {"company": Company("9", employees=0)},
        ),
        ({"field": "crm_score", "low": 80}, {"crm_score": 80}, {}),
        ({"field": "mail", "any": ["free"]}, {"email": "a@gmail.com"}, {"email": "a@firm.example"}),
        ({"field": "mail", "any": ["none"]}, {"email": "nobody"}, {"email": "a@firm.example"}),
        ({"field": "country", "any": ["GB"]}, {"country": "England"}, {"country": "Ireland"}),
        ({"field": "country", "any": ["FR"]}, {"company": Company("9", country="France")}, {}),
        (
            {"field": "buying_role", "any": ["champion"]},
            {"buying_role": "END_USER;CHAMPION"},
            {"buying_role": "BLOCKER"},
        ),
        (
            {"field": "completeness", "low": 2},
            {"email": "a@b.example", "job_title": "x"},
            {"email": "a@b.example"},
        ),
    ],
)
def test_each_way_to_match(
    condition: dict[str, object], matching: dict[str, object], other: dict[str, object]
) -> None:
    config = rules(rule(**condition))
    lead = Lead("1")
    assert names(replace(lead, **matching), config) == ["one"]  # type: ignore[arg-type]  # any field of the dataclass
    assert names(replace(lead, **other), config) == []  # type: ignore[arg-type]  # any field of the dataclass


def test_only_the_first_rule_of_a_group_counts() -> None:
    config = rules(
        rule("vp", field="title", words=["vp"], group="title"),
        rule("head", field="title", words=["head"], group="title"),
        rule("any", field="title", words=["head"]),
    )
    assert names(Lead("1", job_title="VP and Head of IT"), config) == ["vp", "any"]


def test_the_sum_is_kept_between_0_and_100_and_says_so() -> None:
    low = fit_of(Lead("1"), rules(rule(points=-80, field="title", blank=True)))
    assert (low.points, low.reasons[-1].factor, low.reasons[-1].points) == (0, "limit", 30.0)


@given(
    title=st.text(max_size=30),
    email=st.text(max_size=30),
    employees=st.none() | st.integers(0, 10**6),
    score=st.none() | st.integers(-10, 200),
)
def test_the_reasons_sum_to_the_fit(
    title: str, email: str, employees: int | None, score: int | None
) -> None:
    lead = Lead(
        "1",
        job_title=title,
        email=email,
        crm_score=score,
        company=Company("9", employees=employees),
    )
    found = fit_of(lead, SHIPPED)
    assert 0 <= found.points <= 100
    assert found.points == round(sum(reason.points for reason in found.reasons))
    assert found == fit_of(lead, SHIPPED)


def test_lint_names_rules_that_match_all_or_none() -> None:
    config = rules(
        rule("never", field="title", words=["astronaut"]),
        rule("always", field="mail", any=["none"]),
        rule("some", field="title", words=["cto"]),
    )
    found = lint_fit([Lead("1", job_title="CTO"), Lead("2")], config)
    assert (found.leads, found.never, found.always) == (2, ("never",), ("always",))
    assert found.matches == {"never": 0, "always": 2, "some": 1}
    assert lint_fit([], config).never == ()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (rule(field="titel", words=["x"]), "did you mean 'title'"),
        (rule(field="title"), "exactly one of"),
        (rule(field="title", words=["x"], any=["y"]), "exactly one of"),
        (rule(field="title", low=3), "is text"),
        (rule(field="employees", any=["3"]), "is a number"),
        (rule(field="employees", low=9, high=3), "must not be above high"),
        (rule(field="title", words=[]), "must hold texts"),
        (rule(field="title", words=[" "]), "must hold texts"),
        (rule(field="title", blank=False), "can only be true"),
        (rule(field="title", blank=True, points="ten"), "must be a number"),
        (rule(field="title", blank=True, point=1), "did you mean 'points'"),
    ],
)
def test_a_bad_rule_is_named(broken: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        rules(rule("fine", field="title", blank=True), broken | {"name": "two"})
    assert words in caught.value.message
    assert caught.value.key_path[:2] == ("rule", "2")


def test_two_rules_cannot_share_a_name() -> None:
    twin = rule("one", field="title", blank=True)
    with pytest.raises(ConfigProblem, match="earlier rule"):
        rules(twin, twin)


_WORDS = st.sampled_from(
    (
        "",
        "CTO",
        "Head of Operations",
        "Student",
        "IRELAND",
        "de",
        "INTERNET",
        "vp",
        "DECISION_MAKER",
    )
)
_LEADS = st.builds(
    Lead,
    lead_id=st.just("1"),
    first_name=_WORDS,
    last_name=_WORDS,
    email=st.sampled_from(("", "x@gmail.com", "x@firm.example", "nobody")),
    job_title=_WORDS,
    seniority=_WORDS,
    department=_WORDS,
    buying_role=st.lists(_WORDS, max_size=2).map(";".join),
    persona=st.sampled_from(("", "Technical Builder", "Economic Buyer")),
    country=_WORDS,
    message=_WORDS,
    crm_score=st.none() | st.integers(0, 100),
    visits=st.integers(0, 50),
    company=st.none()
    | st.builds(
        Company,
        company_id=st.just("9"),
        industry=_WORDS,
        employees=st.none() | st.sampled_from((0, 5, 60, 240, 5000)),
        country=_WORDS,
    ),
)
_REMEMBERING = FitPoints(SHIPPED)
"""One for all examples: what it remembers of one lead must not colour the next."""


@given(_LEADS)
def test_the_fast_sum_equals_the_explained_one(lead: Lead) -> None:
    assert _REMEMBERING.of(lead, lead.persona) == fit_of(lead, SHIPPED).points


def test_the_quick_sum_counts_the_first_rule_of_a_group_and_rounds_like_the_other() -> None:
    config = rules(
        rule("third", field="visits", low=1, points=0.333, group="g"),
        rule("first", field="title", words=["cto"], points=7.777, group="g"),
        rule("also", field="title", words=["cto"], points=0.005),
        base=0.5,
    )
    for lead in (Lead("1", job_title="CTO", visits=2), Lead("1", job_title="CTO"), Lead("1")):
        assert FitPoints(config).of(lead, lead.persona) == fit_of(lead, config).points


def test_lint_counts_the_leads_at_both_ends() -> None:
    rules = [
        {"name": n, "field": "title", "any": [n], "points": p, "text": n}
        for n, p in (("low", -60), ("high", 50), ("near", 49))
    ]
    config = parse_fit({"base": 50, "free_mail": [], "rule": rules})
    leads = [Lead(str(n), job_title=t) for n, t in enumerate(["low", "high", "near", "", "high"])]
    assert lint_fit(leads, config).at_ends == (1, 2)
