"""Times of the world: the CRM's format and the team's working hours, clock changes included."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sdrdesk.sandbox.world.clock import (
    in_office,
    iso,
    last_working_ms,
    local_hour,
    local_minutes,
    next_working_ms,
)


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_500, "1970-01-01T00:00:01.5Z"),
        (1_720, "1970-01-01T00:00:01.72Z"),
        (1_007, "1970-01-01T00:00:01.007Z"),
        (_ms("2026-11-19T23:59:59") + 10, "2026-11-19T23:59:59.01Z"),
        (_ms("2028-02-29T12:00:00"), "2028-02-29T12:00:00Z"),
    ],
)
def test_times_are_printed_as_the_crm_does(ms: int, text: str) -> None:
    assert iso(ms) == text


@pytest.mark.parametrize(
    ("text", "zone", "hour"),
    [
        ("2026-07-01T12:00:00", "Europe/Dublin", 13),
        ("2026-11-19T12:00:00", "Europe/Dublin", 12),
        ("2026-11-19T12:00:00", "America/St_Johns", 8),
        ("2026-11-19T12:45:00", "Asia/Kolkata", 18),
        ("2026-11-19T23:30:00", "Asia/Tokyo", 8),
    ],
)
def test_local_hours(text: str, zone: str, hour: int) -> None:
    assert local_hour(_ms(text), zone) == hour


def test_weekdays_begin_on_monday() -> None:
    assert local_minutes(_ms("2026-11-16T00:00:00"), "UTC") == (0, 0)
    assert local_minutes(_ms("2026-11-22T23:59:00"), "UTC") == (6, 1439)


@pytest.mark.parametrize(
    ("given", "following", "preceding"),
    [
        ("2026-11-19T14:05:00", "2026-11-19T14:05:00", "2026-11-19T14:05:00"),
        ("2026-11-19T06:00:00", "2026-11-19T08:30:00", "2026-11-18T17:45:00"),
        ("2026-11-19T20:00:00", "2026-11-20T08:30:00", "2026-11-19T17:45:00"),
        ("2026-11-20T20:00:00", "2026-11-23T08:30:00", "2026-11-20T17:45:00"),
        ("2026-11-21T12:00:00", "2026-11-23T08:30:00", "2026-11-20T17:45:00"),
        ("2026-11-22T02:00:00", "2026-11-23T08:30:00", "2026-11-20T17:45:00"),
        ("2026-11-23T02:00:00", "2026-11-23T08:30:00", "2026-11-20T17:45:00"),
        # the clocks go back on Sunday night: summer time before, winter time after
        ("2026-10-24T12:00:00", "2026-10-26T08:30:00", "2026-10-23T16:45:00"),
        ("2026-10-25T12:00:00", "2026-10-26T08:30:00", "2026-10-23T16:45:00"),
        ("2026-03-28T12:00:00", "2026-03-30T07:30:00", "2026-03-27T17:45:00"),
    ],
)
def test_working_times(given: str, following: str, preceding: str) -> None:
    assert iso(next_working_ms(_ms(given))) == f"{following}Z"
    assert iso(last_working_ms(_ms(given))) == f"{preceding}Z"


def test_office_hours_are_those_of_the_place() -> None:
    noon = _ms("2026-11-19T14:05:00")
    assert in_office(noon, "America/New_York")
    assert in_office(noon, "Europe/Athens")
    assert not in_office(noon, "Asia/Tokyo")
    assert not in_office(_ms("2026-11-21T14:05:00"), "Europe/Athens")
