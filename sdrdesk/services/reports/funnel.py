"""``report funnel``: from lead to customer, each step with its denominator."""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.stages import StageStep, steps, with_times
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Sheet, Table, duration
from sdrdesk.store.mirror.stage_dates import stage_dates
from sdrdesk.store.reports.report_rows import leads_of, stage_values


@dataclass(frozen=True, slots=True)
class StageReport:
    """Progress of the leads that converted in a date range."""

    span: DateRange
    steps: tuple[StageStep, ...]

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report funnel --json``."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "steps": [step.to_json() for step in self.steps],
        }


def stage_report(reader: Reader, span: DateRange) -> StageReport:
    """Count how far the leads that converted in ``span`` have come."""
    ids = [row.lead_id for row in reader.conversions(span)]
    order = [value for value, _ in stage_values(reader.db)]
    stands = [lead.lifecycle for lead in leads_of(reader.db, ids)]
    found = steps(stands, order, reader.targets.stages)
    return StageReport(span, tuple(with_times(found, stands, stage_dates(reader.db, ids).values())))


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
                ("step", "stage", "reached", "of the step before", "of all leads"),
                tuple(
                    (
                        step.name, labels.get(step.stage, step.stage), step.of_leads.hits,
                        step.of_before, step.of_leads,
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
            ("lead", "reached a stage", "time in a stage", "there now", "interval", "day"),
        ),
        tuple(
            f"The account has no stage {step.stage!r} for {step.name}; set it in sla.toml, or "
            '"" to leave the step out.'
            for step in missing
        ),
    )  # fmt: skip
