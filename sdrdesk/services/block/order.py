"""The queue in the order of a recipe, and the next lead of a block.

Due callbacks come first, then pinned leads, then the parts of the recipe by their shares, then the
rest of the queue: a used-up recipe never ends a block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from sdrdesk.clock import Clock
from sdrdesk.domain.block.recipe import WHOLE_QUEUE, Part, Recipe, choose, interleave
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.ranking import lane
from sdrdesk.domain.ranking.scoring import is_callback_due
from sdrdesk.services.queue.service import QueueService

LANES = frozenset({"callback", "new", "retry", "reengaged"})
"""Parts decided by a lead's own state; the store decides every other view."""
_ALSO = {"new": "reengaged"}
"""A lead that converted again and was not called since counts as new, so that no recipe leaves it
to the rest of the queue."""
KEPT_FOR = timedelta(minutes=10)
"""Life of the lists of a recipe; then they are made again during a call. Leads that
became callable meanwhile are found at the head of the queue, not further down."""
_GROUPS = (8, 24)
"""Leads at the head of the queue that are checked for every next lead: few, then more."""
_AT_ONCE = 16

ViewIds = Callable[[str], frozenset[str]]
"""Name of a view to the ids in it; reads every lead."""
ViewAmong = Callable[[str, Sequence[str]], frozenset[str]]
"""Name of a view and some ids to the ids in it; reads these leads."""


@dataclass(frozen=True, slots=True)
class _Lists:
    """The leads of each part, at one moment."""

    recipe: Recipe
    at: datetime
    front: tuple[str, ...]
    """Due callbacks, then pinned leads."""
    parts: dict[str, tuple[str, ...]]
    """Shrinks while the lists are kept."""
    ranked: tuple[str, ...]
    """All callable leads, in the order of the queue."""


