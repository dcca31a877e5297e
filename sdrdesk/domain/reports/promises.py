"""The agreement between marketing and sales: both sides against their targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from sdrdesk.domain.reports.dials import ordered
from sdrdesk.domain.reports.history import History
from sdrdesk.domain.reports.speed import Wait
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.domain.sla.pauses import SlaPause, rests
from sdrdesk.domain.sla.sla import SlaConfig, sla_state
from sdrdesk.domain.sla.targets import MarketingTargets, SalesTargets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BandVerdict = Literal["below", "within", "above", "too few to tell", "leads unworked"]
"""``leads unworked``: no verdict on marketing while nobody called some of the leads."""
FIT_BANDS = ((80, "80–100"), (60, "60–79"), (40, "40–59"), (0, "0–39"))


class WorkedLead(NamedTuple):
    """A lead that converted in the period, and its history since."""

    wait: Wait
    done: History


@dataclass(frozen=True, slots=True)
class SalesSide:
    """The results of sales against its targets."""

    in_time: Proportion
    """Of the leads whose SLA was met or breached."""
    running: int
    """Leads whose SLA still runs."""
    enough_attempts: Proportion
    """Leads given up after enough attempts, of all given up without being reached."""
    with_outcome: Proportion
    """Calls with an outcome."""
    waited: int = 0
    """Leads whose clock rested because the customer asked to wait."""

    def to_json(self) -> dict[str, object]:
        """Return shares in per cent with their counts and intervals."""
        return {
            "first_attempt_in_time": self.in_time.to_json(),
            "still_running": self.running,
            "enough_attempts_before_giving_up": self.enough_attempts.to_json(),
            "outcome_recorded": self.with_outcome.to_json(),
            "waited_on_customer": self.waited,
        }


@dataclass(frozen=True, slots=True)
class MarketingSide:
    """The results of marketing against its targets."""

    leads: int
    leads_target: int | None
    """For the days of the period, ``None`` without a target."""
    fit: dict[str, int]
    good_fit: Proportion
    filled: dict[str, Proportion]
    complete: Proportion
    qualified: Proportion
    """Of all leads."""
    of_worked: Proportion
    """Of the leads somebody worked since their conversion."""
    of_matured: Proportion
    """Of the leads that had their time; the verdict is on these."""
    stood_before: int
    """Leads that were at the qualified stage before they converted: not counted."""
    undated: int
    """Leads at a stage whose date the CRM does not tell: not counted."""
    verdict: BandVerdict
    reasons: dict[str, int]
    """Rejected leads by their last reason, most frequent first."""

    def to_json(self) -> dict[str, object]:
        """Return counts, and shares in per cent with their intervals."""
        return {
            "leads": self.leads,
            "leads_target": self.leads_target,
            "fit": self.fit,
            "good_fit": self.good_fit.to_json(),
            "fields": {name: share.to_json() for name, share in self.filled.items()},
            "complete": self.complete.to_json(),
            "qualified": self.qualified.to_json(),
            "qualified_of_worked": self.of_worked.to_json(),
            "qualified_of_matured": self.of_matured.to_json(),
            "worked": self.of_worked.of,
            "unworked": self.leads - self.of_worked.of,
            "matured": self.of_matured.of,
            "stood_at_stage_before": self.stood_before,
            "stage_without_date": self.undated,
            "against_expected": self.verdict,
            "rejected": self.reasons,
        }


class Quality(NamedTuple):
    """The quality of a lead from marketing."""

    fit: int
    filled: frozenset[str]
    """Names of the form's fields that are filled."""
    is_qualified: bool = False
    """By the CRM's lifecycle stage, entered at or after the conversion."""
    stood_before: bool = False
    """It was at a qualified stage before it converted."""
    is_undated: bool = False
    """It is at a qualified stage, since when is unknown."""
    is_rejected: bool = False
    """By the CRM's lead status."""


NO_REASON = ""
"""The reason of leads rejected elsewhere, without a known reason."""


def sales_side(
    leads: Iterable[WorkedLead],
    with_outcome: Proportion,
    config: SlaConfig,
    now: datetime,
    pauses: Mapping[str, Sequence[SlaPause]],
) -> SalesSide:
    """Return the side of sales.

    Args:
        leads: the leads of the period.
        with_outcome: calls of the period, and those with an outcome.
        config: the settings.
        now: aware UTC.
        pauses: times in which a person asked to wait, by lead.
    """
    found = list(leads)
    states = Counter(
        sla_state(
            lead.wait.converted_at, lead.wait.attempted_at, config.of(lead.wait.owner_id), now,
            how_late=False, pauses=pauses.get(lead.wait.lead_id, ()),
        ).state
        for lead in found
    )  # fmt: skip
    waited = sum(
        any(p.until > lead.wait.converted_at for p in rests(pauses[lead.wait.lead_id]))
        for lead in found
        if lead.wait.lead_id in pauses
    )
    target = config.targets.sales
    given_up = [lead for lead in found if is_given_up(lead, target, now)]
    enough = sum(lead.done.attempts >= target.attempts for lead in given_up)
    return SalesSide(
        Proportion(states["met"], states["met"] + states["breached"]),
        states["on_track"] + states["at_risk"],
        Proportion(enough, len(given_up)),
        with_outcome,
        waited,
    )


