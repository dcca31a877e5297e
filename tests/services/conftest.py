"""A rep's desk over a real database file, without a CRM."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.clock import Clock
from sdrdesk.config import CallSettings, Settings
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.desk.hook_events import HookEvents
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import NOW, put
from tests.support.desk_home import open_always

MakeDesk = Callable[..., LocalDesk]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "store" / "sdrdesk.db") as database:
        put(database, OwnerRow(owner_id="7", name="Rita Rep", email="rita@harbour.example"))
        yield database


@pytest.fixture
def make_desk(db: Database, tmp_path: Path) -> MakeDesk:
    """Makes desks of rep 7, whose call windows never close, at ``now``."""
    home = tmp_path / "rules"
    open_always(home)
    settings = Settings()
    settings = settings._replace(crm=settings.crm._replace(owner="7"))

    def make(
        now: datetime = NOW,
        calls: CallSettings = settings.calls,
        *,
        demo: bool = False,
        clock: Clock | None = None,
        default_country: str = "",
        hooks: Callable[[], HookEvents | None] = lambda: None,
    ) -> LocalDesk:
        return LocalDesk(
            db=db,
            rulebook=Rulebook(home, default_country),
            settings=settings._replace(calls=calls),
            scripts=lambda: ScriptShelf(home / "scripts", settings.rep),
            clock=clock or (lambda: now),
            zone=ZoneInfo("UTC"),
            demo=demo,
            meetings_dir=tmp_path / "meetings",
            hooks=hooks,
        )

    return make
