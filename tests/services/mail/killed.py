"""Says that an e-mail went, in a process that dies at a chosen point."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.config import Settings
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.mail import service
from sdrdesk.store.database.database import Database
from tests.store.filling import NOW


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def went(point: str, path: Path, home: Path) -> None:
    """Log the waiting e-mail and die ``before`` it, ``within`` its transaction, or ``after``."""
    settings = Settings()
    settings = settings._replace(crm=settings.crm._replace(owner="7"))
    with Database.open(path) as db:
        desk = LocalDesk(
            db=db,
            rulebook=Rulebook(home),
            settings=settings,
            scripts=lambda: ScriptShelf(home / "scripts", settings.rep),
            clock=lambda: NOW,
            zone=ZoneInfo("UTC"),
            demo=True,
            meetings_dir=home / "meetings",
        )
        (draft,) = desk.mail.waiting()
        if point == "before":
            _die()
        if point == "within":
            vars(service)["drop_draft_in"] = _die
        desk.mail.went(draft.key)
        _die()


if __name__ == "__main__":
    went(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
