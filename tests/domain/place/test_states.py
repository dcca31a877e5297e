"""States whose holidays or calling hours differ are known; a region nobody can be in is refused."""

from __future__ import annotations

import importlib
from datetime import date

import pytest

from sdrdesk.domain.calling_hours.call_window_config import parse_windows
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.place.regions import find_state, region_of, region_problem, states_of
from tests.domain import shipped

COUNTS = {"DE": 16, "AT": 9, "CH": 26, "IN": 36, "MX": 32, "IT": 20, "GB": 4, "US": 51, "CA": 13}
"""States, at least."""


@pytest.mark.parametrize("country", COUNTS)
def test_the_states_of_large_countries_are_known(country: str) -> None:
    assert len(states_of(country)) >= COUNTS[country]


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("Germany", "Bayern", "BY"),
        ("DE", "bavaria", "BY"),
        ("Deutschland", "Nordrhein-Westfalen", "NW"),
        ("Austria", "Wien", "9"),
        ("Switzerland", "Zürich", "ZH"),
        ("India", "Karnataka", "KA"),
        ("Mexico", "Nuevo León", "NLE"),
        ("Italy", "Lombardia", "25"),
        ("United Kingdom", "Scotland", "SCT"),
    ],
)
def test_a_state_is_found_by_the_words_of_a_form(country: str, text: str, code: str) -> None:
    assert region_of(country, text)[1] == code


def test_every_state_of_the_holidays_library_is_known() -> None:
    holidays = pytest.importorskip("holidays")
    listed = importlib.import_module("holidays.utils").list_supported_countries()
    assert holidays
    missing = [
        f"{country}-{state}"
        for country, states in listed.items()
        for state in states
        if len(state) <= 3 and region_problem(country) == "" and not find_state(country, state)
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("DE-BX", "Germany has no state 'BX'; its states: BB, BE"),
        ("UK", "did you mean GB?"),
        ("XX-A", "'XX' is not the two-letter code of a country"),
        ("US-ZZ", "has no state 'ZZ'"),
    ],
)
@pytest.mark.parametrize("section", ["hours", "limits", "holidays"])
def test_a_region_that_no_lead_can_be_in_is_refused(section: str, key: str, said: str) -> None:
    entry = {"hours": {"daily": "closed"}, "limits": {"hours": {}}, "holidays": {}}[section]
    with pytest.raises(ConfigProblem) as caught:
        parse_windows({section: {key: entry}}, shipped.data("windows"))
    assert caught.value.key_path == (section, key)
    assert said in caught.value.message


def test_holidays_of_a_state_come_on_top_of_the_countrys() -> None:
    own = {"holidays": {"DE-BY": {"days": [{"name": "Augsburg", "date": "08-08"}]}}}
    windows = parse_windows(own, shipped.data("windows"))
    assert windows.holiday(date(2026, 8, 8), ("DE", "BY")) == "Augsburg"
    assert windows.holiday(date(2026, 8, 8), ("DE", "HH")) == ""
    assert windows.holiday(date(2026, 6, 4), ("DE", "BY")) == "Fronleichnam"
    assert windows.holiday(date(2026, 6, 4), ("DE", "HH")) == ""
    assert windows.holiday(date(2026, 11, 18), ("DE", "SN")) == "Buß- und Bettag"
    assert windows.holiday(date(2026, 11, 30), ("GB", "SCT")) == "St Andrew's Day"
