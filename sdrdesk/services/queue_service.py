"""The queue: ranked, explained, and how it came to be this short."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sdrdesk.clock import Clock
from sdrdesk.domain.calling_window import WindowClock
from sdrdesk.domain.candidate import Candidate, Facts
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.funnel import funnel
from sdrdesk.domain.lead import Lead
from sdrdesk.domain.overtaking import overtakes_at
from sdrdesk.domain.ranking import OrderKey, is_callback_due, lane, reasons, score, scorer
from sdrdesk.domain.rules import LABELS, blocker, blocks
from sdrdesk.domain.scoring import key_of
from sdrdesk.domain.sla import sla_state
from sdrdesk.domain.timezones import zone_info
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views import (
    Block,
    FunnelStep,
    FunnelView,
    QueueRow,
    QueueSnapshot,
    WhyView,
)
from sdrdesk.store.candidates import candidate_of, candidates, facts, total_leads
from sdrdesk.store.database import Database
from sdrdesk.store.find import find_leads
from sdrdesk.store.leads import get_lead

VIEWS = ("callable", "callback", "new", "retry", "reengaged", "resting", "all")
"""Names of the views: the callable leads, one lane of them, those that come back by themselves,
or every lead that is mine."""

_BY_THE_CLOCK = frozenset(
    {
        "callback_future",
        "snoozed",
        "resting",
        "daily_cap",
        "worked_by_colleague",
        "call_window",
    }
)
"""Rules that let a lead go by themselves when their time is over."""
_FIND_MOST = 500
"""How many leads a search narrows the queue to; nobody reads further."""


class QueueService:
    """Ranks what is on disk. Every call reads anew; nothing is kept between calls."""

    def __init__(
        self,
        db: Database,
        rulebook: Rulebook,
        clock: Clock,
        my_owner_ids: Callable[[], frozenset[str] | None],
        sla_zone: str,
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._clock = clock
        self._mine = my_owner_ids
        self._sla_zone = sla_zone

    def snapshot(
        self, find: str = "", *, as_of: datetime | None = None, view: str = "callable"
    ) -> QueueSnapshot:
        """Rank the queue at ``as_of`` (now when left out).

        Raises:
            UsageError: there is no view of that name.
        """
        if view not in VIEWS:
            raise UsageError(
                f"There is no view {view!r}.", next_step=f"Views are: {', '.join(VIEWS)}."
            )
        now = as_of or self._clock()
        told = self._facts()
        mine = told.my_owner_ids
        pool = candidates(self._db, None if mine is None else sorted(mine), now=now)
        if find.strip():
            found = {hit.lead_id for hit in find_leads(self._db, find, _FIND_MOST)}
            pool = [item for item in pool if item.lead_id in found]
        chosen = self._chosen(pool, told, now, view)
        ordered = self._ordered(chosen, now)
        return QueueSnapshot(
            as_of=now,
            lead_ids=tuple(item.lead_id for item in ordered),
            total=total_leads(self._db),
            find=find,
            view=view,
            items=ordered,
        )

    def _chosen(
        self, pool: Iterable[Candidate], told: Facts, now: datetime, view: str
    ) -> list[Candidate]:
        first = blocker(self._rules.rules, WindowClock(self._rules.windows, now), told)
        if view == "all":
            return [item for item in pool if not item.archived]
        if view == "resting":
            return [item for item in pool if first(item) in _BY_THE_CLOCK]
        open_now = [item for item in pool if first(item) is None]
        if view == "callable":
            return open_now
        return [item for item in open_now if lane(item, now) == view]

    def _ordered(self, pool: list[Candidate], now: datetime) -> list[Candidate]:
        points = scorer(self._rules.ranking, now)

        def key(item: Candidate) -> tuple[bool, bool, OrderKey]:
            # A promise that is due comes first, then what the rep pinned, then the score.
            due = is_callback_due(item, now)
            return (not due, not item.pinned, key_of(item, points(item), now))

        return sorted(pool, key=key)

    def rows(self, snapshot: QueueSnapshot, start: int, stop: int) -> list[QueueRow]:
        """Return the rows from ``start`` up to ``stop``; a lead that is gone is left out."""
        # One clock for the page: it remembers every window it has worked out.
        clock = WindowClock(self._rules.windows, snapshot.as_of)
        first = blocker(self._rules.rules, clock, self._facts())
        made: list[QueueRow] = []
        for place in range(max(0, start), min(stop, len(snapshot.items))):
            item = snapshot.items[place]
            lead = get_lead(self._db, item.lead_id)
            if lead is not None:
                made.append(self._row(lead, item, place + 1, clock, first(item) is None))
        return made

    def row_of(self, lead: Lead) -> QueueRow:
        """Return the row of one lead wherever it stands; rank 0 when it is not in the queue."""
        now = self._clock()
        item = candidate_of(self._db, lead.lead_id, now=now)
        if item is None:
            raise NotFoundError(f"There is no lead {lead.lead_id}.")
        snapshot = self.snapshot(as_of=now)
        try:
            place = snapshot.lead_ids.index(lead.lead_id) + 1
        except ValueError:
            place = 0
        clock = WindowClock(self._rules.windows, now)
        return self._row(lead, item, place, clock, place > 0)

    def _row(
        self, lead: Lead, item: Candidate, place: int, clock: WindowClock, callable_now: bool
    ) -> QueueRow:
        config, now = self._rules.ranking, clock.now
        zone = zone_info(item.zone)
        window = clock.state(item.zone, item.country, item.state)
        sla = sla_state(
            lead.converted_at,
            lead.first_attempt_at,
            self._rules.sla.in_zone(self._sla_zone),
            now,
        )
        age = None if lead.converted_at is None else (now - lead.converted_at).total_seconds()
        return QueueRow(
            rank=place,
            lead_id=lead.lead_id,
            name=lead.name,
            company=lead.company_name,
            title=lead.job_title,
            persona=lead.persona,
            lane=lane(item, now),
            score=score(item, config, now),
            reasons=reasons(item, config, now),
            converted_at=lead.converted_at,
            converted_on=lead.converted_on,
            age_s=None if age is None else max(0, int(age)),
            fit=lead.fit,
            attempts=lead.attempts,
            phone=lead.e164 or lead.mobile or lead.phone,
            lead_local_time=now.astimezone(zone).strftime("%H:%M") if zone else "",
            time_zone=item.zone,
            callable=callable_now,
            next_due_at=item.next_due_at,
            callback_at=item.callback_at,
            sla_state=sla.state,
            sla_due_at=sla.due_at,
            lifecycle=lead.lifecycle,
            status=lead.status,
            window_closes_at=window.closes_at,
            pinned=item.pinned,
            callback_note=lead.callback_note,
        )

    def why(self, lead_id: str) -> WhyView:
        """Return where a lead stands and why, and when it overtakes the one above it."""
        lead = get_lead(self._db, lead_id)
        item = None if lead is None else candidate_of(self._db, lead.lead_id)
        if lead is None or item is None:
            raise _unknown(lead_id)
        now, config = self._clock(), self._rules.ranking
        kept_out = blocks(item, self._rules.rules, self._rules.windows, now, self._facts())
        queue = list(self.snapshot(as_of=now).items)
        if kept_out:
            # The place it would take if nothing kept it out.
            queue = self._ordered([*queue, item], now)
        place = next(i for i, other in enumerate(queue) if other.lead_id == item.lead_id)
        above = queue[place - 1] if place else None
        above_lead = get_lead(self._db, above.lead_id) if above else None
        return WhyView(
            lead_id=lead.lead_id,
            name=lead.name,
            rank=place + 1,
            callable=not kept_out,
            blocked_by=tuple(Block(b.rule, b.until, b.text) for b in kept_out),
            score=score(item, config, now),
            reasons=reasons(item, config, now),
            above=above_lead.name if above_lead else "",
            above_reasons=reasons(above, config, now) if above else (),
            overtakes_at=overtakes_at(item, above, config, now) if above else None,
        )

    def funnel(self) -> FunnelView:
        """Return how the leads on disk shrink to the callable ones; the numbers add up."""
        clock = WindowClock(self._rules.windows, self._clock())
        found = funnel(candidates(self._db, None), self._rules.rules, clock, self._facts())
        return FunnelView(
            total=found.total,
            steps=tuple(
                FunnelStep(step.rule, LABELS[step.rule], step.removed, step.left)
                for step in found.steps
                if step.removed
            ),
            callable=found.callable,
        )

    def window_note(self, lead_id: str, at: datetime) -> str:
        """Return why nobody should call the lead at ``at``, ``""`` when they may."""
        item = candidate_of(self._db, lead_id)
        if item is None:
            raise _unknown(lead_id)
        if not item.zone:
            return "their time zone is unknown"
        state = WindowClock(self._rules.windows, at).state(item.zone, item.country, item.state)
        if state.open:
            return ""
        return f"{state.holiday} there" if state.holiday else "outside their calling hours"

    def next_after(self, lead_id: str) -> str | None:
        """Return the lead to call next when ``lead_id`` is done with, ``None`` when none is."""
        ids = self.snapshot().lead_ids
        return next((other for other in ids if other != lead_id), None)

    def empty_words(self, snapshot: QueueSnapshot) -> str:
        """Say why nobody is in the list and what to do about it."""
        if not snapshot.total:
            return "There are no leads on this machine yet. Fetch them: sdrdesk sync"
        if snapshot.find:
            return f"No callable lead matches {snapshot.find!r}."
        steps = sorted(self.funnel().steps, key=lambda step: -step.removed)
        kept = ", ".join(f"{step.removed} {step.text}" for step in steps[:4])
        opens = self._next_opening()
        when = f" The next becomes callable in {opens}." if opens else ""
        return f"Nobody is callable now. Of {snapshot.total} leads: {kept}.{when}"

    def _next_opening(self) -> str:
        from sdrdesk.domain.wording import span_words

        now, told = self._clock(), self._facts()
        clock = WindowClock(self._rules.windows, now)
        soonest: datetime | None = None
        for item in self.snapshot(view="resting", as_of=now).items:
            if blocker(self._rules.rules, clock, told)(item) == "call_window":
                until = clock.state(item.zone, item.country, item.state).opens_at
            else:
                until = item.callback_at or item.snoozed_until or item.next_due_at
            if until and until > now and (soonest is None or until < soonest):
                soonest = until
        return span_words((soonest - now) / timedelta(seconds=1)) if soonest else ""

    def _facts(self) -> Facts:
        mine = self._mine()
        return facts(self._db, None if mine is None else sorted(mine))


def _unknown(lead_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no lead {lead_id} on this machine.",
        next_step="`sdrdesk queue` lists ids; `sdrdesk sync` fetches new leads.",
    )
