"""The full pass over all records by the list endpoints, resumable at any page.

The first load and every full comparison are full passes. The last part of a page is stored together
with the cursor, so a kill costs only the prefetched pages. A stored lead that no page showed is
read by its id: it was deleted, merged, purged, or taken away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import TypeVar

from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    LISTED_KINDS,
    ActivityKindName,
    RemoteKind,
    RemoteLead,
)
from sdrdesk.store.account import left_out
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import (
    forget,
    get_number,
    get_state,
    raise_number,
    set_at,
    set_state,
    states_under,
)
from sdrdesk.sync.errors import Unreadable
from sdrdesk.sync.merges import followed
from sdrdesk.sync.port import CrmClient, Page
from sdrdesk.sync.pull.again import read_again
from sdrdesk.sync.pull.apply import (
    AT_ONCE,
    COMPANIES_AT_ONCE,
    Enricher,
    PageWriter,
    Prepared,
    write_in_batches,
)
from sdrdesk.sync.pull.mass_deletion import refuse_mass_deletion
from sdrdesk.sync.pull.prefetch import prefetched_pages
from sdrdesk.sync.report import SyncProgress
from sdrdesk.sync.tuning import Tuning

KINDS: tuple[RemoteKind, ...] = ("company", "lead", *ACTIVITY_KINDS)

_LISTED: tuple[RemoteKind, ...] = ("company", "lead", *LISTED_KINDS)

KIND_NAMES: dict[RemoteKind, str] = {
    "company": "companies",
    "lead": "leads",
    "call": "calls",
    "task": "tasks",
    "note": "notes",
    "meeting": "meetings",
    "email": "e-mails",
    "message": "messages",
}

EnricherFactory = Callable[[], AbstractContextManager[Enricher | None]]
"""Factory for the parallel enricher of a first load."""
ENRICHER_FROM = 5_000
"""Leads from which an enricher pays off: its process takes a third of a second to start."""

TASKS_READ = "tasks.read.all"
"""State: every task was read with what makes it a promise."""

_SEEN = "pass.lead.seen."
"""State: ids that a page of this pass showed."""

RecordT = TypeVar("RecordT")


class FullPass:
    """One pass over all records; resumes an interrupted one."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        page_writer: PageWriter,
        tuning: Tuning,
        on_progress: Callable[[SyncProgress], None],
        should_stop: Callable[[], bool],
        make_enricher: EnricherFactory | None = None,
    ) -> None:
        self._db = db
        self._crm = crm
        self._writer = page_writer
        self._tuning = tuning
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._make_enricher = make_enricher

    def run(self, *, confirmed: bool) -> bool:
        """Run the pass; return ``False`` when it was stopped and will be resumed.

        Args:
            confirmed: the rep asked for this pass after a warning about missing leads.

        Raises:
            SuspiciousRemote: most leads are gone; nothing was removed.
        """
        self._note_start("lead")  # the number of leads decides whether an enricher is started
        with self._enricher() as enricher:
            finished = self._stage(
                "company", self._crm.list_companies, self._writer.companies
            ) and self._leads(enricher, confirmed=confirmed)
        finished = finished and all(self._activities(kind) for kind in LISTED_KINDS)
        if finished:
            self._end()
        return finished

    def tasks_again(self) -> bool:
        """Read every task again; return ``False`` when it was stopped and will be resumed.

        For a database whose tasks were read by an older version, which kept less of them.
        """
        if not self._activities("task"):
            return False
        with self._db.writer() as connection:
            forget(connection, "pass.task.")
            set_state(connection, TASKS_READ, "1", self._writer.now_ms())
        return True

    def _leads(self, enricher: Enricher | None, *, confirmed: bool) -> bool:
        with self._db.reader() as connection:
            sweep = Sweep(_held_ids(connection), _ids_seen(connection))

        def land(connection: Connection, page: Sequence[RemoteLead]) -> None:
            self._writer.leads(connection, page)
            ids = [lead.lead_id for lead in page]
            sweep.saw(ids)
            if sweep.held and ids:
                set_state(connection, f"{_SEEN}{ids[0]}", "\n".join(ids), self._writer.now_ms())

        prepare = partial(self._writer.prepare, enricher=enricher)
        if not self._stage("lead", self._crm.list_leads, land, prepare):
            return False
        missing = sweep.missing()
        if missing:
            refuse_mass_deletion(
                self._db, len(missing), sweep.held, self._tuning, self._writer.now_ms(), confirmed
            )
        for part in chunks(missing, self._crm.capabilities.read_size):
            read = followed(self._db, self._crm, self._crm.read_leads(part))
            with self._db.writer() as connection:
                self._writer.read(connection, read)
        read_again(self._db, self._crm, self._writer)
        return True

    @contextmanager
    def _enricher(self) -> Iterator[Enricher | None]:
        """Start an enricher when there are enough leads left."""
        with self._db.reader() as connection:
            total = get_number(connection, "pass.lead.total")
            left = total - get_number(connection, "pass.lead.count")
            first = not get_state(connection, "load.done")
        if not first or left < ENRICHER_FROM or self._make_enricher is None:
            yield None
            return
        with self._make_enricher() as enricher:
            yield enricher

    def _activities(self, kind: ActivityKindName) -> bool:
        land = partial(self._writer.activities, kind)
        return self._stage(kind, partial(self._crm.list_activities, kind), land)

    def _stage(
        self,
        kind: RemoteKind,
        fetch: Callable[[str], Page[RecordT]],
        land: Callable[[Connection, Sequence[RecordT]], None],
        prepare: Callable[[Sequence[RecordT]], Prepared] = lambda _: _nothing,
    ) -> bool:
        """Walk the pages of one kind; return ``False`` when stopped on the way."""
        with self._db.reader() as connection:
            if get_state(connection, f"pass.{kind}.done"):
                return True
        self._note_start(kind)
        with self._db.reader() as connection:
            cursor = get_state(connection, f"pass.{kind}.after")
            done = get_number(connection, f"pass.{kind}.count")
            total = get_number(connection, f"pass.{kind}.total") or None
        started, at_start = time.monotonic(), done
        self._writer.ask()

        def fetch_in_turn(after: str) -> Page[RecordT]:
            self._db.yield_to_rep()
            return fetch(after)

        # Always closed: the thread that fetches must not outlive an error.
        with (
            self._restart_after_circle(kind),
            closing(prefetched_pages(fetch_in_turn, cursor, prepare)) as pages,
        ):
            for page, ready in pages:
                done += len(page.records)
                last = not page.next_cursor
                ready()
                note = partial(self._note_page, kind, page.next_cursor, done)
                size = COMPANIES_AT_ONCE if kind == "company" else AT_ONCE
                write_in_batches(self._db, page.records, land, note, size)
                took = time.monotonic() - started
                rate = took * done / max(1, done - at_start)
                self._on_progress(SyncProgress(KIND_NAMES[kind], done, total, rate))
                if last:
                    break
                if self._should_stop():
                    return False  # changes since the last look bring what was left out
        # Only now: pages that are under way were asked for before.
        read_again(self._db, self._crm, self._writer)
        return True

    @contextmanager
    def _restart_after_circle(self, kind: RemoteKind) -> Iterator[None]:
        """Begin at the first page next time when the cursors lead in a circle."""
        try:
            yield
        except Unreadable:
            now_ms = self._writer.now_ms()
            with self._db.writer() as connection:
                set_state(connection, f"pass.{kind}.after", "", now_ms)
                set_state(connection, f"pass.{kind}.count", "0", now_ms)
            raise

    def _note_page(self, kind: RemoteKind, cursor: str, done: int, connection: Connection) -> None:
        """Note the cursor in the transaction that stores its page."""
        now_ms = self._writer.now_ms()
        set_state(connection, f"pass.{kind}.after", cursor, now_ms)
        set_state(connection, f"pass.{kind}.count", str(done), now_ms)
        if not cursor and kind != "lead":
            set_state(connection, f"pass.{kind}.done", "1", now_ms)

    def _note_start(self, kind: RemoteKind) -> None:
        """Note the newest change of a kind before its first page is read.

        Not for all kinds at the start: searches are limited, and the first page would wait.
        """
        with self._db.reader() as connection:
            noted = bool(get_state(connection, f"pass.{kind}.total"))
            first = not get_state(connection, "load.done")
        if noted:
            return
        end = self._crm.newest(kind)
        now_ms = self._writer.now_ms()
        # A date in the future would hide every change until then.
        newest_ms = min(end.modified_ms, self._writer.crm_now_ms(self._crm))
        with self._db.writer() as connection:
            set_state(connection, f"pass.{kind}.total", str(end.total), now_ms)
            if first:
                raise_number(connection, f"cursor.{kind}", newest_ms, now_ms)
                # Older records are read well after their date.
                settled = newest_ms - round(self._tuning.settle_s * 1000)
                raise_number(connection, f"trusted.{kind}", settled, now_ms)

    def _end(self) -> None:
        now_ms = self._writer.now_ms()
        with self._db.writer() as connection:
            # Every record was read since: older notes are of records that are gone.
            begun_ms = min(set_at(connection, f"pass.{kind}.total") for kind in _LISTED)
            left_out.forget_older(connection, _LISTED, begun_ms)
            forget(connection, "pass.")
            forget(connection, "suspicious")
            set_state(connection, "load.done", "1", now_ms)
            set_state(connection, TASKS_READ, "1", now_ms)
            set_state(connection, "compared", "1", now_ms)


class Sweep:
    """Finds stored leads that a listing does not show, whatever ids look like.

    The ids seen are noted with each page, so that a pass can go on after a kill.
    """

    def __init__(self, held: set[str], seen: Iterable[str]) -> None:
        self.held = len(held)
        self._unseen = held
        self._unseen.difference_update(seen)

    def saw(self, ids: Sequence[str]) -> None:
        """Add a part of a page."""
        self._unseen.difference_update(ids)

    def missing(self) -> list[str]:
        """Return the leads that no page showed."""
        return sorted(self._unseen)


def _nothing() -> None:
    return


def _held_ids(connection: Connection) -> set[str]:
    """Return the leads that a pass has to find; none in a first load, which only adds."""
    if not get_state(connection, "load.done"):
        return set()
    rows = connection.execute("SELECT lead_id FROM lead WHERE archived = 0")
    return {str(row[0]) for row in rows}


def _ids_seen(connection: Connection) -> Iterator[str]:
    """Yield the leads that the pages of this pass showed before it was interrupted."""
    for text in states_under(connection, _SEEN):
        yield from text.split("\n")
