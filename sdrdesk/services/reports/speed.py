"""``report speed``: time to the first attempt, split into waiting for routing and for the rep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.speed import By, Clocks, Speed, grouped, speed
from sdrdesk.domain.reports.statistics import Percentiles
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Cell, Sheet, Table, duration

_DEFINED = (
    "lead", "first attempt", "first contact", "qualified", "p50, p90, p95", "waiting for routing",
    "waiting for rep", "business time", "day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """Speed to lead of the leads that converted in some days."""

    span: DateRange
    conversions: int
    speed: Speed
    by: By | None
    groups: dict[str, Speed]

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report speed --json``."""
        found: dict[str, object] = {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "conversions": self.conversions,
            **self.speed.to_json(),
        }
        if self.by:
            found["by"] = self.by
            found["groups"] = {name: group.to_json() for name, group in self.groups.items()}
        return found


def speed_report(reader: Reader, span: DateRange, by: By | None = None) -> SpeedReport:
    """Count the speed to lead of ``span``; ``by`` splits it."""
    found = reader.converted(span)
    waits = [item.wait for item in found]
    hours = reader.hours_of
    return SpeedReport(
        span,
        sum(item.conversions for item in found),
        speed(waits, hours),
        by,
        grouped(waits, by, span.zone, hours) if by else {},
    )


def speed_sheet(reader: Reader, report: SpeedReport) -> Sheet:
    """Return the report as tables."""
    found = report.speed
    tables = [
        Table(
            f"{found.leads} leads, {report.conversions} conversions, "
            f"{found.never_attempted} never attempted",
            ("clock", "leads", "p50", "p90", "p95"),
            tuple(_clock_rows(found)),
        ),
        Table(
            "First attempt by band",
            ("wait", "calendar", "business time"),
            tuple(
                (band, count, found.business.bands[band])
                for band, count in found.calendar.bands.items()
            ),
        ),
    ]
    if report.by:
        tables.append(_by_table(report))
    notes = []
    if found.before_seen:
        notes.append(
            f"{found.before_seen} leads were called before this sdrdesk saw them; they are in "
            "neither wait."
        )
    if found.seen_unknown:
        notes.append(
            f"Waiting for routing is not known of {found.seen_unknown} leads: they converted "
            "before this sdrdesk began, or converted again since."
        )
    return Sheet(
        "Speed to lead",
        f"{report.span.first} to {report.span.last} · {report.span.zone.key} · {reader.who}",
        tuple(tables),
        chosen(reader.targets, _DEFINED),
        tuple(notes),
    )


def speed_pictures(report: SpeedReport) -> tuple[Picture, ...]:
    """Return the wait for the first attempt, as bars of leads."""
    calendar, business = report.speed.calendar.bands, report.speed.business.bands
    return (
        Picture(
            "Leads by the wait for the first attempt",
            tuple(calendar),
            (
                Series("calendar", tuple(calendar.values())),
                Series("business time", tuple(business[band] for band in calendar)),
            ),
        ),
    )


def _clock_rows(found: Speed) -> Iterator[tuple[Cell, ...]]:
    yield _row("waiting for routing, at this desk", found.system, known=bool(found.system.count))
    yield _row("waiting for rep, at this desk", found.rep, known=bool(found.rep.count))
    yield from _rows_of("", found.calendar)
    yield from _rows_of(", business time", found.business)


def _rows_of(suffix: str, clocks: Clocks) -> Iterator[tuple[Cell, ...]]:
    yield _row(f"first attempt{suffix}", clocks.first_attempt)
    yield _row(f"first contact{suffix}", clocks.first_contact)
    yield _row(f"qualified{suffix}", clocks.qualified)


def _row(name: str, of: Percentiles, *, known: bool = True) -> tuple[Cell, ...]:
    if not known:
        return (name, of.count, *("not known",) * 3)
    return (name, of.count, duration(of.p50), duration(of.p90), duration(of.p95))


def _by_table(report: SpeedReport) -> Table:
    return Table(
        f"First attempt by {report.by}",
        (str(report.by), "leads", "never", "p50", "p90", "p95", "p50 business"),
        tuple(
            (
                name or "not known", group.leads, group.never_attempted,
                duration(group.calendar.first_attempt.p50),
                duration(group.calendar.first_attempt.p90),
                duration(group.calendar.first_attempt.p95),
                duration(group.business.first_attempt.p50),
            )
            for name, group in report.groups.items()
        ),
    )  # fmt: skip
