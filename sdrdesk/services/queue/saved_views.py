"""Saved views and filters: the queue narrowed, its order kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from sdrdesk.clock import Clock
from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.place.regions import country_to_region
from sdrdesk.domain.queue.filters import SHOWN, LeadFilter, SavedView, parse_words
from sdrdesk.domain.queue.plan import Plan, closing_order, parse_plan
from sdrdesk.domain.ranking.scoring import is_callback_due
from sdrdesk.domain.team.roster import roster
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views.queue import QueueSnapshot, ViewChoice
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owner_by, owners
from sdrdesk.store.queue.candidates import candidates_of
from sdrdesk.store.queue.filters import ids_that_match, known_personas

_BUILT_IN = {
    "callable": "Callable now",
    "callback": "Callbacks due",
    "new": "Callable, not called since they converted",
    "retry": "Callable, called before",
    "reengaged": "Callable, converted again",
    "resting": "Resting: come back automatically",
    "all": "All your leads",
}

Snapshot = Callable[[str, datetime | None, str], QueueSnapshot]
"""(find, as of, one of ``SHOWN``) to the ranked queue."""


class ViewService:
    """Narrows the queue to a saved view, to conditions in words, or to both.

    Args:
        db: the database.
        rulebook: holds the team's views.
        snapshot: ranks the queue.
        shown_among: returns the leads of a list that are in one of ``SHOWN`` now.
        clock: present moment, aware.
        zone: the rep's, for times in conditions.
        day_first: whether ``3/4`` is 3 April, ``None`` when unknown.
    """

    def __init__(
        self,
        db: Database,
        rulebook: Rulebook,
        snapshot: Snapshot,
        shown_among: Callable[[Sequence[str], str], frozenset[str]],
        clock: Clock,
        zone: tzinfo = UTC,
        day_first: Callable[[], bool | None] = lambda: None,
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._snapshot = snapshot
        self._shown_among = shown_among
        self._clock = clock
        self._zone = zone
        self._day_first = day_first

    def choices(self) -> list[ViewChoice]:
        """Return every view by name: the built-in ones, then the team's."""
        own = self._rules.views.values()
        return [
            *(ViewChoice(name, _BUILT_IN[name], "") for name in SHOWN),
            *(ViewChoice(view.name, view.text, view.filter.words) for view in own),
        ]

    def queue(
        self,
        view: str = "callable",
        where: str = "",
        *,
        find: str = "",
        as_of: datetime | None = None,
    ) -> QueueSnapshot:
        """Return the queue of a view, narrowed by ``where`` too.

        ``where`` may plan it: ``as of tomorrow 18:00 Lisbon`` ranks it for that moment, ``closing
        first`` orders it by what closes first, ``closes before 18:00`` keeps what closes by then.
        A planned moment wins over ``as_of``; one that has come counts as now.

        Raises:
            UsageError: there is no such view, or ``where`` is not understood.
        """
        now = self._clock()
        chosen, plan = self._view(view), self._plan(where, now).without_past(now)
        made = self._snapshot(find, plan.as_of or as_of, chosen.shows)
        kept = made.lead_ids
        for wanted in (chosen.filter, parse_words(plan.rest)):
            if wanted != LeadFilter():
                ids = ids_that_match(self._db, self._exact(wanted), made.as_of)
                kept = tuple(lead_id for lead_id in kept if lead_id in ids)
        kept = self._by_windows(kept, plan, made.as_of)
        conditions = replace(plan, as_of=None).words(self._zone)
        name = ", ".join(part for part in (view if view != "callable" else "", conditions) if part)
        return made._replace(
            lead_ids=kept,
            view=name or "callable",
            where=plan.words(self._zone),
            closing_first=plan.closing_first,
        )

    def moment(self, text: str) -> datetime:
        """Return the coming moment for ``text``, in the rep's zone unless it names one.

        Raises:
            UsageError: not understood, two meanings, or not ahead.
        """
        from sdrdesk.domain.times.parse import parse_when  # takes 50 ms

        now, zone = self._clock(), self._zone
        return parse_when(text, zone, now, mine=zone, day_first=self._day_first())

    def moment_words(self, text: str) -> str:
        """Return the moment for ``text`` in the zone that it names and in the rep's.

        Raises UsageError as ``moment`` does.
        """
        from sdrdesk.domain.times.parse import both_clocks  # takes 50 ms

        return both_clocks(text, self.moment(text), self._zone, self._clock())

    def match(
        self,
        lead_ids: Collection[str],
        where: str,
        *,
        as_of: datetime | None = None,
        landing: datetime | None = None,
    ) -> frozenset[str]:
        """Return the leads of a list that meet conditions in words, at ``as_of`` (now).

        ``landing`` is the moment meant by "closes before I land".

        Raises:
            UsageError: no condition, or one that is not understood.
        """
        at = as_of or self._clock()
        plan = self._plan(where, at, landing)
        wanted = parse_words(plan.rest)
        if plan.as_of is not None or (plan.closes_by is None and wanted == LeadFilter()):
            raise UsageError(
                f"{where!r} is not a condition to mark leads by.",
                next_step='Such as "window closes before I land" or "fit at least 60".',
            )
        ids: Collection[str] = lead_ids
        if wanted != LeadFilter():
            ids = ids_that_match(self._db, self._exact(wanted), at, lead_ids)
        return frozenset(self._by_windows(tuple(ids), plan, at))

    def _plan(self, where: str, now: datetime, landing: datetime | None = None) -> Plan:
        if not where.strip():
            return Plan()
        order = self._day_first()
        return parse_plan(where, self._zone, now, landing=landing, day_first=order)

    def _by_windows(self, ids: Sequence[str], plan: Plan, at: datetime) -> Sequence[str]:
        """Return the leads that close in time, in the order of the plan."""
        if plan.closes_by is None and not plan.closing_first:
            return ids
        clock, by = WindowClock(self._rules.windows, at), plan.closes_by
        items = {item.lead_id: item for item in candidates_of(self._db, ids, now=at)}
        ends = {
            lead_id: clock.state(
                item.zone, item.country, item.state, owner_id=item.owner_id
            ).closes_at
            for lead_id, item in items.items()
        }
        if by is not None:
            ids = [i for i in ids if (end := ends.get(i)) is not None and end <= by]
        if not plan.closing_first:
            return tuple(ids)
        due = {lead_id for lead_id, item in items.items() if is_callback_due(item, at)}
        return closing_order(ids, ends, due)

    def among(self, view: str, lead_ids: Sequence[str]) -> frozenset[str]:
        """Return the leads of a list that are in a view now, without reading others.

        Raises:
            UsageError: there is no such view.
        """
        chosen = self._view(view)
        ids = self._shown_among(lead_ids, chosen.shows)
        if not ids or chosen.filter == LeadFilter():
            return ids
        return ids_that_match(self._db, self._exact(chosen.filter), self._clock(), ids)

    def known(self, name: str) -> None:
        """Check that a view of that name exists. Raises UsageError."""
        self._view(name)

    def _view(self, name: str) -> SavedView:
        if name in SHOWN:
            return SavedView(name, _BUILT_IN[name], name)
        own = self._rules.views
        if name not in own:
            raise UsageError(
                f"There is no view {name!r}{suggest(name, [*SHOWN, *own])}.",
                next_step="`sdrdesk views` lists them.",
            )
        return own[name]

    def _exact(self, wanted: LeadFilter) -> LeadFilter:
        """Return ``wanted`` with the values that the store compares."""
        return replace(
            wanted,
            personas=self._personas(wanted.personas),
            countries=tuple(country_to_region(name) or name.upper() for name in wanted.countries),
            owners=self._owners(wanted),
            teams=(),
        )

    def _personas(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        known = {label.casefold(): label for label in known_personas(self._db)} if labels else {}
        for label in labels:
            if known and label.casefold() not in known:
                names = list(known.values())
                raise UsageError(f"No lead here has the persona {label!r}{suggest(label, names)}.")
        return tuple(known.get(label.casefold(), label) for label in labels)

    def _owners(self, wanted: LeadFilter) -> tuple[str, ...]:
        found = [self._owner(name) for name in wanted.owners]
        if not wanted.teams:
            return tuple(found)
        known = roster(self._rules.team, owners(self._db), ())
        members = {o for name in wanted.teams for o in known.members[known.team(name).key]}
        if found:
            members &= set(found)
        return tuple(sorted(members)) or ("-",)  # a team without members has no leads

    def _owner(self, name: str) -> str:
        owner = owner_by(self._db, name)
        if owner is None:
            raise UsageError(f"No rep is known as {name!r}.", next_step="Use an id or an e-mail.")
        return owner.owner_id
