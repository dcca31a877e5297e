from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.errors import NotFoundError
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.scripting.conversion import Situation
from sdrdesk.scripting.library import ScriptLibrary
from tests.scripting.write import library, script

CTO = Lead(
    "1",
    first_name="Jun",
    persona="Technical Builder",
    persona_reason="title",
    converted_on="Pricing: Request a demo",
    company=Company("8", industry="COMPUTER_SOFTWARE"),
    lifecycle="marketingqualifiedlead",
    language="de-at",
)


def test_the_most_specific_script_wins_and_says_why(tmp_path: Path) -> None:
    script(tmp_path, "fallback", "")
    script(tmp_path, "persona", 'persona = "Technical Builder"')
    script(tmp_path, "kind", 'conversion = "demo_request"')
    script(tmp_path, "both", 'persona = "technical-builder"\nconversion = "demo_request"')
    match = library(tmp_path).match(CTO)
    assert match.script.script_id == "both"
    assert match.reasons == (
        "persona Technical Builder (title)",
        "converted on a demo request",
    )


def test_each_facet_must_fit(tmp_path: Path) -> None:
    script(tmp_path, "fallback", "")
    for name, front in {
        "persona": 'persona = "Owner-Founder"',
        "kind": 'conversion = "webinar"',
        "industry": 'industry = "RETAIL"',
        "stage": 'stage = "lead"',
        "language": 'language = "fr"',
    }.items():
        script(tmp_path, name, front)
    match = library(tmp_path).match(CTO)
    assert match.script.script_id == "fallback"
    assert match.reasons == ("no closer script for persona Technical Builder", "general fallback")


def test_all_five_facets_together(tmp_path: Path) -> None:
    front = """persona = "Technical Builder"
conversion = "demo_request"
industry = "Computer software"
stage = "marketingqualifiedlead"
language = "de"
"""
    script(tmp_path, "exact", front)
    match = library(tmp_path, shipped=True).match(CTO)
    assert match.reasons[2:] == (
        "industry computer software",
        "stage marketingqualifiedlead",
        "language de at",
    )


def test_a_regional_script_is_for_its_region_only(tmp_path: Path) -> None:
    script(tmp_path, "fallback", "")
    script(tmp_path, "austria", 'language = "de-at"')
    books = library(tmp_path)
    assert books.match(CTO).script.script_id == "austria"
    assert books.match(replace(CTO, language="de")).script.script_id == "fallback"


def test_ties_are_broken_by_facet_then_priority_then_id(tmp_path: Path) -> None:
    script(tmp_path, "kind", 'conversion = "demo_request"\npriority = 9')
    script(tmp_path, "b", 'persona = "Technical Builder"')
    script(tmp_path, "a", 'persona = "Technical Builder"')
    assert library(tmp_path).match(CTO).script.script_id == "a"
    script(tmp_path, "b", 'persona = "Technical Builder"\npriority = 1')
    assert library(tmp_path).match(CTO).script.script_id == "b"


def test_the_team_s_script_comes_before_the_shipped_one(tmp_path: Path) -> None:
    front = 'persona = "Technical Builder"\nconversion = "demo_request"'
    script(tmp_path, "zzz-ours", front)
    assert library(tmp_path, shipped=True).match(CTO).script.script_id == "zzz-ours"


def test_a_team_s_file_with_a_shipped_id_replaces_it(tmp_path: Path) -> None:
    script(tmp_path, "technical-builder/demo-request", 'persona = "Technical Builder"')
    books = library(tmp_path, shipped=True)
    found = [s for s in books.scripts if s.script_id == "technical-builder/demo-request"]
    assert [s.origin for s in found] == ["team"]
    assert books.lint() == [f for f in books.lint() if f.rule == "missing-section"]


def test_a_return_falls_back_to_the_conversion(tmp_path: Path) -> None:
    lead = Lead("1", converted_on="E-book: X: Download", conversions=3)
    script(tmp_path, "content", 'conversion = "content_download"')
    assert library(tmp_path).match(lead).script.script_id == "content"
    script(tmp_path, "back", 'conversion = "reconversion"\npriority = -5')
    match = library(tmp_path).match(lead)
    assert match.script.script_id == "back"
    assert match.reasons == ("no persona known", "converted again")


def test_a_missed_meeting_never_falls_back_to_a_download(tmp_path: Path) -> None:
    lead = Lead("1", converted_on="E-book: X: Download")
    script(tmp_path, "content", 'conversion = "content_download"')
    with pytest.raises(NotFoundError):
        library(tmp_path).match(lead, "no_show")
    assert ScriptLibrary.load([]).match(lead, "no_show").script.script_id == "general/no-show"


PERSONAS = [
    "", "Technical Builder", "Economic Buyer", "Operations Leader", "Marketing Leader",
    "Owner-Founder", "People Leader", "Somebody Else",
]  # fmt: skip


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("situation", list(Situation))
def test_the_shipped_library_has_a_fitting_script_for_every_lead(
    persona: str, situation: Situation
) -> None:
    match = ScriptLibrary.load([]).match(Lead("1", persona=persona), situation.value)
    script = match.script
    assert not script.conversion or situation in script.conversion
    assert not script.persona or persona in script.persona
    known = persona not in ("", "Somebody Else")
    inbound = situation in {
        "content_download", "demo_request", "webinar", "reconversion", "no_show",
    }  # fmt: skip
    if known and inbound:
        assert match.script.persona
        assert match.script.conversion


@given(
    st.builds(
        Lead,
        lead_id=st.just("1"),
        persona=st.text(max_size=10),
        converted_on=st.text(max_size=40),
        language=st.text(max_size=5),
        lifecycle=st.text(max_size=5),
        conversions=st.integers(0, 5),
    )
)
def test_every_lead_has_a_script_and_the_same_one_twice(lead: Lead) -> None:
    first, second = SHIPPED.match(lead), SHIPPED.match(lead)
    assert first == second
    assert first.reasons


SHIPPED = ScriptLibrary.load([])
