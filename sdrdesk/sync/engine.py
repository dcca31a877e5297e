"""The engine: one push and one pull. It knows a CRM only as ``port.CrmClient``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sdrdesk.clock import Clock, iso
from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.store.account import left_out
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import mirror
from sdrdesk.store.mirror.sync_state import forget, get_number, get_state, set_state
from sdrdesk.store.outbox import backoff, conflicts, outbox
from sdrdesk.store.record import clock_shifts
from sdrdesk.sync.binding import bind
from sdrdesk.sync.clocks import read_clocks
from sdrdesk.sync.errors import AccountPaused, Unreachable
from sdrdesk.sync.lock import only_one
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.pull.apply import Landing
from sdrdesk.sync.pull.delta import Delta
from sdrdesk.sync.pull.full_pass import FullPass, Help
from sdrdesk.sync.push.pusher import Pusher
from sdrdesk.sync.report import Counts, Progress, Pushed, SyncReport
from sdrdesk.sync.tuning import Tuning

__all__ = ["Counts", "Progress", "Pushed", "SyncEngine", "SyncReport", "Tuning"]


_READS = "read.field"
"""Fact: the field that every lead was read with, after ``=``."""
_READING = "read.field.begun"
_READ = 100
"""Leads of one read by id."""


def _ignore(_: Progress) -> None:
    return


def _never() -> bool:
    return False


class SyncEngine:
    """Keeps one database and one account in step. Blocking; for a worker thread or a command."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        derive: Derive,
        clock: Clock,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        owner_id: str = "",
        tuning: Tuning | None = None,
        rules: str = "",
        help_with: Help | None = None,
        reads: str | None = None,
    ) -> None:
        """Make an engine; nothing is sent yet.

        Args:
            db: the open database.
            crm: the account.
            derive: works out fit, persona, number and zone of a lead.
            clock: the present moment.
            on_progress: told about every page, from the thread that runs the engine.
            should_stop: asked between requests; what is done is kept.
            owner_id: the rep whose leads are looked after by id in every round; ``""`` everybody.
            tuning: intervals and limits.
            rules: fingerprint of the rules that ``derive`` goes by.
            help_with: makes what works out the leads of a large first load beside this process.
            reads: the account's own field that is read of each lead. Once it is another one, every
                lead is read again: a date of change does not show it. ``None`` asks for nothing.
        """
        self._db = db
        self._crm = crm
        self._derive = derive
        self._clock = clock
        self._on_progress = on_progress or _ignore
        self._should_stop = should_stop or _never
        self._owner_id = owner_id
        self._tuning = tuning or Tuning()
        self._rules = rules
        self._help = help_with
        self._reads = reads
        self._fresh: tuple[str, ...] = ()
        self._made_ms = to_ms(clock())
        self._account = ""
        self._ask_again = True

    def run(
        self, *, full: bool = False, release_held: bool = False, light: bool = False
    ) -> SyncReport:
        """Push once, pull once.

        Args:
            full: compare everything instead of asking for changes.
            release_held: send held outcomes too instead of leaving them their grace period.
            light: a background round.

        Raises:
            SdrDeskError: unreachable, token refused, scope missing, or a suspicious remote; what
                was done until then is kept.
        """
        started = time.monotonic()
        before = self._crm.requests
        pushed = self.push(release_held=release_held)
        pulled = self.pull(full=full, light=light)
        with self._db.reader() as connection:
            open_conflicts = conflicts.count_open(connection)
            blocked = outbox.depth(connection).blocked
            odd = left_out.count(connection)
        return SyncReport.of(
            pulled,
            pushed,
            requests=self._crm.requests - before,
            conflicts=open_conflicts,
            blocked=blocked,
            duration_s=time.monotonic() - started,
            fresh=self._fresh,
            left_out=odd,
        )

    @property
    def crowding(self) -> float:
        """How much slower than usual the account lets us ask; 1 not at all."""
        return self._crm.crowding

    def push(self, *, release_held: bool, since: datetime | None = None) -> Pushed:
        """Send what is due and return what became of it.

        Args:
            release_held: as ``run``.
            since: from when on what was recorded is certainly of this run; ``None`` is when the
                engine was made.

        Raises:
            SdrDeskError: as ``run``; what was not sent waits.
        """
        self._check_pause()
        with (
            only_one(
                self._db.path,
                "push",
                wait_s=self._tuning.lock_wait_s,
                should_stop=self._should_stop,
            ),
            self._minding_answers(),
        ):
            self._check_account()
            pusher = Pusher(
                self._db,
                self._crm,
                self._clock,
                self._tuning,
                self._should_stop,
                since_ms=self._made_ms if since is None else to_ms(since),
                account=self._account,
            )
            return pusher.run(release_held=release_held)

    def pull(self, *, full: bool, light: bool = False) -> Counts:
        """Bring the mirror up to date and return what came.

        Raises:
            SdrDeskError: as ``run``; pages that were stored stay.
        """
        self._check_pause()
        with only_one(
            self._db.path,
            "pull",
            wait_s=self._tuning.lock_wait_s,
            should_stop=self._should_stop,
        ):
            landing = Landing(self._db, self._derive, self._clock, self._rules)
            try:
                with self._minding_answers():
                    self._check_account()
                    self._pull(landing, full=full, light=light)
            finally:
                self._fresh = tuple(dict.fromkeys(landing.tally.fresh))
                self._note_unreadable(landing)
                self._follow_clock()
            self._note_end()
            return landing.tally.counts

    def fetch(
        self,
        lead_ids: Sequence[str],
        also: Callable[[Connection, Sequence[str]], None] = lambda *_: None,
    ) -> int:
        """Bring leads onto this machine by their ids, without the index that may lag.

        No lock: what a pull that runs at the same time read earlier, it reads again by its date.

        Args:
            lead_ids: which leads.
            also: what belongs to them, in the same transaction; told the ids that are here now.

        Returns:
            How many of them are here now.
        """
        landing = Landing(self._db, self._derive, self._clock, self._rules)
        here = 0
        for part in chunks(list(lead_ids), _READ):
            read = self._crm.read_leads(part)
            landing.prepare(read.found)()
            ids = [lead.lead_id for lead in read.found]
            with self._db.writer(durable=True) as connection:
                landing.read(connection, read)
                also(connection, ids)
            here += len(ids)
        return here

    def _check_account(self) -> None:
        """Ask once which account this is, before anything else is sent or fetched."""
        if self._ask_again:
            self._account = bind(self._db, self._crm, self._clock)
            self._ask_again = False

    @contextmanager
    def _minding_answers(self) -> Iterator[None]:
        """Keep a pause the account asks for, and ask who it is after it could not be reached."""
        try:
            yield
        except AccountPaused as pause:
            self._pause(pause)
            raise
        except Unreachable:
            self._ask_again = True
            raise

    def _pull(self, landing: Landing, *, full: bool, light: bool) -> None:
        with self._db.reader() as connection:
            loaded = bool(get_state(connection, "load.done"))
            compared = get_number(connection, "compared_ms")
            options_at = get_number(connection, "options_ms")
        now_ms = to_ms(self._clock())
        if abs(now_ms - options_at) >= self._tuning.options_every_s * 1000:
            self._owners_and_options(landing)
        due = abs(now_ms - compared) >= self._tuning.compare_every_s * 1000
        if full or not loaded or due or self._reads_anew():
            full_pass = FullPass(
                self._db,
                self._crm,
                landing,
                self._tuning,
                self._on_progress,
                self._should_stop,
                self._help,
            )
            if full_pass.run(confirmed=full):
                with self._db.writer() as connection:
                    set_state(connection, "compared_ms", str(now_ms), now_ms)
                    if self._reads is not None:
                        set_state(connection, _READS, f"={self._reads}", now_ms)
            if not loaded:
                return  # everything is new; changes since then are for the next round
        delta = Delta(
            self._db, self._crm, landing, self._tuning, self._should_stop, self._on_progress
        )
        delta.run(self._owner_id, light=light, confirmed=full)

    def _reads_anew(self) -> bool:
        """Whether leads were last read without the field that is read now."""
        if self._reads is None:
            return False
        wanted, now_ms = f"={self._reads}", to_ms(self._clock())
        with self._db.reader() as connection:
            if get_state(connection, _READS) == wanted:
                return False
            begun = get_state(connection, _READING) == wanted
        if not begun:
            with self._db.writer() as connection:
                forget(connection, "pass.")  # of a walk that began without the field
                set_state(connection, _READING, wanted, now_ms)
        return True

    def _owners_and_options(self, landing: Landing) -> None:
        owners = list(self._crm.owners())
        options = self._crm.options()
        now_ms = to_ms(self._clock())
        with self._db.writer() as connection:
            landing.tally.add(owners=mirror.put_owners(connection, owners))
            mirror.put_options(connection, options)
            for kind in ("owner", "option"):
                left_out.forget_kind(connection, kind)
            landing.unreadable(connection, self._crm.unreadable())
            landing.reload_labels(connection)
            set_state(connection, "options_ms", str(now_ms), now_ms)

    def _note_unreadable(self, landing: Landing) -> None:
        notes = self._crm.unreadable()
        if notes:
            with self._db.writer() as connection:
                landing.unreadable(connection, notes)

    def _note_end(self) -> None:
        now = self._clock()
        with self._db.writer() as connection:
            set_state(connection, "last_sync_at", iso(now), to_ms(now))

    def _follow_clock(self) -> None:
        """Let waits that were set while this machine's clock was fast end in time."""
        reading = read_clocks(self._crm, self._clock)
        if reading is None or not self._account:
            return  # no answer of the account yet
        with self._db.writer() as connection:
            backoff.follow_crm_clock(connection, reading.ours_ms, reading.ahead_ms)
            clock_shifts.keep_reading(connection, reading)

    def _pause(self, pause: AccountPaused) -> None:
        with self._db.writer() as connection:
            backoff.pause_account(
                connection, to_ms(self._clock()), round(pause.retry_after_s * 1000)
            )

    def _check_pause(self) -> None:
        with self._db.reader() as connection:
            left_ms = backoff.pause_left_ms(connection, to_ms(self._clock()))
        if left_ms:
            raise AccountPaused(left_ms / 1000)
