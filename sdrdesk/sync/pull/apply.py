"""Storing of pulled records in the mirror, with everything that depends on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.field_merge import NO_ATTEMPTS, shown
from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    RemoteActivity,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
)
from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.domain.outcome.catalog import Dispositions, Flag
from sdrdesk.store.account import left_out
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.forget.digests import bar_returned, forgotten_calls, read_forgotten
from sdrdesk.store.mirror import (
    attempts,
    merged_leads,
    mirror,
    put_back,
    shared_records,
    timeline,
)
from sdrdesk.store.mirror.derived_state import note_rules
from sdrdesk.store.mirror.enrichment import (
    CompanyValues,
    DerivedValues,
    Enriched,
    enrich,
    enriched_by_id,
)
from sdrdesk.store.mirror.reused_ids import part_leads
from sdrdesk.store.outbox.overtaken import activities_sent_since, asked_now, leads_sent_since
from sdrdesk.store.promises import promises
from sdrdesk.store.record import meeting_results
from sdrdesk.store.record.barred import close_promises, learn_barred
from sdrdesk.store.record.register import match_in
from sdrdesk.store.record.suppressions import repeat_do_not_call
from sdrdesk.sync.port import AccountPort, LeadsRead
from sdrdesk.sync.report import Pulled

SHORT_S = 0.004
"""Time budget per transaction: a rep's write waits for its end and its commit."""
AT_ONCE = 20
"""Records stored between two checks for a waiting rep: about a millisecond."""
COMPANIES_AT_ONCE = 2
"""The same for companies, of which each has leads to derive again."""

RecordT = TypeVar("RecordT")


def write_in_batches(
    db: Database,
    records: Sequence[RecordT],
    land: Callable[[Connection, Sequence[RecordT]], None],
    last: Callable[[Connection], None] = lambda _: None,
    size: int = AT_ONCE,
) -> None:
    """Store the records of a page in few short transactions.

    Each ends early when a rep wants to write, which is checked every ``size`` records. ``last``
    runs in the last transaction, also for an empty page.
    """
    done = 0
    while True:
        with db.writer() as connection:
            until = time.monotonic() + SHORT_S
            while True:
                land(connection, records[done : done + size])
                done += size
                if done >= len(records) or time.monotonic() > until or db.rep_is_waiting():
                    break
            if done >= len(records):
                last(connection)
                return


@dataclass(slots=True)
class PullTally:
    """Counts of the pull so far."""

    counts: Pulled = field(default_factory=Pulled)
    fresh: list[str] = field(default_factory=list)
    """Leads whose latest conversion is new."""
    companies_missing: set[str] = field(default_factory=set)

    def add(self, **numbers: int) -> None:
        """Add to the counts."""
        self.counts = self.counts + Pulled(**numbers)


Prepared = Callable[[], None]
"""Finishes preparing a page; call it right before the page is stored."""


class Enricher(Protocol):
    """Derives leads in parallel to its caller."""

    def begin(
        self,
        leads: Sequence[RemoteLead],
        companies: Mapping[str, CompanyValues],
        personas: Mapping[str, str],
    ) -> Callable[[], Sequence[DerivedValues] | None] | None:
        """Begin, and return a function that waits for the result of ``enrich`` on ``leads``.

        ``None`` from either: the caller has to derive them.
        """
        ...


Follow = Callable[[Connection, Iterable[str]], None]
"""Works out what follows from records of these leads, in the transaction that stores them."""


