"""From lead to customer, each step with its denominator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sdrdesk.domain.reporting.figures import Share
from sdrdesk.domain.reporting.targets import Stages

_ASIDE = "other"
"""HubSpot's stage for people who are on no way to becoming a customer; it stands last."""


class Step(NamedTuple):
    """One step of the way."""

    name: str
    stage: str
    """The account's stage value, ``""`` for the first step."""
    of_before: Share
    """Those who came this far, of those who came to the step before."""
    of_leads: Share
    known: bool = True
    """False: the account has no such stage."""

    def to_json(self) -> dict[str, object]:
        """Return the step with both denominators."""
        return {
            "step": self.name,
            "stage": self.stage or None,
            "reached": self.of_leads.hits,
            "of_step_before": self.of_before.to_json(),
            "of_leads": self.of_leads.to_json(),
            "in_account": self.known,
        }


def stages_from(stage: str, order: Sequence[str]) -> frozenset[str]:
    """Return ``stage`` and every later one of the account's ``order``; none if it has no such."""
    way = [value for value in order if value != _ASIDE]
    return frozenset(way[way.index(stage) :]) if stage in way else frozenset()


def steps(lifecycles: Iterable[str], order: Sequence[str], stages: Stages) -> list[Step]:
    """Return how far leads came.

    Args:
        lifecycles: where each lead stands now, the account's stage values.
        order: the account's stages, earliest first.
        stages: which stage each step of this team is.
    """
    place = {stage: at for at, stage in enumerate(order) if stage != _ASIDE}
    stands = [place.get(lifecycle, -1) for lifecycle in lifecycles]
    total = before = len(stands)
    found = [Step("Lead", "", Share(total, total), Share(total, total))]
    for name, stage in stages.steps():
        known = stage in place
        count = sum(at >= place[stage] for at in stands) if known else 0
        found.append(Step(name, stage, Share(count, before), Share(count, total), known))
        if known:
            before = count
    return found
