"""Days as people type them: ``tomorrow``, ``next thu``, ``3.12.``, ``12/25``, ``q1``, ``kw 50``."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sdrdesk.domain.times.spans import spans
from sdrdesk.domain.times.words import month_index, weekday_index

_ROLL_DAYS: Final = 65
"""A date without a year that is past by less than this is a slip, not a day of next year."""
_WORD: Final = r"[^\W\d]{2,10}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    day: date
    otherwise: date | None = None
    """The day meant when the hour on ``day`` is not ahead (or, of a past day, not past)."""
    coarse: bool = False
    """A month or a quarter: a bare number behind it is no hour."""
    number: bool = False
    """Written with digits: a bare hour comes after it, not before."""
    wants_hour: bool = False
    """It says too little without an hour: today, yesterday."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The setting in which a day is read."""

    today: date
    past: bool = False
    """Read dates without a year as past ones."""
    day_first: bool | None = None
    """True if ``3/4`` is 3 April; ``None`` when unknown."""


def days(text: str, cal: Calendar) -> Iterator[Day]:
    """Yield every day that ``text`` as a whole may mean, see ``words.tidy``.

    Raises:
        ValueError: a day that the calendar does not have.
    """
    yield from _relative(text, cal)
    yield from _weekday(text, cal)
    yield from _dated(text, cal)
    if not cal.past:
        yield from _period(text, cal)
        yield from _counted(text, cal)
    first, _, rest = text.partition(" ")
    known = weekday_index(first)
    if known and rest:
        # "Thu 3.12." holds only when that day is a Thursday; "Thu 10." is an hour, "Do 10." a day.
        for day in _dated(rest, cal):
            if re.fullmatch(r"\d{1,2}\.", rest) and not known[1]:
                continue
            if day.day.weekday() == known[0]:
                yield Day(day.day, number=True)


def first_workday(day: date) -> date:
    """Return ``day`` or the next one that is from Monday to Friday and not New Year's Day."""
    while day.weekday() >= 5 or (day.month, day.day) == (1, 1):
        day += timedelta(days=1)
    return day


def last_workday(day: date) -> date:
    """Return ``day`` or the nearest one before it from Monday to Friday."""
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day


def _relative(text: str, cal: Calendar) -> Iterator[Day]:
    if text == "morgen":
        text = "tomorrow"
    shift = {"today": 0, "tomorrow": 1, "overmorrow": 2, "yesterday": -1, "eyester": -2}
    if text in shift:
        yield Day(cal.today + timedelta(shift[text]), wants_hour=shift[text] <= 0)


def _weekday(text: str, cal: Calendar) -> Iterator[Day]:
    match = re.fullmatch(
        rf"(?:(next|this|last) )?({_WORD})(?: (next week|week|next woche|this week|this woche))?",
        text,
    )
    turned = re.fullmatch(rf"(?:(next) (?:week|woche)) ({_WORD})", text)
    if turned:
        which, word, behind = "next", turned[2], ""
    elif match:
        which, word, behind = match[1] or "", match[2], match[3] or ""
    else:
        return
    known = weekday_index(word)
    if known is None:
        return
    monday = cal.today - timedelta(days=cal.today.weekday())
    ahead = timedelta((known[0] - cal.today.weekday()) % 7)
    if which == "last" or (cal.past and not which):
        back = timedelta((cal.today.weekday() - known[0]) % 7)
        day = cal.today - back
        yield Day(day, otherwise=day - timedelta(7), wants_hour=cal.past)
    elif behind == "week":  # "thursday week": a week after the coming one
        yield Day(cal.today + ahead + timedelta(7))
    elif which == "next" or behind.startswith("next"):
        yield Day(monday + timedelta(7 + known[0]))
    else:
        yield Day(cal.today + ahead, otherwise=cal.today + ahead + timedelta(7))


def _counted(text: str, cal: Calendar) -> Iterator[Day]:
    """Yield "a week from thursday" and "thursday in two weeks"."""
    if match := re.fullmatch(r"(.+?) from (.+)", text):
        for span in spans(match[1], ahead=True):
            for day in days(match[2], cal) if not span.rest and not span.is_exact else ():
                start = day.otherwise or day.day if day.day == cal.today else day.day
                yield Day(span.day_after(datetime.combine(start, time())).date())
    elif match := re.fullmatch(rf"({_WORD}) (in .+)", text):
        known = weekday_index(match[1])
        for span in spans(match[2], ahead=True) if known else ():
            if known and not span.rest and not span.is_exact:
                then = span.day_after(datetime.combine(cal.today, time())).date()
                yield Day(then + timedelta(days=known[0] - then.weekday()))


def _dated(text: str, cal: Calendar) -> Iterator[Day]:
    yield from _named_month(text, cal)
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        yield Day(day, number=True, wants_hour=cal.past)
    elif match := re.fullmatch(r"(\d{1,2})\. ?(\d{1,2})(?:\.? ?(\d{4})|\. ?(\d{2})|\.)?", text):
        yield from _without_year(cal, int(match[1]), int(match[2]), match[3] or match[4])
    elif match := re.fullmatch(r"(\d{1,2})([/-])(\d{1,2})(?:\2(\d{4}|\d{2}))?", text):
        if match[2] == "/" or match[4]:
            yield from _two_orders(cal, int(match[1]), int(match[3]), match[4])
    elif match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|\.)", text):
        yield from _day_of_month(cal, int(match[1]))


