"""The cells of a report's tables: data with words for people and raw values for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.domain.text.plain_text import clean_all


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time in seconds, ``None`` without one."""

    seconds: float | None

    def __str__(self) -> str:
        """Return ``42s``, ``3m10s``, ``5h12m``; ``–`` without one."""
        return "–" if self.seconds is None else span_words(self.seconds, exact=True)


@dataclass(frozen=True, slots=True)
class At:
    """A moment, aware, in the zone it is shown in."""

    moment: datetime
    form: str = "%H:%M"

    def __str__(self) -> str:
        """Return the local time."""
        return f"{self.moment:{self.form}}"


Cell: TypeAlias = "str | int | float | Duration | Proportion | At | None"


def words(cell: Cell) -> str:
    """Return a cell as text on one line; ``–`` without a value."""
    if cell is None:
        return "–"
    text = cell.words() if isinstance(cell, Proportion) else str(cell)
    return " ".join(clean_all(text).split())


def is_number(cell: Cell) -> bool:
    """Return whether the cell aligns right: a number, a duration, or nothing."""
    return isinstance(cell, int | float | Duration | None)


def raw(heading: str, cell: Cell) -> dict[str, int | float | str | None]:
    """Return the raw values of a cell by column, ``{}`` where its words are the value.

    Durations are seconds, shares their counts and per cent, moments ISO 8601 with the offset.
    """
    if isinstance(cell, Duration):
        return {f"{heading}_s": cell.seconds}
    if isinstance(cell, At):
        return {f"{heading}_at": cell.moment.isoformat(timespec="seconds")}
    if isinstance(cell, Proportion):
        low, high = cell.interval or (None, None)
        return {
            f"{heading}_count": cell.hits, f"{heading}_of": cell.of,
            f"{heading}_percent": cell.percent, f"{heading}_low": low, f"{heading}_high": high,
        }  # fmt: skip
    return {}
