"""The SLA of the first call, in business time.

The ranking uses calendar time, because a lead also cools at night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Literal

from sdrdesk.domain.calling_hours.business_time import BusinessHours, add_business, elapsed_s
from sdrdesk.domain.calling_hours.holidays import (
    HolidayCalendar,
    OfficeDays,
    parse_office_days,
)
from sdrdesk.domain.calling_hours.weekly_hours import parse_week
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.config.sections import (
    SectionsOf,
    no_sections,
    parse_sections,
    section_for,
)
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.sla.pauses import SlaPause, put_off, rest_at
from sdrdesk.domain.sla.targets import SlaTargets, parse_targets

SlaWord = Literal["on_track", "at_risk", "breached", "met", "none"]


@dataclass(frozen=True, slots=True)
class SlaConfig:
    """The settings of the SLA, from ``sla.toml``."""

    first_attempt_s: float = 300.0
    """Seconds of business time from conversion to the first attempt."""
    at_risk_s: float = 150.0
    """At risk when fewer seconds of business time are left."""
    hours: BusinessHours = field(default_factory=BusinessHours)
    targets: SlaTargets = field(default_factory=SlaTargets)
    """For reports only: targets of both sides, stages, zones of reps."""
    office: str = ""
    """The section this is, in words; ``""`` for what holds for everybody."""
    own: Mapping[str, SlaConfig] = field(default_factory=dict)
    """Settings of teams and owners, by name of the section."""
    sections_of: SectionsOf = field(default=no_sections, compare=False, repr=False)

    def of(self, owner_id: str) -> SlaConfig:
        """Return the SLA of the leads of an owner."""
        return section_for(self.own, self.sections_of(owner_id), self) if self.own else self

    def in_zone(self, zone: str) -> SlaConfig:
        """Return the same SLA with office hours in ``zone``, unless the file names a zone."""
        own = {name: office.in_zone(zone) for name, office in self.own.items()}
        if self.hours.zone:
            return replace(self, own=own) if own else self
        return replace(self, hours=replace(self.hours, zone=zone), own=own)


@dataclass(frozen=True, slots=True)
class SlaState:
    """The SLA of a lead."""

    state: SlaWord
    due_at: datetime | None = None
    """Aware UTC; ``None`` without an SLA."""
    left_s: float | None = None
    """Seconds of business time left, negative after the breach; ``None`` once it was met."""


NO_SLA = SlaState("none")


def sla_state(
    converted_at: datetime | None,
    first_attempt_at: datetime | None,
    config: SlaConfig,
    now: datetime,
    *,
    how_late: bool = True,
    pauses: Sequence[SlaPause] = (),
) -> SlaState:
    """Return the SLA of a lead at ``now``.

    Args:
        converted_at: latest conversion, aware UTC; without one there is no SLA.
        first_attempt_at: first attempt after that conversion, ``None`` before it; one that lies
            after ``now`` counts for nothing.
        config: the settings.
        now: aware UTC.
        how_late: whether to compute ``left_s`` after a breach; counting a year of business time
            takes as long as everything else about a row.
        pauses: times in which the person asked to wait; the clock rests then.
    """
    if converted_at is None:
        return NO_SLA
    due_at = add_business(converted_at, config.first_attempt_s, config.hours)
    if due_at is None:
        return NO_SLA
    if pauses:
        due_at = put_off(due_at, converted_at, pauses, config.hours)
    if first_attempt_at is not None and first_attempt_at <= now:
        return SlaState("met" if first_attempt_at <= due_at else "breached", due_at)
    if now > due_at:
        late_s = elapsed_s(due_at, now, config.hours) if how_late else None
        return SlaState("breached", due_at, None if late_s is None else -late_s)
    left_s = elapsed_s(max(now, converted_at), due_at, config.hours)
    if pauses and (rest := rest_at(pauses, now)) is not None:
        left_s = elapsed_s(rest.until, due_at, config.hours)
        return SlaState("on_track", due_at, left_s)
    return SlaState("at_risk" if left_s < config.at_risk_s else "on_track", due_at, left_s)


def parse_sla(
    data: Mapping[str, object], calendars: Mapping[str, HolidayCalendar] | None = None
) -> SlaConfig:
    """Return the SLA that ``data`` (a whole ``sla.toml``) describes.

    Args:
        data: the parsed file.
        calendars: public holidays by country, such as ``WindowConfig.calendars``.

    Raises:
        ConfigProblem: a key is unknown or missing, or a value cannot be read.
    """
    top = TableReader(data)
    known = calendars or {}
    target = top.number("first_attempt_min", low=0.1, high=525_600) * 60
    at_risk = top.number("at_risk_min", low=0, high=525_600) * 60
    zone = _zone(top, None)
    days = parse_office_days(top, known)
    week = parse_week(top.table("hours"))
    targets = parse_targets(top)
    hours = BusinessHours(week, zone, days.calendar, days.state)
    everybody = SlaConfig(target, at_risk, hours, targets)
    own = parse_sections(top, lambda table, name: _office(everybody, table, name, known))
    top.done()
    return replace(everybody, own=own)


def _office(
    everybody: SlaConfig, table: TableReader, name: str, calendars: Mapping[str, HolidayCalendar]
) -> SlaConfig:
    """Return what a team or an owner has instead; what it does not say is everybody's."""
    minutes = everybody.first_attempt_s / 60, everybody.at_risk_s / 60
    base = everybody.hours
    days = OfficeDays(base.calendar, base.state)
    if table.has("holidays") or table.has("days_off"):
        days = parse_office_days(table, calendars, "")
    hours = BusinessHours(
        parse_week(table.table("hours")) if table.has("hours") else base.week,
        _zone(table, base.zone),
        days.calendar,
        days.state,
    )
    return SlaConfig(
        table.number("first_attempt_min", minutes[0], low=0.1, high=525_600) * 60,
        table.number("at_risk_min", minutes[1], low=0, high=525_600) * 60,
        hours,
        everybody.targets,
        name,
    )


def _zone(table: TableReader, default: str | None) -> str:
    zone = table.text("time_zone", default)
    if zone and zone_info(zone) is None:
        raise table.problem("time_zone", f"{zone!r} is not a time zone such as Europe/Dublin")
    return zone
