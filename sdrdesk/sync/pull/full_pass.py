"""The full pass: everything, by the list endpoints, page by page, resumable at any point.

The first load and every full comparison are the same walk. The last piece of a page is stored in
one transaction with the cursor, so a kill costs only the pages that were fetched ahead. Leads come
by ascending id, so what is held here and not on a page that should have shown it is gone, merged,
or purged.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import TypeVar

from sdrdesk.domain.crm.foreign_values import MOST_ID
from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
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
)
from sdrdesk.sync.errors import Unreadable
from sdrdesk.sync.port import CrmClient, Page
from sdrdesk.sync.pull.apply import (
    AT_ONCE,
    COMPANIES_AT_ONCE,
    Beside,
    Landing,
    Prepared,
    in_turns,
)
from sdrdesk.sync.pull.mass_deletion import refuse_mass_deletion
from sdrdesk.sync.pull.prefetch import pages_ahead
from sdrdesk.sync.report import Progress
from sdrdesk.sync.tuning import Tuning

KINDS: tuple[RemoteKind, ...] = ("company", "lead", *ACTIVITY_KINDS)

WORDS: dict[RemoteKind, str] = {
    "company": "companies",
    "lead": "leads",
    "call": "calls",
    "task": "tasks",
    "note": "notes",
    "meeting": "meetings",
}

_READ = 100

Help = Callable[[], AbstractContextManager[Beside | None]]
"""Makes what works out leads beside a first load."""
WORTH_HELP = 5_000
"""Leads from which on help is worth its beginning: a process takes a third of a second to start."""

RecordT = TypeVar("RecordT")


class FullPass:
    """One walk over everything; goes on where an interrupted one stopped."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        landing: Landing,
        tuning: Tuning,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
        help_with: Help | None = None,
    ) -> None:
        self._db = db
        self._crm = crm
        self._landing = landing
        self._tuning = tuning
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._help = help_with

    def run(self, *, confirmed: bool) -> bool:
        """Walk; ``False`` when it was stopped on the way and will be resumed.

        Args:
            confirmed: a person asked for this pass after they were told about missing leads.

        Raises:
            SuspiciousRemote: most leads are gone; nothing was removed.
        """
        self._note_start("lead")  # how many there are decides about help, which takes time to come
        with self._helped() as beside:
            finished = self._stage(
                "company", self._crm.list_companies, self._landing.companies
            ) and self._leads(beside, confirmed=confirmed)
        finished = finished and all(self._activities(kind) for kind in ACTIVITY_KINDS)
        if finished:
            self._end()
        return finished

    def _leads(self, beside: Beside | None, *, confirmed: bool) -> bool:
        with self._db.reader() as connection:
            sweep = Sweep(_held_numbers(connection), get_number(connection, "pass.lead.last"))

        def land(connection: Connection, page: Sequence[RemoteLead]) -> None:
            self._landing.leads(connection, page)
            last = sweep.saw([lead.lead_id for lead in page])
            set_state(connection, "pass.lead.last", str(last), self._landing.now_ms())

        prepare = partial(self._landing.prepare, beside=beside)
        if not self._stage("lead", self._crm.list_leads, land, sweep.end, prepare):
            return False
        missing = sweep.missing
        if missing:
            refuse_mass_deletion(
                self._db, len(missing), sweep.held, self._tuning, self._clock_ms(), confirmed
            )
        for part in chunks(missing, _READ):
            read = self._crm.read_leads(part)
            with self._db.writer() as connection:
                self._landing.read(connection, read)
        return True

    @contextmanager
    def _helped(self) -> Iterator[Beside | None]:
        """Let another process work out what leads mean where that gains more than it costs."""
        with self._db.reader() as connection:
            total = get_number(connection, "pass.lead.total")
            left = total - get_number(connection, "pass.lead.count")
            first = not get_state(connection, "load.done")
        if not first or left < WORTH_HELP or self._help is None:
            yield None
            return
        with self._help() as beside:
            yield beside

    def _activities(self, kind: ActivityKindName) -> bool:
        land = partial(self._landing.activities, kind)
        return self._stage(kind, partial(self._crm.list_activities, kind), land)

    def _stage(
        self,
        kind: RemoteKind,
        fetch: Callable[[str], Page[RecordT]],
        land: Callable[[Connection, Sequence[RecordT]], None],
        before_done: Callable[[], None] = lambda: None,
        prepare: Callable[[Sequence[RecordT]], Prepared] = lambda _: _nothing,
    ) -> bool:
        """Walk one kind of record; ``False`` when stopped on the way."""
        with self._db.reader() as connection:
            if get_state(connection, f"pass.{kind}.done"):
                return True
        self._note_start(kind)
        with self._db.reader() as connection:
            cursor = get_state(connection, f"pass.{kind}.after")
            done = get_number(connection, f"pass.{kind}.count")
            total = get_number(connection, f"pass.{kind}.total") or None
        started, at_start = time.monotonic(), done
        # Closed on every way out: the thread that fetches must not outlive an error.
        with self._anew_after_a_circle(kind), closing(pages_ahead(fetch, cursor, prepare)) as pages:
            for page, ready in pages:
                done += len(page.records)
                last = not page.next_cursor
                ready()
                note = partial(self._note_page, kind, page.next_cursor, done)
                size = COMPANIES_AT_ONCE if kind == "company" else AT_ONCE
                in_turns(self._db, page.records, land, note, size)
                took = time.monotonic() - started
                rate = took * done / max(1, done - at_start)
                self._on_progress(Progress(WORDS[kind], done, total, rate))
                if last:
                    break
                if self._should_stop():
                    return False
        before_done()
        return True

    @contextmanager
    def _anew_after_a_circle(self, kind: RemoteKind) -> Iterator[None]:
        """Begin at the first page next time when the cursors turn out to be no good."""
        try:
            yield
        except Unreadable:
            now_ms = self._landing.now_ms()
            with self._db.writer() as connection:
                set_state(connection, f"pass.{kind}.after", "", now_ms)
                set_state(connection, f"pass.{kind}.count", "0", now_ms)
            raise

    def _note_page(self, kind: RemoteKind, cursor: str, done: int, connection: Connection) -> None:
        """Note that everything up to ``cursor`` is here; in the transaction that makes it so."""
        now_ms = self._landing.now_ms()
        set_state(connection, f"pass.{kind}.after", cursor, now_ms)
        set_state(connection, f"pass.{kind}.count", str(done), now_ms)
        if not cursor and kind != "lead":
            set_state(connection, f"pass.{kind}.done", "1", now_ms)

    def _note_start(self, kind: RemoteKind) -> None:
        """Note where changes of a kind begin to count: before its first page is read.

        Not of all kinds at the start: searches are rationed, and the first page would wait.
        """
        with self._db.reader() as connection:
            noted = bool(get_state(connection, f"pass.{kind}.total"))
            first = not get_state(connection, "load.done")
        if noted:
            return
        end = self._crm.newest(kind)
        now_ms = self._clock_ms()
        # A date in the future, believed, would hide every change until then.
        newest_ms = min(end.modified_ms, self._landing.crm_now_ms(self._crm))
        with self._db.writer() as connection:
            set_state(connection, f"pass.{kind}.total", str(end.total), now_ms)
            if first:
                raise_number(connection, f"cursor.{kind}", newest_ms, now_ms)
                # What is older than this is read well after its date.
                settled = newest_ms - round(self._tuning.settle_s * 1000)
                raise_number(connection, f"trusted.{kind}", settled, now_ms)

    def _end(self) -> None:
        now_ms = self._clock_ms()
        with self._db.writer() as connection:
            # Every record was read since: notes that none confirmed are of what is gone.
            begun_ms = min(set_at(connection, f"pass.{kind}.total") for kind in KINDS)
            left_out.forget_older(connection, KINDS, begun_ms)
            forget(connection, "pass.")
            forget(connection, "suspicious")
            set_state(connection, "load.done", "1", now_ms)
            set_state(connection, "compared", "1", now_ms)

    def _clock_ms(self) -> int:
        return self._landing.now_ms()


