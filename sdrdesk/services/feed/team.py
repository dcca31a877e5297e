"""A desk's side of the team feed: who it is, what it holds, and where what it hears goes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from sdrdesk.clock import Clock
from sdrdesk.domain.feed.claims import State
from sdrdesk.domain.feed.presence import Presence
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.services.feed.mailbox import Mailbox
from sdrdesk.store.account.account import account_of
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.sync_state import get_state, set_state
from sdrdesk.store.record.blocks import open_block
from sdrdesk.store.record.call_claim import held_leads
from sdrdesk.sync.feed.desk import DeskFeed, Who
from sdrdesk.sync.feed.link import FeedServer

_MACHINE = "feed.machine"


class TeamFeed:
    """One database on the feed."""

    def __init__(
        self,
        db: Database,
        url: str,
        seed: str,
        my_owner_id: Callable[[], str],
        clock: Clock,
        *,
        everybody: bool,
        share_presence: bool = False,
    ) -> None:
        """Make it; nothing is sent before ``desk.run``."""
        self._db = db
        self._my_owner_id = my_owner_id
        self._clock = clock
        self._everybody = everybody
        self._share_presence = share_presence
        self._process = secrets.token_hex(6)
        self.mailbox = Mailbox(db, my_owner_id, clock, everybody=everybody)
        self.desk = DeskFeed(
            FeedServer(url, seed), self._who, self.mailbox, self._held, self._presence
        )

    def _who(self) -> Who | None:
        """Return the desk, ``None`` before the first sync and while the rep is unknown."""
        owner_id = self._my_owner_id()
        with self._db.reader() as connection:
            account = account_of(connection)
            machine = get_state(connection, _MACHINE)
        if not account or not owner_id:
            return None
        if not machine:
            machine = secrets.token_hex(8)
            with self._db.writer() as connection:
                machine = get_state(connection, _MACHINE) or machine
                set_state(connection, _MACHINE, machine, to_ms(self._clock()))
        return Who(
            FeedNames.of(account), owner_id, machine, self._process, everybody=self._everybody
        )

    def _held(self) -> Mapping[str, State]:
        """Return the leads of the calls on this database."""
        with self._db.reader() as connection:
            return dict.fromkeys(held_leads(connection, self._clock()), "call")

    def _presence(self) -> Presence | None:
        """Return what the rep shows of themselves: only with their consent, and only in a block."""
        if not self._share_presence:
            return None
        if self._held():
            return "call"
        block = open_block(self._db, self._my_owner_id())
        return None if block is None else "pause" if block.pause else "block"
