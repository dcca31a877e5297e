"""The queue in the order of a recipe, and the next lead of a block.

Promises that are due come first, then what the rep pinned, then the parts of the recipe by their
shares, then the rest of the queue: a used-up recipe never ends a block.
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
"""Parts that a lead's own state decides; every other view is asked of the store."""
_ALSO = {"new": "reengaged"}
"""Who converted again and was not called since is as new as anybody: in no recipe do they wait for
the rest of the queue."""
KEPT_FOR = timedelta(minutes=10)
"""After so long the lists of a recipe are made again, during a call: who became callable since they
were made is found at the head of the queue, not further down."""
_GROUPS = (8, 24)
"""Leads at the head of the queue that are looked at anew for every next lead: few, then more."""
_AT_ONCE = 16

ViewIds = Callable[[str], frozenset[str]]
"""Name of a view to the ids it lets through; reads every lead."""
ViewAmong = Callable[[str, Sequence[str]], frozenset[str]]
"""Name of a view and some ids to those of them that it lets through; reads these leads."""


@dataclass(frozen=True, slots=True)
class _Lists:
    """Who is in which part, at one moment."""

    recipe: Recipe
    at: datetime
    front: tuple[str, ...]
    """Due promises, then pinned leads."""
    parts: dict[str, tuple[str, ...]]
    """Shrinks while the lists are kept."""
    ranked: tuple[str, ...]
    """Everybody who is callable, in the order of the queue."""


class BlockOrder:
    """Orders the queue by a recipe. The lists are kept for a while; what is handed out never is."""

    def __init__(
        self, queue: QueueService, view_ids: ViewIds, view_among: ViewAmong, clock: Clock
    ) -> None:
        self._queue = queue
        self._view_ids = view_ids
        self._view_among = view_among
        self._clock = clock
        self._lists: _Lists | None = None

    def order(self, recipe: Recipe, done: Mapping[str, int]) -> tuple[str, ...]:
        """Return the ids of all callable leads, in the order of the recipe, made anew."""
        lists = self._make(recipe)
        mixed = [lead_id for lead_id, _ in interleave(recipe.parts, done, lists.parts)]
        first = dict.fromkeys((*lists.front, *mixed))
        return (*first, *(lead_id for lead_id in lists.ranked if lead_id not in first))

    def holds(self, recipe: Recipe) -> dict[str, int]:
        """Return how many callable leads each part has now, by view."""
        lists = self._make(recipe)
        found = {view: len(ids) for view, ids in lists.parts.items()}
        if "callback" in found:
            now = self._clock()
            front = self._queue.callable_of(lists.front)
            found["callback"] = sum(is_callback_due(item, now) for item in front)
        return found

    def part_of(self, recipe: Recipe, lead_id: str) -> str:
        """Return the view of the recipe that a lead counts for as it stands now, ``""`` none."""
        found = self._queue.candidate(lead_id)
        if found is None:
            return ""
        now = self._clock()
        return next((p.view for p in recipe.parts if self._inside(p, [found], now)), "")

    def renew(self, recipe: Recipe) -> None:
        """Make the lists again when they are old. Reads every lead."""
        kept = self._lists
        if kept is not None and not timedelta(0) <= self._clock() - kept.at < KEPT_FOR:
            self._make(recipe)

    def next_after(self, recipe: Recipe, done: Mapping[str, int], lead_id: str) -> str | None:
        """Return the lead to call when ``lead_id`` is done with, ``None`` when nobody is left.

        Lists that are old are no reason to make the rep wait: everybody in them is judged anew.
        """
        now = self._clock()
        found, head = self._at_the_head(recipe, done, lead_id, now)
        return found or self._further_down(recipe, done, lead_id, head, now)

    def _at_the_head(
        self, recipe: Recipe, done: Mapping[str, int], lead_id: str, now: datetime
    ) -> tuple[str | None, list[Candidate]]:
        """Return who is next if that is clear from the head of the queue, and who was seen there.

        A promise that is due or a pinned lead; else the best of the part whose turn it is.
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
                    return live[0].lead_id, head  # nobody further down is better
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
            if vain:  # nobody is looked at in vain twice
                lists.parts[part.view] = tuple(x for x in lists.parts[part.view] if x not in vain)
            if found is not None:
                return found
            have.discard(part.view)
        return head[0].lead_id if head else None

    def _first_callable(
        self, part: Part, ids: Iterator[str], now: datetime
    ) -> tuple[str | None, set[str]]:
        """Return the first that a part has and that is callable now, and who was before it."""
        vain: set[str] = set()
        while some := list(islice(ids, _AT_ONCE)):
            able = {item.lead_id for item in self._inside(part, self._queue.callable_of(some), now)}
            for lead_id in some:
                if lead_id in able:
                    return lead_id, vain
                vain.add(lead_id)
        return None, vain

    def _inside(self, part: Part, items: Sequence[Candidate], now: datetime) -> Sequence[Candidate]:
        """Return those of ``items`` that a part has, in their order."""
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