class Sweep:
    """Finds leads that are held here but were passed over by a listing in ascending id."""

    def __init__(self, held: Sequence[int], last: int) -> None:
        self.held = len(held)
        self.missing: list[str] = []
        self._held = held
        self._last = last

    def saw(self, ids: Sequence[str]) -> int:
        """Take in one page and return the largest id so far."""
        numbers = sorted(int(i) for i in ids if _is_number(i))
        if not numbers:
            return self._last
        self._between(self._last, numbers[-1], set(numbers))
        self._last = max(self._last, numbers[-1])
        return self._last

    def end(self) -> None:
        """Everything held beyond the last page is missing too."""
        if self._held:
            self._between(self._last, self._held[-1], set())

    def _between(self, low: int, high: int, seen: set[int]) -> None:
        start, stop = bisect_right(self._held, low), bisect_right(self._held, high)
        self.missing += [str(n) for n in self._held[start:stop] if n not in seen]


def _nothing() -> None:
    return


def _held_numbers(connection: Connection) -> list[int]:
    rows = connection.execute("SELECT lead_id FROM lead WHERE archived = 0").fetchall()
    return sorted(int(row[0]) for row in rows if _is_number(str(row[0])))


def _is_number(record_id: str) -> bool:
    return record_id.isascii() and record_id.isdecimal() and len(record_id) <= MOST_ID
