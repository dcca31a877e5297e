"""The funnel from lead to customer, each step with its denominator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sdrdesk.domain.reports.statistics import Percentiles, Proportion, percentiles
from sdrdesk.domain.sla.targets import Stages

_ASIDE = "other"
"""HubSpot's last stage, for people who will not become customers."""


class StageStep(NamedTuple):
    """A step of the funnel."""

    name: str
    stage: str
    """The account's stage value, ``""`` for the first step."""
    of_before: Proportion
    """Leads that reached this step, of those that reached the one before."""
    of_leads: Proportion
    of_worked: Proportion = Proportion(0, 0)
    """Of the leads somebody worked since their conversion."""
    of_matured: Proportion = Proportion(0, 0)
    """Of the leads that had their time."""
    before: int = 0
    """Leads that were here or further on before they converted: not counted as reached."""
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
            "of_worked": self.of_worked.to_json(),
            "of_matured": self.of_matured.to_json(),
            "stood_before": self.before,
            "in_account": self.known,
            "time_in_stage_s": self.time_in.to_json(),
            "went_on_with_dates": self.time_in.count,
            "still_there": self.still_there,
        }


def stages_from(stage: str, order: Sequence[str]) -> frozenset[str]:
    """Return ``stage`` and all later ones of the account's ``order``; none if it is missing."""
    way = [value for value in order if value != _ASIDE]
    return frozenset(way[way.index(stage) :]) if stage in way else frozenset()


class LeadStage(NamedTuple):
    """The stage of a lead of the CRM, seen from its conversion."""

    reached: str = ""
    """The highest stage up to the present one that it entered since, ``""`` for none."""
    before: bool = False
    """It was at its present stage before it converted."""
    undated: bool = False
    """It is at a stage, and the CRM has no date of entering that or a later one."""


def stage_since(
    lifecycle: str, entered: Mapping[str, int], since_ms: int, order: Sequence[str]
) -> LeadStage:
    """Return what became of a lead since its conversion.

    Args:
        lifecycle: the present stage.
        entered: the moments (ms) of entering stages.
        since_ms: the conversion.
        order: the account's stages, earliest first.
    """
    way = [stage for stage in order if stage != _ASIDE]
    if lifecycle not in way:
        return LeadStage()
    passed = way[: way.index(lifecycle) + 1]
    since = [stage for stage in passed if entered.get(stage, -1) >= since_ms]
    reached = since[-1] if since else ""
    dated = [entered[stage] for stage in stages_from(lifecycle, order) if stage in entered]
    return LeadStage(reached, bool(dated) and min(dated) < since_ms, not dated)


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


class FunnelLead(NamedTuple):
    """A lead of the funnel."""

    lifecycle: str
    """The present stage."""
    since: LeadStage
    worked: bool = True
    """Somebody called, or closed it, since the conversion."""
    matured: bool = True
    """It converted long enough ago to be judged."""


def steps(leads: Sequence[FunnelLead], order: Sequence[str], stages: Stages) -> list[StageStep]:
    """Return the number of leads that reached each step since their conversion.

    Args:
        leads: the leads.
        order: the account's stages, earliest first.
        stages: the stage of each step of the team.
    """
    place = {stage: at for at, stage in enumerate(order) if stage != _ASIDE}
    total = before = len(leads)
    worked, matured = [x for x in leads if x.worked], [x for x in leads if x.matured]
    found = [_first_step(total, len(worked), len(matured))]

    def reach(some: Sequence[FunnelLead], stage: str) -> int:
        return sum(place.get(x.since.reached, -1) >= place[stage] for x in some)

    for name, stage in stages.steps():
        if stage not in place:
            nothing = Proportion(0, total)
            found.append(StageStep(name, stage, Proportion(0, before), nothing, known=False))
            continue
        count = reach(leads, stage)
        stood = sum(place.get(x.lifecycle, -1) >= place[stage] and x.since.before for x in leads)
        found.append(
            StageStep(
                name,
                stage,
                Proportion(count, before),
                Proportion(count, total),
                Proportion(reach(worked, stage), len(worked)),
                Proportion(reach(matured, stage), len(matured)),
                stood,
            )
        )
        before = count
    return found


def _first_step(total: int, worked: int, matured: int) -> StageStep:
    everybody = Proportion(total, total)
    return StageStep(
        "Lead", "", everybody, everybody, Proportion(worked, worked), Proportion(matured, matured)
    )