class PageWriter:
    """Writes pages of records to the mirror within the caller's transaction."""

    def __init__(
        self,
        db: Database,
        derive: Derive,
        clock: Clock,
        rules: str = "",
        dispositions: Dispositions | None = None,
        rep_id: str = "",
        follow: Follow | None = None,
    ) -> None:
        self._follow = follow
        self._attempts = NO_ATTEMPTS if dispositions is None else dispositions.attempts
        self._rep_id = rep_id
        self._db = db
        self._catalog = dispositions
        self._derive = derive
        self._ready: Mapping[str, Enriched] = {}
        self._rules = rules
        self._clock = clock
        self.tally = PullTally()
        self._overtaken: dict[RemoteKind, set[str]] = {}
        with db.reader() as connection:
            self._asked = asked_now(connection)
            self.reload_labels(connection)
            self._noted = left_out.named(connection)
            self._forgotten = read_forgotten(connection)

    def ask(self) -> None:
        """Note that what comes next is asked for now; call it before the request leaves."""
        with self._db.reader() as connection:
            self._asked = asked_now(connection)

    def overtaken(self) -> dict[RemoteKind, set[str]]:
        """Return the records that were not stored, and forget them: read them again.

        Something of this desk went out for them since they were asked for, so that what came may
        be older: it would show a rejected lead as open, or a number as one that may be called.
        """
        found, self._overtaken = self._overtaken, {}
        return found

    def prepare(self, leads: Sequence[RemoteLead], enricher: Enricher | None = None) -> Prepared:
        """Begin to derive leads; call the result right before they are stored. Thread-safe.

        Not within the transaction that stores them, for which a rep's key press may wait.

        Args:
            leads: a page of leads.
            enricher: derives them in another process.
        """
        with self._db.reader() as connection:
            companies = mirror.companies_of(connection, leads)
        coming = enricher.begin(leads, companies, self._personas) if enricher else None

        def finish() -> None:
            facts = coming() if coming else None
            if facts is None:
                facts = []
                for part in chunks(leads, AT_ONCE):
                    self._db.yield_to_rep()
                    facts += enrich(part, companies, self._derive, self._personas)
            self._ready = enriched_by_id(leads, companies, facts)

        return finish

    def leads(self, connection: Connection, leads: Sequence[RemoteLead]) -> None:
        """Store a page of leads: follow merges, keep the values, count attempts.

        People who were erased on this machine are left out, and so is what ``overtaken`` returns.
        """
        self._forgotten = read_forgotten(connection)  # a person may be erased during a pull
        if self._forgotten.rows:
            leads = [lead for lead in leads if not self._forgotten.has("lead", lead.lead_id)]
        late = leads_sent_since(connection, self._asked)
        if late:
            self._leave("lead", {lead.lead_id for lead in leads} & late)
            leads = [lead for lead in leads if lead.lead_id not in late]
        if not leads:
            return
        ids = [lead.lead_id for lead in leads]
        note_rules(connection, ids, self._rules, self.now_ms())
        self._tell(connection, [("lead", lead.lead_id, lead.left_out) for lead in leads])
        self.deleted(connection, part_leads(connection, leads))
        self._follow_merges(connection, leads)
        outcomes = self._catalog.rejections if self._catalog else {}
        before = put_back.rejected(connection, ids, outcomes) if outcomes else {}
        put = mirror.put_leads(
            connection,
            leads,
            derive=self._derive,
            shown=self._shown,
            personas=self._personas,
            now_ms=self.now_ms(),
            ready=self._ready,
        )
        if before and self._catalog:
            put_back.reopen(connection, before, self._catalog.ending_statuses)
        repeat_do_not_call(
            connection, [lead.lead_id for lead in leads if lead.merged_ids], self.now_ms()
        )
        attempts.recompute(connection, ids, self.now_ms())
        self._following(connection, ids)
        bar_returned(connection, self._forgotten, ids, self.now_ms())
        match_in(connection)  # before anybody can dial them
        self.tally.add(contacts=put.count)
        self.tally.fresh += put.fresh
        self.tally.companies_missing |= put.companies_missing

    def read(self, connection: Connection, read: LeadsRead) -> None:
        """Store leads that were read by id; apply merges and deletions."""
        for old_id, new_id in read.moved.items():
            self._merge(connection, old_id, new_id)
        held = mirror.lead_dates(connection, [lead.lead_id for lead in read.found])
        changed = [lead for lead in read.found if held.get(lead.lead_id) != lead.modified_ms]
        self.leads(connection, changed)
        self.deleted(connection, read.deleted)
        self._tell(connection, [("lead", lead_id, ()) for lead_id in read.taken_away])
        mirror.take_away_leads(connection, read.taken_away)
        self._following(connection, read.taken_away)

    def _following(self, connection: Connection, lead_ids: Iterable[str]) -> None:
        if self._follow is not None:
            self._follow(connection, lead_ids)

    def deleted(self, connection: Connection, ids: Sequence[str]) -> None:
        """Archive deleted leads; the rep's own records stay."""
        self._tell(connection, [("lead", lead_id, ()) for lead_id in ids])
        self.tally.add(deleted=mirror.archive_leads(connection, ids))
        self._following(connection, ids)

    def companies(self, connection: Connection, companies: Sequence[RemoteCompany]) -> None:
        """Store companies and derive their leads again."""
        if not companies:
            return
        depending = mirror.put_companies(connection, companies)
        if depending:
            note_rules(connection, depending, self._rules, self.now_ms())
            mirror.rederive(connection, depending, self._derive, self._personas)
        self._tell(connection, [("company", c.company_id, c.left_out) for c in companies])
        self.tally.companies_missing -= {c.company_id for c in companies}
        self.tally.add(companies=len(companies))

    def activities(
        self,
        kind: ActivityKindName,
        connection: Connection,
        activities: Sequence[RemoteActivity],
    ) -> None:
        """Store activities of all reps, without what ``overtaken`` returns."""
        activities = self._without_forgotten(kind, connection, activities)
        late = activities_sent_since(connection, self._asked, kind)
        if late:
            self._leave(kind, {a.crm_id for a in activities} & late)
            activities = [a for a in activities if a.crm_id not in late]
        if not activities:
            return
        self._tell(connection, [(kind, a.crm_id, a.left_out) for a in activities])
        touched = timeline.put_activities(connection, activities, self._outcomes)
        if kind in shared_records.WITH_FACTS:
            odd = shared_records.put_facts(connection, activities, self._fits)
            if odd:
                self.unreadable(connection, odd)
        if kind == "call":
            attempts.recompute(connection, touched, self.now_ms())
            promises.settle(connection, touched, self.now_ms())
            learn_barred(connection, activities)
        elif kind == "meeting":
            meeting_results.keep_own_words(connection, touched, self.now_ms())
        elif kind == "task":
            touched = promises.put_tasks(connection, activities, self.now_ms())
        if self._rep_id and kind in ("call", "task"):
            close_promises(connection, touched, self._rep_id, self.now_ms())
        if kind not in ("task", "note"):
            self._following(connection, touched)
        self.tally.add(**{"calls" if kind == "call" else "tasks": len(activities)})

    def _leave(self, kind: RemoteKind, ids: set[str]) -> None:
        self._overtaken.setdefault(kind, set()).update(ids)

    def _without_forgotten(
        self, kind: str, connection: Connection, activities: Sequence[RemoteActivity]
    ) -> Sequence[RemoteActivity]:
        """Return the activities without those of people who were erased on this machine."""
        if not self._forgotten.rows:
            return activities
        counted = forgotten_calls(connection, kind, [a.crm_id for a in activities])
        kept = []
        for one in activities:
            ids = tuple(i for i in one.lead_ids if not self._forgotten.has("lead", i))
            if one.crm_id not in counted and (ids or not one.lead_ids):
                kept.append(one if ids == one.lead_ids else replace(one, lead_ids=ids))
        return kept

    def _fits(self, outcome: str, value: str, is_call: bool) -> str:
        """Return why an outcome cannot be that of a record with the CRM's own outcome ``value``.

        No value says nothing, nor does one without an option: an administrator may have deleted
        the field or the option, and made it again.
        """
        known = self._catalog.get(outcome) if self._catalog is not None else None
        if known is None:
            return ""  # a colleague's own: reports count it by the CRM's label alone
        if is_call:
            label = self._outcomes.get(value, "")
            is_it = self._named.get(known.crm_outcome.casefold()) == value
            if not label or is_it or known.crm_outcome.casefold() == label.casefold():
                return ""
            return f'the call\'s outcome at the CRM is "{label}"'
        alone = known.is_(Flag.WITHOUT_CALL) or known.is_(Flag.NURTURE)
        return "" if alone else "this outcome needs a call"

    def unreadable(self, connection: Connection, notes: Sequence[LeftOut]) -> None:
        """Note values and records that could not be read."""
        left_out.put(connection, notes, self.now_ms())
        self._noted |= {(note.kind, note.record_id) for note in notes}

    def _tell(
        self, connection: Connection, records: Sequence[tuple[str, str, tuple[LeftOut, ...]]]
    ) -> None:
        """Note unreadable values of these records; drop the notes on readable ones."""
        notes = [note for _, _, found in records for note in found]
        if notes:
            self.unreadable(connection, notes)
        if self._noted:
            good = {(kind, record_id) for kind, record_id, found in records if not found}
            left_out.forget_records(connection, good & self._noted)
            self._noted -= good

    def now_ms(self) -> int:
        """Return the current time."""
        return to_ms(self._clock())

    def crm_now_ms(self, crm: AccountPort) -> int:
        """Return the current time by the CRM's clock, as far as known."""
        return self.now_ms() + round((crm.clock_offset_s or 0.0) * 1000)

    def reload_labels(self, connection: Connection) -> None:
        """Reload the account's labels of personas, outcomes and stages."""
        self._personas = mirror.option_labels(connection, "persona")
        self._outcomes = mirror.option_labels(connection, "outcome")
        self._named = mirror.known_outcomes(connection)
        self._stages = tuple(mirror.option_labels(connection, "lifecycle"))

    def _shown(self, field_name: str, base: str, mine: str, theirs: str) -> str:
        return shown(field_name, base, mine, theirs, stages=self._stages, attempts=self._attempts)

    def _follow_merges(self, connection: Connection, leads: Iterable[RemoteLead]) -> None:
        """Rewrite references to leads that were merged into these."""
        survivors = {old: lead.lead_id for lead in leads for old in lead.merged_ids}
        if not survivors:
            return
        for old_id in merged_leads.known_ids(connection, survivors):
            self._merge(connection, old_id, survivors[old_id])

    def _merge(self, connection: Connection, old_id: str, new_id: str) -> None:
        if merged_leads.merge_ids(connection, old_id, new_id):
            self.tally.add(merged=1)
        promises.settle(connection, [new_id], self.now_ms())
