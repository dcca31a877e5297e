"""Puts pulled records into the mirror: what a page of leads or activities means for the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.field_merge import shown
from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    RemoteActivity,
    RemoteCompany,
    RemoteLead,
)
from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.store.account import left_out
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import attempts, merged_leads, mirror, timeline
from sdrdesk.store.mirror.enrichment import (
    CompanyValues,
    DerivedValues,
    Enriched,
    enrich,
    enriched_by_id,
)
from sdrdesk.store.mirror.rederive import note_rules
from sdrdesk.store.record.suppressions import repeat_do_not_call
from sdrdesk.sync.port import AccountPort, LeadsRead
from sdrdesk.sync.report import Counts

SHORT_S = 0.004
"""How long a transaction takes in more: what waits for its end waits for its commit too."""
AT_ONCE = 50
"""Records landed between two looks at whether somebody waits: about two milliseconds."""
COMPANIES_AT_ONCE = 8
"""The same for companies: the leads of each may have to be worked out again."""

RecordT = TypeVar("RecordT")


def in_turns(
    db: Database,
    records: Sequence[RecordT],
    land: Callable[[Connection, Sequence[RecordT]], None],
    last: Callable[[Connection], None] = lambda _: None,
    size: int = AT_ONCE,
) -> None:
    """Land the records of a page in as few transactions as are short.

    Each ends sooner when a rep wants to write; ``size`` records are landed between two looks at
    that. ``last`` is part of the last transaction: there is always one.
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
class Tally:
    """What this pull brought so far."""

    counts: Counts = field(default_factory=Counts)
    fresh: list[str] = field(default_factory=list)
    """Leads whose latest conversion is new here."""
    companies_missing: set[str] = field(default_factory=set)

    def add(self, **numbers: int) -> None:
        """Count records."""
        self.counts = self.counts + Counts(**numbers)


Prepared = Callable[[], None]
"""Ends what was begun for a page; called right before the page is landed."""


class Beside(Protocol):
    """Works out what leads mean at the same time as its caller works."""

    def begin(
        self,
        leads: Sequence[RemoteLead],
        companies: Mapping[str, CompanyValues],
        personas: Mapping[str, str],
    ) -> Callable[[], Sequence[DerivedValues] | None] | None:
        """Begin, and return how to wait for what ``enrich`` says of ``leads``.

        ``None`` at either time: it cannot do that now, the caller does.
        """
        ...


