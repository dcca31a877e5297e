"""A desk with two leads and a cadence of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.config import Settings
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from tests.store.filling import NOW, lead_row, put

OWN = """
title = "Own"
[[step]]
do = "call"
[[step]]
do = "email"
[[step]]
do = "call"
after = "1d"
[[step]]
do = "linkedin"
when = { outcome = ["busy"] }
[[step]]
do = "call"
after = "2d"
[end]
do = "nurture"
after = "1d"
"""


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def desk(db: Database, tmp_path: Path, clock: Clock) -> LocalDesk:
    """A desk with the shipped calling hours and a cadence of its own."""
    home = tmp_path / "home"
    (home / "cadences").mkdir(parents=True)
    (home / "cadences" / "own.toml").write_text(OWN, encoding="utf-8")
    settings = Settings()
    settings = settings._replace(crm=settings.crm._replace(owner="7"))
    put(db, lead_row(), lead_row("502", e164="+15550148800"))
    return LocalDesk(
        db=db, rulebook=Rulebook(home), settings=settings,
        scripts=lambda: ScriptShelf(home / "scripts", settings.rep), clock=clock,
        zone=ZoneInfo("UTC"), demo=True, meetings_dir=tmp_path / "meetings",
    )  # fmt: skip
