"""The queue: ranked leads, the reasons, and the funnel to the callable ones.

Each question imports its own rules when it is asked: ``next`` and an outcome need few of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sdrdesk.clock import Clock
from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.queue.eligibility import exclusion_check, exclusions
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from sdrdesk.domain.ranking.ranking import QueueKey, lane, queue_key, reasons, score
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.queue.errors import unknown_lead
from sdrdesk.services.queue.opening import Opening
from sdrdesk.services.queue.order import LAST, all_ids, first_ids, walk
from sdrdesk.services.queue.words import no_leads, none_callable, office_rules
from sdrdesk.services.views.queue import (
    FunnelView,
    QueueRow,
    QueueSnapshot,
    Standing,
    WhyView,
)
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owners
from sdrdesk.store.mirror.sync_state import last_pull
from sdrdesk.store.queue.candidates import (
    candidate_of,
    candidates,
    candidates_of,
    facts,
    total_leads,
)
from sdrdesk.store.record.register import match_changed

if TYPE_CHECKING:
    from sdrdesk.domain.lead.lead import Lead
    from sdrdesk.domain.ranking.sharing import Share
    from sdrdesk.services.queue.rows import RowMaker

VIEWS = ("callable", "callback", "new", "retry", "reengaged", "resting", "all")
"""Names of the built-in views: the callable leads, one lane of them, those that come back
automatically, or all of my leads."""

_BY_THE_CLOCK = frozenset(
    {
        "callback_future",
        "snoozed",
        "resting",
        "daily_cap",
        "worked_by_colleague",
        "in_call",
        "call_window",
    }
)
"""Rules that release a lead when their time is over."""
_NO_END = datetime.max.replace(tzinfo=UTC)
_TOP = 8
"""Leads from the head of the queue among which the lead of a call usually is."""
_NEAR = 25
"""Leads from the head of the queue searched for one lead, before the whole queue is ranked."""
JUST_CONVERTED = timedelta(hours=1)
"""Older conversions are not announced: the steepest hour is over."""
_FIND_MOST = 500
"""Most leads a search shows."""
_PAST = timedelta(seconds=1)
"""An asked moment further back than this is past: calls after it were not made yet."""


class QueueService:
    """Ranks the leads on disk, each time from the database.

    Search, ``why``, the funnel and rows import their own modules: the next lead does not wait for
    them.
    """

    def __init__(
        self,
        db: Database,
        rulebook: Rulebook,
        clock: Clock,
        my_owner_ids: Callable[[], frozenset[str] | None],
        sla_zone: Callable[[], str],
        *,
        owner_problem: Callable[[], str] = lambda: "",
        block_queue: Callable[[int], QueueSnapshot | None] = lambda _first: None,
        in_call: Callable[[datetime], Mapping[str, str]] = lambda _now: {},
        me: Callable[[], str] = lambda: "",
        share: Callable[[], Share | None] = lambda: None,
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._clock = clock
        self._mine = my_owner_ids
        self._sla_zone = sla_zone
        self._owner_problem = owner_problem
        self._block_queue = block_queue
        self._in_call = in_call
        self._me = me
        self._share = share
        self._opening = Opening(self._next_opening)
        self._shown: tuple[str, ...] | None = None
        """The last whole order, for the place of one lead in it."""
        self._head: tuple[str, ...] = ()
        """The start of the order, until the whole order is known."""

    def snapshot(
        self,
        find: str = "",
        *,
        first: int = 0,
        as_of: datetime | None = None,
        view: str = "callable",
        show_in_call: bool = False,
    ) -> QueueSnapshot:
        """Rank the queue at ``as_of`` (now when left out).

        Args:
            find: narrows the queue to matching leads.
            first: this many leads are needed, 0 for all. The whole queue may come anyway.
            as_of: aware; calls in progress count only when it is left out.
            view: one of ``VIEWS``.
            show_in_call: keep leads that are in a call with someone else in their places, without
                a rank.

        Raises:
            UsageError: there is no view of that name.
        """
        if view not in VIEWS:
            raise UsageError(
                f"There is no view {view!r}.", next_step=f"Views are: {', '.join(VIEWS)}."
            )
        now, told = as_of or self._clock(), self._facts(live=as_of is None)
        busy = told.in_call if show_in_call else {}
        if busy:
            told = replace(told, in_call={})
        some = None
        if find.strip():
            ids = self._found(find, told, now, view)
        elif view != "callable" or self._is_past(as_of):
            ids = self._in_order(self._pool(told, now), told, now, view)
        else:
            if first:
                some = first_ids(self._db, self._rules, told, now, first)
            ids = all_ids(self._db, self._rules, told, now) if some is None else some
            if some is None and as_of is None:
                self._shown = ids
            elif as_of is None and len(ids) > len(self._head):
                self._head = ids
        # Counting reads a whole index: a first page does not wait for that.
        whole = some is None or len(some) < first
        total = total_leads(self._db) if whole else len(ids)
        aside = tuple(n for n, lead_id in enumerate(ids) if lead_id in busy) if busy else ()
        made = QueueSnapshot(now, ids, total, find, view, whole, as_of is None, aside)
        if total and not ids and view == "callable" and not find and as_of is None:
            return made._replace(opens_at=self._opening.at(now))
        return made

    def working(self, *, first: int = 0, show_in_call: bool = False) -> QueueSnapshot:
        """Rank the queue to work through, in the order of the block's recipe while one runs.

        ``show_in_call`` keeps leads that are in a call with someone else in the list, as
        ``snapshot`` does; in the order of a recipe they come last.
        """
        made = self._block_queue(first)
        if made is None:
            return self.snapshot(first=first, show_in_call=show_in_call)
        return self._with_in_call(made) if show_in_call else made

    def _with_in_call(self, made: QueueSnapshot) -> QueueSnapshot:
        told = self._facts()
        if not told.in_call:
            return made
        pool = candidates_of(self._db, sorted(told.in_call), now=made.as_of)
        free = replace(told, in_call={})
        busy = self._in_order(pool, free, made.as_of, "callable")
        count = len(made.lead_ids)
        places = tuple(range(count, count + len(busy)))
        return made._replace(lead_ids=(*made.lead_ids, *busy), in_call=places)

    def _found(self, find: str, told: QueueFacts, now: datetime, view: str) -> tuple[str, ...]:
        from sdrdesk.store.queue.find import find_leads

        hits = [hit.lead_id for hit in find_leads(self._db, find, _FIND_MOST)]
        pool = candidates_of(self._db, hits, now=now, past=self._is_past(now))
        ids = self._in_order(pool, told, now, view)
        if view != "all":
            return ids
        # The person who calls back may be a colleague's lead, or have no owner: those come last.
        others = {item.lead_id for item in pool if self._is_others(item, told)}
        return tuple(sorted(ids, key=others.__contains__))

    def _is_others(self, item: Candidate, told: QueueFacts) -> bool:
        """Return whether a lead is in the queue of someone else, or of no rep."""
        mine = told.my_owner_ids
        if mine is None or item.owner_id in self._owners(mine):
            return False
        return item.callback_at is None or item.callback_owner_id not in {"", *mine}

    def _pool(self, told: QueueFacts, now: datetime) -> list[Candidate]:
        mine = told.my_owner_ids
        return candidates(
            self._db,
            None if mine is None else self._owners(mine),
            now=now,
            past=self._is_past(now),
            promised=True,
        )

    def _is_past(self, moment: datetime | None) -> bool:
        """Return whether a moment is so far back that calls may have been made since."""
        return moment is not None and self._clock() - moment > _PAST

    def _owners(self, mine: frozenset[str]) -> list[str]:
        """Return the owners whose leads are in the queue, ``""`` for leads without an owner."""
        return sorted(mine | {""} if self._rules.rules.unassigned else mine)

    def _in_order(
        self, pool: list[Candidate], told: QueueFacts, now: datetime, view: str
    ) -> tuple[str, ...]:
        chosen = sorted(
            self._chosen(pool, told, now, view), key=queue_key(self._rules.ranking, now)
        )
        return tuple(item.lead_id for item in chosen)

    def _chosen(
        self, pool: list[Candidate], told: QueueFacts, now: datetime, view: str
    ) -> list[Candidate]:
        first = exclusion_check(self._rules.rules, WindowClock(self._rules.windows, now), told)
        if view == "all":
            return [item for item in pool if not item.archived]
        if view == "resting":
            return [item for item in pool if first(item) in _BY_THE_CLOCK]
        open_now = [item for item in pool if first(item) is None]
        if view == "callable":
            return open_now
        return [item for item in open_now if lane(item, now) == view]

    def rows(self, snapshot: QueueSnapshot, start: int, stop: int) -> list[QueueRow]:
        """Return the rows from ``start`` up to ``stop``; deleted leads are left out."""
        start = max(0, start)
        some = snapshot.lead_ids[start:stop]
        return self._maker(snapshot.as_of, live=snapshot.live).rows(
            self._db, some, start, snapshot.in_call
        )

    def _maker(self, now: datetime, *, live: bool = True) -> RowMaker:
        # An outcome, or why a lead has its place, needs no row and nothing of the SLA.
        from sdrdesk.services.queue.rows import RowMaker

        past = not live and self._is_past(now)
        facts = self._facts(live=live)
        return RowMaker(self._rules, facts, now, self._sla_zone(), past=past, me=self._me())

    def row_of(self, lead: Lead) -> QueueRow:
        """Return the row of one lead; rank 0 when it is not in the queue.

        The rank is that of the order on screen, the last one ranked.
        """
        now = self._clock()
        shown: Sequence[str] = self._head if self._shown is None else self._shown
        if self._shown is None and lead.lead_id not in shown:
            shown = self.snapshot().lead_ids
        place = shown.index(lead.lead_id) if lead.lead_id in shown else -1
        made = self._maker(now).rows(self._db, [lead.lead_id], place)
        if not made:
            raise NotFoundError(f"There is no lead {lead.lead_id}.")
        return made[0]

    def why(self, lead_id: str) -> WhyView:
        """Return the rank of a lead with its reasons, and when it overtakes the lead above."""
        from sdrdesk.domain.queue.overtaking import CAUSES, find_overtaking
        from sdrdesk.store.mirror.leads import get_lead

        now, config = self._clock(), self._rules.ranking
        lead = get_lead(self._db, lead_id)
        item = None if lead is None else candidate_of(self._db, lead.lead_id, now=now)
        if lead is None or item is None:
            raise unknown_lead(lead_id)
        names = {owner.owner_id: owner.name for owner in owners(self._db)}
        told = replace(self._facts(), owner_names=names)
        kept_out = exclusions(item, self._rules.rules, self._rules.windows, now, told)
        # For an excluded lead: its place if it were callable.
        above = self._above(item, now)
        above_lead = get_lead(self._db, above[1].lead_id) if above else None
        passing = (
            find_overtaking(item, above[1], config, self._rules.windows, now) if above else None
        )
        return WhyView(
            lead_id=lead.lead_id,
            name=lead.name,
            rank=above[0] + 1 if above else 1,
            callable=not kept_out,
            blocked_by=tuple(kept_out),
            score=score(item, config, now),
            reasons=reasons(item, config, now),
            above=above_lead.name if above_lead else "",
            above_reasons=reasons(above[1], config, now) if above else (),
            overtakes_at=passing.at if passing else None,
            overtakes_because=CAUSES[passing.cause] if passing else "",
            offices=tuple(office_rules(self._rules, item.owner_id)),
        )

    def standing(self, lead_id: str) -> Standing:
        """Return the rank of a lead now, and who else is in a call with it."""
        now, told = self._clock(), self._facts()
        item = candidate_of(self._db, lead_id, now=now)
        if item is None:
            raise unknown_lead(lead_id)
        first = exclusion_check(self._rules.rules, WindowClock(self._rules.windows, now), told)
        rank = self._rank(item, told, now) if first(item) is None else 0
        return Standing(rank, told.in_call.get(item.lead_id, ""))

    def _rank(self, item: Candidate, told: QueueFacts, now: datetime) -> int:
        top = first_ids(self._db, self._rules, told, now, _TOP) or ()
        if item.lead_id in top:
            return top.index(item.lead_id) + 1
        above = self._above(item, now)
        return above[0] + 1 if above else 1

    def in_call(self) -> Mapping[str, str]:
        """Return the leads in a call with someone else now, with who is in it, in words."""
        return self._in_call(self._clock())

    def _above(self, item: Candidate, now: datetime) -> tuple[int, Candidate] | None:
        """Return the place (from 1) of the callable lead right above ``item``, and that lead."""
        told, key = self._facts(), queue_key(self._rules.ranking, now)

        def key_of_id(lead_id: str) -> QueueKey:
            other = candidate_of(self._db, lead_id, now=now)
            return key(other) if other else LAST

        ids = first_ids(self._db, self._rules, told, now, _NEAR)
        if ids is None or (len(ids) == _NEAR and key_of_id(ids[-1]) < key(item)):
            ids = all_ids(self._db, self._rules, told, now)
        place = bisect_left(ids, key(item), key=key_of_id)
        above = candidate_of(self._db, ids[place - 1], now=now) if place else None
        return (place, above) if above else None

    def funnel(self) -> FunnelView:
        """Return the steps from all leads to the callable ones; the numbers add up."""
        from sdrdesk.services.queue.funnel_counts import funnel

        return funnel(self._db, self._rules, self._facts(), self._clock())

    def window_note(self, lead_id: str, at: datetime) -> str:
        """Return why ``at`` is a bad time to call the lead, ``""`` when it is fine.

        Fine is what every source for the lead's time zone calls fine.
        """
        from sdrdesk.services.queue.window_note import window_note

        return window_note(self._db, self._rules.windows, lead_id, at)

    def next_after(self, lead_id: str) -> str | None:
        """Return the lead to call after ``lead_id``, ``None`` when no lead is left."""
        return next(iter(self.ahead_of(lead_id, 1)), None)

    def ahead_of(self, lead_id: str, most: int) -> list[str]:
        """Return the leads to call after ``lead_id``, best first, about ``most``."""
        return [i for i in self.snapshot(first=most + 1).lead_ids[: most + 1] if i != lead_id]

    def head(self, most: int) -> list[Candidate]:
        """Return the first ``most`` leads of the queue as ranking candidates."""
        made = self.snapshot(first=most)
        return candidates_of(self._db, made.lead_ids[:most], now=made.as_of)

    def walk(self, sizes: Sequence[int]) -> Generator[list[Candidate]]:
        """Yield the queue from the top as ranking candidates, in groups of these sizes.

        Close the generator after use: it holds a read transaction.
        """
        now = self._clock()
        with walk(self._db, self._rules, self._facts(), now) as ids:
            for size in sizes:
                yield candidates_of(self._db, list(islice(ids, size)), now=now)

    def callable_leads(self) -> list[Candidate]:
        """Return every callable lead as a ranking candidate, in the order of the queue."""
        now, told = self._clock(), self._facts()
        chosen = self._chosen(self._pool(told, now), told, now, "callable")
        return sorted(chosen, key=queue_key(self._rules.ranking, now))

    def candidate(self, lead_id: str) -> Candidate | None:
        """Return one lead as a ranking candidate, ``None`` when there is none."""
        return candidate_of(self._db, lead_id, now=self._clock())

    def owner_ids(self) -> list[str]:
        """Return the owners whose leads are mine, ``""`` for leads without an owner."""
        mine = self._mine()
        if mine is not None:
            return self._owners(mine)
        return ["", *(owner.owner_id for owner in owners(self._db))]

    def first_rules(self, lead_ids: Sequence[str]) -> dict[str, tuple[str | None, datetime | None]]:
        """Return the first rule that excludes each lead now, and the end of a put-off callback.

        ``None`` for no rule, and for a callback that was not put off. Leads of others are left out,
        unless the rep may keep a callback of theirs.
        """
        now, told = self._clock(), self._facts()
        first = exclusion_check(self._rules.rules, WindowClock(self._rules.windows, now), told)
        return {
            item.lead_id: (first(item), _asleep_until(item))
            for item in candidates_of(self._db, lead_ids, now=now)
            if not (item.archived or self._is_others(item, told))
        }

    def callable_if_mine(self, lead_id: str) -> bool:
        """Return whether a fresh lead without an owner could be called now if it were mine."""
        now, me = self._clock(), self._me()
        item = candidate_of(self._db, lead_id, now=now)
        if item is None or item.owner_id or item.archived or not me or item.converted_at is None:
            return False
        first = exclusion_check(
            self._rules.rules, WindowClock(self._rules.windows, now), self._facts()
        )
        is_fresh = now - item.converted_at <= JUST_CONVERTED
        return is_fresh and first(replace(item, owner_id=me)) is None

    def shown(self, lead_ids: tuple[str, ...]) -> None:
        """Set the order on screen; ``row_of`` takes ranks from it."""
        self._shown = lead_ids

    def callable_of(self, lead_ids: Sequence[str]) -> list[Candidate]:
        """Return the leads of a list that are callable in my queue now, in its order."""
        now, told = self._clock(), self._facts()
        pool = candidates_of(self._db, lead_ids, now=now)
        chosen = self._chosen(pool, told, now, "callable")
        return sorted(chosen, key=queue_key(self._rules.ranking, now))

    def just_converted(self, lead_ids: Sequence[str]) -> tuple[str, ...]:
        """Return the leads of a list that are callable in my queue and converted just now."""
        now = self._clock()
        return tuple(
            item.lead_id
            for item in self.callable_of(lead_ids)
            if item.converted_at is not None and now - item.converted_at <= JUST_CONVERTED
        )

    def shown_among(self, lead_ids: Sequence[str], view: str) -> frozenset[str]:
        """Return the leads of a list that are in one of ``VIEWS`` now."""
        now, told = self._clock(), self._facts()
        pool = candidates_of(self._db, lead_ids, now=now)
        return frozenset(item.lead_id for item in self._chosen(pool, told, now, view))

    def empty_words(self, snapshot: QueueSnapshot) -> str:
        """Return why the list is empty and what to do about it."""
        if not snapshot.total:
            return no_leads(last_pull(self._db))
        if problem := self._owner_problem():
            return problem
        if snapshot.find:
            if snapshot.view == "all":
                return f"No lead matches {snapshot.find!r}."
            return f"No callable lead matches {snapshot.find!r}. --view all finds the others."
        now = self._clock()
        return none_callable(snapshot.total, self.funnel().steps, now, self._next_opening(now))

    def _next_opening(self, now: datetime) -> datetime | None:
        told = self._facts()
        clock = WindowClock(self._rules.windows, now)
        first = exclusion_check(self._rules.rules, clock, told)
        soonest: datetime | None = None
        for item in self._chosen(self._pool(told, now), told, now, "resting"):
            if first(item) == "call_window":
                until = clock.state(
                    item.zone, item.country, item.state, owner_id=item.owner_id
                ).opens_at
            else:
                until = item.callback_at or item.snoozed_until or item.next_due_at
            if until and until > now and (soonest is None or until < soonest):
                soonest = until
        return soonest

    def _facts(self, *, live: bool = True) -> QueueFacts:
        mine = self._mine()
        match_changed(self._db)
        told = facts(self._db, None if mine is None else sorted(mine))
        if mine is not None and self._rules.rules.unassigned:
            told = replace(told, share=self._share())
        busy = self._in_call(self._clock()) if live else {}
        return replace(told, in_call=busy) if busy else told


def _asleep_until(item: Candidate) -> datetime | None:
    return item.snoozed_until or _NO_END if item.is_snoozed and item.rest_promise else None