class BlockOrder:
    """Orders the queue by a recipe. Keeps the lists for a while and checks each lead it returns."""

    def __init__(
        self, queue: QueueService, view_ids: ViewIds, view_among: ViewAmong, clock: Clock
    ) -> None:
        self._queue = queue
        self._view_ids = view_ids
        self._view_among = view_among
        self._clock = clock
        self._lists: _Lists | None = None

    def order(self, recipe: Recipe, done: Mapping[str, int]) -> tuple[str, ...]:
        """Return the ids of all callable leads in the order of the recipe; makes new lists."""
        lists = self._make(recipe)
        mixed = [lead_id for lead_id, _ in interleave(recipe.parts, done, lists.parts)]
        first = dict.fromkeys((*lists.front, *mixed))
        return (*first, *(lead_id for lead_id in lists.ranked if lead_id not in first))

    def holds(self, recipe: Recipe) -> dict[str, int]:
        """Return the number of callable leads in each part now, by view."""
        lists = self._make(recipe)
        found = {view: len(ids) for view, ids in lists.parts.items()}
        if "callback" in found:
            now = self._clock()
            front = self._queue.callable_of(lists.front)
            found["callback"] = sum(is_callback_due(item, now) for item in front)
        return found

    def part_of(self, recipe: Recipe, lead_id: str) -> str:
        """Return the view of the recipe that a lead counts for now, ``""`` for none."""
        found = self._queue.candidate(lead_id)
        if found is None:
            return ""
        now = self._clock()
        return next((p.view for p in recipe.parts if self._inside(p, [found], now)), "")

    def renew(self, recipe: Recipe) -> None:
        """Make old lists again. Reads every lead."""
        kept = self._lists
        if kept is not None and not timedelta(0) <= self._clock() - kept.at < KEPT_FOR:
            self._make(recipe)

    def next_after(self, recipe: Recipe, done: Mapping[str, int], lead_id: str) -> str | None:
        """Return the lead to call after ``lead_id``, ``None`` when no lead is left.

        Old lists are used as they are, so the rep never waits: each lead in them is checked again.
        """
        now = self._clock()
        found, head = self._at_the_head(recipe, done, lead_id, now)
        return found or self._further_down(recipe, done, lead_id, head, now)

    def _at_the_head(
        self, recipe: Recipe, done: Mapping[str, int], lead_id: str, now: datetime
    ) -> tuple[str | None, list[Candidate]]:
        """Return the next lead if the head of the queue decides it, and the leads seen there.

        That is a due callback or a pinned lead, else the best of the part whose turn it is.
        """
        turn = choose(recipe.parts, done, {part.view for part in recipe.parts})
        head: list[Candidate] = []
        with closing(self._queue.walk(_GROUPS)) as groups:
            for group in groups:
                some = [item for item in group if item.lead_id != lead_id]
                for item in some:
                    if item.pinned or is_callback_due(item, now):
                        return item.lead_id, head
                if turn is not None and (live := self._inside(turn, some, now)):
                    return live[0].lead_id, head  # no lead further down is better
                head += some
        return None, head

    def _further_down(
        self,
        recipe: Recipe,
        done: Mapping[str, int],
        lead_id: str,
        head: list[Candidate],
        now: datetime,
    ) -> str | None:
        lists = self._kept(recipe)
        live = {
            part.view: [item.lead_id for item in self._inside(part, head, now)]
            for part in recipe.parts
        }
        have = {
            view
            for view, kept in lists.parts.items()
            if live[view] or any(other != lead_id for other in kept)
        }
        while (part := choose(recipe.parts, done, have)) is not None:
            ids = (x for x in chain(live[part.view], lists.parts[part.view]) if x != lead_id)
            found, vain = self._first_callable(part, ids, now)
            if vain:  # so that none is checked twice
                lists.parts[part.view] = tuple(x for x in lists.parts[part.view] if x not in vain)
            if found is not None:
                return found
            have.discard(part.view)
        return head[0].lead_id if head else None

    def _first_callable(
        self, part: Part, ids: Iterator[str], now: datetime
    ) -> tuple[str | None, set[str]]:
        """Return the first callable lead of a part, and the ids before it."""
        vain: set[str] = set()
        while some := list(islice(ids, _AT_ONCE)):
            able = {item.lead_id for item in self._inside(part, self._queue.callable_of(some), now)}
            for lead_id in some:
                if lead_id in able:
                    return lead_id, vain
                vain.add(lead_id)
        return None, vain

    def _inside(self, part: Part, items: Sequence[Candidate], now: datetime) -> Sequence[Candidate]:
        """Return the leads of a list that are in a part, in their order."""
        if part.view == WHOLE_QUEUE:
            return items
        if part.view in LANES:
            wanted = _ALSO.get(part.view, part.view)
            return [item for item in items if lane(item, now) in (part.view, wanted)]
        ids = self._view_among(part.view, [item.lead_id for item in items])
        return [item for item in items if item.lead_id in ids]

    def _kept(self, recipe: Recipe) -> _Lists:
        kept = self._lists
        return kept if kept is not None and kept.recipe == recipe else self._make(recipe)

    def _make(self, recipe: Recipe) -> _Lists:
        now = self._clock()
        leads = self._queue.callable_leads()
        front = [item.lead_id for item in leads if item.pinned or is_callback_due(item, now)]
        rest = leads[len(front) :]  # the queue has them in this order
        parts = {part.view: self._ids_of(part, rest, now) for part in recipe.parts}
        ranked = tuple(item.lead_id for item in leads)
        self._lists = _Lists(recipe, now, tuple(front), parts, ranked)
        return self._lists

    def _ids_of(self, part: Part, items: Sequence[Candidate], now: datetime) -> tuple[str, ...]:
        if part.view == WHOLE_QUEUE or part.view in LANES:
            return tuple(item.lead_id for item in self._inside(part, items, now))
        ids = self._view_ids(part.view)
        return tuple(item.lead_id for item in items if item.lead_id in ids)
