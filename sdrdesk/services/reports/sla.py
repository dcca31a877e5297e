"""``report sla``: the promises between sales and marketing, and how each kept them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier
from sdrdesk.domain.reports.promises import (
    MarketingSide,
    Quality,
    SalesSide,
    WorkedLead,
    marketing_side,
    of_team,
    sales_side,
)
from sdrdesk.domain.reports.stages import LeadStage, stage_since, stages_from
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.reader import Reader, distinct_names
from sdrdesk.services.reports.tables import Cell, Sheet, Table
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.options import owners as owners_of
from sdrdesk.store.mirror.stage_dates import stage_dates
from sdrdesk.store.record.sla_pauses import pauses_in
from sdrdesk.store.reports.call_counts import outcomes_missing
from sdrdesk.store.reports.report_rows import ReportLead, leads_of, stage_values

_DEFINED = (
    "lead", "in time", "business time", "given up", "first attempt", "qualified", "qualifies",
    "worked", "days old", "complete", "rejected", "interval", "day",
)  # fmt: skip

GONE = "left or does not call"
"""The row of all who are out of the team."""


@dataclass(frozen=True, slots=True)
class SlaReport:
    """Both sides of the agreement in a date range."""

    span: DateRange
    sales: SalesSide
    by_owner: dict[str, SalesSide]
    marketing: MarketingSide
    gone: tuple[tuple[str, int], ...] = ()
    """Leads of each person who left or does not call, by name."""

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report sla --json``."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "sales": self.sales.to_json(),
            "sales_by_owner": {name: side.to_json() for name, side in self.by_owner.items()},
            "leads_of_people_gone": dict(self.gone),
            "marketing": self.marketing.to_json(),
        }


def sla_report(reader: Reader, span: DateRange) -> SlaReport:
    """Count both sides for the leads that converted in ``span``."""
    found = reader.converted(span)
    leads = [WorkedLead(item.wait, item.done) for item in found]
    quality = _qualities(reader, leads)
    gone = _gone(reader)
    calls, team = _with_outcome(reader, span, gone)
    now = reader.clock()
    names = {**reader.owner_names(), GONE: GONE}
    left = Counter(item.owner_id for item in found if item.owner_id in gone)
    owners: dict[str, list[WorkedLead]] = {owner_id: [] for owner_id in calls}
    for item, lead in zip(found, leads, strict=True):
        owners.setdefault(GONE if item.owner_id in gone else item.owner_id, []).append(lead)
    labels = distinct_names(owners, names)
    days = (span.last - span.first).days + 1
    with reader.db.reader() as connection:
        waits = pauses_in(connection, [lead.wait.lead_id for lead in leads])
    by_owner = {
        labels[owner_id]: sales_side(
            mine, calls.get(owner_id, Proportion(0, 0)), reader.sla, now, waits
        )
        for owner_id, mine in sorted(owners.items(), key=lambda p: names.get(p[0], p[0]))
    }
    return SlaReport(
        span,
        of_team(by_owner.values(), team),
        by_owner,
        marketing_side(leads, quality, days, reader.targets.marketing, now),
        tuple(sorted((names.get(owner_id, owner_id), n) for owner_id, n in left.items())),
    )


def _gone(reader: Reader) -> frozenset[str]:
    """Return who has no row of their own: people who left or do not call, unless asked for."""
    if reader.whose is not None and len(reader.whose) == 1:
        return frozenset()
    left = {owner.owner_id for owner in owners_of(reader.db) if owner.archived}
    known = reader.roster()
    partners = (known.members[key] for key, team in known.teams.items() if team.partner)
    return known.silent.difference(*partners) | left


def sla_sheet(reader: Reader, report: SlaReport) -> Sheet:
    """Return the report as tables."""
    return Sheet(
        "Agreement between marketing and sales",
        f"{report.span.first} to {report.span.last} · {report.span.zone.key} · {reader.who}",
        (
            Table("Sales", ("promise", "kept", "target"), tuple(_sales(reader, report))),
            Table(
                "Sales by owner of the lead",
                ("rep", "first attempt in time", "still running", "enough attempts", "outcome"),
                tuple(
                    (
                        name, side.in_time, side.running, side.enough_attempts,
                        side.with_outcome,
                    )
                    for name, side in report.by_owner.items()
                ),
            ),
            Table("Marketing", ("promise", "kept", "target"), tuple(_marketing(reader, report))),
            Table("Fit", ("fit", "leads"), tuple(report.marketing.fit.items())),
            Table(
                "Form data",
                ("field", "filled"),
                tuple((name.replace("_", " "), s) for name, s in report.marketing.filled.items()),
            ),
            Table(
                "Rejected",
                ("reason", "leads"),
                tuple(
                    (_reason(reader, key), count)
                    for key, count in report.marketing.reasons.items()
                ),
                empty="No lead was rejected with a reason.",
            ),
        ),
        chosen(reader.targets, _DEFINED),
        tuple(_notes(report)),
    )  # fmt: skip


def _sales(reader: Reader, report: SlaReport) -> Iterator[tuple[Cell, ...]]:
    side, target = report.sales, reader.targets.sales
    yield (
        f"first attempt within {_minutes(reader.sla)} of business time",
        side.in_time,
        f"{target.in_time_percent:g} %",
    )
    yield ("promise still runs", side.running, None)
    if side.waited:
        yield ("clock rested: the customer asked to wait", side.waited, None)
    yield (f"{target.attempts} attempts before giving up", side.enough_attempts, None)
    yield ("outcome recorded", side.with_outcome, f"{target.outcome_percent:g} %")


def _minutes(sla: SlaConfig) -> str:
    """Return the target in words, with those of offices where they differ."""
    general = f"{sla.first_attempt_s / 60:g} min"
    differs = [
        f"{name}: {own.first_attempt_s / 60:g} min"
        for name, own in sla.own.items()
        if own.first_attempt_s != sla.first_attempt_s
    ]
    return f"{general} ({', '.join(differs)})" if differs else general


def _marketing(reader: Reader, report: SlaReport) -> Iterator[tuple[Cell, ...]]:
    side, target = report.marketing, reader.targets.marketing
    yield ("leads", side.leads, side.leads_target)
    yield (
        f"fit of {target.good_fit} or more", side.good_fit, f"{target.good_fit_percent:g} %"
    )  # fmt: skip
    yield ("form data complete", side.complete, f"{target.complete_percent:g} %")
    band = f"{target.qualify_low:g}–{target.qualify_high:g} %"
    yield ("leads that qualify, of all", side.qualified, None)
    yield ("… of those worked", side.of_worked, None)
    yield (f"… of those {target.matured_days} days old", side.of_matured, band)
    yield ("… against the expected share", _verdict(side), None)


def _verdict(side: MarketingSide) -> str:
    unworked = side.leads - side.of_worked.of
    if side.verdict != "leads unworked":
        return side.verdict
    return f"no verdict while {unworked} {'lead is' if unworked == 1 else 'leads are'} unworked"


def _notes(report: SlaReport) -> Iterator[str]:
    yield ("An interval after a share says where the true one lies, given how few cases there are.")
    if report.gone:
        who = ", ".join(f"{name} {count}" for name, count in report.gone)
        yield f"Leads of people who left or do not call: {who}."
    side = report.marketing
    if side.stood_before:
        yield f"Not counted as qualified: {side.stood_before} that were there before converting."
    if side.undated:
        yield f"Not counted as qualified: {side.undated} at a stage without a date in the CRM."


def _with_outcome(
    reader: Reader, span: DateRange, gone: frozenset[str]
) -> tuple[dict[str, Proportion], Proportion]:
    """Return the share of calls with an outcome by owner id, and the team's."""
    classifier = OutcomeClassifier(reader.dispositions)
    told: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for owner_id, head, count in outcomes_missing(reader.db, span.start, span.end, reader.clock()):
        if not reader.reads(owner_id):
            continue
        owner_id = GONE if owner_id in gone else owner_id
        calls[owner_id] += count
        if head is None or classifier.of("", "", head).name:
            told[owner_id] += count
    reps = {owner_id: Proportion(told[owner_id], count) for owner_id, count in calls.items()}
    return reps, Proportion(told.total(), calls.total())


