"""One row of the queue and its columns by width.

Time since conversion, name and reason are always shown; company from 76 columns on, title, local
time and number from 116. A number is shown whole or not at all.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.local_times import clocks
from sdrdesk.widgets.ages import GLYPHS, Heat, heat_of, row_clock
from sdrdesk.widgets.cells import fit

_MIDDLE = 76
_WIDE = 116
_LATE_S = 60
"""A callback is called late from a minute on."""


@dataclass(frozen=True, slots=True)
class LeadLine:
    """The contents of a row. Texts come from the CRM: plain, never markup."""

    lead_id: str
    rank: int
    since: datetime | None
    """Latest conversion, aware UTC."""
    callback: bool
    resting: bool
    pinned: bool
    name: str
    company: str
    title: str
    phone: str
    zones: tuple[str, ...]
    """The lead's time zone, then those that other sources name; empty when unknown."""
    why: str
    in_call: bool = False
    """Someone else is in a call with the lead now."""
    due_at: datetime | None = None
    """When a callback was promised for, aware UTC."""
    comment: bool = False
    """A colleague commented on the rep's call."""


class RowColumns(NamedTuple):
    """Widths in cells; 0 leaves a column out."""

    rank: int
    word: int
    name: int
    title: int
    company: int
    there: int
    phone: int
    why: int


@lru_cache(maxsize=64)
def columns_for(width: int, count: int) -> RowColumns:
    """Return the columns of a list of ``count`` rows in ``width`` cells."""
    rank = max(2, len(str(count)))
    fixed = 1 + 1 + rank + 1 + 2 + 8  # edge, cursor, rank, gap, glyph, clock
    if width < _MIDDLE:
        name = min(20, max(10, (width - fixed) // 2))
        return RowColumns(rank, 0, name, 0, 0, 0, 0, max(0, width - fixed - name - 1))
    if width < _WIDE:
        rest = width - fixed - 5
        name = min(20, rest * 29 // 100)
        company = min(20, rest * 28 // 100)
        return RowColumns(rank, 5, name, 0, company, 0, 0, rest - name - company - 2)
    rest = width - fixed - 5 - 7 - 18
    name, title, company = rest * 24 // 100, rest * 22 // 100, rest * 24 // 100
    return RowColumns(rank, 5, name, title, company, 7, 18, rest - name - title - company - 3)


def _late(due_at: datetime | None, now: datetime) -> str:
    """Return how long a callback is due: ``now``, or ``2h`` when it was promised for earlier."""
    late_s = 0.0 if due_at is None else (now - due_at).total_seconds()
    return "now" if late_s < _LATE_S else row_clock(late_s)


def _there(line: LeadLine, now: datetime) -> str:
    """Return the lead's local time: ``15:45``, with a ``?`` where sources disagree."""
    found = clocks(line.zones[0], line.zones[1:], now) if line.zones else []
    return f"{found[0][1]:%H:%M}{'?' if len(found) > 1 else ''}" if found else ""


def age_of(line: LeadLine, now: datetime) -> float | None:
    """Return the seconds since the conversion, ``None`` without a known one."""
    return None if line.since is None else (now - line.since).total_seconds()


def cells_of(
    line: LeadLine, columns: RowColumns, now: datetime, on_cursor: bool, marked: bool = False
) -> list[tuple[str, str]]:
    """Return the pieces of a row in drawing order, each with its style.

    A style is a heat, ``name`` or ``quiet``.
    """
    age_s = age_of(line, now)
    heat = heat_of(age_s, callback=line.callback, resting=line.resting)
    clock = _late(line.due_at, now) if heat is Heat.CALLBACK else row_clock(age_s)
    mark = "▸" if on_cursor else " "
    edge = "+" if marked else " "
    pin = '"' if line.comment else "^" if line.pinned else " "
    shown = "taken" if line.in_call else "due" if heat is Heat.CALLBACK else heat.value
    word = fit(shown, columns.word)
    rank = str(line.rank or "")
    cells: list[tuple[str, str]] = [
        ("name", f"{edge}{mark}{rank:>{columns.rank}}{pin}"),
        (heat.value, f"{GLYPHS[heat]} {word}{fit(clock, 6, right=True)}  "),
        ("name", fit(line.name, columns.name) + " "),
    ]
    if columns.title:
        cells.append(("quiet", fit(line.title, columns.title) + " "))
    if columns.company:
        cells.append(("quiet", fit(line.company, columns.company) + " "))
    if columns.there:
        cells.append(("quiet", fit(_there(line, now), columns.there)))
    if columns.phone:
        phone = line.phone if len(line.phone) < columns.phone else ""
        cells.append(("quiet", fit(phone, columns.phone)))
    cells.append(("name", fit(line.why, columns.why)))
    return cells
