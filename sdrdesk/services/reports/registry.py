"""The reports by name: counted once, then returned as JSON or as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Literal, TypeAlias

from sdrdesk.domain.reports.date_range import DateRange, span
from sdrdesk.domain.reports.speed import By
from sdrdesk.services.calibration.words import to_json
from sdrdesk.services.reports.against import against_table, days_before
from sdrdesk.services.reports.behind import (
    Numbers,
    aimed_leads,
    called_leads,
    no_numbers,
    promised_leads,
    scripted_leads,
    staged_leads,
    timed_leads,
    waiting_leads,
)
from sdrdesk.services.reports.cadences import cadence_json, cadence_report, cadence_sheet
from sdrdesk.services.reports.fit import fit_pictures, fit_report, fit_sheet
from sdrdesk.services.reports.funnel import stage_pictures, stage_report, stage_sheet
from sdrdesk.services.reports.goals import goal_report, goal_sheet
from sdrdesk.services.reports.outcomes import (
    outcome_report,
    outcome_sheet,
    script_report,
    script_sheet,
)
from sdrdesk.services.reports.partners import partner_numbers, partner_report, partner_sheet
from sdrdesk.services.reports.picture import Picture
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.rhythm import (
    rhythm_json,
    rhythm_pictures,
    rhythm_report,
    rhythm_sheet,
)
from sdrdesk.services.reports.sla import sla_report, sla_sheet
from sdrdesk.services.reports.speed import speed_pictures, speed_report, speed_sheet
from sdrdesk.services.reports.tables import Sheet
from sdrdesk.services.reports.week import week_of, week_report
from sdrdesk.services.reports.week_points import points, week_pictures, week_sheet

ReportName = Literal[
    "speed",
    "sla",
    "outcomes",
    "scripts",
    "funnel",
    "rhythm",
    "goals",
    "week",
    "partners",
    "fit",
    "cadences",
]


@dataclass(frozen=True, slots=True)
class Report:
    """One counted report."""

    json: dict[str, object]
    sheet: Sheet
    pictures: tuple[Picture, ...] = ()
    """Charts; the tables hold all their numbers too."""
    numbers: Callable[[], Numbers] = no_numbers
    """Returns the leads behind the numbers; reads them when it is called."""


_Make: TypeAlias = "Callable[[Reader, DateRange], Report]"


def make_report(
    reader: Reader,
    name: ReportName,
    first: date,
    last: date,
    by: By | None = None,
    *,
    against: bool = False,
) -> Report:
    """Count a report from ``first`` to ``last``, both included, in the reader's zone.

    With ``against``, also as many days right before, as a table and as ``previous``.

    Raises:
        UsageError: ``last`` is before ``first``.
    """
    days = span(first, last, reader.zone)
    made = _make(reader, name, days, by)
    if not against:
        return made
    earlier = days_before(days)
    before = _make(reader, name, earlier, by)
    table = against_table(made.json, before.json, earlier, _names(reader))
    sheet = replace(made.sheet, tables=(*made.sheet.tables, table))
    return replace(made, json={**made.json, "previous": before.json}, sheet=sheet)


def _names(reader: Reader) -> dict[str, dict[str, str]]:
    """Return words for the keys in the JSON of reports, by the figure they are in."""
    known = reader.dispositions
    reasons = {key: label for item in known.values() for key, label in item.reasons}
    outcomes = {key: item.label for key, item in known.items()}
    return {
        "owner_id": reader.owner_names(), "outcomes": outcomes, "reasons": reasons,
        "rejected": reasons,
    }  # fmt: skip


def _make(reader: Reader, name: ReportName, days: DateRange, by: By | None) -> Report:
    if name == "speed":
        speed = speed_report(reader, days, by)
        sheet = speed_sheet(reader, speed)
        waits = partial(waiting_leads, reader, days)
        return Report(speed.to_json(), sheet, speed_pictures(speed), waits)
    return _MAKERS[name](reader, days)


def _sla(reader: Reader, days: DateRange) -> Report:
    found = sla_report(reader, days)
    sheet = sla_sheet(reader, found)
    return Report(found.to_json(), sheet, numbers=partial(promised_leads, reader, days))


def _outcomes(reader: Reader, days: DateRange) -> Report:
    found = outcome_report(reader, days)
    sheet = outcome_sheet(reader, found)
    return Report(found.to_json(), sheet, numbers=partial(called_leads, reader, days))


def _scripts(reader: Reader, days: DateRange) -> Report:
    found = script_report(reader, days)
    leads = partial(scripted_leads, reader, days)
    return Report(found.to_json(), script_sheet(reader, found), numbers=leads)


def _funnel(reader: Reader, days: DateRange) -> Report:
    found = stage_report(reader, days)
    pictures, leads = stage_pictures(found), partial(staged_leads, reader, days)
    return Report(found.to_json(), stage_sheet(reader, found), pictures, leads)


def _rhythm(reader: Reader, days: DateRange) -> Report:
    found = rhythm_report(reader, days)
    pictures, leads = rhythm_pictures(found), partial(timed_leads, reader, days)
    return Report(rhythm_json(found), rhythm_sheet(reader, found), pictures, leads)


def _goals(reader: Reader, days: DateRange) -> Report:
    found = goal_report(reader, days)
    leads = partial(aimed_leads, reader, days)
    return Report(found.to_json(), goal_sheet(reader, found), numbers=leads)


def _week(reader: Reader, days: DateRange) -> Report:
    """Return the page of the week in which the days end."""
    found = points(week_report(reader, week_of(days.last, reader)))
    sheet, pictures = week_sheet(reader, found), week_pictures(found)
    return Report(found.to_json(), sheet, pictures, lambda: found.behind)


def _partners(reader: Reader, days: DateRange) -> Report:
    found = partner_report(reader, days)
    leads = partial(partner_numbers, found)
    return Report(found.to_json(), partner_sheet(reader, found), numbers=leads)


def _fit(reader: Reader, days: DateRange) -> Report:
    found = fit_report(reader, days)
    document = {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "present": [
            {"low": band.low, "high": band.high, "leads": band.leads, "won": band.won}
            for band in found.present
        ],
        **to_json(found.found),
    }
    return Report(document, fit_sheet(found, reader.who), fit_pictures(found))


def _cadences(reader: Reader, days: DateRange) -> Report:
    found = cadence_report(reader, days)
    return Report(cadence_json(found, days), cadence_sheet(reader, found, days))


_MAKERS: dict[str, _Make] = {
    "sla": _sla,
    "outcomes": _outcomes,
    "scripts": _scripts,
    "funnel": _funnel,
    "rhythm": _rhythm,
    "goals": _goals,
    "week": _week,
    "partners": _partners,
    "fit": _fit,
    "cadences": _cadences,
}