class Landing:
    """Writes pages into the mirror within the caller's transaction."""

    def __init__(self, db: Database, derive: Derive, clock: Clock, rules: str = "") -> None:
        self._db = db
        self._derive = derive
        self._ready: Mapping[str, Enriched] = {}
        self._rules = rules
        self._clock = clock
        self.tally = Tally()
        with db.reader() as connection:
            self.reload_labels(connection)
            self._noted = left_out.named(connection)

    def prepare(self, leads: Sequence[RemoteLead], beside: Beside | None = None) -> Prepared:
        """Begin to work out what leads mean; call what comes back right before they are landed.

        Not within the transaction that lands them: a rep's key press waits for that. Thread-safe.

        Args:
            leads: a page of them.
            beside: works it out while this process does something else.
        """
        with self._db.reader() as connection:
            companies = mirror.companies_of(connection, leads)
        coming = beside.begin(leads, companies, self._personas) if beside else None

        def finish() -> None:
            facts = coming() if coming else None
            if facts is None:
                facts = enrich(leads, companies, self._derive, self._personas)
            self._ready = enriched_by_id(leads, companies, facts)

        return finish

    def leads(self, connection: Connection, leads: Sequence[RemoteLead]) -> None:
        """Land a page of leads: follow merges, keep the values, count attempts."""
        if not leads:
            return
        ids = [lead.lead_id for lead in leads]
        note_rules(connection, ids, self._rules, self.now_ms())
        self._tell(connection, [("lead", lead.lead_id, lead.left_out) for lead in leads])
        self._follow_merges(connection, leads)
        put = mirror.put_leads(
            connection,
            leads,
            derive=self._derive,
            shown=self._shown,
            personas=self._personas,
            now_ms=self.now_ms(),
            ready=self._ready,
        )
        repeat_do_not_call(
            connection, [lead.lead_id for lead in leads if lead.merged_ids], self.now_ms()
        )
        attempts.recompute(connection, ids)
        self.tally.add(contacts=put.count)
        self.tally.fresh += put.fresh
        self.tally.companies_missing |= put.companies_missing

    def read(self, connection: Connection, read: LeadsRead) -> None:
        """Land leads that were asked for by id, with what became of the missing ones."""
        for old_id, new_id in read.moved.items():
            self._merge(connection, old_id, new_id)
        held = mirror.lead_dates(connection, [lead.lead_id for lead in read.found])
        news = [lead for lead in read.found if held.get(lead.lead_id) != lead.modified_ms]
        self.leads(connection, news)
        self.deleted(connection, read.deleted)

    def deleted(self, connection: Connection, ids: Sequence[str]) -> None:
        """Take deleted leads out of the queue; what the rep typed stays."""
        self._tell(connection, [("lead", lead_id, ()) for lead_id in ids])
        self.tally.add(deleted=mirror.archive_leads(connection, ids))

    def companies(self, connection: Connection, companies: Sequence[RemoteCompany]) -> None:
        """Land companies and work out again what depends on them."""
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
        """Land activities of all reps."""
        if not activities:
            return
        self._tell(connection, [(kind, a.crm_id, a.left_out) for a in activities])
        touched = timeline.put_activities(connection, activities, self._outcomes)
        if kind == "call":
            attempts.recompute(connection, touched)
        one = {"calls": len(activities)} if kind == "call" else {"tasks": len(activities)}
        self.tally.add(**one)

    def unreadable(self, connection: Connection, notes: Sequence[LeftOut]) -> None:
        """Remember what of the CRM's answers could not be read at all."""
        left_out.put(connection, notes, self.now_ms())
        self._noted |= {(note.kind, note.record_id) for note in notes}

    def _tell(
        self, connection: Connection, records: Sequence[tuple[str, str, tuple[LeftOut, ...]]]
    ) -> None:
        """Remember what was left out of these records, and forget it of those that are good."""
        notes = [note for _, _, found in records for note in found]
        if notes:
            self.unreadable(connection, notes)
        if self._noted:
            good = {(kind, record_id) for kind, record_id, found in records if not found}
            left_out.forget_records(connection, good & self._noted)
            self._noted -= good

    def now_ms(self) -> int:
        """Return the present moment."""
        return to_ms(self._clock())

    def crm_now_ms(self, crm: AccountPort) -> int:
        """Return the present moment by the CRM's clock, as far as its answers tell."""
        return self.now_ms() + round((crm.clock_offset_s or 0.0) * 1000)

    def reload_labels(self, connection: Connection) -> None:
        """Take over the names the account gives its personas, outcomes and stages."""
        self._personas = mirror.option_labels(connection, "persona")
        self._outcomes = mirror.option_labels(connection, "outcome")
        self._stages = tuple(mirror.option_labels(connection, "lifecycle"))

    def _shown(self, field_name: str, base: str, mine: str, theirs: str) -> str:
        return shown(field_name, base, mine, theirs, stages=self._stages)

    def _follow_merges(self, connection: Connection, leads: Iterable[RemoteLead]) -> None:
        """A survivor names the ids merged into it: the moment to rewrite references."""
        survivors = {old: lead.lead_id for lead in leads for old in lead.merged_ids}
        if not survivors:
            return
        for old_id in merged_leads.known_ids(connection, survivors):
            self._merge(connection, old_id, survivors[old_id])

    def _merge(self, connection: Connection, old_id: str, new_id: str) -> None:
        if merged_leads.merge_ids(connection, old_id, new_id):
            self.tally.add(merged=1)
