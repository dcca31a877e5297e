"""What a world of any size must have: fresh conversions and promised callbacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sdrdesk.sandbox.world.activity import TASK_PLANS, TaskPlan
from sdrdesk.sandbox.world.conversions import fresh_age_ms
from sdrdesk.sandbox.world.dice import Dice


@dataclass(slots=True)
class Plan:
    """What must exist in a world of any size, by the number of the lead."""

    fresh: dict[int, int]
    """Age in milliseconds of conversions within the last hour."""
    callbacks: dict[int, TaskPlan]
    """When a promised callback is due."""

    def holds(self, ordinals: Iterable[int]) -> bool:
        """Whether any of these leads has a part in the plan."""
        return any(n in self.fresh or n in self.callbacks for n in ordinals)


def draw_plan(seed: int, leads: int) -> Plan:
    """Which leads converted within the hour and which were promised a call."""
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
    return Plan(fresh, callbacks)
