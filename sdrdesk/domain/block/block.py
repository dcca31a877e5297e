"""A call block: length, goal, recipe, clock and pace.

The next lead of a block comes from ``block.recipe``, its input from ``block.parsing``.
Times are aware UTC, durations seconds; a clock set back never gives a negative span.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sdrdesk.domain.light_dataclass import dataclass


class GoalKind(StrEnum):
    """Kinds of goals."""

    DIALS = "dials"
    CONVERSATIONS = "conversations"
    MEETINGS = "meetings"


class Ending(StrEnum):
    """Reasons to end a block; it continues until the rep ends it."""

    TIME = "time"
    GOAL = "goal"


@dataclass(frozen=True, slots=True)
class Goal:
    """A number of dials, conversations or meetings."""

    kind: GoalKind
    count: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of the block's clock."""

    reason: str
    started_at: datetime
    ended_at: datetime | None = None
    """``None`` while it lasts."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a rep."""

    block_id: str
    owner_id: str
    started_at: datetime
    length_s: int
    """Without pauses."""
    goal: Goal
    recipe: str
    """As ``recipe.parse_recipe`` reads it."""
    pauses: tuple[Pause, ...] = ()
    """Oldest first."""
    ended_at: datetime | None = None

    @property
    def pause(self) -> Pause | None:
        """The present pause."""
        last = self.pauses[-1] if self.pauses else None
        return last if last is not None and last.ended_at is None else None


@dataclass(frozen=True, slots=True)
class Done:
    """The results of a block so far, without undone outcomes."""

    dials: int = 0
    connects: int = 0
    conversations: int = 0
    meetings: int = 0
    talk_s: int = 0
    """Time in calls, each from its start to its outcome."""
    last_at: datetime | None = None
    """When the last call ended."""

    def of(self, kind: GoalKind) -> int:
        """Return the count of ``kind``."""
        return {
            GoalKind.DIALS: self.dials,
            GoalKind.CONVERSATIONS: self.conversations,
            GoalKind.MEETINGS: self.meetings,
        }[kind]


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """The use of time; the three parts sum to the time from start to end."""

    talk_s: int
    wrap_s: int
    """Between calls: notes, reading, choosing."""
    pause_s: int


def paused_s(block: Block, now: datetime) -> int:
    """Return the paused time until ``now`` or the block's end."""
    end = _until(block, now)
    return sum(_span_s(pause.started_at, min(pause.ended_at or end, end)) for pause in block.pauses)


def active_s(block: Block, now: datetime) -> int:
    """Return the running time until ``now`` or the block's end."""
    return max(0, _span_s(block.started_at, _until(block, now)) - paused_s(block, now))


def left_s(block: Block, now: datetime) -> int:
    """Return the time left, below zero when it is over."""
    return block.length_s - active_s(block, now)


def ahead(block: Block, done: Done, now: datetime) -> int:
    """Return how far the block is ahead of an even pace to its goal; below zero is behind.

    In whole units: one counts as missing only when its share of the time is over.
    """
    ran = min(active_s(block, now), block.length_s)
    due = block.goal.count * ran // block.length_s
    return done.of(block.goal.kind) - due


def endings(block: Block, done: Done, now: datetime) -> frozenset[Ending]:
    """Return the reasons to end a block at ``now``: time over, goal reached, or both."""
    found = set()
    if left_s(block, now) <= 0:
        found.add(Ending.TIME)
    if done.of(block.goal.kind) >= block.goal.count:
        found.add(Ending.GOAL)
    return frozenset(found)


def end_of(block: Block, last_at: datetime | None, now: datetime) -> datetime:
    """Return the end of a block that is closed at ``now``.

    A block left open after its time was up (the lid was closed) ended then, or with the last call
    after that.
    """
    over_s = -left_s(block, now)
    if over_s <= 0 or block.pause is not None:
        return max(now, block.started_at)
    up = now - timedelta(seconds=over_s)
    return max(block.started_at, up, min(last_at or up, now))


def split(block: Block, talk_s: int, now: datetime) -> TimeSplit:
    """Return the use of time until ``now`` or the end of the block."""
    ran = active_s(block, now)
    talk = max(0, min(talk_s, ran))
    return TimeSplit(talk, ran - talk, paused_s(block, now))


def _until(block: Block, now: datetime) -> datetime:
    return now if block.ended_at is None else block.ended_at


def _span_s(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
