"""Weekly opening hours in local time, shared by call windows and SLA hours."""

from __future__ import annotations

import re
from itertools import pairwise

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.place.wall_time import DAY_MIN

Span = tuple[int, int]
"""Minutes since local midnight, from (included) to (excluded), 0 to 1440."""
Day = tuple[Span, ...]
Week = tuple[Day, Day, Day, Day, Day, Day, Day]
"""Monday first; spans of a day ascend and never touch."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED: Day = ()
WHOLE_DAY: Day = ((0, DAY_MIN),)
ALWAYS: Week = (WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY)

_SPAN = re.compile(r"([0-2]?\d):([0-5]\d)\s*[-–]\s*([0-2]?\d):([0-5]\d)")


def parse_week(table: TableReader) -> Week:
    """Return the week that ``table`` describes.

    Keys are days (``mon``), ranges of days (``mon-fri``) or ``daily``; values are
    ``"08:00-18:00"``, a list of such spans, or ``"closed"``. The last entry for a day wins; a day
    without an entry is closed.

    Raises:
        ConfigProblem: a day or a span cannot be read.
    """
    days: list[Day] = [CLOSED] * 7
    for key in table.keys():  # noqa: SIM118 - not a mapping
        value = table.texts(key) if table.is_list(key) else (table.text(key),)
        spans = parse_day(value, (*table.path, key))
        for index in _days_named(table, key):
            days[index] = spans
    return (days[0], days[1], days[2], days[3], days[4], days[5], days[6])


def parse_day(values: tuple[str, ...], path: tuple[str, ...]) -> Day:
    """Return the spans in ``values``; none for ``("closed",)``.

    Raises:
        ConfigProblem: a span is not ``HH:MM-HH:MM``, runs backwards or overlaps another.
    """
    if values == ("closed",):
        return CLOSED
    spans = sorted(_span(value, path) for value in values)
    for before, after in pairwise(spans):
        if after[0] <= before[1]:
            raise ConfigProblem(path, "has spans that overlap or touch")
    return tuple(spans)


def both(one: Day, other: Day) -> Day:
    """Return the spans that are open in both days."""
    found = [
        (max(a[0], b[0]), min(a[1], b[1]))
        for a in one
        for b in other
        if max(a[0], b[0]) < min(a[1], b[1])
    ]
    return tuple(sorted(found))


def is_in(day: Day, minute: float) -> bool:
    """Return whether ``minute`` since local midnight lies in an open span."""
    return any(start <= minute < end for start, end in day)


def _span(text: str, path: tuple[str, ...]) -> Span:
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise ConfigProblem(path, f'{text!r} must be "HH:MM-HH:MM" or "closed"')
    hours = [int(part) for part in found.groups()]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not start < end <= DAY_MIN:
        raise ConfigProblem(path, f"{text!r} must end after it starts, at 24:00 at the latest")
    return start, end


def _days_named(table: TableReader, key: str) -> range:
    if key == "daily":
        return range(7)
    first, dash, last = key.partition("-")
    if first in WEEKDAYS and (not dash or last in WEEKDAYS):
        start = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last) if dash else start
        if start <= end:
            return range(start, end + 1)
    raise table.problem(key, 'must be a day ("mon"), days ("mon-fri") or "daily"')
