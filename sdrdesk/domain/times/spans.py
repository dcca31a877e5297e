"""Durations as people type them: ``2h``, ``+3d``, ``in 2 weeks``, ``3 business days``, ``+6mo``."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sdrdesk.domain.times.words import UNIT_OF

_UNITS: Final = "|".join(sorted(UNIT_OF, key=len, reverse=True))
_STEP: Final = re.compile(rf"(\d{{1,6}})(\.\d)? ?({_UNITS})(?![^\W\d])(?: ?(?:and|und|\+))? ?")
_PACKED_HOURS: Final = re.compile(r"(\d{1,2})h([0-5]\d)(?!\w)")
_LEAD: Final = re.compile(r"(?:\+|in |after |nach )\s*(?=\d)")
_TAIL: Final = re.compile(r" ?(?:from now(?: on)?|ab jetzt|hence|later)$")
_MONTHS_SAID: Final = frozenset((*range(1, 13), 18, 24))
"""Numbers of months people name; ``15m`` and ``30m`` are minutes."""


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: calendar steps keep the hour of the wall clock, minutes are exact."""

    months: int = 0
    days: int = 0
    business_days: int = 0
    minutes: int = 0
    rest: str = ""
    """The next word: an hour or a weekday."""

    @property
    def is_exact(self) -> bool:
        """True if it has hours or minutes."""
        return bool(self.minutes)

    @property
    def words(self) -> str:
        """Return the duration in words."""
        named = ((self.months, "month"), (self.days, "day"), (self.business_days, "business day"),
                 (self.minutes // 60, "hour"), (self.minutes % 60, "minute"))  # fmt: skip
        return " ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in named if n)

    @property
    def spelled(self) -> str:
        """Return a spelling that has one meaning."""
        named = ((self.months, "mo"), (self.days, "d"), (self.business_days, "bd"),
                 (self.minutes // 60, "h"), (self.minutes % 60, "min"))  # fmt: skip
        return "+" + "".join(f"{n}{word}" for n, word in named if n)

    def day_after(self, wall: datetime) -> datetime:
        """Return the local time ``wall`` moved by months and days, the hour kept."""
        day = add_months(wall.date(), self.months) + timedelta(days=self.days)
        for _ in range(min(self.business_days, 1_000)):
            day += timedelta(days=1)
            while day.weekday() >= 5:
                day += timedelta(days=1)
        return datetime.combine(day, wall.time())


def add_months(day: date, months: int) -> date:
    """Return ``day`` that many months later, at most the last day of that month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def spans(text: str, *, ahead: bool) -> Iterator[Span]:
    """Yield every duration that ``text`` may begin with, see ``words.tidy``.

    Args:
        text: with or without ``+`` or "in" before it.
        ahead: it lies ahead, so ``6m`` may be months; a call was made minutes ago.
    """
    body = _TAIL.sub("", text)
    lead = _LEAD.match(body)
    body = body[lead.end() :] if lead else body
    if match := _PACKED_HOURS.match(body):
        yield Span(minutes=int(match[1]) * 60 + int(match[2]), rest=body[match.end() :].strip())
        return
    yield from _unit_by_unit(body, ahead=ahead)


def _unit_by_unit(body: str, *, ahead: bool) -> Iterator[Span]:
    total = dict.fromkeys(("min", "h", "d", "bd", "w", "mo", "q", "y"), 0)
    steps, half_hours, short = 0, 0, ""
    while match := _STEP.match(body):
        number, half, word = int(match[1]), match[2], match[3]
        if half and (UNIT_OF[word] != "h" or half != ".5"):
            return
        half_hours += bool(half)
        total[UNIT_OF[word]] += number
        short = match[1] if word == "m" else ""
        body, steps = body[match.end() :], steps + 1
    if not steps:
        return
    rest = body.strip()
    exact = total["min"] + total["h"] * 60 + half_hours * 30
    months = total["mo"] + 3 * total["q"] + 12 * total["y"]
    yield Span(months, total["d"] + 7 * total["w"], total["bd"], exact, rest)
    if ahead and steps == 1 and short and int(short) in _MONTHS_SAID:
        yield Span(months=int(short), rest=rest)
