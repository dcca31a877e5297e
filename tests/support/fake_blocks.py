"""The part of the fake desk that keeps a call block in memory, with the product's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sdrdesk.domain.block.block import Block, Done, Pause, end_of, endings, split
from sdrdesk.domain.block.parsing import goal_words, parse_goal, parse_length
from sdrdesk.domain.block.recipe import Recipe, interleave, parse_recipe
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.ranking import lane
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.services.views.block import (
    BlockPlan,
    BlockSummary,
    BlockUsual,
    BlockView,
    PartView,
)
from tests.support.fake_office import ME, Part, Recorded


def candidate(lead: Lead) -> Candidate:
    """Return ``lead`` as the ranking reads it."""
    first, latest = lead.first_converted_at, lead.converted_at
    return Candidate(
        lead.lead_id,
        converted_at=latest,
        fit=lead.fit,
        attempts=lead.attempts,
        conversions=lead.conversions,
        page_views=lead.page_views,
        last_attempt_at=lead.last_attempt_at,
        next_due_at=lead.next_due_at,
        callback_at=lead.callback_at,
        re_converted=bool(first and latest and latest > first),
        zone=lead.rep_time_zone or lead.time_zone,
    )


VIEWS = frozenset({"callable", "callback", "new", "retry", "reengaged", "best_fit"})


class FakeBlocks(Part):
    def _calls(self) -> list[Recorded]:
        of = self._desk.in_block or self._desk.last
        if of is None:
            return []
        return [x for x in self._desk.records if not x.undone and x.activity.at >= of.started_at]

    def _part(self, lead: Lead, recipe: Recipe) -> str:
        views = {lane(candidate(lead), self._desk.at), "callable"}
        if lead.fit >= 80:
            views.add("best_fit")
        return next((part.view for part in recipe.parts if part.view in views), "")

    def _recipe(self, text: str) -> Recipe:
        recipe = parse_recipe(text)
        for part in recipe.parts:
            if part.view not in VIEWS:
                raise UsageError(f"There is no view {part.view!r}.")
        return recipe

    def in_order(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return these ids in the order of the recipe, as they are outside of a block."""
        if (
            self._desk.in_block is None
            or (recipe := parse_recipe(self._desk.in_block.recipe)).is_whole
        ):
            return tuple(ids)
        called = Counter(self._part(x.before, recipe) for x in self._calls())
        due = [x for x in ids if lane(candidate(self._desk.by_id[x]), self._desk.at) == "callback"]
        lists: dict[str, list[str]] = {}
        for lead_id in ids:
            if lead_id not in due:
                part = self._part(self._desk.by_id[lead_id], recipe)
                lists.setdefault(part, []).append(lead_id)
        mixed = [lead_id for lead_id, _ in interleave(recipe.parts, called, lists)]
        return (*due, *mixed, *lists.get("", []))

    def current(self) -> BlockView | None:
        return None if self._desk.in_block is None else BlockView(self._desk.in_block, self._done())

    def _done(self) -> Done:
        calls = [x for x in self._calls() if x.activity.kind is ActivityKind.CALL]
        flags = [self._desk.dispositions[x.activity.disposition].flags for x in calls]
        return Done(
            dials=len(calls),
            connects=sum(Flag.REACHED in each for each in flags),
            conversations=sum(Flag.INTENDED_PERSON in each for each in flags),
            meetings=sum(Flag.MEETING in each for each in flags),
            talk_s=sum(x.activity.duration_s for x in calls),
            last_at=max((x.activity.at for x in calls), default=None),
        )

    def news(self) -> str:
        view = self.current()
        due = endings(view.block, view.done, self._desk.at) if view else frozenset()
        fresh, self._desk.told = due - self._desk.told, self._desk.told | due
        return view.over_words(self._desk.at) if view and fresh else ""

    def usual(self) -> BlockUsual:
        last = self._desk.in_block or self._desk.last
        if last is None:
            return BlockUsual("50m", "40 dials", "40 % new, 40 % retry, 20 % callbacks")
        return BlockUsual(span_words(last.length_s), goal_words(last.goal), last.recipe)

    def plan(self, length: str, goal: str, recipe: str) -> BlockPlan:
        made = self._recipe(recipe)
        return BlockPlan(
            parse_length(length), goal_words(parse_goal(goal)), made.words, self._parts(made)
        )

    def _parts(self, recipe: Recipe) -> tuple[PartView, ...]:
        called = Counter(self._part(x.before, recipe) for x in self._calls())
        left = Counter(self._part(lead, recipe) for lead in self._desk.by_id.values())
        return tuple(
            PartView(part.view, part.share, called[part.view], left[part.view])
            for part in recipe.parts
        )

    def start(self, length: str, goal: str, recipe: str) -> BlockView:
        if self._desk.in_block is not None:
            raise UsageError("You are in a block already.")
        plan = self.plan(length, goal, recipe)
        self._desk.told = frozenset()
        self._desk.in_block = Block(
            "b", ME, self._desk.at, plan.length_s, parse_goal(goal), plan.recipe
        )
        return BlockView(self._desk.in_block, Done())

    def pause(self, reason: str) -> BlockView:
        block = self._need()
        self._desk.in_block = replace(block, pauses=(*block.pauses, Pause(reason, self._desk.at)))
        return BlockView(self._desk.in_block, self._done())

    def resume(self) -> BlockView:
        block = self._need()
        if block.pause is None:
            raise UsageError("The block is not paused.")
        over = replace(block.pauses[-1], ended_at=self._desk.at)
        self._desk.in_block = replace(block, pauses=(*block.pauses[:-1], over))
        return BlockView(self._desk.in_block, self._done())

    def end(self) -> BlockSummary:
        if self._need().pause is not None:
            self.resume()
        block = self._need()
        self._desk.last = replace(
            block, ended_at=end_of(block, self._done().last_at, self._desk.at)
        )
        found = self._summary(self._desk.last)
        self._desk.in_block = None
        return found

    def summary(self) -> BlockSummary | None:
        block = self._desk.in_block or self._desk.last
        return None if block is None else self._summary(block)

    def keep(self, summary: BlockSummary) -> str:
        self._desk.kept.append(summary)
        return "blocks/block.md"

    def _need(self) -> Block:
        if self._desk.in_block is None:
            raise UsageError("You are in no block.")
        return self._desk.in_block

    def _summary(self, block: Block) -> BlockSummary:
        done, records = self._done(), self._calls()
        outcomes = Counter(x.label for x in records if x.activity.kind is ActivityKind.CALL)
        return BlockSummary(
            rep="Rita Rep",
            block=block,
            as_of=block.ended_at or self._desk.at,
            done=done,
            split=split(block, done.talk_s, self._desk.at),
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
            next_callback_at=self._desk.at,
        )
