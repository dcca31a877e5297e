"""A desk's side of the team feed: who it is, what it holds, and where what it hears goes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping

from sdrdesk.clock import Clock
from sdrdesk.domain.feed.claims import HELD_FOR_S, State
from sdrdesk.domain.feed.offers import ready_body
from sdrdesk.domain.feed.presence import Presence
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.services.feed.mailbox import Mailbox
from sdrdesk.services.feed.offers import OfferService
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
        offers: OfferService | None = None,
        in_turn: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make it; nothing is sent before ``desk.run``.

        Args:
            db: the open database.
            url: of the feed's server.
            seed: the secret half of this machine's key.
            my_owner_id: the rep, ``""`` unknown.
            clock: the current time.
            everybody: the queue has everybody's leads.
            share_presence: the rep agreed to be shown on the team's wall.
            offers: where offers of round robin go.
            in_turn: whether the team uses round robin.
        """
        self._db = db
        self._my_owner_id = my_owner_id
        self._clock = clock
        self._everybody = everybody
        self._share_presence = share_presence
        self._process = secrets.token_hex(6)
        self._offers = offers
        self._in_turn = in_turn
        self._open: tuple[str, float] = ("", 0.0)
        heard = offers.heard if offers is not None else None
        self.mailbox = Mailbox(db, my_owner_id, clock, everybody=everybody, offers=heard)
        self.desk = DeskFeed(
            FeedServer(url, seed),
            self._who,
            self.mailbox,
            self._held,
            presence=self._presence,
            ready=self._ready,
        )

    def look_at(self, lead_id: str) -> None:
        """Note which lead is open on screen, ``""`` none; it counts for half a minute."""
        self._open = (lead_id, time.monotonic())

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
        """Return the lead open on screen and those of the calls on this database."""
        held: dict[str, State] = {}
        lead_id, at = self._open
        if lead_id and time.monotonic() - at < HELD_FOR_S:
            held[lead_id] = "open"
        return held | dict.fromkeys(self._in_calls(), "call")

    def _in_calls(self) -> list[str]:
        with self._db.reader() as connection:
            return held_leads(connection, self._clock())

    def _ready(self) -> bytes | None:
        """Return what the relay has to know for round robin, ``None`` where it is not used.

        Only the relay hears it: nobody sees on a wall who did not agree to that.
        """
        if self._offers is None or not self._in_turn():
            return None
        block = open_block(self._db, self._my_owner_id())
        offer = self._offers.state()
        told = (offer.lead_id, offer.answer) if offer is not None else ("", "")
        if block is None or block.pause is not None:
            return ready_body("", *told)
        return ready_body("call" if self._in_calls() else "block", *told)

    def _presence(self) -> Presence | None:
        """Return what the rep shows of themselves: only with their consent, and only in a block."""
        if not self._share_presence:
            return None
        if self._in_calls():
            return "call"
        block = open_block(self._db, self._my_owner_id())
        return None if block is None else "pause" if block.pause else "block"
