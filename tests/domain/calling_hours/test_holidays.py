from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.holidays import easter_sunday
from tests.domain import shipped

CALENDARS = shipped.windows().calendars


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2000, (4, 23)),
        (2024, (3, 31)),
        (2025, (4, 20)),
        (2026, (4, 5)),
        (2027, (3, 28)),
        (2038, (4, 25)),
    ],
)
def test_easter(year: int, day: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *day)


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("US", "2026-11-26", "Thanksgiving Day"),
        ("US", "2026-07-03", "Independence Day"),  # the 4th is a Saturday
        ("US", "2026-07-04", ""),
        ("US", "2021-12-31", "New Year's Day"),  # 1 January 2022 is a Saturday
        ("US", "2026-05-25", "Memorial Day"),
        ("US", "2026-01-19", "Martin Luther King Jr. Day"),
        ("CA", "2026-05-18", "Victoria Day"),
        ("CA", "2025-05-19", "Victoria Day"),
        ("GB", "2026-12-25", "Christmas Day"),
        ("GB", "2026-12-28", "Boxing Day"),  # the 26th is a Saturday
        ("GB", "2021-12-27", "Christmas Day"),  # the 25th is a Saturday
        ("GB", "2021-12-28", "Boxing Day"),
        ("GB", "2026-04-03", "Good Friday"),
        ("IE", "2026-10-26", "October holiday"),
        ("IE", "2030-02-01", "St Brigid's Day"),  # 1 February is a Friday
        ("IT", "2027-10-04", "San Francesco d'Assisi"),
        ("DE", "2026-05-14", "Christi Himmelfahrt"),
        ("DE", "2026-10-03", "Tag der Deutschen Einheit"),
        ("FR", "2026-05-25", "Lundi de Pentecôte"),
        ("FR", "2026-05-26", ""),
    ],
)
def test_the_shipped_calendars(country: str, day: str, name: str) -> None:
    assert CALENDARS[country].name_of(date.fromisoformat(day)) == name


def test_a_day_may_be_kept_in_some_states_only() -> None:
    boxing_day = date(2025, 12, 26)
    assert CALENDARS["CA"].name_of(boxing_day, "ON") == "Boxing Day"
    assert CALENDARS["CA"].name_of(boxing_day, "QC") == ""


@given(year=st.integers(1990, 2090))
def test_an_observed_holiday_is_never_on_a_weekend(year: int) -> None:
    for country in ("US", "GB", "IE", "CA", "AU"):
        for offset in range(366):
            day = date(year, 1, 1) + timedelta(days=offset)
            if day.weekday() >= 5 and day.year == year:
                assert CALENDARS[country].name_of(day, "ON") == ""