def _named_month(text: str, cal: Calendar) -> Iterator[Day]:
    match = re.fullmatch(
        rf"(\d{{1,2}})(?:st|nd|rd|th|\.)? ?({_WORD})(?: '?(20\d\d|\d\d(?!\w)))?", text
    ) or re.fullmatch(rf"({_WORD}) ?(\d{{1,2}})(?:st|nd|rd|th|\.)?(?: (20\d\d))?", text)
    if match is None:
        return
    number, word = (match[1], match[2]) if match[1].isdigit() else (match[2], match[1])
    month = month_index(word)
    if month is not None and (match[3] is None or len(match[3]) == 4):
        yield from _without_year(cal, int(number), month + 1, match[3])


def _two_orders(cal: Calendar, one: int, two: int, year: str | None) -> Iterator[Day]:
    orders = []
    if two <= 12 and cal.day_first is not False:
        orders.append((one, two))
    if one <= 12 and cal.day_first is not True and (two, one) not in orders:
        orders.append((two, one))
    if not orders and min(one, two) <= 12:  # written in the other order, and clear
        orders.append((one, two) if two <= 12 else (two, one))
    for day, month in orders:
        if day <= 31:
            yield from _without_year(cal, day, month, year)


def _without_year(cal: Calendar, number: int, month: int, year: str | None) -> Iterator[Day]:
    if year:
        day = date(int(year) + (2000 if len(year) == 2 else 0), month, number)
        yield Day(day, number=True, wants_hour=cal.past)
        return
    try:
        day = date(cal.today.year, month, number)
    except ValueError:
        if (number, month) != (29, 2):
            raise
        leap = next(y for y in range(cal.today.year, cal.today.year + 9) if calendar.isleap(y))
        yield Day(date(leap, 2, 29), number=True)
        return
    if cal.past:
        yield Day(
            day if day <= cal.today else day.replace(year=day.year - 1),
            number=True,
            wants_hour=True,
        )
    elif (cal.today - day).days > _ROLL_DAYS:
        yield Day(date(cal.today.year + 1, month, number), number=True)
    else:
        yield Day(day, number=True)


def _day_of_month(cal: Calendar, number: int) -> Iterator[Day]:
    """Yield the coming day with that number in its month."""
    place = cal.today.replace(day=1)
    for _ in range(3):
        if number <= calendar.monthrange(place.year, place.month)[1]:
            day = place.replace(day=number)
            if (day <= cal.today) if cal.past else (day > cal.today):
                yield Day(day, number=True, wants_hour=cal.past)
                return
        step = timedelta(days=-1) if cal.past else timedelta(days=32)
        place = (place + step).replace(day=1)


def _period(text: str, cal: Calendar) -> Iterator[Day]:
    today = cal.today
    monday = today + timedelta(days=7 - today.weekday())
    if text in ("next week", "next woche") or text in ("after weekend", "nach wochenende"):
        yield Day(monday)
    elif text == "eow":
        yield Day(monday - timedelta(days=3))
    elif match := re.fullmatch(r"(early|mid|late) next (?:week|woche)", text):
        yield Day(monday + timedelta(days={"early": 0, "mid": 2, "late": 4}[match[1]]))
    elif match := re.fullmatch(r"(?:kw|cw|week|woche) ?(\d{1,2})", text):
        week = date.fromisocalendar(today.year, int(match[1]), 1)
        if week <= today:
            week = date.fromisocalendar(today.year + 1, int(match[1]), 1)
        yield Day(week, coarse=True)
    elif match := re.fullmatch(r"(?:year )?(20\d\d)", text):
        if int(match[1]) > today.year:
            yield Day(first_workday(date(int(match[1]), 1, 1)), coarse=True)
    else:
        yield from _month_or_quarter(text, today)


def _month_or_quarter(text: str, today: date) -> Iterator[Day]:
    part, rest = "early", text
    if match := re.fullmatch(r"(?:in )?(early|mid|late|first week|1st week|in) (.+)", text):
        part, rest = match[1].replace("in", "early"), match[2]
    if rest == "eom":
        part, start = "late", today.replace(day=1)
        months = 1
    elif (found := _start_of(rest, today)) is not None:
        start, months = found
        # One that has begun keeps its start, which is past: next year's would be a guess.
    else:
        return
    if part == "mid":
        day = first_workday(start.replace(day=15) if months == 1 else _later(start, months // 2))
    elif part == "late":
        day = last_workday(_later(start, months) - timedelta(days=1))
    else:
        day = first_workday(start)
    yield Day(day, coarse=True)


def _later(start: date, months: int) -> date:
    place = start.year * 12 + start.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _start_of(text: str, today: date) -> tuple[date, int] | None:
    """Return the first day of a month, quarter or year, and its length in months."""
    this = today.replace(day=1)
    if text in ("next month", "next monat"):
        return _later(this, 1), 1
    if text in ("next quarter", "next quartal"):
        return _later(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3), 3
    if text in ("next year", "next jahr"):
        return date(today.year + 1, 1, 1), 12
    if match := re.fullmatch(r"(?:q([1-4])|([1-4])q)(?: ?'?(20\d\d))?", text):
        month = int(match[1] or match[2]) * 3 - 2
        return _coming(month, 3, match[3], today), 3
    if match := re.fullmatch(r"h([12])(?: (20\d\d))?", text):
        return _coming(int(match[1]) * 6 - 5, 6, match[2], today), 6
    match = re.fullmatch(rf"({_WORD})\.?(?: (20\d\d))?", text)
    month_at = month_index(match[1]) if match else None
    if match is None or month_at is None:
        return None
    return _coming(month_at + 1, 1, match[2], today), 1


def _coming(month: int, months: int, year: str | None, today: date) -> date:
    """Return the start of the period that is running or the next one to come."""
    if year:
        return date(int(year), month, 1)
    start = date(today.year, month, 1)
    over = _later(start, months) <= today
    return start.replace(year=today.year + 1) if over else start
