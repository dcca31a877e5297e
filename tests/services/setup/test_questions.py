"""What setup asks, what is certain, and how an answer is checked."""

from __future__ import annotations

from typing import Any

import pytest

from sdrdesk.config import CrmSettings, Settings
from sdrdesk.domain.crm.records import RemoteOption
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.setup.default_country import CountryGain
from sdrdesk.services.setup.questions import Name, checked, questions
from sdrdesk.sync.port import LeadField, Survey

FLAG = LeadField("dnc", "Do not call", is_boolean=True)
SECOND = LeadField("no_calls", "No calls", is_boolean=True)
CONSENT = LeadField("dnc_consent", "Call consent", options=(("yes", "Yes"), ("no", "No way")))
TEXT = LeadField("dnc_reason", "Why not to call")
OTHER = LeadField("colour", "Colour", options=(("r", "Red"),))


def seen(*fields: LeadField, stages: tuple[str, ...] = ("lead", "opportunity")) -> Survey:
    options = tuple(RemoteOption("lifecycle", s, s.title(), n) for n, s in enumerate(stages))
    return Survey(options, fields, (*fields, OTHER), "", {}, ())


def asked(survey: Survey, **crm: Any) -> dict[str, str]:
    """Return what is asked, with the certain answer."""
    return {
        q.name: q.certain for q in questions(survey, Settings(crm=CrmSettings()._replace(**crm)))
    }


@pytest.mark.parametrize(
    ("fields", "certain"),
    [
        ((FLAG,), "dnc"),
        ((FLAG, SECOND), ""),
        ((CONSENT,), ""),
        ((FLAG, TEXT), ""),
        ((TEXT,), ""),
        ((LeadField("dnc_tps", "Do not call (TPS)", is_boolean=True),), ""),
        ((LeadField("r", "Robinsonliste", is_boolean=True),), ""),
    ],
)
def test_only_one_yes_or_no_field_of_the_account_itself_is_certain(
    fields: tuple[LeadField, ...], certain: str
) -> None:
    assert asked(seen(*fields), qualified_stage="opportunity") == {"do_not_call": certain}


def test_a_field_with_options_is_offered_option_by_option() -> None:
    (question, _) = questions(seen(CONSENT), Settings())
    values = [value for value, _ in question.choices]
    assert values == ["dnc_consent=yes", "dnc_consent=no", "none"]


@pytest.mark.parametrize("chosen", ["dnc", "none", "anything=at all"])
def test_what_is_chosen_is_not_asked_again(chosen: str) -> None:
    assert asked(seen(FLAG), do_not_call=chosen, qualified_stage="lead") == {}


def test_a_stage_that_is_not_there_is_asked_for_and_never_guessed() -> None:
    assert asked(seen()) == {"qualified_stage": ""}
    assert asked(seen(stages=())) == {}  # an account that tells no stages
    (question,) = questions(seen(), Settings())
    assert [value for value, _ in question.choices] == ["lead", "opportunity"]


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("do_not_call", "dnc", "dnc"),
        ("do_not_call", " dnc = TRUE ", "dnc=true"),
        ("do_not_call", "NONE", "none"),
        ("do_not_call", "colour=red", "colour=r"),
        ("do_not_call", "dnc_consent=No way", "dnc_consent=no"),
        ("do_not_call", "dnc_reason", "dnc_reason"),
        ("qualified_stage", "Opportunity", "opportunity"),
        ("default_country", " ie ", "IE"),
    ],
)
def test_an_answer_is_kept_as_the_account_writes_it(name: Name, typed: str, kept: str) -> None:
    assert checked(name, typed, seen(FLAG, CONSENT, TEXT)) == kept


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("do_not_call", "dmc", "'dnc'"),
        ("do_not_call", "dnc=false", "dnc=true"),
        ("do_not_call", "dnc_consent", "dnc_consent=no"),
        ("do_not_call", "dnc_consent=maybe", "dnc_consent=yes"),
        ("qualified_stage", "sql", "opportunity"),
    ],
)
def test_an_answer_that_does_not_fit_names_those_that_do(name: Name, typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked(name, typed, seen(FLAG, CONSENT, TEXT))
    assert said in str(caught.value)


def test_a_country_is_offered_with_what_it_brings_and_never_certain() -> None:
    gains = (CountryGain("IE", "Ireland", 149, 12), CountryGain("GB", "United Kingdom", 1, 0))
    crm = CrmSettings(do_not_call="none", qualified_stage="lead")
    (question,) = questions(seen(), Settings(crm=crm), gains)
    assert (question.name, question.certain) == ("default_country", "")
    assert question.choices == (
        ("IE", "Ireland: 149 more leads to call, 12 known to be there"),
        ("GB", "United Kingdom: 1 more lead to call"),
    )
    chosen = CrmSettings(do_not_call="none", qualified_stage="lead", default_country="FR")
    assert questions(seen(), Settings(crm=chosen), gains) == ()


@pytest.mark.parametrize("typed", ["Ireland", "ZZ", "I", "1!"])
def test_a_country_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="two-letter code"):
        checked("default_country", typed, seen())
