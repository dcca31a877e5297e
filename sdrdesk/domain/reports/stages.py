"""The funnel from lead to customer, each step with its denominator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sdrdesk.domain.reports.statistics import Percentiles, Share, percentiles
from sdrdesk.domain.sla.targets import Stages

_ASIDE = "other"
"""HubSpot's last stage, for people who will not become customers."""


class StageStep(NamedTuple):
    """A step of the funnel."""

    name: str
    stage: str
    """The account's stage value, ``""`` for the first step."""
    of_before: Share
    """Leads that reached this step, of those that reached the one before."""
    of_leads: Share
    known: bool = True
    """False when the account does not have the stage."""
    time_in: Percentiles = Percentiles()
    """From entering this stage to entering the next reached step, for leads with both dates in the
    CRM."""
    still_there: int = 0
    """Leads at this stage now."""

    def to_json(self) -> dict[str, object]:
        """Return the step with both denominators."""
        return {
            "step": self.name,
            "stage": self.stage or None,
            "reached": self.of_leads.hits,
            "of_step_before": self.of_before.to_json(),
            "of_leads": self.of_leads.to_json(),
            "in_account": self.known,
            "time_in_stage_s": self.time_in.to_json(),
            "went_on_with_dates": self.time_in.count,
            "still_there": self.still_there,
        }


def stages_from(stage: str, order: Sequence[str]) -> frozenset[str]:
    """Return ``stage`` and all later ones of the account's ``order``; none if it is missing."""
    way = [value for value in order if value != _ASIDE]
    return frozenset(way[way.index(stage) :]) if stage in way else frozenset()


def with_times(
    found: Sequence[StageStep],
    lifecycles: Iterable[str],
    entered: Iterable[Mapping[str, int]],
    lead_stage: str = "lead",
) -> list[StageStep]:
    """Return the steps with the time that leads stayed at each.

    Args:
        found: the result of ``steps``.
        lifecycles: the present stage of each lead.
        entered: for each lead the moments (ms) of entering stages, by stage value.
        lead_stage: the stage of the first step, which is every lead.
    """
    way = [step.stage or lead_stage for step in found if step.known]
    stands = Counter(lifecycles)
    waits: dict[str, list[float]] = {stage: [] for stage in way}
    for dates in entered:
        for at, stage in enumerate(way[:-1]):
            later = [dates[after] for after in way[at + 1 :] if after in dates]
            # A lead moved back and forward again has a later date on an earlier stage: skip it.
            if stage in dates and later and min(later) >= dates[stage]:
                waits[stage].append((min(later) - dates[stage]) / 1_000)
    return [
        step._replace(
            time_in=percentiles(waits[step.stage or lead_stage]),
            still_there=stands[step.stage or lead_stage],
        )
        if step.known
        else step
        for step in found
    ]


def steps(lifecycles: Iterable[str], order: Sequence[str], stages: Stages) -> list[StageStep]:
    """Return the number of leads that reached each step.

    Args:
        lifecycles: the present stage value of each lead.
        order: the account's stages, earliest first.
        stages: the stage of each step of the team.
    """
    place = {stage: at for at, stage in enumerate(order) if stage != _ASIDE}
    stands = [place.get(lifecycle, -1) for lifecycle in lifecycles]
    total = before = len(stands)
    found = [StageStep("Lead", "", Share(total, total), Share(total, total))]
    for name, stage in stages.steps():
        known = stage in place
        count = sum(at >= place[stage] for at in stands) if known else 0
        found.append(StageStep(name, stage, Share(count, before), Share(count, total), known))
        if known:
            before = count
    return found
