"""The generated month at a sandbox CRM, fetched by a desk; once for all files here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sdrdesk.store.database.database import Database
from tests.services.reports.crm_account import Crm, everything
from tests.services.reports.crm_month import MIDDLE, NOW, Month, iso, put
from tests.support.sandbox import running_sandbox
from tests.sync.desk import Desk, MovableClock


class Set(MovableClock):
    """Stands still where it is put."""

    def __init__(self) -> None:
        self.at = MIDDLE

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="session")
def crm_month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Crm]]:
    made, clock = Month(1), Set()
    path: Path = tmp_path_factory.mktemp("crm") / "desk.db"
    with running_sandbox(leads=1, now=iso(MIDDLE), hostile=0) as sandbox:
        desk = Desk(sandbox, path, clock=clock)
        try:
            for half, at in zip(made.halves, (MIDDLE, NOW), strict=True):
                sandbox.account.clock.set(round(at.timestamp() * 1000))
                clock.at = at
                put(sandbox, half)
                desk.sync(full=at == NOW)
            yield desk.db, everything(sandbox)
        finally:
            desk.close()
