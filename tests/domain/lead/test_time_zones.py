from __future__ import annotations

from dataclasses import replace

import pytest

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.lead.time_zones import (
    ZoneVerdict,
    lead_zone,
    same_clock,
    tidy_zone,
    weigh_zones,
    zone_info,
)
from sdrdesk.domain.place.phone import parse_phone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Dublin", "Europe/Dublin"),
        ("europe/dublin", "Europe/Dublin"),
        ("america_slash_new_york", "America/New_York"),
        ("us_slash_eastern", "America/New_York"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("UTC", "UTC"),
        ("", ""),
        ("America", ""),
        ("Mars/Olympus", ""),
        ("../../etc/passwd", ""),
        ("Europe/Dublin\x00", ""),
    ],
)
def test_a_zone_is_read_leniently_and_never_invented(text: str, zone: str) -> None:
    assert tidy_zone(text) == zone
    assert (zone_info(zone) is not None) == bool(zone)


def test_two_names_of_one_clock_agree() -> None:
    assert same_clock("America/Detroit", "America/New_York")
    assert not same_clock("America/Phoenix", "America/Denver")  # only in summer
    assert not same_clock("Europe/Dublin", "Mars/Olympus")


def test_the_rep_wins_over_the_crm_over_the_number_over_the_address() -> None:
    lead = Lead(
        "1",
        rep_time_zone="Asia/Tokyo",
        time_zone="Europe/Paris",
        country="Ireland",
        company=Company("9", country="US", state="CA"),
    )
    number = parse_phone("+12125550142")
    verdict = lead_zone(lead, number)
    assert verdict.zone == "Asia/Tokyo"
    assert verdict.text == (
        "rep says Asia/Tokyo, but CRM says Europe/Paris, number says America/New_York,"
        " address says Europe/Dublin, company says America/Los_Angeles"
    )
    unset = replace(lead, rep_time_zone="")
    assert lead_zone(unset, number).zone == "Europe/Paris"
    assert lead_zone(replace(unset, time_zone=""), number).zone == "America/New_York"
    nothing_else = Lead("1", country="Ireland", company=lead.company)
    assert lead_zone(nothing_else, None).zone == "Europe/Dublin"


def test_number_and_address_agree() -> None:
    verdict = lead_zone(Lead("1", country="Ireland"), parse_phone("+353875550142"))
    assert verdict == ZoneVerdict("Europe/Dublin", "number and address agree")


def test_disagreement_is_shown() -> None:
    verdict = lead_zone(Lead("1", country="US", state="California"), parse_phone("+12125550142"))
    assert verdict.zone == "America/New_York"
    assert verdict.text == "number says America/New_York, but address says America/Los_Angeles"


def test_several_sources_against_one_are_shown_as_a_sentence() -> None:
    lead = Lead("1", country="US", state="California", time_zone="America/Los_Angeles")
    verdict = lead_zone(lead, parse_phone("+12125550142"))
    assert verdict.text == (
        "CRM and address say America/Los_Angeles, but number says America/New_York"
    )


def test_a_mobile_of_a_wide_country_leaves_it_to_the_address() -> None:
    number = parse_phone("+61412345678")
    verdict = lead_zone(Lead("1", country="Australia", state="Western Australia"), number)
    assert verdict.zone == "Australia/Perth"
    assert "but" not in verdict.text


def test_two_ambiguous_sources_can_decide_together() -> None:
    verdict = weigh_zones(
        (
            ("number", ("America/Chicago", "America/New_York")),
            ("address", ("America/Chicago", "America/Denver")),
        )
    )
    assert verdict == ZoneVerdict("America/Chicago", "number and address agree")


@pytest.mark.parametrize(
    "lead",
    [
        Lead("1"),
        Lead("1", country="US"),
        Lead("1", country="US", state="TX"),  # El Paso keeps mountain time
        Lead("1", time_zone="Mars/Olympus"),
    ],
)
def test_no_clear_source_is_unknown_and_never_a_guess(lead: Lead) -> None:
    verdict = lead_zone(lead, parse_phone("+18005550199") if lead.country else None)
    assert verdict.zone == ""
    assert verdict.text.startswith("time zone unknown")


@pytest.mark.parametrize(
    ("lead", "zone"),
    [
        (Lead("1", country="Canada", state="ON", city="Toronto"), "America/Toronto"),
        (Lead("1", country="Canada", city="St. John's"), "America/St_Johns"),
        (Lead("1", country="US", state="AK", city="ANCHORAGE"), "America/Anchorage"),
        (Lead("1", country="US", city="Denver"), ""),  # there is one in Pennsylvania as well
        (Lead("1", country="Canada", state="ON", city="Thunder Bay"), ""),
    ],
)
def test_a_city_that_names_a_zone_settles_it(lead: Lead, zone: str) -> None:
    assert lead_zone(lead, None).zone == zone


def test_several_names_of_one_zone_are_shown_once() -> None:
    verdict = lead_zone(Lead("1", time_zone="America/Denver", country="Germany"), None)
    assert verdict.text == "CRM says America/Denver, but address says Europe/Berlin"


def test_the_companys_zone_helps_last() -> None:
    company = Company("9", time_zone="America/Denver", country="US", state="NY")
    verdict = lead_zone(Lead("1", company=company), None)
    assert (verdict.zone, verdict.text) == ("America/Denver", "by company only")
