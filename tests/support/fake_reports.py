"""Reports for the fake desk: drawn by the real sheets and pictures, counted from a few numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.rhythm import Rhythm
from sdrdesk.domain.reports.stages import StageStep
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.services.reports.against import against_table, days_before
from sdrdesk.services.reports.funnel import StageReport, stage_pictures
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.registry import Report, ReportName
from sdrdesk.services.reports.rhythm import rhythm_pictures
from sdrdesk.services.reports.tables import Sheet, Table

ZONE = ZoneInfo("Europe/Dublin")
TITLES = {
    "speed": "Speed to lead", "sla": "Agreement between marketing and sales",
    "outcomes": "Outcomes", "scripts": "Scripts", "funnel": "From lead to customer",
    "rhythm": "Rhythm of the team", "goals": "Goals and actuals", "week": "Week",
    "partners": "Partners",
}  # fmt: skip


def made_report(
    name: ReportName, first: date, last: date, whose: str = "", *, against: bool = False
) -> Report:
    """Return a report with believable numbers."""
    span = DateRange(first, last, ZONE)
    pictures = _pictures(name, span)
    tables = tuple(
        Table(
            picture.title,
            ("", *(series.name for series in picture.series)),
            tuple(zip(picture.labels, *(series.values for series in picture.series), strict=True)),
        )
        for picture in pictures
    ) or (Table("", ("promise", "kept"), (("first attempt in time", Proportion(18, 20).words()),)),)
    if against:
        days = DateRange(first, last, ZONE)
        tables += (against_table({"leads": 92}, {"leads": 80}, days_before(days)),)
    about = f"{first} to {last} · {ZONE.key} · {whose or 'all reps'}"
    return Report({}, Sheet(TITLES[name], about, tables, ()), pictures)


def _pictures(name: ReportName, span: DateRange) -> tuple[Picture, ...]:
    if name == "speed":
        bands = ("0-5m", "5-15m", "15-60m", "1-24h", "24h+", "never")
        calendar, business = (41, 12, 9, 22, 5, 3), (47, 16, 14, 12, 0, 3)
        title = "Leads by the wait for the first attempt"
        return (
            Picture(title, bands, (Series("calendar", calendar), Series("business", business))),
        )
    if name == "funnel":
        way = (("Lead", 92), ("MQL", 60), ("SQL", 14), ("Opportunity", 9), ("Customer", 2))
        steps = tuple(
            StageStep(step, step, Proportion(n, 92), Proportion(n, 92)) for step, n in way
        )
        return stage_pictures(StageReport(span, steps))
    if name == "rhythm":
        days = (span.last - span.first).days + 1
        hours = {9: 31, 10: 44, 11: 38, 12: 6, 13: 12, 14: 40, 15: 36, 16: 22}
        talks = {hour: count // 8 for hour, count in hours.items()}
        week = Counter({0: 60, 1: 52, 2: 48, 3: 44, 4: 25})
        met = Counter({span.first + timedelta(days=n): n * 5 % 7 for n in range(days)})
        found = Rhythm(
            span, Counter(hours), Counter(talks), week, Counter({0: 6, 1: 7, 2: 4, 3: 5, 4: 2}),
            Counter(met), met,
        )  # fmt: skip
        return rhythm_pictures(found)
    return ()
