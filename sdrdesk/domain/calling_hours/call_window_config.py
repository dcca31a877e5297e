"""The settings of call windows: a team's hours, legal limits, holidays, daily caps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date

from sdrdesk.domain.calling_hours.holidays import (
    NO_HOLIDAYS,
    HolidayCalendar,
    OfficeDays,
    parse_calendar,
    parse_office_days,
)
from sdrdesk.domain.calling_hours.weekly_hours import CLOSED, WHOLE_DAY, Day, Week, both, parse_week
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.config.sections import (
    SectionsOf,
    no_sections,
    parse_sections,
    section_for,
)
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.regions import region_problem

Region = tuple[str, str]
"""(ISO country code, state code); ``""`` is unknown."""
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class LegalLimit:
    """The legal limit of a place."""

    week: Week
    closed_on_holidays: bool = False
    cap_24h: int = 0
    """Calls to one person in 24 hours; 0 for no cap."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class WindowConfig:
    """Call windows. Regions are keyed ``"US"`` or ``"US-FL"``; all times are local to the lead."""

    hours: Mapping[str, Week]
    """The team's hours, always with ``"default"``."""
    limits: Mapping[str, LegalLimit]
    """Legal limits, always with ``"default"`` for countries without their own."""
    calendars: Mapping[str, HolidayCalendar] = field(default_factory=dict)
    """Public holidays by country."""
    closed_on_holidays: bool = True
    soon_min: int = 30
    """A window that closes within this many minutes closes soon."""
    rests: OfficeDays = field(default_factory=OfficeDays)
    """Days on which the owner's office calls nobody, but keeps what it promised."""
    office: str = ""
    """The section this is, in words; ``""`` for what holds for everybody."""
    own: Mapping[str, WindowConfig] = field(default_factory=dict)
    """Settings of teams and owners, by name of the section."""
    sections_of: SectionsOf = field(default=no_sections, compare=False, repr=False)

    def of(self, owner_id: str) -> WindowConfig:
        """Return the windows for the leads of an owner."""
        return section_for(self.own, self.sections_of(owner_id), self) if self.own else self

    def holiday(self, day: date, region: Region) -> str:
        """Return the name of the public holiday on ``day``, ``""`` on an ordinary day."""
        country, state = region
        name = self.calendars.get(country, NO_HOLIDAYS).name_of(day, state)
        if name or not state:
            return name
        return self.calendars.get(f"{country}-{state}", NO_HOLIDAYS).name_of(day, state)

    def open_spans(self, day: date, region: Region, *, legal_only: bool = False) -> Day:
        """Return the spans of ``day`` in which to call, in local minutes.

        ``legal_only`` ignores the team's own hours and its rest on holidays: a person who asked
        for a call at 19:30 gets it if the law allows.
        """
        weekday = day.weekday()
        limits = self.limits_of(region)
        holiday = self.holiday(day, region)
        if holiday and any(limit.closed_on_holidays for limit in limits):
            return CLOSED
        spans = WHOLE_DAY
        if not legal_only:
            if (holiday and self.closed_on_holidays) or self.rests.name_of(day):
                return CLOSED
            spans = self._team_week(region)[weekday]
        for limit in limits:
            spans = both(spans, limit.week[weekday])
        return spans

    def cap_24h(self, region: Region) -> int:
        """Return the most calls to one person in 24 hours, 0 for no cap."""
        caps = [limit.cap_24h for limit in self.limits_of(region) if limit.cap_24h]
        return min(caps, default=0)

    def limits_of(self, region: Region) -> tuple[LegalLimit, ...]:
        """Return the limits of ``region``: country and state, else the default."""
        country = self.limits.get(region[0], self.limits["default"])
        state = self.limits.get(f"{region[0]}-{region[1]}") if region[1] else None
        return (country, state) if state else (country,)

    def _team_week(self, region: Region) -> Week:
        for key in (f"{region[0]}-{region[1]}", region[0]):
            if key in self.hours:
                return self.hours[key]
        return self.hours["default"]


