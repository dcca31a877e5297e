"""The recipe of a block: one view, or a mix of views by share, and which comes next.

Due callbacks and pinned leads come before every recipe. Views are known by name only; the store
knows their leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sdrdesk.domain.errors import UsageError

WHOLE_QUEUE: Final = "callable"
"""The view of the whole queue."""
EXAMPLE: Final = "40 % new, 40 % retry, 20 % callbacks"

_PART: Final = re.compile(r"(\d{1,3})\s*%\s*(?:of\s+)?(\S.*)")
_ALIASES: Final = {
    "callbacks": "callback",
    "retries": "retry",
    "re-engaged": "reengaged",
    "queue": WHOLE_QUEUE,
    "whole queue": WHOLE_QUEUE,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A view's share of a block."""

    view: str
    share: int
    """Per cent, 1 to 100; the shares of a recipe sum to 100."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The parts of a block; a single view is one part of 100 %."""

    parts: tuple[Part, ...] = (Part(WHOLE_QUEUE, 100),)

    @property
    def is_whole(self) -> bool:
        """True if the block follows the whole queue."""
        return self.parts == (Part(WHOLE_QUEUE, 100),)

    @property
    def words(self) -> str:
        """The recipe in words that ``parse_recipe`` reads."""
        if self.is_whole:
            return "whole queue"
        if len(self.parts) == 1:
            return self.parts[0].view
        return ", ".join(f"{part.share} % {part.view}" for part in self.parts)


def parse_recipe(text: str) -> Recipe:
    """Return the recipe for a view's name or shares of views, ``""`` for the whole queue.

    Views are not checked here.

    Raises:
        UsageError: the shares are not understood, or do not sum to 100 %.
    """
    wanted = " ".join(text.split())
    if "%" not in wanted:
        return Recipe((Part(_name(wanted), 100),))
    parts = tuple(_part(piece) for piece in re.split(r"[,;+]", wanted) if piece.strip())
    views = [part.view for part in parts]
    twice = next((view for view in views if views.count(view) > 1), "")
    if twice:
        raise UsageError(f"{twice} is in the mix twice.", next_step=f"Such as: {EXAMPLE}.")
    total = sum(part.share for part in parts)
    if total != 100:
        raise UsageError(f"The shares sum to {total} %, not to 100 %.")
    return Recipe(parts)


def choose(parts: Sequence[Part], done: Mapping[str, int], have: set[str]) -> Part | None:
    """Return the part that is furthest behind its share and has a lead left.

    Args:
        parts: of the recipe.
        done: leads called in the block so far, by view.
        have: views with a lead left; they also take the share of the others.

    Returns:
        The first of equal parts; ``None`` when no part has a lead left.
    """
    total = sum(done.get(part.view, 0) for part in parts) + 1
    able = [part for part in parts if part.view in have]
    return max(able, key=lambda p: p.share * total - 100 * done.get(p.view, 0), default=None)


def interleave(
    parts: Sequence[Part], done: Mapping[str, int], lists: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Yield (lead id, view) in the order of the recipe; each lead once, each list in its order.

    Args:
        parts: of the recipe.
        done: leads called so far, by view; the order continues from there.
        lists: lead ids of each view, best first; a lead may be in several.
    """
    counts = dict(done)
    rest = {part.view: iter(lists.get(part.view, ())) for part in parts}
    taken: set[str] = set()
    heads: dict[str, str] = {}

    def refill() -> None:
        for view, ids in rest.items():
            while view not in heads or heads[view] in taken:
                found = next(ids, None)
                if found is None:
                    heads.pop(view, None)
                    break
                heads[view] = found

    refill()
    while (part := choose(parts, counts, set(heads))) is not None:
        lead_id = heads[part.view]
        taken.add(lead_id)
        counts[part.view] = counts.get(part.view, 0) + 1
        yield lead_id, part.view
        refill()


def _name(text: str) -> str:
    lowered = text.casefold()
    return _ALIASES.get(lowered, text) if lowered else WHOLE_QUEUE


def _part(text: str) -> Part:
    found = _PART.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"{text.strip()!r} is no share of a view.", next_step=f"Such as {EXAMPLE}."
        )
    share = int(found[1])
    if not 1 <= share <= 100:
        raise UsageError(f"A share is from 1 to 100 %, not {share} %.")
    return Part(_name(found[2].strip()), share)
