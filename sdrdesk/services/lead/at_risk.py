"""Leads at risk in the next hours: callbacks, SLAs and calling windows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.queue.at_risk import Risk, first_risk
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.sla.pauses import SlaPause
from sdrdesk.domain.sla.sla import sla_state
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.queue.service import QueueService
from sdrdesk.services.views.queue import QueueRow, QueueSnapshot
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.candidates import candidates_of
from sdrdesk.store.record.opening_lines import first_lines
from sdrdesk.store.record.sla_pauses import pauses_in
from sdrdesk.store.reports.counts import callback_leads_until, waiting_leads_since

_CONVERTED_WITHIN = timedelta(days=5)
"""Over a long weekend an SLA in office hours is not due before Tuesday."""


class AtRiskLead(NamedTuple):
    """The id of one lead with its earliest risk."""

    lead_id: str
    risk: Risk


class AtRiskRow(NamedTuple):
    """One lead with its earliest risk."""

    row: QueueRow
    risk: Risk
    first_line: str
    """The opening note for the next call, ``""`` for none."""


class AtRiskView(NamedTuple):
    """Leads at risk until a moment, the soonest first. Rows are fetched when they are shown."""

    as_of: datetime
    until: datetime
    leads: tuple[AtRiskLead, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The leads' ids."""
        return tuple(found.lead_id for found in self.leads)


class AtRiskService:
    """Finds leads at risk from the database alone; needs no network."""

    def __init__(
        self,
        db: Database,
        queue: QueueService,
        clock: Clock,
        rulebook: Rulebook,
        sla_zone: Callable[[], str],
    ) -> None:
        self._db = db
        self._queue = queue
        self._clock = clock
        self._rules = rulebook
        self._sla_zone = sla_zone

    def ahead(self, until: datetime, whose: Collection[str] | None = None) -> AtRiskView:
        """Return the leads of the whole queue that are at risk up to ``until`` (aware).

        ``whose`` are the owner ids to keep, ``None`` for all.
        """
        now = self._clock()
        waiting = waiting_leads_since(self._db, now - _CONVERTED_WITHIN, self._queue.owner_ids())
        callable_ids = self._queue.snapshot().lead_ids
        ids = tuple(
            dict.fromkeys((*callback_leads_until(self._db, until), *waiting, *callable_ids))
        )
        kept_out, clock = self._queue.first_rules(ids), WindowClock(self._rules.windows, now)
        waits = frozenset(waiting)
        with self._db.reader() as connection:
            pauses = pauses_in(connection, ids)
        found = [
            (risk.at, place, AtRiskLead(item.lead_id, risk))
            for place, item in enumerate(candidates_of(self._db, ids, now=now))
            if item.lead_id in kept_out
            and (whose is None or item.owner_id in whose)
            and (
                risk := self._risk(
                    item,
                    waits,
                    clock,
                    *kept_out[item.lead_id],
                    until,
                    pauses.get(item.lead_id, ()),
                )
            )
            is not None
        ]
        return AtRiskView(now, until, tuple(lead for _, _, lead in sorted(found)))

    def rows(self, view: AtRiskView, start: int, stop: int) -> list[AtRiskRow]:
        """Return the rows from ``start`` up to ``stop``; leads deleted since are left out."""
        risks = {lead.lead_id: lead.risk for lead in view.leads[start:stop]}
        snapshot = QueueSnapshot(view.as_of, view.ids, len(view.leads))
        lines = first_lines(self._db, tuple(risks))
        return [
            AtRiskRow(row, risks[row.lead_id], lines.get(row.lead_id, ""))
            for row in self._queue.rows(snapshot, start, stop)
        ]

    def _risk(
        self,
        item: Candidate,
        waits: frozenset[str],
        clock: WindowClock,
        kept_out_by: str | None,
        asleep_until: datetime | None,
        until: datetime,
        pauses: Sequence[SlaPause],
    ) -> Risk | None:
        sla_due_at = None
        if item.lead_id in waits:  # only they can have an SLA that still runs
            config = self._rules.sla.in_zone(self._sla_zone()).of(item.owner_id)
            sla = sla_state(
                item.converted_at, None, config, clock.now, how_late=False, pauses=pauses
            )
            sla_due_at = sla.due_at if sla.state in ("on_track", "at_risk") else None
        return first_risk(
            callback_at=item.callback_at,
            sla_due_at=sla_due_at,
            window_closes_at=clock.state(
                item.zone, item.country, item.state, owner_id=item.owner_id
            ).closes_at,
            kept_out_by=kept_out_by,
            asleep_until=asleep_until,
            until=until,
        )
