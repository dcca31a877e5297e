"""Call blocks: plan, start, pause, end, summary, and the order of the queue in a block."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.block.block import Block, Done, end_of, endings, split
from sdrdesk.domain.block.parsing import goal_words, length_or_end, parse_goal
from sdrdesk.domain.block.recipe import EXAMPLE, Recipe, parse_recipe
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.dials import CallTally, Dial
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.rules import need_rep, rep_of
from sdrdesk.services.block.order import BlockOrder
from sdrdesk.services.block.text import keep_markdown
from sdrdesk.services.queue.saved_views import ViewService
from sdrdesk.services.queue.service import QueueService
from sdrdesk.services.views.block import (
    BlockPlan,
    BlockSummary,
    BlockUsual,
    BlockView,
    PartView,
)
from sdrdesk.services.views.queue import QueueSnapshot
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.candidates import total_leads
from sdrdesk.store.record import blocks
from sdrdesk.store.record.blocks import BlockCall
from sdrdesk.store.reports.counts import callbacks_until
from sdrdesk.store.reports.lookups import lead_names

USUAL = BlockUsual("50m", "40 dials", EXAMPLE)
"""Defaults of the first block."""


class BlockService:
    """The blocks of this desk's rep."""

    def __init__(
        self,
        db: Database,
        rulebook: Rulebook,
        settings: Settings,
        clock: Clock,
        zone: ZoneInfo,
        queue: QueueService,
        views: Callable[[], ViewService],
        changed: Callable[[], None],
        ended: Callable[[BlockSummary], None] = lambda _summary: None,
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._settings = settings
        self._clock = clock
        self._zone = zone
        self._queue = queue
        self._views = views
        self._changed = changed
        self._ended = ended
        self._order = BlockOrder(
            queue,
            lambda view: frozenset(views().queue(view).lead_ids),
            lambda view, lead_ids: views().among(view, lead_ids),
            clock,
        )

    def usual(self) -> BlockUsual:
        """Return the defaults of a new block."""
        owner = rep_of(self._db, self._settings)
        last = blocks.last_block(self._db, owner.owner_id) if owner else None
        if last is None:
            return USUAL
        return BlockUsual(span_words(last.length_s), goal_words(last.goal), last.recipe)

    def plan(self, length: str, goal: str, recipe: str) -> BlockPlan:
        """Parse a block as typed; nothing is started.

        Raises:
            UsageError: a length, goal, recipe or view that is not understood.
        """
        wanted = self._recipe(recipe)
        made = parse_goal(goal)
        return BlockPlan(
            length_or_end(length, self._clock(), self._zone),
            goal_words(made),
            wanted.words,
            self._parts(wanted, Counter()),
        )

    def start(self, length: str, goal: str, recipe: str) -> BlockView:
        """Start a block.

        Raises:
            UsageError: the input is not understood, or the rep is in a block already.
            CredentialsError: not logged in.
        """
        self._changed()
        wanted = self._recipe(recipe)
        block = Block(
            block_id=str(uuid.uuid4()),
            owner_id=need_rep(self._db, self._settings).owner_id,
            started_at=self._clock(),
            length_s=length_or_end(length, self._clock(), self._zone),
            goal=parse_goal(goal),
            recipe=wanted.words,
        )
        return BlockView(blocks.start_block(self._db, block), Done())

    def pause(self, reason: str) -> BlockView:
        """Pause the block. Raises UsageError without a block, or when it is paused."""
        words = one_line(reason) or "break"
        return self.view(blocks.pause_block(self._db, self._owner_id(), words, self._clock()))

    def resume(self) -> BlockView:
        """Resume the block. Raises UsageError when it is not paused, or without a block."""
        return self.view(blocks.resume_block(self._db, self._owner_id(), self._clock()))

    def end(self) -> BlockSummary:
        """End the block and return its summary. Raises UsageError without one."""
        self._changed()
        owner_id, now = self._owner_id(), self._clock()
        block = blocks.open_block(self._db, owner_id)
        last_at = self._done(self._calls(block)).last_at if block else None
        at = end_of(block, last_at, now) if block else now
        summary = self._summary(blocks.end_block(self._db, owner_id, at))
        self._ended(summary)
        return summary

    def current(self) -> BlockView | None:
        """Return the running block, ``None`` without one."""
        block = self._open()
        return self.view(block) if block else None

    def view(self, block: Block) -> BlockView:
        """Return a block with its results so far."""
        return BlockView(block, self._done(self._calls(block)))

    def news(self) -> str:
        """Return news to show once (time over, goal reached), ``""`` for none.

        Returned news count as seen, also after a restart.
        """
        view, now = self.current(), self._clock()
        if view is None:
            return ""
        due = endings(view.block, view.done, now)
        return view.over_words(now) if blocks.claim_notices(self._db, view.block, due, now) else ""

    def summary(self) -> BlockSummary | None:
        """Return the summary of the running block, else of the last one, ``None`` without any."""
        owner = rep_of(self._db, self._settings)
        last = blocks.last_block(self._db, owner.owner_id) if owner else None
        return self._summary(last) if last else None

    def keep(self, summary: BlockSummary) -> str:
        """Write a summary as Markdown next to the database and return its path.

        Raises:
            SdrDeskError: the file cannot be written.
        """
        return str(keep_markdown(self._db.path.parent / "blocks", summary, self._zone))

    # The queue in a block.

    def queue(self, block: Block, first: int) -> QueueSnapshot:
        """Return the queue to work through, in the order of the block's recipe."""
        recipe, done = self._recipe_and_done(block)
        if recipe is None:
            return self._queue.snapshot(first=first)
        ids = self._order.order(recipe, done)
        self._queue.shown(ids)
        return QueueSnapshot(self._clock(), ids, total_leads(self._db))

    def next_after(self, block: Block, lead_id: str) -> str | None:
        """Return the lead to call after ``lead_id``, ``None`` when no lead is left."""
        recipe, done = self._recipe_and_done(block)
        if recipe is None:
            return self._queue.next_after(lead_id)
        return self._order.next_after(recipe, done, lead_id)

    def ahead_of(self, block: Block, lead_id: str, most: int) -> list[str]:
        """Return the leads to call after ``lead_id``, best first, at most ``most``."""
        recipe, done = self._recipe_and_done(block)
        if recipe is None:
            return self._queue.ahead_of(lead_id, most)
        done[self._order.part_of(recipe, lead_id)] += 1
        self._order.renew(recipe)  # here, while the rep talks, and not at the outcome's key
        found = self._order.next_after(recipe, done, lead_id)
        return [found] if found else []

    def note(self, block: Block, lead_id: str) -> Callable[[Connection, Activity], None]:
        """Return the function that notes the coming outcome of a lead in the block.

        The lead's part is looked up now, before the outcome changes it.
        """
        part, now = self._order.part_of(self._read(block.recipe), lead_id), self._clock()

        def note(connection: Connection, activity: Activity) -> None:
            blocks.note_call(connection, block.owner_id, activity.activity_key, part, now)

        return note

    def _open(self) -> Block | None:
        owner = rep_of(self._db, self._settings)
        return blocks.open_block(self._db, owner.owner_id) if owner else None

    def _owner_id(self) -> str:
        return need_rep(self._db, self._settings).owner_id

    def _recipe_and_done(self, block: Block) -> tuple[Recipe | None, Counter[str]]:
        recipe = self._read(block.recipe)
        if recipe.is_whole:
            return None, Counter()
        return recipe, _called(self._calls(block))

    def _recipe(self, text: str) -> Recipe:
        wanted = parse_recipe(text)
        for part in wanted.parts:
            self._views().known(part.view)
        return wanted

    def _read(self, text: str) -> Recipe:
        """Parse a running block's recipe; if its view was removed, the block follows the queue."""
        try:
            return self._recipe(text)
        except UsageError:
            return Recipe()

    def _calls(self, block: Block | None) -> list[BlockCall]:
        return blocks.block_calls(self._db, block.block_id) if block else []

    def _tally(self, calls: list[BlockCall]) -> CallTally:
        classifier = OutcomeClassifier(self._rules.dispositions)
        counted = CallTally(self._rules.sla.targets.conversation_s)
        for call in calls:
            outcome = classifier.of(call.disposition, call.outcome_label, corrected=call.corrected)
            counted.add(
                Dial(
                    call.activity_key, call.lead_id, "", call.at, call.kind == "call", outcome,
                    call.duration_s, incoming=call.kind == "incoming",
                )
            )  # fmt: skip
        return counted

    def _done(self, calls: list[BlockCall]) -> Done:
        counted = self._tally(calls)
        return Done(
            dials=counted.dials,
            connects=counted.connects,
            conversations=counted.conversations,
            meetings=counted.meetings_set,
            talk_s=counted.talk_s,
            last_at=max((call.ended_at for call in calls), default=None),
        )

    def _summary(self, block: Block) -> BlockSummary:
        now = self._clock()
        calls = self._calls(block)
        done, counted = self._done(calls), self._tally(calls)
        names = lead_names(self._db, {call.lead_id for call in calls})
        known = self._rules.dispositions
        owner = rep_of(self._db, self._settings)
        after = [at for at in self._promises(block, now) if at > now]
        unsent, refused = blocks.unsent_of(self._db, block.block_id)
        kept = [call for call in calls if not call.corrected]
        return BlockSummary(
            rep=owner.name if owner else "",
            block=block,
            as_of=block.ended_at or now,
            done=done,
            split=split(block, done.talk_s, now),
            outcomes=tuple(
                (known[key].label if key in known else key or "no outcome", count)
                for key, count in counted.outcomes.most_common()
            ),
            without_call=sum(call.kind == "change" for call in kept),
            met=tuple(
                (names.get(call.lead_id, f"lead {call.lead_id}"), call.meeting_at)
                for call in kept
                if call.disposition in known and known[call.disposition].is_(Flag.MEETING)
            ),
            promised=tuple(
                (names.get(call.lead_id, f"lead {call.lead_id}"), call.callback_at)
                for call in kept
                if call.callback_at is not None
            ),
            unsent=unsent,
            refused=refused,
            parts=self._parts(self._read(block.recipe), _called(calls)),
            callable=len(self._queue.snapshot().lead_ids),
            callbacks_next=len(after),
            next_callback_at=min(after, default=None),
        )

    def _promises(self, block: Block, now: datetime) -> list[datetime]:
        until = now + timedelta(seconds=block.length_s)
        return callbacks_until(self._db, until, block.owner_id, now)

    def _parts(self, recipe: Recipe, called: Counter[str]) -> tuple[PartView, ...]:
        left = self._order.holds(recipe)
        return tuple(
            PartView(part.view, part.share, called[part.view], left.get(part.view, 0))
            for part in recipe.parts
        )


def _called(calls: list[BlockCall]) -> Counter[str]:
    """Return the dials of each part; a lead settled without a call takes no turn."""
    return Counter(call.part for call in calls if call.kind == "call")
