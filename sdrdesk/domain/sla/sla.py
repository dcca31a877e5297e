"""The SLA of the first call, in business time.

The ranking uses calendar time, because a lead also cools at night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sdrdesk.domain.calling_hours.business_time import BusinessHours, add_business, elapsed_s
from sdrdesk.domain.calling_hours.holidays import NO_HOLIDAYS, HolidayCalendar
from sdrdesk.domain.calling_hours.weekly_hours import parse_week
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.place.regions import region_problem
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.sla.pauses import Pause, put_off, rest_at
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

    def in_zone(self, zone: str) -> SlaConfig:
        """Return the same SLA with office hours in ``zone``, unless the file names a zone."""
        return self if self.hours.zone else replace(self, hours=replace(self.hours, zone=zone))


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
    pauses: Sequence[Pause] = (),
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
    target = top.number("first_attempt_min", low=0.1, high=525_600) * 60
    at_risk = top.number("at_risk_min", low=0, high=525_600) * 60
    zone = top.text("time_zone")
    if zone and zone_info(zone) is None:
        raise top.problem("time_zone", f"{zone!r} is not a time zone such as Europe/Dublin")
    region = top.text("holidays")
    country, _, state = region.partition("-")
    known = calendars or {}
    if state and (wrong := region_problem(region)):
        raise top.problem("holidays", wrong)
    if country and country not in known:
        raise top.problem("holidays", f"no holidays of {country!r} are known")
    week = parse_week(top.table("hours"))
    targets = parse_targets(top)
    top.done()
    calendar = known.get(country, NO_HOLIDAYS)
    if state and region in known:
        calendar = replace(calendar, rules=calendar.rules + known[region].rules)
    return SlaConfig(target, at_risk, BusinessHours(week, zone, calendar, state), targets)
