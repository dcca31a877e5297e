"""The queue in the order of a recipe, and the next lead of a block.

Promises that are due come first, then what the rep pinned, then the parts of the recipe by their
shares, then the rest of the queue: a used-up recipe never ends a block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from sdrdesk.clock import Clock
from sdrdesk.domain.block_recipe import WHOLE, Part, Recipe, choose, interleave
from sdrdesk.domain.candidate import Candidate
from sdrdesk.domain.ranking import lane
from sdrdesk.domain.scoring import is_callback_due
from sdrdesk.services.queue_service import QueueService

LANES = frozenset({"callback", "new", "retry", "reengaged"})
"""Parts that a lead's own state decides; every other view is asked of the store."""
KEPT_FOR = timedelta(minutes=10)
"""How long the lists of a recipe are used before they are made again: who became callable since
then is found at the head of the queue, not further down."""
_HEAD = 128
"""Leads at the head of the queue that are looked at anew for every next lead."""
_AT_ONCE = 16

ViewIds = Callable[[str], frozenset[str]]
"""Name of a view to the ids it lets through."""
_Members = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Lists:
    """Who is in which part, at one moment."""

    recipe: Recipe
    at: datetime
    front: tuple[str, ...]
    """Due promises, then pinned leads."""
    parts: dict[str, tuple[str, ...]]
    """Shrinks while the lists are kept."""
    members: _Members
    """Of the parts that are saved views: all ids, to know a lead that comes up later."""
    ranked: tuple[str, ...]
    """Everybody who is callable, in the order of the queue."""


class BlockOrder:
    """Orders the queue by a recipe. The lists are kept for a while; what is handed out never is."""

    def __init__(self, queue: QueueService, view_ids: ViewIds, clock: Clock) -> None:
        self._queue = queue
        self._view_ids = view_ids
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
        members, now = self._members(recipe), self._clock()
        inside = (part.view for part in recipe.parts if _is_in(part, found, members, now))
        return next(inside, "")

    def next_after(self, recipe: Recipe, done: Mapping[str, int], lead_id: str) -> str | None:
        """Return the lead to call when ``lead_id`` is done with, ``None`` when nobody is left."""
        now = self._clock()
        head = [item for item in self._queue.head(_HEAD) if item.lead_id != lead_id]
        urgent = next((c.lead_id for c in head if c.pinned or is_callback_due(c, now)), None)
        if urgent is not None:
            return urgent
        members = self._members(recipe)
        live = {
            part.view: [c.lead_id for c in head if _is_in(part, c, members, now)]
            for part in recipe.parts
        }
        wanted = choose(recipe.parts, done, set(live))
        if wanted is not None and live[wanted.view]:
            return live[wanted.view][0]  # nobody further down is better
        lists = self._kept(recipe)
        waiting = {
            view: dict.fromkeys((*ids, *(x for x in lists.parts[view] if x != lead_id)))
            for view, ids in live.items()
        }
        have = {view for view, ids in waiting.items() if ids}
        while (part := choose(recipe.parts, done, have)) is not None:
            found = self._first_callable(part, waiting[part.view], members, now)
            self._drop_before(lists, part.view, waiting[part.view], found)
            if found is not None:
                return found
            have.discard(part.view)
        return head[0].lead_id if head else None

    def _first_callable(
        self, part: Part, ids: Mapping[str, None], members: _Members, now: datetime
    ) -> str | None:
        rest = iter(ids)
        while some := list(islice(rest, _AT_ONCE)):
            able = {
                item.lead_id
                for item in self._queue.callable_of(some)
                if _is_in(part, item, members, now)
            }
            found = next((lead_id for lead_id in some if lead_id in able), None)
            if found is not None:
                return found
        return None

    @staticmethod
    def _drop_before(
        lists: _Lists, view: str, looked_at: Mapping[str, None], found: str | None
    ) -> None:
        """Forget who was looked at in vain, so that nobody is looked at twice."""
        vain = frozenset(takewhile(lambda lead_id: lead_id != found, looked_at))
        lists.parts[view] = tuple(x for x in lists.parts[view] if x not in vain)

    def _members(self, recipe: Recipe) -> _Members:
        """Return who is in each part that is a saved view; lanes are told by the lead itself."""
        if all(part.view in LANES or part.view == WHOLE for part in recipe.parts):
            return {}
        return self._kept(recipe).members

    def _kept(self, recipe: Recipe) -> _Lists:
        kept = self._lists
        fresh = kept is not None and timedelta(0) <= self._clock() - kept.at < KEPT_FOR
        return kept if kept is not None and fresh and kept.recipe == recipe else self._make(recipe)

    def _make(self, recipe: Recipe) -> _Lists:
        now = self._clock()
        leads = self._queue.callable_leads()
        front = [item.lead_id for item in leads if item.pinned or is_callback_due(item, now)]
        rest = leads[len(front) :]  # the queue has them in this order
        members = {
            part.view: self._view_ids(part.view)
            for part in recipe.parts
            if part.view not in LANES and part.view != WHOLE
        }
        parts = {
            part.view: tuple(c.lead_id for c in rest if _is_in(part, c, members, now))
            for part in recipe.parts
        }
        ranked = tuple(item.lead_id for item in leads)
        self._lists = _Lists(recipe, now, tuple(front), parts, members, ranked)
        return self._lists


def _is_in(part: Part, item: Candidate, members: _Members, now: datetime) -> bool:
    if part.view == WHOLE:
        return True
    if part.view in LANES:
        return lane(item, now) == part.view
    return item.lead_id in members[part.view]
