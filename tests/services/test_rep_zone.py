"""The rep's zone goes along with the machine, unless the rep chose one."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.services import rep_zone
from sdrdesk.services.rep_zone import RepZone, show_times_in

NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)


def test_what_services_hold_is_the_zone_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rep_zone, "_machine_zone", lambda: "Europe/Lisbon")
    zone = RepZone.of("", {})
    assert not zone.follow()
    assert NOW.astimezone(zone).date() == date(2026, 11, 26)
    monkeypatch.setattr(rep_zone, "_machine_zone", lambda: "Asia/Tokyo")
    assert zone.follow()
    assert (zone.key, NOW.astimezone(zone).hour) == ("Asia/Tokyo", 8)
    midnight = datetime.combine(date(2026, 11, 27), time(), zone)
    assert midnight == datetime(2026, 11, 27, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert NOW.astimezone(zone) == NOW


@pytest.mark.parametrize(("configured", "environ"), [("Europe/Paris", {}), ("", {"TZ": "CET"})])
def test_a_chosen_zone_stays(
    configured: str, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = RepZone.of(configured, environ)
    monkeypatch.setattr(rep_zone, "_machine_zone", lambda: "Asia/Tokyo")
    assert not zone.follow()
    assert NOW.astimezone(zone).hour == 0


@pytest.fixture
def in_kolkata(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Kolkata")
        clock.tzset()
        yield
    clock.tzset()


@pytest.mark.skipif(not hasattr(clock, "tzset"), reason="Windows has one zone for all programs")
@pytest.mark.usefixtures("in_kolkata")
def test_screens_show_the_configured_zone_not_that_of_the_terminal() -> None:
    show_times_in("")
    assert f"{NOW.astimezone():%d %H:%M}" == "27 05:00"
    show_times_in("America/New_York")
    assert f"{NOW.astimezone():%d %H:%M}" == "26 18:30"
    show_times_in("Nowhere/Land")
    assert f"{NOW.astimezone():%d %H:%M}" == "26 18:30"
