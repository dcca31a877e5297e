"""Leads without an owner, shared out among the reps of a team.

Each one is offered to one rep only, without asking anybody: its id says to whom. Every machine that
knows the same callers comes to the same answer. ``store.queue.ranked_leads`` says the same in SQL.
"""

from __future__ import annotations

from typing import Final

from sdrdesk.domain.light_dataclass import dataclass

WEIGHTS: Final = (1, 3, 7)
"""Of the last three characters of an id, the last one first."""


@dataclass(frozen=True, slots=True)
class Share:
    """One rep's part of the leads without an owner."""

    place: int
    """Of the rep among the callers, from 0."""
    of: int
    """Callers."""

    def has(self, lead_id: str) -> bool:
        """Return whether a lead without an owner is offered to this rep."""
        ends = zip(reversed(lead_id[-len(WEIGHTS) :]), WEIGHTS, strict=False)
        return sum(ord(character) * weight for character, weight in ends) % self.of == self.place


NO_SHARE: Final = Share(-1, 1)
"""Of a rep whom the account does not know: no lead is offered, since nobody could record a call."""


def share_of(owner_id: str, callers: tuple[str, ...]) -> Share | None:
    """Return a rep's share among those who call; ``None`` for all, where nobody else shares.

    A rep who is none of the callers has no share to leave to the others: every lead is offered.
    """
    reps = sorted(set(callers))
    if owner_id not in reps or len(reps) < 2:
        return None
    return Share(reps.index(owner_id), len(reps))
