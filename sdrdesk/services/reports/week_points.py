"""The points for Monday, and the page of a week as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Cell, Sheet, Table, duration, words
from sdrdesk.services.reports.week import COUNTS, WEEKS_BEFORE, Numbers, WeekReport, compared
from sdrdesk.store.reports.report_rows import stage_values

_DEFINED = (
    "dial", "connect", "conversation", "meeting set", "meeting held", "in time", "callback kept",
    "silent after one touch", "stuck in a stage", "waiting for routing", "waiting for rep",
    "interval", "day",
)  # fmt: skip
_MOST_NAMES = 5


def points(report: WeekReport) -> WeekReport:
    """Return the report with what to look at, the most urgent first."""
    return replace(report, points=tuple(_points(report)))


def _points(report: WeekReport) -> Iterator[str]:
    for name, text in (
        ("callbacks missed", "{n} {leads} with a missed callback"),
        ("never attempted", "{n} {leads} of the week never called"),
        ("silent after one touch", "{n} {leads} called once and left for {silent} days"),
        ("stuck in a stage", "{n} {leads} at the same stage for {stuck} days"),
    ):
        count = report.count(name)
        if count:
            leads = plural(count, "lead")
            yield text.format(
                n=count, leads=leads, silent=report.silent_days, stuck=report.stuck_days
            )
    if report.idle and report.team.this.dials:
        names = [report.names.get(owner, owner) for owner in report.idle]
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        yield f"No dial this week: {', '.join(names[:_MOST_NAMES])}{more}"
    for name, now, before, change in compared(report):
        if change == "lower":
            yield f"{name.capitalize()}: {now.percent} %, {before.percent} % in the weeks before"
    if report.slowest:
        source, found = report.slowest
        wait = words(duration(found.calendar.first_attempt.p50))
        where = source or "an unknown source"
        yield f"Leads from {where} waited longest: half of them {wait} or more"


def week_sheet(reader: Reader, report: WeekReport) -> Sheet:
    """Return the page as tables."""
    stages = dict(stage_values(reader.db))
    days = f"{report.span.first} to {report.span.last}"
    notes = list(report.problems)
    if not report.over:
        notes.append("The week is not over.")
    notes.append("Counts of a rep that were zero in all these weeks are left out, except dials.")
    notes.append(
        "The average is that of the four weeks before. A rate is called higher or lower only when "
        "its interval does not touch theirs; reps are not ranked."
    )
    return Sheet(
        "Week",
        f"{days} · {report.span.zone.key} · {reader.who}",
        (
            Table(
                "What to look at on Monday",
                ("what",),
                tuple((point,) for point in report.points),
                empty="Nothing stands out.",
            ),
            Table(
                "Numbers",
                ("rep", "count", "this week", "last week", "average"),
                tuple(_numbers(report)),
            ),
            Table(
                "Rates of the team",
                ("rate", "this week", "four weeks before", "change"),
                tuple(compared(report)),
            ),
            Table(
                "Where the wait arose",
                ("wait", "leads", "p50", "p90"),
                tuple(
                    (name, found.count, duration(found.p50), duration(found.p90))
                    for name, found in (
                        ("waiting for routing, at this desk", report.speed.system),
                        ("waiting for rep, at this desk", report.speed.rep),
                        ("first attempt", report.speed.calendar.first_attempt),
                    )
                ),
            ),
            Table(
                f"At the same stage for {report.stuck_days} days",
                ("stage", "leads"),
                tuple((stages.get(s, s), count) for s, count in report.stuck.items()),
                empty="No leads.",
            ),
        ),
        chosen(reader.targets, _DEFINED),
        tuple(notes),
        first=1,
    )


def week_pictures(report: WeekReport) -> tuple[Picture, ...]:
    """Return the dials of this week and the last, rep by rep."""
    if not report.reps:
        return ()
    return (
        Picture(
            "Dials by rep",
            tuple(report.names.get(owner, owner) for owner in report.reps),
            (
                Series("this week", tuple(n.this.dials for n in report.reps.values())),
                Series("last week", tuple(n.last.dials for n in report.reps.values())),
            ),
        ),
    )


def _numbers(report: WeekReport) -> Iterator[tuple[Cell, ...]]:
    rows = [(report.names.get(owner, owner), found) for owner, found in report.reps.items()]
    for rep, found in rows:
        # To keep it to one page, rows that are zero in every week are left out, except dials.
        yield from (row for row in _rows(rep, found) if row[1] == "dials" or any(row[2:]))
    yield from _rows("Team", report.team)


def _rows(rep: str, found: Numbers) -> Iterator[tuple[Cell, ...]]:
    for name in COUNTS:
        average = round(getattr(found.before, name) / WEEKS_BEFORE, 1)
        label = name.replace("_", " ")
        yield rep, label, getattr(found.this, name), getattr(found.last, name), average
