"""Leads that round robin offers to the rep: which one, how long, and taking it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.feed.notes import FeedNote
from sdrdesk.domain.feed.subjects import owner_word
from sdrdesk.services.feed.claims import AskTeam
from sdrdesk.services.queue.in_call import hold_words
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.record.team_offers import (
    Answer,
    Offer,
    last_offer,
    note_step,
    offer_in,
    put_offer,
)

if TYPE_CHECKING:
    from sdrdesk.services.views.queue import QueueRow
    from sdrdesk.store.database.connection import Connection

_READ = timedelta(seconds=5)
"""Longest time until an offered lead is read."""


class OfferView(NamedTuple):
    """A lead that is offered to the rep now."""

    row: QueueRow
    until: datetime
    """Aware UTC; then it is offered to somebody else."""


class OfferService:
    """The offers of one desk."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        my_owner_id: Callable[[], str],
        pass_after_s: Callable[[], int],
        may_call: Callable[[str], bool],
        row: Callable[[str], QueueRow],
        ask_team: AskTeam,
        assign: Callable[[str, str, Callable[[Connection], None]], str],
        *,
        on: bool,
    ) -> None:
        """Make the service.

        Args:
            db: the open database.
            clock: the current time.
            my_owner_id: the rep, ``""`` unknown.
            pass_after_s: how long an offer lasts, by ``team.toml``.
            may_call: whether a lead without an owner could be called now if it were mine.
            row: a lead as the queue shows it.
            ask_team: claims a lead on the feed.
            assign: gives a lead without an owner to a rep, and writes more in the same transaction.
            on: whether there is a team feed.
        """
        self._db = db
        self._clock = clock
        self._my_owner_id = my_owner_id
        self._pass_after_s = pass_after_s
        self._may_call = may_call
        self._row = row
        self._ask_team = ask_team
        self._assign = assign
        self._on = on

    def heard(self, notes: Sequence[FeedNote]) -> bool:
        """Store steps of round robin; return whether the offer to this rep changed."""
        now, me = self._clock(), self._my_owner_id()
        mine, changed = owner_word(me) if me else "", False
        with self._db.writer() as connection:
            for note in notes:
                # The id of an owner whose id is no word is not known by its word.
                owner = me if note.owner == mine else note.owner
                at = from_ms(note.at_ms) if note.at_ms else now
                if not note_step(connection, note.record_id, owner, note.step, at):
                    continue
                if note.owner == mine:
                    changed = self._mine(connection, note, now) or changed
        return changed

    def _mine(self, connection: Connection, note: FeedNote, now: datetime) -> bool:
        known = offer_in(connection, now)
        same = known is not None and known.lead_id == note.record_id
        if note.step == "offered":
            if same and known is not None and known.answer == "took":
                return False
            until = now + timedelta(seconds=self._pass_after_s())
            put_offer(connection, Offer(note.record_id, now, until), now)
            return True
        if same and known is not None and not known.answer:
            answer: Answer = "took" if note.step == "taken" else "no"
            put_offer(connection, replace(known, answer=answer), now)
            return True
        return False

    def current(self) -> OfferView | None:
        """Return the lead offered now, ``None`` without one that this desk could call."""
        if not self._on:
            return None
        now = self._clock()
        offer = last_offer(self._db, now)
        if offer is None or offer.answer or offer.until <= now or not self._may_call(offer.lead_id):
            return None
        return OfferView(self._row(offer.lead_id), offer.until)

    def state(self) -> Offer | None:
        """Return the last offer; one that cannot be called from here is answered with no."""
        now = self._clock()
        offer = last_offer(self._db, now)
        waited = offer is not None and now - offer.since >= _READ
        if offer is not None and not offer.answer and waited and not self._may_call(offer.lead_id):
            offer = replace(offer, answer="no")
            with self._db.writer() as connection:
                put_offer(connection, offer, now)
        return offer

    def take(self, lead_id: str) -> str:
        """Take an offered lead: claim it, then make it the rep's own, here and in the CRM.

        Returns:
            The rep's name.

        Raises:
            UsageError: somebody else was first, or the lead has an owner.
            CredentialsError: not logged in.
        """
        holder = self._ask_team(lead_id)
        if holder is not None:
            self._refuse(lead_id)
            words = f"Somebody was first: this lead is {hold_words(self._db, *holder)}."
            raise UsageError(words, kept="Nothing was changed.")
        now, me = self._clock(), self._my_owner_id()

        def took(connection: Connection) -> None:
            known = offer_in(connection, now)
            since, until = (known.since, known.until) if known else (now, now)
            put_offer(connection, Offer(lead_id, since, until, "took"), now)

        return self._assign(lead_id, me, took)

    def _refuse(self, lead_id: str) -> None:
        """Note that the rep cannot have it, so that it is not shown again."""
        now = self._clock()
        with self._db.writer() as connection:
            known = offer_in(connection, now)
            if known is not None and known.lead_id == lead_id and not known.answer:
                put_offer(connection, replace(known, answer="no"), now)
