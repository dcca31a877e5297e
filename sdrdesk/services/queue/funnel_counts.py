"""The funnel: counts of leads by the rule that excludes them, without reading every lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.queue.eligibility import CHAIN, LABELS, exclusion_check
from sdrdesk.domain.queue.funnel import funnel_of_counts
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views.queue import FunnelStep, FunnelView
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.candidates import candidates_in
from sdrdesk.store.queue.grouped_counts import (
    LeadGroup,
    lead_groups,
    ungrouped_leads,
    unowned_leads,
)
from sdrdesk.store.queue.rank_index import ensure_indices
from sdrdesk.store.queue.ranked_leads import RankedLeads

_WINDOW = CHAIN[-1].name


def funnel(db: Database, rulebook: Rulebook, told: QueueFacts, now: datetime) -> FunnelView:
    """Return the steps from all leads to the callable ones; the numbers add up."""
    found = funnel_of_counts(counts_by_rule(db, rulebook, told, now))
    return FunnelView(
        total=found.total,
        steps=tuple(
            FunnelStep(step.rule, LABELS[step.rule], step.removed, step.left)
            for step in found.steps
            if step.removed
        ),
        callable=found.callable,
    )


def counts_by_rule(
    db: Database, rulebook: Rulebook, told: QueueFacts, now: datetime
) -> Counter[str | None]:
    """Return the number of leads by the first rule that excludes them (``None``: callable)."""
    rules = rulebook.rules
    indexed = ensure_indices(db, rulebook.ranking)
    clock = WindowClock(rulebook.windows, now)
    first = exclusion_check(rules, clock, told)
    judge = _Judge(first, clock)
    counts: Counter[str | None] = Counter()
    with db.reader() as connection:
        leads = RankedLeads(connection, rulebook.ranking, rules, told, clock)
        single = set(leads.needs_rules())
        single.update(ungrouped_leads(connection, now, timedelta(minutes=rules.colleague_min)))
        if rules.unassigned and told.share is not None:
            # Their ids name an owner, so they are no kinds of equal leads.
            single.update(unowned_leads(connection))
        for kind, number in lead_groups(connection, single, indexed=indexed).items():
            counts[judge(kind)] += number
        for item in candidates_in(connection, sorted(single), now):
            counts[first(item)] += 1
    return counts


class _Judge:
    """Asks the rules about a kind of lead; kinds that differ only by place are asked once."""

    def __init__(self, first: Callable[[Candidate], str | None], clock: WindowClock) -> None:
        self._first = first
        self._clock = clock
        self._anywhere: dict[tuple[str, ...], str | None] = {}

    def __call__(self, kind: LeadGroup) -> str | None:
        known = bool(kind.zone)
        alike = (*kind[:-3], str(known))
        if alike not in self._anywhere:
            self._anywhere[alike] = self._first(kind.candidate())
        found = self._anywhere[alike]
        if not known or found not in (None, _WINDOW):
            return found
        # The window is the last rule, so no other rule is left.
        place = (kind.zone, kind.region, kind.region_state)
        is_open = self._clock.is_open(*place, owner_id=kind.owner_id)
        return None if is_open else _WINDOW
