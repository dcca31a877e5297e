"""A call block: a stretch of calling with a length, a goal and a recipe; its clock and its pace.

Pure rules. What a block holds next is ``domain.block.recipe``, how it is typed ``block_words``.
Times are aware UTC, durations seconds. A clock that was set back never gives a negative span.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class GoalKind(StrEnum):
    """What a block is measured by."""

    DIALS = "dials"
    CONVERSATIONS = "conversations"
    MEETINGS = "meetings"


class Ending(StrEnum):
    """What may end a block; it goes on until the rep ends it."""

    TIME = "time"
    GOAL = "goal"


@dataclass(frozen=True, slots=True)
class Goal:
    """So many dials, conversations or meetings."""

    kind: GoalKind
    count: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock of the block stands."""

    reason: str
    started_at: datetime
    ended_at: datetime | None = None
    """``None`` while it lasts."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of one rep."""

    block_id: str
    owner_id: str
    started_at: datetime
    length_s: int
    """Time to call, pauses not counted."""
    goal: Goal
    recipe: str
    """In the words ``block_recipe.parse_recipe`` reads."""
    pauses: tuple[Pause, ...] = ()
    """In the order in which they began."""
    ended_at: datetime | None = None

    @property
    def pause(self) -> Pause | None:
        """The pause that lasts now."""
        last = self.pauses[-1] if self.pauses else None
        return last if last is not None and last.ended_at is None else None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a block so far; outcomes taken back do not count."""

    dials: int = 0
    connects: int = 0
    conversations: int = 0
    meetings: int = 0
    talk_s: int = 0
    """Time in calls, from the start of each to its outcome."""
    last_at: datetime | None = None
    """When the last call ended."""

    def of(self, kind: GoalKind) -> int:
        """Return how many of what a goal counts."""
        return {
            GoalKind.DIALS: self.dials,
            GoalKind.CONVERSATIONS: self.conversations,
            GoalKind.MEETINGS: self.meetings,
        }[kind]


@dataclass(frozen=True, slots=True)
class Split:
    """Where the time went; the three sum to the time from start to end."""

    talk_s: int
    wrap_s: int
    """Between calls: notes, reading, choosing."""
    pause_s: int


def paused_s(block: Block, now: datetime) -> int:
    """Return how long the block stood still until ``now`` (or its end, if that came first)."""
    end = _until(block, now)
    return sum(_span_s(pause.started_at, min(pause.ended_at or end, end)) for pause in block.pauses)


def active_s(block: Block, now: datetime) -> int:
    """Return how long the clock of the block ran until ``now`` or its end."""
    return max(0, _span_s(block.started_at, _until(block, now)) - paused_s(block, now))


def left_s(block: Block, now: datetime) -> int:
    """Return what is left of its length; below zero when its time is over."""
    return block.length_s - active_s(block, now)


def ahead(block: Block, done: Done, now: datetime) -> int:
    """Return how far the block is ahead of an even pace to its goal; below zero is behind.

    Whole dials, conversations or meetings: one counts as missing when its time is over, not while
    it still runs.
    """
    ran = min(active_s(block, now), block.length_s)
    due = block.goal.count * ran // block.length_s
    return done.of(block.goal.kind) - due


def endings(block: Block, done: Done, now: datetime) -> frozenset[Ending]:
    """Return why a block could end at ``now``: its time is over, its goal is reached, or both."""
    found = set()
    if left_s(block, now) <= 0:
        found.add(Ending.TIME)
    if done.of(block.goal.kind) >= block.goal.count:
        found.add(Ending.GOAL)
    return frozenset(found)


def end_of(block: Block, last_at: datetime | None, now: datetime) -> datetime:
    """Return when a block that is closed at ``now`` ended.

    A block nobody worked in after its time was up (the lid was closed) ended when its time was up,
    or with the last call made after that.
    """
    over_s = -left_s(block, now)
    if over_s <= 0 or block.pause is not None:
        return max(now, block.started_at)
    up = now - timedelta(seconds=over_s)
    return max(block.started_at, up, min(last_at or up, now))


def split(block: Block, talk_s: int, now: datetime) -> Split:
    """Return where the time went until ``now`` or the end of the block."""
    ran = active_s(block, now)
    talk = max(0, min(talk_s, ran))
    return Split(talk, ran - talk, paused_s(block, now))


def _until(block: Block, now: datetime) -> datetime:
    return now if block.ended_at is None else block.ended_at


def _span_s(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
