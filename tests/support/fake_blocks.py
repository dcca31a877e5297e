"""The part of the fake desk that keeps a call block in memory, with the product's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sdrdesk.domain.block.block import Block, Done, Ending, Pause, end_of, endings, split
from sdrdesk.domain.block.parsing import goal_words, length_words, parse_goal, parse_length
from sdrdesk.domain.block.recipe import Recipe, interleave, parse_recipe
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.ranking.ranking import lane, rank_input
from sdrdesk.services.block.over import over_words
from sdrdesk.services.views.block import (
    BlockPlan,
    BlockSummary,
    BlockUsual,
    BlockView,
    PartView,
)
from tests.support.fake_office import ME, Office, Recorded

VIEWS = frozenset({"callable", "callback", "new", "retry", "reengaged", "best_fit"})


@dataclass
class FakeBlocks(Office):
    """Blocks of one rep."""

    block: Block | None = None
    """The one that runs."""
    last: Block | None = None
    told: frozenset[Ending] = frozenset()
    kept: list[BlockSummary] = field(default_factory=list)

    def _of_block(self) -> list[Recorded]:
        of = self.block or self.last
        if of is None:
            return []
        return [x for x in self.records if not x.undone and x.activity.at >= of.started_at]

    def _part(self, lead: Lead, recipe: Recipe) -> str:
        views = {lane(rank_input(lead), self.at), "callable"}
        if lead.fit >= 80:
            views.add("best_fit")
        return next((part.view for part in recipe.parts if part.view in views), "")

    def _recipe(self, text: str) -> Recipe:
        recipe = parse_recipe(text)
        for part in recipe.parts:
            if part.view not in VIEWS:
                raise UsageError(f"There is no view {part.view!r}.")
        return recipe

    def in_block_order(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return these ids in the order of the recipe, as they are outside of a block."""
        if self.block is None or (recipe := parse_recipe(self.block.recipe)).is_whole:
            return tuple(ids)
        called = Counter(self._part(x.before, recipe) for x in self._of_block())
        due = [x for x in ids if lane(rank_input(self.by_id[x]), self.at) == "callback"]
        lists: dict[str, list[str]] = {}
        for lead_id in ids:
            if lead_id not in due:
                part = self._part(self.by_id[lead_id], recipe)
                lists.setdefault(part, []).append(lead_id)
        mixed = [lead_id for lead_id, _ in interleave(recipe.parts, called, lists)]
        return (*due, *mixed, *lists.get("", []))

    def block_view(self) -> BlockView | None:
        return None if self.block is None else BlockView(self.block, self._done())

    def _done(self) -> Done:
        calls = [x for x in self._of_block() if x.activity.kind is ActivityKind.CALL]
        flags = [self.dispositions[x.activity.disposition].flags for x in calls]
        return Done(
            dials=len(calls),
            connects=sum(Flag.REACHED in each for each in flags),
            conversations=sum(Flag.INTENDED_PERSON in each for each in flags),
            meetings=sum(Flag.MEETING in each for each in flags),
            talk_s=sum(x.activity.duration_s for x in calls),
            last_at=max((x.activity.at for x in calls), default=None),
        )

    def block_news(self) -> str:
        view = self.block_view()
        due = endings(view.block, view.done, self.at) if view else frozenset()
        fresh, self.told = due - self.told, self.told | due
        return over_words(view, self.at) if view and fresh else ""

    def block_usual(self) -> BlockUsual:
        last = self.block or self.last
        if last is None:
            return BlockUsual("50m", "40 dials", "40 % new, 40 % retry, 20 % callbacks")
        return BlockUsual(length_words(last.length_s), goal_words(last.goal), last.recipe)

    def block_plan(self, length: str, goal: str, recipe: str) -> BlockPlan:
        made = self._recipe(recipe)
        return BlockPlan(
            parse_length(length), goal_words(parse_goal(goal)), made.words, self._parts(made)
        )

    def _parts(self, recipe: Recipe) -> tuple[PartView, ...]:
        called = Counter(self._part(x.before, recipe) for x in self._of_block())
        left = Counter(self._part(lead, recipe) for lead in self.by_id.values())
        return tuple(
            PartView(part.view, part.share, called[part.view], left[part.view])
            for part in recipe.parts
        )

    def start_block(self, length: str, goal: str, recipe: str) -> BlockView:
        if self.block is not None:
            raise UsageError("You are already in a block.")
        plan = self.block_plan(length, goal, recipe)
        self.told = frozenset()
        self.block = Block("b", ME, self.at, plan.length_s, parse_goal(goal), plan.recipe)
        return BlockView(self.block, Done())

    def pause_block(self, reason: str) -> BlockView:
        block = self._need()
        self.block = replace(block, pauses=(*block.pauses, Pause(reason, self.at)))
        return BlockView(self.block, self._done())

    def resume_block(self) -> BlockView:
        block = self._need()
        if block.pause is None:
            raise UsageError("The block is not paused.")
        over = replace(block.pauses[-1], ended_at=self.at)
        self.block = replace(block, pauses=(*block.pauses[:-1], over))
        return BlockView(self.block, self._done())

    def end_block(self) -> BlockSummary:
        if self._need().pause is not None:
            self.resume_block()
        block = self._need()
        self.last = replace(block, ended_at=end_of(block, self._done().last_at, self.at))
        found = self._summary(self.last)
        self.block = None
        return found

    def block_summary(self) -> BlockSummary | None:
        block = self.block or self.last
        return None if block is None else self._summary(block)

    def keep_block(self, summary: BlockSummary) -> str:
        self.kept.append(summary)
        return "blocks/block.md"

    def _need(self) -> Block:
        if self.block is None:
            raise UsageError("You are in no block.")
        return self.block

    def _summary(self, block: Block) -> BlockSummary:
        done, records = self._done(), self._of_block()
        outcomes = Counter(x.label for x in records if x.activity.kind is ActivityKind.CALL)
        return BlockSummary(
            rep="Rita Rep",
            block=block,
            as_of=block.ended_at or self.at,
            done=done,
            split=split(block, done.talk_s, self.at),
            outcomes=tuple(outcomes.most_common()),
            without_call=len(records) - done.dials,
            met=tuple(
                (x.before.name, x.activity.meeting_at) for x in records if x.activity.meeting_at
            ),
            promised=tuple(
                (x.before.name, x.activity.callback_at) for x in records if x.activity.callback_at
            ),
            unsent=sum(len(x.items) for x in records),
            refused=0,
            parts=self._parts(parse_recipe(block.recipe)),
            callable=11,
            callbacks_next=1,
            next_callback_at=self.at,
        )
