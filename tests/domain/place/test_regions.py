from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.place.regions import (
    all_zones,
    country_to_region,
    find_state,
    region_of,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("GB", "GB"),
        ("england", "GB"),
        ("Deutschland", "DE"),
        ("  ÖSTERREICH ", "AT"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("us", "US"),
        ("Éire", "IE"),
        ("Türkiye", "TR"),
        ("The Netherlands", "NL"),
        ("", None),
        ("Atlantis", None),
        ("[red]Ireland[/]", None),
    ],
)
def test_a_country_is_known_by_many_names(text: str, code: str | None) -> None:
    assert country_to_region(text) == code


@pytest.mark.parametrize(
    ("country", "state", "region"),
    [
        ("USA", "Florida", ("US", "FL")),
        ("US", "fl", ("US", "FL")),
        ("US", "US-FL", ("US", "FL")),
        ("United States", "Springfield", ("US", "")),
        ("", "Texas", ("US", "TX")),
        ("", "", ("", "")),
        ("Ireland", "Texas", ("IE", "")),
        ("Canada", "Québec", ("CA", "QC")),
        ("Australia", "NSW", ("AU", "NSW")),
        ("Narnia", "Texas", ("", "")),
    ],
)
def test_an_address_names_a_region(country: str, state: str, region: tuple[str, str]) -> None:
    assert region_of(country, state) == region


def test_every_zone_of_the_tables_exists() -> None:
    states = [find_state("US", code) for code in ("TX", "FL", "ID", "AZ", "IN")]
    names = set(all_zones()) | {zone for place in states if place for zone in place.zones}
    for name in names:
        assert ZoneInfo(name).key == name


def test_all_fifty_states_and_the_capital_are_there() -> None:
    codes = (
        "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTX"
        "UTVTVAWAWVWIWY"
    )
    found = [find_state("US", codes[i : i + 2]) for i in range(0, len(codes), 2)]
    assert len({place.name for place in found if place}) == 51
