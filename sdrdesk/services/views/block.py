"""Views of a call block: plain frozen data, ready to draw.

Times are aware UTC, durations whole seconds. Names are text from the CRM: draw them plain.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.block.block import Block, Done, Ending, TimeSplit, endings
from sdrdesk.domain.block.parsing import SHORT

_OVER = {
    frozenset({Ending.TIME}): "The block's time is over",
    frozenset({Ending.GOAL}): "Goal reached",
    frozenset({Ending.TIME, Ending.GOAL}): "Goal reached, time over",
}


class BlockView(NamedTuple):
    """A running block with its results so far."""

    block: Block
    done: Done

    def over_words(self, now: datetime) -> str:
        """Return why the block could end, with its progress; ``""`` while it has to go on."""
        words = _OVER.get(endings(self.block, self.done, now), "")
        goal = self.block.goal
        return words and f"{words}: {self.done.of(goal.kind)}/{goal.count} {SHORT[goal.kind]}"


class PartView(NamedTuple):
    """One part of a recipe."""

    view: str
    share: int
    """Per cent."""
    called: int
    """Its leads called in the block."""
    left: int
    """Its leads callable now."""


class BlockPlan(NamedTuple):
    """A parsed block, ready to start."""

    length_s: int
    goal: str
    """In words."""
    recipe: str
    """In words."""
    parts: tuple[PartView, ...]


class BlockUsual(NamedTuple):
    """Defaults of a new block: those of the rep's last block, or the shipped ones."""

    length: str
    goal: str
    recipe: str


class BlockSummary(NamedTuple):
    """The results of a block, and the leads for the next one."""

    rep: str
    block: Block
    as_of: datetime
    """The end of the block, or the present moment while it runs."""
    done: Done
    split: TimeSplit
    outcomes: tuple[tuple[str, int], ...]
    """Label and count, the most frequent first."""
    without_call: int
    """Leads settled without a call."""
    met: tuple[tuple[str, datetime | None], ...]
    """Name and time of each meeting set."""
    promised: tuple[tuple[str, datetime], ...]
    """Name and time of each callback agreed."""
    unsent: int
    refused: int
    parts: tuple[PartView, ...]
    callable: int
    """Leads callable now, of the whole queue."""
    callbacks_next: int
    """Callbacks due within the length of another such block."""
    next_callback_at: datetime | None
