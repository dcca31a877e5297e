"""The delta pull of changes since the last look; its cost does not grow with the account."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    RECENT_KINDS,
    RemoteActivity,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
)
from sdrdesk.store.account import unread
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import mirror
from sdrdesk.store.mirror.moved_activities import note_moves
from sdrdesk.store.mirror.reused_ids import part_activities
from sdrdesk.store.mirror.sync_state import get_number, raise_number, set_state
from sdrdesk.sync.errors import MissingScope, Refused
from sdrdesk.sync.merges import followed
from sdrdesk.sync.port import Changed, CrmClient, LeadDatesPort, LeadsRead
from sdrdesk.sync.pull.again import read_again
from sdrdesk.sync.pull.apply import COMPANIES_AT_ONCE, PageWriter, write_in_batches
from sdrdesk.sync.pull.full_pass import KIND_NAMES, KINDS
from sdrdesk.sync.pull.mass_deletion import refuse_mass_deletion
from sdrdesk.sync.pull.open_tasks import look_at_open_tasks
from sdrdesk.sync.pull.schedule import Looks, due_kinds, overlap_s
from sdrdesk.sync.report import SyncProgress
from sdrdesk.sync.tuning import Tuning

_SAME_MOMENT_S = 2.0
"""Time to look back where changes show at once: dates may be whole seconds."""

_LONG_WRITE_MS = 600_000
"""A write that takes long is dated by its beginning. What is older was seen where no index lags: a
change of many leads at once is not read in each round until something newer comes."""

_GONE = "cursor.gone"
"""State: up to where the feed of leads that went was read."""


class Delta:
    """One round of changes."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        page_writer: PageWriter,
        tuning: Tuning,
        should_stop: Callable[[], bool],
        on_progress: Callable[[SyncProgress], None] = lambda _: None,
    ) -> None:
        self._db = db
        self._crm = crm
        self._writer = page_writer
        self._tuning = tuning
        self._should_stop = should_stop
        self._on_progress = on_progress
        self._read: dict[tuple[RemoteKind, str], int] = {}
        """Records read in this run, with their dates: searches may show one more than once."""
        self._own = ""
        """The rep whose leads this round asks for separately, ``""`` none."""
        self._looked_at_own_ms = 0

    def run(self, owner_id: str, *, light: bool, confirmed: bool, looks: Looks = "one") -> None:
        """Pull the changes of every kind, then read the rep's own leads by id.

        Args:
            owner_id: whose leads are read by id; ``""`` everybody's.
            light: a background round, which reads fewer leads by id.
            confirmed: the rep asked for a full sync.
            looks: how many kinds of everybody's changes a background round asks for; never none
                of the leads with an empty ``owner_id``.

        Raises:
            SuspiciousRemote: most of the rep's leads are gone; nothing was removed.
        """
        now_ms = self._writer.now_ms()
        crowding = self._crm.crowding
        with self._db.reader() as connection:
            looked = {kind: get_number(connection, f"looked.{kind}") for kind in KINDS}
            widely = {kind: get_number(connection, f"wide.{kind}") for kind in KINDS}
        if not owner_id and looks == "none":
            looks = "one"
        due = due_kinds(
            looked, now_ms, light=light, tuning=self._tuning, crowding=crowding, looks=looks
        )
        if not owner_id and "lead" not in due:
            due = ("lead", *due)
        self._own = owner_id if light else ""
        self._look_at_own()
        for kind in due:
            if self._should_stop():
                return
            back_s, wide = self._overlap_s(widely[kind], now_ms)
            look = self._recent if kind in RECENT_KINDS else self._kind
            look(kind, round(back_s * 1000))
            with self._db.writer() as connection:
                set_state(connection, f"looked.{kind}", str(now_ms), now_ms)
                if wide:
                    set_state(connection, f"wide.{kind}", str(now_ms), now_ms)
        self._reread(owner_id, light=light, confirmed=confirmed)
        look_at_open_tasks(self._db, self._crm, self._writer, self._tuning, owner_id, light=light)

    def named(self, lead_ids: Sequence[str], call_ids: Sequence[str] = ()) -> None:
        """Pull leads by id, with what became of those that are gone, and their companies.

        Calls are pulled too, unless they are here: most of them were made at this desk.

        No cursor moves, and no lock is needed: a round at the same time reads them again.
        """
        at_once = self._crm.capabilities.read_size
        for part in chunks(list(lead_ids), at_once):
            if self._should_stop():
                return
            read = self._crm.read_leads(part)
            self._land("lead", read.found)
            if len(read.deleted) >= self._tuning.suspicious_least:
                read = replace(read, deleted=())  # the next round judges them together
            with self._db.writer() as connection:
                self._writer.read(connection, replace(read, found=()))
        self._companies_of_leads()
        with self._db.reader() as connection:
            known = mirror.activity_dates(connection, "call", list(call_ids))
        for part in chunks([i for i in call_ids if i not in known], at_once):
            self._land("call", self._crm.read_activities("call", part))

    def _overlap_s(self, widely_ms: int, now_ms: int) -> tuple[float, bool]:
        """Return how far to look back behind the cursor, and whether that is the trailing pass."""
        lag_s = self._crm.capabilities.index_lag_s
        if lag_s is not None:
            return lag_s + _SAME_MOMENT_S, False
        return overlap_s(widely_ms, now_ms, tuning=self._tuning, crowding=self._crm.crowding)

    def recent(self) -> None:
        """Pull e-mails and messages for the first time, right after the first load."""
        for kind in RECENT_KINDS:
            if not self._should_stop():
                self._recent(kind, 0)

    def _recent(self, kind: RemoteKind, overlap_ms: int) -> None:
        """Pull e-mails or messages; a token that may not read them is noted, and no error."""
        try:
            self._kind(kind, overlap_ms, most=self._tuning.touches_at_once)
        except (MissingScope, Refused) as error:
            unread.note(self._db, kind, error.message, self._writer.now_ms())
        else:
            unread.forget(self._db, kind)

    def _look_at_own(self) -> None:
        """Pull changes of the rep's own leads, which stay few however busy the account is."""
        if not self._own:
            return
        self._looked_at_own_ms, started = self._writer.now_ms(), time.monotonic()
        with self._db.reader() as connection:
            cursor = get_number(connection, "cursor.own")
            begin = cursor or get_number(connection, "cursor.lead")
        lag_s = self._crm.capabilities.index_lag_s
        back_s = self._tuning.overlap_s if lag_s is None else lag_s + _SAME_MOMENT_S
        for found in self._crm.changed("lead", begin - round(back_s * 1000), self._own):
            with self._db.reader() as connection:
                # The look at everybody's leads covers two changes within one millisecond.
                news = _news(connection, "lead", found, begin)
            self._take("lead", news)
            with self._db.writer() as connection:
                shown = self._latest(found)
                raise_number(connection, "cursor.own", shown, self._writer.now_ms())
        self._leave_behind("own", started)
        self._companies_of_leads()

    def _own_is_late(self) -> bool:
        waited_ms = abs(self._writer.now_ms() - self._looked_at_own_ms)
        return bool(self._own) and waited_ms >= self._tuning.own_every_s * 1000

    def _kind(self, kind: RemoteKind, overlap_ms: int, most: int | None = None) -> None:
        now_ms = self._writer.now_ms()
        with self._db.reader() as connection:
            cursor = get_number(connection, f"cursor.{kind}")
            trusted = get_number(connection, f"trusted.{kind}")
        if kind in RECENT_KINDS and not cursor:
            back_ms = round(self._tuning.touches_days * 86_400_000)
            cursor = self._writer.crm_now_ms(self._crm) - back_ms
        started, done = time.monotonic(), 0
        self._writer.ask()
        for found in self._crm.changed(kind, cursor - overlap_ms):
            unread = [c for c in found if self._read.get((kind, c.record_id)) != c.modified_ms]
            with self._db.reader() as connection:
                news = _news(connection, kind, unread, trusted)
            for part in chunks(news, self._read_at_once(kind)):
                self._take(kind, part)
                done += len(part)
                took_s = time.monotonic() - started
                self._on_progress(SyncProgress(KIND_NAMES[kind], done, None, took_s))
            self._read |= {(kind, c.record_id): c.modified_ms for c in unread}
            # Only now: after a kill in between, this page is read again.
            shown = self._latest(found)
            with self._db.writer() as connection:
                raise_number(connection, f"cursor.{kind}", shown, self._writer.now_ms())
            if self._should_stop() or (most is not None and done >= most):
                return
            if self._own_is_late():
                self._look_at_own()
        if kind == "lead":
            self._companies_of_leads()
        # By the CRM's clock: this machine's may be wrong or jump.
        began_ms = now_ms + round((self._crm.clock_offset_s or 0.0) * 1000)
        settled_ms = began_ms - round(self._tuning.settle_s * 1000)
        with self._db.writer() as connection:
            reached = get_number(connection, f"cursor.{kind}")
            raise_number(connection, f"trusted.{kind}", min(reached, settled_ms), now_ms)
        self._leave_behind(kind, started)

    def _leave_behind(self, cursor: str, started: float) -> None:
        """Move a cursor past what was long there when this look began, where no index lags."""
        crm = self._crm
        if crm.capabilities.index_lag_s is None or crm.clock_offset_s is None:
            return
        took_ms = round((time.monotonic() - started) * 1000)
        old_ms = self._writer.crm_now_ms(crm) - took_ms - _LONG_WRITE_MS
        with self._db.writer() as connection:
            raise_number(connection, f"cursor.{cursor}", old_ms, self._writer.now_ms())

    def _latest(self, found: Sequence[Changed]) -> int:
        """Return the latest date seen, at most the present: a later one would hide changes."""
        shown = max(c.modified_ms for c in found)
        return min(shown, self._writer.crm_now_ms(self._crm))

    def _read_at_once(self, kind: RemoteKind) -> int:
        # The links of activities to leads may be one more request for all.
        return self._crm.capabilities.read_size * (1 if kind in ("lead", "company") else 2)

    def _take(self, kind: RemoteKind, news: Sequence[Changed]) -> None:
        """Store changed records; those that did not come with the changes are read by id."""
        brought = [c.record for c in news if c.record is not None]
        self._land(kind, brought)
        ids = [c.record_id for c in news if c.record is None]
        for part in chunks(ids, self._read_at_once(kind)):
            if kind == "lead":
                # ``_reread`` handles leads that the index shows but that are gone.
                self._land(kind, self._crm.read_leads(part, explain_missing=False).found)
            elif kind == "company":
                self._land(kind, self._crm.read_companies(part))
            else:
                self._land(kind, self._crm.read_activities(kind, part))

    def _land(
        self, kind: RemoteKind, records: Sequence[RemoteLead | RemoteCompany | RemoteActivity]
    ) -> None:
        leads = [record for record in records if isinstance(record, RemoteLead)]
        companies = [record for record in records if isinstance(record, RemoteCompany)]
        activities = [record for record in records if isinstance(record, RemoteActivity)]
        if leads:
            self._writer.prepare(leads)()
            write_in_batches(self._db, leads, self._writer.leads)
        if companies:
            write_in_batches(self._db, companies, self._writer.companies, size=COMPANIES_AT_ONCE)
        if activities and kind in ACTIVITY_KINDS:
            if self._crm.capabilities.merges_move_activities:
                with self._db.writer() as connection:  # before the old lead is overwritten
                    part_activities(connection, kind, activities)
                    leads_now = {a.crm_id: a.lead_ids for a in activities}
                    note_moves(connection, kind, leads_now, self._writer.now_ms())
            write_in_batches(self._db, activities, partial(self._writer.activities, kind))
        read_again(self._db, self._crm, self._writer)

    def _companies_of_leads(self) -> None:
        """Read the companies of new leads that are not known yet."""
        missing = sorted(self._writer.tally.companies_missing)
        for part in chunks(missing, self._read_at_once("company")):
            self._land("company", self._crm.read_companies(part))
        self._writer.tally.companies_missing.clear()

    def _reread(self, owner_id: str, *, light: bool, confirmed: bool) -> None:
        """Find deletions, merges, withdrawn and restored leads, which no search shows."""
        at_once = self._read_at_once("lead")
        limit = self._tuning.reread_light if light else self._tuning.reread
        with self._db.reader() as connection:
            mine = _own_leads(connection, owner_id, limit)
            gone = _newest_leads(connection, owner_id, self._tuning.restores, archived=True)
        self._writer.ask()
        traits = self._crm.capabilities
        if traits.gone_feed:
            self._read_feed(mine, confirmed=confirmed)
            mine = []
            if not traits.gone_feed_is_whole:
                with self._db.reader() as connection:
                    mine = _own_leads(connection, owner_id, limit)
        with self._db.reader() as connection:
            dates = mirror.lead_dates(connection, mine)
        reads = []
        for part in chunks(mine, at_once):
            if self._should_stop():
                return
            if changed := self._changed_since(part, dates):
                reads.append(followed(self._db, self._crm, self._crm.read_leads(changed)))
        lost = sum(len(read.deleted) for read in reads)
        self._refuse_mass_deletion(lost, len(mine), confirmed=confirmed)
        reads += [
            self._crm.read_leads(part, explain_missing=False) for part in chunks(gone, at_once)
        ]
        for read in reads:
            with self._db.writer() as connection:
                self._writer.read(connection, read)
        read_again(self._db, self._crm, self._writer)

    def _changed_since(self, ids: Sequence[str], dates: Mapping[str, int]) -> Sequence[str]:
        """Return the leads to read: all, where the CRM cannot say which ones changed."""
        if not isinstance(self._crm, LeadDatesPort):
            return ids
        now = self._crm.lead_dates(ids)
        return [lead_id for lead_id in ids if now.get(lead_id) != dates.get(lead_id)]

    def _read_feed(self, mine: Sequence[str], *, confirmed: bool) -> None:
        """Ask the CRM which leads went since the last look."""
        with self._db.reader() as connection:
            since_ms = get_number(connection, _GONE) or get_number(connection, "cursor.lead")
        feed = self._crm.gone(since_ms)
        lost = len(set(mine).intersection(feed.deleted))
        self._refuse_mass_deletion(lost, len(mine), confirmed=confirmed)
        survivors = list(dict.fromkeys(feed.moved.values()))
        found: tuple[RemoteLead, ...] = ()
        for part in chunks(survivors, self._read_at_once("lead")):
            found += self._crm.read_leads(part, explain_missing=False).found
        here = {lead.lead_id for lead in found}
        moved = {old: new for old, new in feed.moved.items() if new in here}
        read = LeadsRead(found, feed.deleted, moved, feed.taken_away)
        with self._db.writer() as connection:
            self._writer.read(connection, read)
        read_again(self._db, self._crm, self._writer)
        with self._db.writer() as connection:
            raise_number(connection, _GONE, feed.until_ms, self._writer.now_ms())

    def _refuse_mass_deletion(self, lost: int, held: int, *, confirmed: bool) -> None:
        now_ms = self._writer.now_ms()
        refuse_mass_deletion(self._db, lost, held, self._tuning, now_ms, confirmed)


