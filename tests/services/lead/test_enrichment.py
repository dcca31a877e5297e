"""The numbers of a lead: which country they are read in, which comes first, what is assumed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.lead.enrichment import derive_with, numbers_of


def test_the_first_number_of_each_field_comes_before_the_second_ones() -> None:
    lead = Lead("1", country="GB", mobile="07700 900123", phone="020 7946 0018/020 7946 0019 x7")
    assert [(n.e164, n.extension) for n in numbers_of(lead)] == [
        ("+447700900123", ""),
        ("+442079460018", ""),
        ("+442079460019", "7"),
    ]


def test_a_number_that_is_in_both_fields_keeps_its_extension() -> None:
    lead = Lead("1", country="IE", mobile="01 555 0142", phone="01 555 0142 x12")
    assert [(n.e164, n.extension) for n in numbers_of(lead)] == [("+35315550142", "12")]


@pytest.mark.parametrize(
    ("lead", "e164", "assumed"),
    [
        (Lead("1", phone="087 555 0142"), "+353875550142", True),
        (Lead("1", phone="+44 20 7946 0018"), "+442079460018", False),
        (Lead("1", phone="020 7946 0018", country="UK"), "+442079460018", False),
        (Lead("1", phone="087 555 0142", country="UK"), "", False),
        (Lead("1", phone="087 555 0142", country="Freedonia"), "", False),
        (Lead("1", phone="(212) 555-0142", state="New York"), "+12125550142", False),
        (Lead("1", phone="087 555 0142", state="Munster"), "+353875550142", True),
        (Lead("1", phone="087 555 0142", company=Company("1", country="France")), "", False),
        (Lead("1", phone="087 555 0142", company=Company("1", country="Sylvania")), "", False),
        (Lead("1", phone="087 555 0142", company=Company("1")), "+353875550142", True),
    ],
)
def test_a_country_is_assumed_only_for_a_lead_without_one(
    lead: Lead, e164: str, assumed: bool
) -> None:
    (number,) = numbers_of(lead, "IE")
    assert (number.e164, number.assumed) == (e164, assumed)
    (quick,) = numbers_of(lead, "IE", dial_only=True)
    assert (quick.e164, quick.assumed) == (e164, assumed)


def test_without_a_default_country_nothing_is_assumed() -> None:
    (number,) = numbers_of(Lead("1", phone="087 555 0142"))
    assert (number.e164, number.assumed) == ("", False)


def test_what_is_derived_says_that_the_country_was_assumed(tmp_path: Path) -> None:
    derive = derive_with(Rulebook(tmp_path, "IE"))
    facts = derive(Lead("1", phone="01 555 0142 x12 / 087 555 0143"))
    assert (facts.e164, facts.extension, facts.e164_more) == (
        "+35315550142",
        "12",
        "+353875550143",
    )
    assert (facts.zone, facts.region) == ("Europe/Dublin", "IE")
    assert facts.zone_note == "by number (IE assumed) only"


def test_the_rules_know_of_the_default_country(tmp_path: Path) -> None:
    fingerprints = {Rulebook(tmp_path, country).fingerprint for country in ("", "IE", "GB")}
    assert len(fingerprints) == 3
