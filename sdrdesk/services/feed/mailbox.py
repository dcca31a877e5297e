"""News of the team feed that a desk has not acted on: the leads to read, and who has which.

Nothing here is trusted beyond "look at this lead": whatever a note says, the lead is read from the
CRM. Too many notes are an ordinary round.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sdrdesk.clock import Clock
from sdrdesk.domain.feed.claims import TeamClaim
from sdrdesk.domain.feed.notes import MANY_DESKS, FeedNote
from sdrdesk.domain.feed.presence import Presence
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.sync_state import get_number, set_state
from sdrdesk.store.record import team_claims

_log = logging.getLogger(__name__)

MOST: Final = 500
"""With more leads to read, a round of changes costs less."""
GATHER_S: Final = 0.4
"""Longest time of gathering notes, at random: desks that hear the same do not ask at once."""
LEAST_BETWEEN_S: Final = 1.0
"""Between two reads, however many notes come: a flood costs one request a second."""
_REFRESH_S: Final = 15.0
_MARGIN_S: Final = 60.0
_LEFT = "feed.left"
"""Fact: when this desk left the feed, having read all it heard."""


@dataclass(frozen=True, slots=True)
class Post:
    """Leads to read now."""

    lead_ids: tuple[str, ...] = ()
    call_ids: tuple[str, ...] = ()
    too_many: bool = False
    """More than can be read one by one: make an ordinary round."""


class Mailbox:
    """The desk's ear, as ``sync.feed.desk.Listener``. Thread-safe."""

    def __init__(
        self,
        db: Database,
        my_owner_id: Callable[[], str],
        clock: Clock,
        *,
        everybody: bool,
        offers: Callable[[Sequence[FeedNote]], bool] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._db = db
        self._my_owner_id = my_owner_id
        self._clock = clock
        self._everybody = everybody
        self._offers = offers
        self._monotonic = monotonic
        self._chance = chance
        self._lock = threading.Lock()
        self._leads: dict[str, None] = {}
        self._calls: dict[str, None] = {}
        self._too_many = False
        self._due_at = 0.0
        self._taken_at = float("-inf")
        self._claims: dict[str, tuple[str, team_claims.State]] = {}
        self._kept_at = float("-inf")
        self._claims_changed = self._wall_changed = False
        self._shown: dict[str, Presence] = {}
        self._shown_at = float("-inf")
        self._away_s = float("inf")
        self._has_left = False
        self._kept_s = 0.0
        self.wake: Callable[[], None] = lambda: None
        """Called when there is something to do."""
        self.alive = False
        self.problem = ""
        self.desks = 0
        """Desks of the account on the feed, 0 unknown."""

    # -- heard, in the feed's thread --------------------------------------------------------------

    def noted(self, notes: Sequence[FeedNote]) -> None:
        """Remember the leads to read, and store what round robin says.

        Raises:
            ConnectionAbortedError: the desk has left; the server keeps the notes for the next time.
        """
        if self._has_left:
            raise ConnectionAbortedError("left")
        self._offered([note for note in notes if note.kind == "offer"])
        with self._lock:
            if self._has_left:
                raise ConnectionAbortedError("left")
            waiting = self._waits
            for note in notes:
                if self._too_many:
                    continue
                if note.kind == "lead" or note.step == "offered":
                    self._leads[note.record_id] = None
                elif note.kind == "call":
                    self._calls[note.record_id] = None
                if len(self._leads) + len(self._calls) > MOST:
                    self._leads.clear()
                    self._calls.clear()
                    self._too_many = True
            if waiting or not self._waits:
                return
            self._due_at = self._monotonic() + self._chance(0.0, GATHER_S)
        self.wake()

    @property
    def _waits(self) -> bool:
        return bool(self._leads or self._calls or self._too_many)

    def _offered(self, notes: Sequence[FeedNote]) -> None:
        if not notes or self._offers is None:
            return
        try:
            changed = self._offers(notes)
        except Exception:  # noqa: BLE001 - the feed goes on
            _log.exception("an offer could not be stored")
            return
        if changed:
            self._claims_changed = True
            self.wake()

    def claimed(self, claims: Mapping[str, TeamClaim]) -> None:
        """Store who has which lead when that changed, and now and then while somebody has one."""
        now = {lead_id: (claim.owner, claim.state) for lead_id, claim in claims.items()}
        stale = bool(now) and self._monotonic() - self._kept_at >= _REFRESH_S
        if now == self._claims and not stale:
            return
        try:
            changed = team_claims.keep(
                self._db, now, self._my_owner_id(), self._clock(), everybody=self._everybody
            )
        except Exception:  # noqa: BLE001 - the feed goes on
            _log.exception("the team's claims could not be stored")
            return
        self._claims, self._kept_at = now, self._monotonic()
        if changed:
            self._claims_changed = True
            self.wake()

    def shown(self, reps: Mapping[str, Presence]) -> None:
        """Store what reps show of themselves, as with claims."""
        now = dict(reps)
        stale = bool(now) and self._monotonic() - self._shown_at >= _REFRESH_S
        if now == self._shown and not stale:
            return
        try:
            changed = team_claims.keep_presence(self._db, now, self._clock())
        except Exception:  # noqa: BLE001 - the feed goes on
            _log.exception("what the team does could not be stored")
            return
        self._shown, self._shown_at = now, self._monotonic()
        if changed:
            self._wall_changed = True
            self.wake()

    def link_changed(self, alive: bool, problem: str, desks: int, kept_s: float) -> None:
        """Remember whether the feed is there, how many desks are on it, and what it kept."""
        if alive != self.alive:
            _log.info("team feed: %s", "connected" if alive else f"silent {problem}")
        self.alive, self.problem, self.desks, self._kept_s = alive, problem, desks, kept_s
        self.wake()

    # -- asked, in the sync's thread --------------------------------------------------------------

    def was_left(self) -> bool:
        """Return whether this desk left a large feed having read all; asked once, at the start."""
        with self._db.writer() as connection:
            left_ms = get_number(connection, _LEFT)
            if left_ms:
                # After a crash it is not there: notes that were heard may not have been read.
                set_state(connection, _LEFT, "", to_ms(self._clock()))
        if not left_ms:
            return False
        self._away_s = abs(to_ms(self._clock()) - left_ms) / 1000
        return True

    def has_all(self) -> bool:
        """Return whether all that changed while the desk was away comes, or came, as notes."""
        return self.alive and self._away_s + _MARGIN_S <= self._kept_s

    def leave(self) -> None:
        """Note that all was read, if it was, so that the next start need not search."""
        with self._lock:
            if self._waits or not self.alive or self.desks <= MANY_DESKS:
                return
            self._has_left = True
        with self._db.writer() as connection:
            now_ms = to_ms(self._clock())
            set_state(connection, _LEFT, str(now_ms), now_ms)

    def due_s(self) -> float | None:
        """Return the seconds until something is to be read, ``None`` when nothing is."""
        with self._lock:
            if not self._waits:
                return None
            at = max(self._due_at, self._taken_at + LEAST_BETWEEN_S)
            return max(0.0, at - self._monotonic())

    def take(self) -> Post:
        """Take out what is to be read."""
        with self._lock:
            post = Post(tuple(self._leads), tuple(self._calls), self._too_many)
            self._leads.clear()
            self._calls.clear()
            self._too_many = False
            self._taken_at = self._monotonic()
            return post

    def take_claims_changed(self) -> bool:
        """Return whether others took or left leads since the last call."""
        changed, self._claims_changed = self._claims_changed, False
        return changed

    def take_wall_changed(self) -> bool:
        """Return whether reps show something else of themselves since the last call."""
        changed, self._wall_changed = self._wall_changed, False
        return changed
