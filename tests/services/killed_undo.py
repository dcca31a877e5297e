"""A desk in a process of its own that kills itself around one of its transactions.

``python -m tests.services.killed_undo DATABASE RULES (outcome|persona) (act|undo) COMMIT
(before|after)``: settles the leads 1 to 4 together, or gives them a persona, and takes that back
together; in the part that is named it ends by SIGKILL just before, or just after, the transaction
of this number commits.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.config import Settings
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from tests.store.filling import NOW

LEADS = ("1", "2", "3", "4")


class _Deadly(Database):
    """Counts what it commits once ``armed``."""

    armed = False
    commits = 0
    fatal = (0, "")

    @contextmanager
    def writer(self, *, durable: bool = False) -> Iterator[Connection]:
        number, moment = self.fatal
        self.commits += self.armed
        mine = self.armed and self.commits == number
        with super().writer(durable=durable) as connection:
            yield connection
            if mine and moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)


def settle(desk: LocalDesk) -> None:
    """Disqualify all of them with one key."""
    with desk.undo.together():
        for lead_id in LEADS:
            desk.outcome.record(
                lead_id, Entry("disqualified", NOW, reason="bad_fit", without_call=True)
            )


def name_persona(desk: LocalDesk) -> None:
    """Give all of them a persona with one key."""
    with desk.undo.together():
        for lead_id in LEADS:
            desk.decisions.set_persona(lead_id, "Plant Manager")


def main(path: str, rules: str, what: str, part: str, number: str, moment: str) -> None:
    """Live until the fatal transaction."""
    settings = Settings()
    settings = replace(settings, crm=replace(settings.crm, owner="7"))
    with _Deadly.open(Path(path)) as db:
        assert isinstance(db, _Deadly)
        db.fatal = (int(number), moment)
        desk = LocalDesk(
            db=db,
            rulebook=Rulebook(Path(rules)),
            settings=settings,
            scripts=lambda: ScriptShelf(Path(rules) / "scripts", settings.rep),
            clock=lambda: NOW,
            zone=ZoneInfo("UTC"),
            meetings_dir=Path(path).parent / "meetings",
        )
        db.armed = part == "act"
        {"outcome": settle, "persona": name_persona}[what](desk)
        db.armed = True
        desk.undo.last()


if __name__ == "__main__":
    main(*sys.argv[1:])
