"""A desk in a process of its own that kills itself around one of its transactions."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.support.forked import Connection as Pipe

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


def main(
    _line: Pipe, path: str, rules: str, what: str, part: str, number: int, moment: str
) -> None:
    """Settle the leads together, or give them a persona, then take that back; die on the way.

    Args:
        path: the database.
        rules: folder of the rules.
        what: ``outcome`` or ``persona``.
        part: ``act`` or ``undo``: where the fatal transaction is.
        number: which one it is there, from 1.
        moment: ``before`` or ``after`` it commits.
    """
    settings = Settings()
    settings = settings._replace(crm=settings.crm._replace(owner="7"))
    with _Deadly.open(Path(path)) as db:
        assert isinstance(db, _Deadly)
        db.fatal = (number, moment)
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
