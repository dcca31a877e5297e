"""The fresh conversions and promised callbacks that a world of any size has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sdrdesk.sandbox.world.dice import Dice
from sdrdesk.sandbox.world.history.activity import TASK_PLANS, TaskPlan
from sdrdesk.sandbox.world.history.conversions import fresh_age_ms


@dataclass(slots=True)
class RequiredLeads:
    """The required leads of a world, by their numbers."""

    fresh: dict[int, int]
    """Age in milliseconds of conversions within the last hour."""
    callbacks: dict[int, TaskPlan]
    """When a promised callback is due."""

    def is_planned(self, ordinals: Iterable[int]) -> bool:
        """Return whether any of these leads is planned."""
        return any(n in self.fresh or n in self.callbacks for n in ordinals)


def draw_required_leads(seed: int, leads: int) -> RequiredLeads:
    """Choose the leads that converted within the hour and those with a promised callback."""
    dice = Dice(seed, "plan", leads)
    scale = (leads / 400) ** 0.5
    fresh_count = min(leads, max(1, round(14 * scale)))
    callback_count = min(leads - fresh_count, round(15 * scale))
    drawn = dice.sample(leads, fresh_count + callback_count)
    fresh = {
        ordinal: fresh_age_ms(rank, fresh_count) for rank, ordinal in enumerate(drawn[:fresh_count])
    }
    callbacks: dict[int, TaskPlan] = {
        ordinal: TASK_PLANS[rank % 3] for rank, ordinal in enumerate(drawn[fresh_count:])
    }
    return RequiredLeads(fresh, callbacks)
