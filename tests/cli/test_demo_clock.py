"""The demo's clock: always a working hour, and time stands still between demos."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.cli.commands.demo import Crm, DemoClock, demo_environment, working_moment

DUBLIN = ZoneInfo("Europe/Dublin")


@pytest.mark.parametrize(
    ("real", "demo"),
    [
        ("2026-11-18T10:12:00+00:00", "2026-11-18T10:12:00+00:00"),  # Wednesday morning: as it is
        ("2026-11-18T05:00:00+00:00", "2026-11-18T14:05:00+00:00"),  # before work: this afternoon
        ("2026-11-18T22:00:00+00:00", "2026-11-19T14:05:00+00:00"),  # evening: tomorrow
        ("2026-11-20T17:00:00+00:00", "2026-11-23T14:05:00+00:00"),  # Friday evening: Monday
        ("2026-11-21T12:00:00+00:00", "2026-11-23T14:05:00+00:00"),  # Saturday: Monday
        ("2026-07-04T12:00:00+00:00", "2026-07-06T13:05:00+00:00"),  # summer time: an hour earlier
    ],
)
def test_the_demo_starts_at_a_working_hour(real: str, demo: str) -> None:
    assert working_moment(datetime.fromisoformat(real), DUBLIN) == datetime.fromisoformat(demo)


def test_time_stands_still_between_demos(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 18, 10, tzinfo=UTC)
    first = DemoClock(tmp_path / "clock.json", DUBLIN, lambda: moment)
    moment += timedelta(minutes=25)
    assert first.now() == datetime(2026, 11, 18, 10, 25, tzinfo=UTC)
    first.remember()
    moment += timedelta(days=3)
    second = DemoClock(tmp_path / "clock.json", DUBLIN, lambda: moment)
    assert second.now() == datetime(2026, 11, 18, 10, 25, tzinfo=UTC)


def test_a_spoiled_clock_file_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    path.write_text("{", encoding="utf-8")
    moment = datetime(2026, 11, 18, 10, tzinfo=UTC)
    assert DemoClock(path, DUBLIN, lambda: moment).now() == moment


def test_nothing_of_the_reps_own_account_is_in_the_demo(tmp_path: Path) -> None:
    own = {"SDRDESK_TOKEN": "mine", "SDRDESK_DB_KEY": "ab" * 32, "PATH": "/bin"}
    crm = Crm("http://127.0.0.1:1", "pat-sandbox", "rita@x.example", "control")
    environ = demo_environment(own, tmp_path, crm)
    assert environ["SDRDESK_TOKEN"] == "pat-sandbox"
    assert "SDRDESK_DB_KEY" not in environ
    assert environ["PATH"] == "/bin"