def _qualities(reader: Reader, leads: Sequence[WorkedLead]) -> dict[str, Quality]:
    since = {lead.wait.lead_id: to_ms(lead.wait.converted_at) for lead in leads}
    entered = stage_dates(reader.db, since)
    order = [value for value, _ in stage_values(reader.db)]
    stages = reader.targets.stages
    far = stages_from(stages.sql or stages.opportunity, order)
    rejecting = frozenset(
        item.lead_status
        for item in reader.dispositions.values()
        if item.lead_status and (item.is_(Flag.UNWORKABLE) or item.is_(Flag.NOT_INTERESTED))
    )
    found = {}
    for row in leads_of(reader.db, sorted(since)):
        is_far = row.lifecycle in far
        stage = (
            stage_since(row.lifecycle, entered.get(row.lead_id, {}), since[row.lead_id], order)
            if is_far
            else LeadStage()
        )
        found[row.lead_id] = Quality(
            row.fit,
            _filled(row),
            is_qualified=stage.reached in far,
            stood_before=is_far and stage.reached not in far and not stage.undated,
            is_undated=stage.undated,
            is_rejected=row.status in rejecting,
        )
    return found


def _filled(row: ReportLead) -> frozenset[str]:
    values = (row.email, row.phone, row.company, row.job_title, row.country)
    return _names(*(bool(value and not value.isspace()) for value in values))


@cache
def _names(*are_filled: bool) -> frozenset[str]:
    """Return the same set for all leads with the same fields; there are 32."""
    names = ("email", "phone", "company", "job_title", "country")
    return frozenset(name for name, is_filled in zip(names, are_filled, strict=True) if is_filled)


def _reason(reader: Reader, key: str) -> str:
    if not key:
        return "no reason known here"
    return reader.dispositions.reason_label(key)