def of_team(sides: Collection[SalesSide], with_outcome: Proportion) -> SalesSide:
    """Return the sum of the sides of all owners; ``with_outcome`` are the calls of the team."""
    return SalesSide(
        _sum(side.in_time for side in sides),
        sum(side.running for side in sides),
        _sum(side.enough_attempts for side in sides),
        with_outcome,
        sum(side.waited for side in sides),
    )


def _sum(shares: Iterable[Proportion]) -> Proportion:
    found = list(shares)
    return Proportion(sum(share.hits for share in found), sum(share.of for share in found))


def is_given_up(lead: WorkedLead, target: SalesTargets, now: datetime) -> bool:
    """Return whether a lead that was never reached is no longer worked."""
    last_ms = lead.done.last_ms
    if lead.wait.contacted_at is not None or last_ms is None:
        return False
    rested = now - (_EPOCH + timedelta(milliseconds=last_ms))
    return lead.done.ended or rested > timedelta(days=target.given_up_days)


def marketing_side(
    leads: Sequence[WorkedLead],
    quality: Mapping[str, Quality],
    days: int,
    target: MarketingTargets,
    now: datetime,
) -> MarketingSide:
    """Return the side of marketing for the leads that converted in ``days`` days."""
    known = [quality[lead.wait.lead_id] for lead in leads if lead.wait.lead_id in quality]
    forms = Counter(one.filled for one in known)
    fit = dict.fromkeys((name for _, name in FIT_BANDS), 0)
    for one in known:
        fit[next(name for low, name in FIT_BANDS if one.fit >= low)] += 1
    worked = [lead for lead in leads if is_worked(lead)]
    matured = [lead for lead in leads if is_matured(lead.wait, target, now)]
    won = {lead.wait.lead_id for lead in leads if _is_qualified(lead, quality)}
    not_won = [
        quality[lead.wait.lead_id]
        for lead in leads
        if lead.wait.lead_id in quality and lead.wait.lead_id not in won
    ]

    def with_fields(names: Collection[str]) -> Proportion:
        told = sum(count for filled, count in forms.items() if filled.issuperset(names))
        return Proportion(told, len(known))

    def qualified(some: Sequence[WorkedLead]) -> Proportion:
        return Proportion(sum(lead.wait.lead_id in won for lead in some), len(some))

    of_matured = qualified(matured)
    wanted = target.leads_per_30_days
    return MarketingSide(
        leads=len(leads),
        leads_target=round(wanted * days / 30) if wanted else None,
        fit=fit,
        good_fit=Proportion(sum(one.fit >= target.good_fit for one in known), len(known)),
        filled={name: with_fields([name]) for name in target.fields},
        complete=with_fields(target.fields),
        qualified=qualified(leads),
        of_worked=qualified(worked),
        of_matured=of_matured,
        stood_before=sum(one.stood_before for one in not_won),
        undated=sum(one.is_undated for one in not_won),
        verdict=verdict(of_matured, target.qualify_low, target.qualify_high)
        if len(worked) == len(leads)
        else "leads unworked",
        reasons=_reasons(leads, quality),
    )


def verdict(share: Proportion, low: float, high: float) -> BandVerdict:
    """Return the position of a share relative to an expected band in per cent.

    ``below`` and ``above`` only if the whole interval lies outside: a bad week is not a trend.
    """
    if share.interval is None or share.percent is None:
        return "too few to tell"
    least, most = share.interval
    if most < low:
        return "below"
    if least > high:
        return "above"
    return "within" if low <= share.percent <= high and not share.is_thin else "too few to tell"


def is_worked(lead: WorkedLead) -> bool:
    """Return whether anybody called the lead, or closed it, since the conversion."""
    return lead.done.last_ms is not None


def is_matured(wait: Wait, target: MarketingTargets, now: datetime) -> bool:
    """Return whether a lead converted long enough ago to be judged."""
    return now - wait.converted_at >= timedelta(days=target.matured_days)


def _is_qualified(lead: WorkedLead, quality: Mapping[str, Quality]) -> bool:
    stands = quality.get(lead.wait.lead_id)
    return lead.wait.qualified_at is not None or (stands is not None and stands.is_qualified)


def _reasons(leads: Sequence[WorkedLead], quality: Mapping[str, Quality]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for lead in leads:
        stands = quality.get(lead.wait.lead_id)
        if lead.done.reason:
            counted[lead.done.reason] += 1
        elif stands is not None and stands.is_rejected:
            counted[NO_REASON] += 1
    return ordered(counted)