def _news(
    connection: Connection, kind: RemoteKind, found: Sequence[Changed], trusted_ms: int
) -> list[Changed]:
    """Return the changes that are not stored with this date, or whose date is too recent.

    Two changes may share a millisecond: a date is trusted once its record was read some seconds
    later.
    """
    ids = [c.record_id for c in found]
    if kind == "lead":
        held = mirror.lead_dates(connection, ids)
    elif kind == "company":
        held = mirror.company_dates(connection, ids)
    else:
        held = mirror.activity_dates(connection, kind, ids)
    return [
        c for c in found if c.modified_ms > trusted_ms or held.get(c.record_id) != c.modified_ms
    ]


def _own_leads(connection: Connection, owner_id: str, limit: int) -> list[str]:
    """Return the rep's newest leads, then those without an owner: another rep may take one."""
    mine = _newest_leads(connection, owner_id, limit, archived=False)
    if not owner_id or len(mine) >= limit:
        return mine
    rows = connection.execute(
        "SELECT lead_id FROM lead WHERE archived = 0 AND owner_id = ''"
        " ORDER BY converted_ms DESC, lead_id LIMIT ?",
        (limit - len(mine),),
    ).fetchall()
    return mine + [str(row[0]) for row in rows]


def _newest_leads(
    connection: Connection, owner_id: str, limit: int, *, archived: bool
) -> list[str]:
    rows = connection.execute(
        "SELECT lead_id FROM lead WHERE archived = ? AND (? = '' OR owner_id = ?)"
        " ORDER BY converted_ms DESC, lead_id LIMIT ?",
        (archived, owner_id, owner_id, limit),
    ).fetchall()
    return [str(row[0]) for row in rows]
