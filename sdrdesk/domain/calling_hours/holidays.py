"""Public holidays as rules: fixed days, the n-th weekday of a month, days around Easter.

Why not a library: "Choices" in ``docs/architecture.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from sdrdesk.domain.calling_hours.weekly_hours import WEEKDAYS
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.regions import region_problem

Observed = Literal["", "us", "next"]
"""On a weekend: nothing; Saturday to Friday and Sunday to Monday; or the next free weekday."""

_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class HolidayRule:
    """One holiday of a calendar, given in exactly one of these ways."""

    name: str
    month: int = 0
    day: int = 0
    """Fixed day: month and day. N-th weekday: month, ``weekday`` and ``nth``."""
    year: int = 0
    """0 is every year."""
    weekday: int = -1
    nth: int = 0
    """1 is the first of the month, -1 the last."""
    easter: int | None = None
    """Days after (negative: before) Easter Sunday."""
    before: int = 0
    """1 with ``weekday`` and a fixed day: the last such weekday before it (Victoria Day)."""
    only: frozenset[str] = frozenset()
    """State codes; empty is everywhere."""
    stays: bool = False
    """On a weekend it is not observed on another day."""


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """The public holidays of one country."""

    rules: tuple[HolidayRule, ...] = ()
    observed: Observed = ""

    def name_of(self, day: date, state: str = "") -> str:
        """Return the name of the holiday on ``day`` in ``state``, ``""`` on an ordinary day."""
        return _names(self, day.year, state).get(day, "")


NO_HOLIDAYS = HolidayCalendar()


def parse_calendar(table: TableReader) -> HolidayCalendar:
    """Return the calendar in ``table``: ``observed`` and a list ``days``.

    Raises:
        ConfigProblem: a day cannot be read.
    """
    observed = table.choice("observed", ("", "us", "next"), "")
    rules = tuple(_parse_rule(row) for row in table.tables("days", optional=True))
    table.done()
    return HolidayCalendar(rules, "us" if observed == "us" else "next" if observed else "")


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """The days on which an office rests: the public holidays of its place, and its own."""

    calendar: HolidayCalendar = NO_HOLIDAYS
    state: str = ""

    def name_of(self, day: date) -> str:
        """Return why the office rests on ``day``, ``""`` on an ordinary day."""
        return self.calendar.name_of(day, self.state) if self.calendar.rules else ""


def parse_office_days(
    table: TableReader, calendars: Mapping[str, HolidayCalendar], region: str | None = None
) -> OfficeDays:
    """Return the days in ``holidays`` and ``days_off`` of a table.

    Args:
        table: a section of a rules file; ``days_off`` lists days as ``MM-DD`` or ``YYYY-MM-DD``.
        calendars: public holidays by region, such as ``WindowConfig.calendars``.
        region: the default of ``holidays``; ``None``: it has to be there.

    Raises:
        ConfigProblem: a region is unknown, or a day cannot be read.
    """
    region = table.text("holidays", region)
    country, _, state = region.partition("-")
    if state and (wrong := region_problem(region)):
        raise table.problem("holidays", wrong)
    if country and country not in calendars:
        raise table.problem("holidays", f"no holidays of {country!r} are known")
    calendar = calendars.get(country, NO_HOLIDAYS)
    rules = calendar.rules
    if state and region in calendars:
        rules += calendars[region].rules
    for at, text in enumerate(table.texts("days_off", ()), start=1):
        year, month, day = _day_in(text, (*table.path, "days_off", str(at)))
        rules += (HolidayRule("day off", month, day, year, stays=True),)
    return OfficeDays(replace(calendar, rules=rules), state)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the western churches (the anonymous Gregorian computus, 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=2048)
def _names(calendar: HolidayCalendar, year: int, state: str) -> dict[date, str]:
    found: dict[date, str] = {}
    # A New Year's Day on a Saturday may be observed on 31 December.
    for source in (year, year + 1):
        for rule in calendar.rules:
            if rule.only and state not in rule.only:
                continue
            day = _day_of(rule, source)
            if day is not None:
                if not rule.stays:
                    day = _moved(day, calendar.observed, found)
                if day.year == year:
                    found.setdefault(day, rule.name)
    return found


def _day_of(rule: HolidayRule, year: int) -> date | None:
    if rule.year and rule.year != year:
        return None
    if rule.easter is not None:
        return easter_sunday(year) + timedelta(days=rule.easter)
    if rule.before:
        day = date(year, rule.month, rule.day)
        return day - timedelta(days=(day.weekday() - rule.weekday - 1) % 7 + 1)
    if rule.nth > 0:
        first = date(year, rule.month, 1)
        offset = (rule.weekday - first.weekday()) % 7 + 7 * (rule.nth - 1)
        return first + timedelta(days=offset)
    if rule.nth < 0:
        last = date(year + rule.month // 12, rule.month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - rule.weekday) % 7)
    if (rule.month, rule.day) == (2, 29):
        return None  # no public holiday
    return date(year, rule.month, rule.day)


def _moved(day: date, observed: Observed, taken: dict[date, str]) -> date:
    if observed == "us" and day.weekday() >= _SATURDAY:
        return day + timedelta(days=-1 if day.weekday() == _SATURDAY else 1)
    while observed == "next" and (day.weekday() >= _SATURDAY or day in taken):
        day += timedelta(days=1)
    return day


def _parse_rule(row: TableReader) -> HolidayRule:
    name = row.text("name")
    only = frozenset(row.texts("only", ()))
    if row.has("easter"):
        offset = row.integer("easter", low=-100, high=100)
        row.done()
        return HolidayRule(name, easter=offset, only=only)
    if row.has("date"):
        year, month, day = _date(row, row.text("date"))
        rule = HolidayRule(name, month, day, year, only=only)
    else:
        rule = _nth_rule(row, name, only)
    row.done()
    return rule


def _nth_rule(row: TableReader, name: str, only: frozenset[str]) -> HolidayRule:
    weekday = WEEKDAYS.index(row.choice("weekday", WEEKDAYS))
    if row.has("before"):
        _, month, day = _date(row, row.text("before"))
        return HolidayRule(name, month, day, weekday=weekday, before=1, only=only)
    nth = row.integer("nth", low=-1, high=4)
    if nth == 0:
        raise row.problem("nth", "must be 1 to 4, or -1 for the last of the month")
    return HolidayRule(
        name, row.integer("month", low=1, high=12), weekday=weekday, nth=nth, only=only
    )


def _date(row: TableReader, text: str) -> tuple[int, int, int]:
    return _day_in(text, (*row.path, "before" if row.has("before") else "date"))


def _day_in(text: str, path: tuple[str, ...]) -> tuple[int, int, int]:
    parts = text.split("-")
    if len(parts) not in {2, 3} or not all(p.isascii() and p.isdigit() for p in parts):
        raise ConfigProblem(path, f'{text!r} must be "MM-DD" or "YYYY-MM-DD"')
    numbers = [int(part) for part in parts]
    year = numbers[0] if len(numbers) == 3 else 0
    month, day = numbers[-2], numbers[-1]
    try:
        date(year or 2000, month, day)
    except ValueError as error:
        raise ConfigProblem(path, f"{text!r} is not a day") from error
    return year, month, day
