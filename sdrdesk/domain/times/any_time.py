"""Times that may lie ahead or back (``--as-of``), and days of reports, as people type them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.times.days import Calendar, days
from sdrdesk.domain.times.parse import TwoMeanings, parse_happened, parse_when
from sdrdesk.domain.times.spans import Span, spans
from sdrdesk.domain.times.words import tidy

YEARS: Final = range(2000, 2100)
"""A time or a day of another century is a typing mistake."""
_MOMENTS: Final = '"tomorrow 18:00", "fri 10 london time", "yesterday 15:00" or ISO 8601'
_DAYS: Final = '"2026-11-20", "yesterday", "mon", "3 nov" or "2 weeks ago"'
_LONGEST: Final = 40


def parse_moment(
    text: str, zone: tzinfo, now: datetime, *, day_first: bool | None = None
) -> datetime:
    """Return the moment of ``text``, aware UTC: a time ahead if it can be one, else one past.

    ISO 8601 with an offset is exact; everything else is read as ``parse_when`` reads it, then as
    ``parse_happened`` does.

    Args:
        text: as typed.
        zone: the rep's, for a text that names none.
        now: the present moment, aware.
        day_first: whether ``3/4`` is 3 April; ``None`` when unknown.

    Raises:
        TwoMeanings: it could mean two moments; names both.
        UsageError: not understood, or not of this century.
    """
    with suppress(ValueError, OverflowError):
        exact = datetime.fromisoformat(text.strip().upper().replace("Z", "+00:00"))
        if exact.tzinfo is not None:
            moment = exact.astimezone(UTC)
            if moment.year not in YEARS:
                raise _unknown(text, "a time of this century", _MOMENTS)
            return moment
    if tidy(text) == "now":
        return now
    for read in (parse_when, parse_happened):
        try:
            return read(text, zone, now, mine=zone, day_first=day_first)
        except TwoMeanings:
            raise
        except UsageError:
            continue
    raise _unknown(text, "a time of this century", _MOMENTS)


def parse_day(text: str, today: date, *, day_first: bool | None = None) -> date:
    """Return the day of ``text``: of days without a year, the last one.

    Args:
        text: ``2026-11-20``, ``today``, ``yesterday``, ``mon``, ``3 nov``, ``2 weeks ago`` …
        today: the present day where the rep is.
        day_first: whether ``3/4`` is 3 April; ``None`` when unknown.

    Raises:
        TwoMeanings: it could mean two days; names both.
        UsageError: not understood, or not of this century.
    """
    found: list[date] = []
    with suppress(ValueError, OverflowError):
        found = sorted(set(_days(text, today, day_first))) if len(text) <= _LONGEST else []
    if not found or any(day.year not in YEARS for day in found):
        raise _unknown(text, "a day up to today", _DAYS)
    if len(found) > 1:
        raise TwoMeanings(
            f'"{text.strip()}" could be {" or ".join(f"{day:%d %B %Y}" for day in found)}.',
            tuple(day.isoformat() for day in found),
        )
    return found[0]


def _days(text: str, today: date, day_first: bool | None) -> Iterator[date]:
    said = tidy(text)
    for day in days(said, Calendar(today, past=True, day_first=day_first)):
        if day.number or day.day <= today:  # a written date may lie ahead, "tomorrow" is a slip
            yield day.day
    if said.endswith(" ago"):
        for span in spans(said.removesuffix(" ago"), ahead=False):
            if not (span.rest or span.is_exact or span.business_days):
                back = Span(-span.months, -span.days)
                yield back.day_after(datetime.combine(today, time())).date()
    elif said == "last week":
        yield today - timedelta(days=today.weekday() + 7)


def _unknown(text: str, what: str, examples: str) -> UsageError:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return UsageError(f"{shown!r} is not {what}.", next_step=f"Write {examples}.")
