"""The sync engine: one push and one pull over a ``port.CrmClient``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sdrdesk.clock import Clock, iso
from sdrdesk.domain.crm.field_merge import NO_ATTEMPTS
from sdrdesk.domain.crm.meaning import Remap, as_recorded
from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.store.account import left_out
from sdrdesk.store.account.unread import unread
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import attempts, mirror
from sdrdesk.store.mirror.absence import note_pull
from sdrdesk.store.mirror.began import note_began
from sdrdesk.store.mirror.rederive import rederive_changed
from sdrdesk.store.mirror.sync_state import (
    COMPARED,
    LAST_PULL,
    LEAD_LINK,
    OPTIONS_READ,
    forget,
    get_number,
    get_state,
    set_state,
)
from sdrdesk.store.outbox import backoff, conflicts, outbox, questions
from sdrdesk.store.outbox.other_machine import settle_own
from sdrdesk.store.record import clock_shifts
from sdrdesk.sync.binding import bind_account
from sdrdesk.sync.clocks import read_clocks
from sdrdesk.sync.errors import AccountPaused, Unreachable
from sdrdesk.sync.lock import exclusive
from sdrdesk.sync.merges import followed
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.pull.again import read_again
from sdrdesk.sync.pull.apply import Follow, PageWriter
from sdrdesk.sync.pull.delta import Delta
from sdrdesk.sync.pull.full_pass import TASKS_READ, EnricherFactory, FullPass
from sdrdesk.sync.pull.schedule import Looks
from sdrdesk.sync.push.pusher import Pusher
from sdrdesk.sync.push.standing import AskRules
from sdrdesk.sync.report import Pulled, Pushed, SyncProgress, SyncReport
from sdrdesk.sync.tuning import Tuning

__all__ = ["Pulled", "Pushed", "SyncEngine", "SyncProgress", "SyncReport", "Tuning"]


_READS = "read.field"
"""State: the do-not-call field that every lead was read with, after ``=``."""
_READING = "read.field.begun"
_FIELDS = "+links+made+optout"
"""Changes with the fields that are read of a lead: every lead is read once more then."""


class SyncEngine:
    """Syncs one database with one account. Blocking; for a worker thread or a command."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        derive: Derive,
        clock: Clock,
        *,
        on_progress: Callable[[SyncProgress], None] | None = None,
        should_stop: Callable[[], bool] = lambda: False,
        owner_id: str = "",
        tuning: Tuning | None = None,
        rules: str = "",
        make_enricher: EnricherFactory | None = None,
        reads: str | None = None,
        remap: Remap = as_recorded,
        dispositions: Dispositions | None = None,
        ask: AskRules | None = None,
        follow: Follow | None = None,
    ) -> None:
        """Make an engine; nothing is sent yet.

        Args:
            db: the open database.
            crm: the account.
            derive: works out fit, persona, number and zone of a lead.
            clock: the current time.
            on_progress: called for every page, from the engine's thread.
            should_stop: checked between requests; finished work is kept.
            owner_id: the rep whose leads every round reads by id; ``""`` everybody.
            tuning: intervals and limits.
            rules: fingerprint of the rules behind ``derive``.
            make_enricher: factory for a process that derives the leads of a large first load.
            reads: the account's own do-not-call field, ``None`` not to check it. When it is a new
                one, every lead is read again: dates of change do not show that.
            remap: as for ``Pusher``.
            dispositions: the team's outcomes, to check those that other desks wrote.
            ask: when to ask the rep about a lead that changed hands since they recorded something;
                ``None`` never.
            follow: works out the cadences of leads whose records were stored.
        """
        self._follow = follow
        self._db = db
        self._crm = crm
        self._derive = derive
        self._clock = clock
        self._on_progress = on_progress or (lambda _: None)
        self._should_stop = should_stop
        self._owner_id = owner_id
        self._tuning = tuning or Tuning()
        self._rules = rules
        self._make_enricher = make_enricher
        self._reads = reads
        self._remap = remap
        self._dispositions = dispositions
        self._ask = ask
        self._rep_id = ask.rep_id if ask else ""
        self._fresh: tuple[str, ...] = ()
        self._made_ms = to_ms(clock())
        self._account = ""
        self._ask_again = True

    def run(
        self,
        *,
        full: bool = False,
        release_held: bool = False,
        light: bool = False,
        looks: Looks = "one",
    ) -> SyncReport:
        """Push once, pull once.

        Args:
            full: compare everything instead of asking for changes.
            release_held: send outcomes within their undo period too.
            light: a background round.
            looks: how many kinds of everybody's changes a background round asks for.

        Raises:
            SdrDeskError: unreachable, token refused, scope missing, or too many leads gone;
                finished work is kept.
        """
        started = time.monotonic()
        before = self._crm.requests
        pushed = self.push(release_held=release_held)
        pulled = self.pull(full=full, light=light, looks=looks)
        with self._db.reader() as connection:
            open_conflicts = conflicts.count_open(connection)
            blocked = outbox.depth(connection).blocked
            asked = questions.count_open(connection)
            odd = left_out.count(connection)
        return SyncReport(
            pulled,
            pushed,
            requests=self._crm.requests - before,
            conflicts=open_conflicts,
            blocked=blocked,
            asked=asked,
            duration_s=round(time.monotonic() - started, 3),
            fresh_lead_ids=self._fresh,
            problems=pushed.lacking,
            left_out=odd,
            unread=unread(self._db),
        )

    @property
    def crowding(self) -> float:
        """Factor by which searches are slower than usual because of other desks; 1 not at all."""
        return self._crm.crowding

    @property
    def least_interval_s(self) -> float:
        """Shortest time between two background requests to the CRM."""
        return self._crm.capabilities.least_interval_s

    def push(self, *, release_held: bool, since: datetime | None = None) -> Pushed:
        """Send what is due and return the result.

        Args:
            release_held: as in ``run``.
            since: items recorded later belong to this run; ``None`` is when the engine was made.

        Raises:
            SdrDeskError: as in ``run``; unsent items wait.
        """
        self._check_pause()
        with (
            exclusive(
                self._db.path,
                "push",
                wait_s=self._tuning.lock_wait_s,
                should_stop=self._should_stop,
            ),
            self._watching_errors(),
        ):
            rederive_changed(self._db, self._derive, self._rules)
            self._check_account()
            pusher = Pusher(
                self._db,
                self._crm,
                self._clock,
                self._tuning,
                self._should_stop,
                since_ms=self._made_ms if since is None else to_ms(since),
                account=self._account,
                remap=self._remap,
                attempts=self._dispositions.attempts if self._dispositions else NO_ATTEMPTS,
                ask=self._ask,
            )
            try:
                return pusher.run(release_held=release_held)
            finally:
                # The CRM's number of a lead may count again, instead of the rep's.
                rederive_changed(self._db, self._derive, self._rules)

    def pull(self, *, full: bool, light: bool = False, looks: Looks = "one") -> Pulled:
        """Bring the mirror up to date and return the counts.

        Raises:
            SdrDeskError: as in ``run``; stored pages stay.
        """
        self._check_pause()
        with exclusive(
            self._db.path,
            "pull",
            wait_s=self._tuning.lock_wait_s,
            should_stop=self._should_stop,
        ):
            page_writer = self._page_writer()
            try:
                with self._watching_errors():
                    self._check_account()
                    self._pull(page_writer, full=full, light=light, looks=looks)
            finally:
                self._fresh = tuple(dict.fromkeys(page_writer.tally.fresh))
                self._note_unreadable(page_writer)
                self._follow_clock()
            self._note_end()
            return page_writer.tally.counts

    def fetch(
        self,
        lead_ids: Sequence[str],
        also: Callable[[Connection, Sequence[str]], None] = lambda *_: None,
    ) -> int:
        """Read leads by id, without the index that may lag, and return how many were found.

        No lock: a pull at the same time reads them again by their dates.

        Args:
            lead_ids: the leads to read.
            also: called with the ids found, in the same transaction.
        """
        page_writer = self._page_writer()
        here = 0
        for part in chunks(list(lead_ids), self._crm.capabilities.read_size):
            read = followed(self._db, self._crm, self._crm.read_leads(part))
            page_writer.prepare(read.found)()
            ids = [lead.lead_id for lead in read.found]
            with self._db.writer(durable=True) as connection:
                page_writer.read(connection, read)
                also(connection, ids)
            read_again(self._db, self._crm, page_writer)
            here += len(ids)
        return here

    def read(
        self, lead_ids: Sequence[str], call_ids: Sequence[str] = (), *, whole: bool = False
    ) -> SyncReport:
        """Read leads and calls of which the team feed told, by id; send nothing.

        Args:
            lead_ids: the leads to read.
            call_ids: the calls to read.
            whole: nothing else changed since the last pull: this counts as one.

        Raises:
            SdrDeskError: as in ``run``; leads that were read stay.
        """
        started, before = time.monotonic(), self._crm.requests
        self._check_pause()
        page_writer = self._page_writer()
        with self._watching_errors():
            self._check_account()
            try:
                self._delta(page_writer).named(lead_ids, call_ids)
            finally:
                self._fresh = tuple(dict.fromkeys(page_writer.tally.fresh))
                self._note_unreadable(page_writer)
        if whole:
            self._note_end()
        return SyncReport(
            page_writer.tally.counts,
            Pushed(),
            requests=self._crm.requests - before,
            conflicts=0,
            duration_s=round(time.monotonic() - started, 3),
            fresh_lead_ids=self._fresh,
        )

    def _check_account(self) -> None:
        """Check the account once, before anything else is sent or fetched."""
        if self._ask_again:
            self._account = bind_account(self._db, self._crm, self._clock)
            self._ask_again = False

    @contextmanager
    def _watching_errors(self) -> Iterator[None]:
        """Keep a pause the account asks for; check the account again after a network error."""
        try:
            yield
        except AccountPaused as pause:
            self._pause(pause)
            raise
        except Unreachable:
            self._ask_again = True
            raise

    def _pull(self, page_writer: PageWriter, *, full: bool, light: bool, looks: Looks) -> None:
        now_ms = to_ms(self._clock())
        with self._db.writer() as connection:
            attempts.catch_up(connection, now_ms)
            note_began(connection, now_ms)
            options_at = get_number(connection, OPTIONS_READ)
        if full or abs(now_ms - options_at) >= self._tuning.options_every_s * 1000:
            self._owners_and_options(page_writer)
        with self._db.reader() as connection:
            loaded = bool(get_state(connection, "load.done"))
            compared = get_number(connection, COMPARED)
            tasks_read = bool(get_state(connection, TASKS_READ))
        due = abs(now_ms - compared) >= self._tuning.compare_every_s * 1000
        if full or not loaded or due or self._field_changed():
            if self._full_pass(page_writer).run(confirmed=full):
                with self._db.writer() as connection:
                    set_state(connection, COMPARED, str(now_ms), now_ms)
                    if self._reads is not None:
                        set_state(connection, _READS, self._reading(), now_ms)
            if not loaded:
                with self._db.reader() as connection:
                    loaded = bool(get_state(connection, "load.done"))
                if loaded:
                    self._delta(page_writer).recent()
                return  # the next round asks for changes since then
        elif not tasks_read and not self._full_pass(page_writer).tasks_again():
            return
        self._delta(page_writer).run(self._owner_id, light=light, confirmed=full, looks=looks)

    def _page_writer(self) -> PageWriter:
        return PageWriter(
            self._db,
            self._derive,
            self._clock,
            self._rules,
            self._dispositions,
            self._rep_id,
            self._follow,
        )

    def _delta(self, page_writer: PageWriter) -> Delta:
        return Delta(
            self._db, self._crm, page_writer, self._tuning, self._should_stop, self._on_progress
        )

    def _full_pass(self, page_writer: PageWriter) -> FullPass:
        return FullPass(
            self._db,
            self._crm,
            page_writer,
            self._tuning,
            self._on_progress,
            self._should_stop,
            self._make_enricher,
        )

    def _reading(self) -> str:
        """Return what leads are read with: the do-not-call field, and the set of other fields."""
        return f"={self._reads}{_FIELDS}"

    def _field_changed(self) -> bool:
        """Return whether leads were last read without the current fields."""
        if self._reads is None:
            return False
        wanted, now_ms = self._reading(), to_ms(self._clock())
        with self._db.reader() as connection:
            if get_state(connection, _READS) == wanted:
                return False
            begun = get_state(connection, _READING) == wanted
        if not begun:
            with self._db.writer() as connection:
                forget(connection, "pass.")  # a pass that began without the field
                set_state(connection, _READING, wanted, now_ms)
        return True

    def _owners_and_options(self, page_writer: PageWriter) -> None:
        owners = list(self._crm.owners())
        options = self._crm.options()
        link = self._crm.lead_link()
        now_ms = to_ms(self._clock())
        with self._db.writer() as connection:
            page_writer.tally.add(owners=mirror.put_owners(connection, owners))
            if mirror.put_options(connection, options, every=True):
                set_state(connection, COMPARED, "0", now_ms)  # read the leads that have it
            for kind in ("owner", "option"):
                left_out.forget_kind(connection, kind)
            page_writer.unreadable(connection, self._crm.unreadable())
            page_writer.reload_labels(connection)
            set_state(connection, LEAD_LINK, link, now_ms)
            set_state(connection, OPTIONS_READ, str(now_ms), now_ms)

    def _note_unreadable(self, page_writer: PageWriter) -> None:
        notes = self._crm.unreadable()
        if notes:
            with self._db.writer() as connection:
                page_writer.unreadable(connection, notes)

    def _note_end(self) -> None:
        now = self._clock()
        with self._db.writer() as connection:
            note_pull(connection, to_ms(now))
            questions.end_settled(connection)
            settle_own(connection, self._rep_id, to_ms(now), self._dispositions)
            set_state(connection, LAST_PULL, iso(now), to_ms(now))

    def _follow_clock(self) -> None:
        """Shorten waits that were set while this machine's clock was fast."""
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
