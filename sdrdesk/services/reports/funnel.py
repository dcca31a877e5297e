"""``report funnel``: from lead to customer, each step with its denominator."""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.promises import WorkedLead, is_matured, is_worked
from sdrdesk.domain.reports.stages import (
    FunnelLead,
    StageStep,
    stage_since,
    stages_from,
    steps,
    with_times,
)
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Sheet, Table, duration
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.stage_dates import stage_dates
from sdrdesk.store.reports.report_rows import leads_of, stage_values


@dataclass(frozen=True, slots=True)
class StageReport:
    """Progress of the leads that converted in a date range."""

    span: DateRange
    steps: tuple[StageStep, ...]
    undated: int = 0
    """Leads at a stage whose date the CRM does not tell: they reached none here."""

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report funnel --json``."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "steps": [step.to_json() for step in self.steps],
            "stage_without_date": self.undated,
        }


def stage_report(reader: Reader, span: DateRange) -> StageReport:
    """Count how far the leads that converted in ``span`` have come."""
    leads = {found.wait.lead_id: found for found in reader.converted(span)}
    entered = stage_dates(reader.db, leads)
    order = [value for value, _ in stage_values(reader.db)]
    now, target = reader.clock(), reader.targets.marketing
    rows = []
    for row in leads_of(reader.db, sorted(leads)):
        found = leads[row.lead_id]
        since = to_ms(found.wait.converted_at)
        rows.append(
            FunnelLead(
                row.lifecycle,
                stage_since(row.lifecycle, entered.get(row.lead_id, {}), since, order),
                is_worked(WorkedLead(found.wait, found.done)),
                is_matured(found.wait, target, now),
            )
        )
    made = steps(rows, order, reader.targets.stages)
    stands = [row.lifecycle for row in rows]
    first = next((step.stage for step in made[1:] if step.known), "")
    far = stages_from(first, order)
    undated = sum(row.since.undated and row.lifecycle in far for row in rows)
    return StageReport(span, tuple(with_times(made, stands, entered.values())), undated)


def stage_pictures(report: StageReport) -> tuple[Picture, ...]:
    """Return the funnel as bars."""
    known = [step for step in report.steps if step.known]
    return (
        Picture(
            "Leads that came this far",
            tuple(step.name for step in known),
            (Series("leads", tuple(step.of_leads.hits for step in known)),),
        ),
    )


def stage_sheet(reader: Reader, report: StageReport) -> Sheet:
    """Return the report as tables."""
    labels = dict(stage_values(reader.db))
    missing = [step for step in report.steps if not step.known]
    return Sheet(
        "From lead to customer",
        f"{report.span.first} to {report.span.last} · {report.span.zone.key} · {reader.who}",
        (
            Table(
                "",
                (
                    "step", "stage", "reached", "of the step before", "of all leads",
                    "of those worked", f"of those {reader.targets.marketing.matured_days} days old",
                    "were there before",
                ),
                tuple(
                    (
                        step.name, labels.get(step.stage, step.stage), step.of_leads.hits,
                        step.of_before, step.of_leads, step.of_worked, step.of_matured,
                        step.before,
                    )
                    for step in report.steps
                    if step.known
                ),
            ),
            Table(
                "Time in the stage",
                ("step", "went on", "p50", "p90", "there now"),
                tuple(
                    (
                        step.name, step.time_in.count, duration(step.time_in.p50),
                        duration(step.time_in.p90), step.still_there,
                    )
                    for step in report.steps
                    if step.known
                ),
            ),
        ),
        chosen(
            reader.targets,
            (
                "lead", "reached a stage", "worked", "days old", "time in a stage", "there now",
                "interval", "day",
            ),
        ),
        (
            *(
                f"The account has no stage {step.stage!r} for {step.name}; set it in sla.toml, or "
                '"" to leave the step out.'
                for step in missing
            ),
            *_undated(report.undated),
        ),
    )  # fmt: skip


def _undated(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (f"{count} at a stage without a date in the CRM are counted at no step.",)