def parse_windows(
    data: Mapping[str, object], shipped: Mapping[str, object] | None = None
) -> WindowConfig:
    """Return the call windows that ``data`` (a ``windows.toml``) describes.

    Args:
        data: the file. With both ``[hours.default]`` and ``[limits.default]`` it is used alone;
            else it changes what ships.
        shipped: the file that ships; ``None``: ``data`` has to be whole.

    Raises:
        ConfigProblem: a key is unknown or missing, or a value cannot be read.
    """
    top = TableReader(data if shipped is None else _with_shipped(data, shipped))
    if shipped is not None:
        _refuse_unknown_regions(data, shipped)
    closed = top.boolean("closed_on_holidays")
    soon = top.integer("soon_min", high=1_440)
    hours, limits = top.table("hours"), top.table("limits")
    holidays = top.table("holidays", optional=True)
    weeks = {key: parse_week(hours.table(_region_key(hours, key))) for key in hours.keys()}  # noqa: SIM118
    found = {key: limits.table(_region_key(limits, key)) for key in limits.keys()}  # noqa: SIM118
    parsed = {key: _limit(table) for key, table in found.items()}
    for section, table in ((weeks, hours), (parsed, limits)):
        if "default" not in section:
            raise table.problem("default", "is missing")
    everybody = WindowConfig(
        hours=weeks,
        limits={key: limit for key, limit in parsed.items() if limit is not None},
        calendars={
            key: parse_calendar(holidays.table(_region_key(holidays, key)))
            for key in holidays.keys()  # noqa: SIM118
        },
        closed_on_holidays=closed,
        soon_min=soon,
    )
    own = parse_sections(top, lambda table, name: _office(everybody, table, name))
    top.done()
    return replace(everybody, own=own)


def _office(everybody: WindowConfig, table: TableReader, name: str) -> WindowConfig:
    """Return what a team or an owner has instead; a place keeps its hours unless it is named."""
    hours = table.table("hours", optional=True)
    weeks = dict(everybody.hours)
    for key in hours.keys():  # noqa: SIM118
        week = hours.table(_region_key(hours, key))
        if key != "default" and (wrong := region_problem(key)):
            raise hours.problem(key, wrong)
        weeks[key] = parse_week(week)
    days = parse_office_days(table, everybody.calendars, "")
    return replace(everybody, hours=weeks, rests=days, office=name)


def _refuse_unknown_regions(data: Mapping[str, object], shipped: Mapping[str, object]) -> None:
    """Raise for the first region of the team's own entries that no lead can be in."""
    for section in ("hours", "limits", "holidays"):
        known = _table(shipped, section) or {}
        for key, entry in (_table(data, section) or {}).items():
            own = key not in known and key != "default" and _REGION.fullmatch(key)
            if own and (wrong := region_problem(key)):
                raise ConfigProblem((section, key), wrong)
            if section == "holidays" and entry != known.get(key):
                _refuse_unknown_states(key, entry)


def _refuse_unknown_states(country: str, calendar: object) -> None:
    days = calendar.get("days") if isinstance(calendar, dict) else None
    for number, day in enumerate(days if isinstance(days, list) else (), start=1):
        only = day.get("only") if isinstance(day, dict) else None
        for at, state in enumerate(only if isinstance(only, list) else (), start=1):
            if isinstance(state, str) and (wrong := region_problem(f"{country[:2]}-{state}")):
                path = ("holidays", country, "days", str(number), "only", str(at))
                raise ConfigProblem(path, wrong)


def _with_shipped(
    data: Mapping[str, object], shipped: Mapping[str, object]
) -> Mapping[str, object]:
    """Return ``data`` with what it does not name as it ships: no limit of the law is lost.

    An entry replaces the shipped one of its name. A limit does so key by key: ``enabled = false``
    alone switches it off.
    """
    own = {key: _table(data, key) for key in ("hours", "limits", "holidays")}
    if None in own.values():
        return {**shipped, **data}  # the reader says which is no table
    if "default" in (own["hours"] or {}) and "default" in (own["limits"] or {}):
        return {key: shipped[key] for key in ("closed_on_holidays", "soon_min")} | dict(data)
    merged = {key: {**(_table(shipped, key) or {}), **(found or {})} for key, found in own.items()}
    for region in own["limits"] or {}:
        law, changed = _table(shipped["limits"], region), _table(own["limits"], region)
        if law and changed is not None:
            merged["limits"][region] = law | changed
    return {**shipped, **data, **merged}


def _table(data: object, key: str) -> dict[str, object] | None:
    found = data.get(key, {}) if isinstance(data, Mapping) else {}
    return found if isinstance(found, dict) else None


def _limit(table: TableReader) -> LegalLimit | None:
    enabled = table.boolean("enabled", True)
    limit = LegalLimit(
        week=parse_week(table.table("hours")),
        closed_on_holidays=table.boolean("closed_on_holidays", False),
        cap_24h=table.integer("cap_24h", 0, high=1_000),
        source=table.text("source", ""),
    )
    table.done()
    return limit if enabled else None


def _region_key(table: TableReader, key: str) -> str:
    if key != "default" and not _REGION.fullmatch(key):
        raise table.problem(key, 'must be "default", a country ("US") or a state ("US-FL")')
    return key
