"""What is said of a block that could end now: its time is over, or its goal is reached."""

from __future__ import annotations

from datetime import datetime

from sdrdesk.domain.block.block import Ending, endings
from sdrdesk.domain.block.parsing import SHORT
from sdrdesk.services.views.block import BlockView

_WORDS = {
    frozenset({Ending.TIME}): "The block's time is over",
    frozenset({Ending.GOAL}): "Goal reached",
    frozenset({Ending.TIME, Ending.GOAL}): "Goal reached, time over",
}


def over_words(view: BlockView, now: datetime) -> str:
    """Return why the block could end, with how far it came; ``""`` while it has to go on."""
    block, done = view.block, view.done
    words = _WORDS.get(endings(block, done, now), "")
    kind = block.goal.kind
    return words and f"{words}: {done.of(kind)}/{block.goal.count} {SHORT[kind]}"
