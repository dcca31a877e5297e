"""A table of any origin as columns of codes: small in memory, whatever its texts."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})
"""Texts that mean "not given", in lower case."""
LONGEST = 200
"""Characters of a value that are looked at; a longer one is a message, not a value."""
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?")
_NUMERIC_SHARE = 0.98
"""Share of the values given that must be numbers for a column to be one of numbers."""


@dataclass(slots=True)
class DataColumn:
    """A column: its distinct values, and which of them each row holds."""

    name: str
    values: list[str] = field(default_factory=list)
    """Distinct values, case-folded and with single spaces; ``""`` is missing."""
    codes: array[int] = field(default_factory=lambda: array("I"))
    """By row: the place of its value in ``values``."""
    _places: dict[str, int] = field(default_factory=dict)
    _raw: dict[str, int] = field(default_factory=dict)

    def append(self, text: str) -> None:
        """Add the value of one more row."""
        place = self._raw.get(text)
        if place is None:
            value = tidy(text)
            place = self._places.get(value)
            if place is None:
                place = self._places[value] = len(self.values)
                self.values.append(value)
            self._raw[text] = place
        self.codes.append(place)

    def append_exact(self, value: str) -> None:
        """Add the value of one more row as it is; ``""`` is missing."""
        place = self._places.get(value)
        if place is None:
            place = self._places[value] = len(self.values)
            self.values.append(value)
        self.codes.append(place)

    @property
    def spellings(self) -> int:
        """Number of values written in more than one way."""
        return len(self._raw) - len(self._places)

    def numbers(self) -> list[float | None] | None:
        """Return the number of each distinct value; ``None`` for a column of texts.

        A few values that are no number count as missing.
        """
        found = [number(value) for value in self.values]
        given = [n for n, value in enumerate(self.values) if value]
        are = sum(found[n] is not None for n in given)
        return found if given and are >= _NUMERIC_SHARE * len(given) else None


def tidy(text: str) -> str:
    """Return a value as it is compared: folded case, single spaces, ``""`` for missing."""
    value = " ".join(text[:LONGEST].split()).casefold()
    return "" if value in MISSING else value


def number(text: str) -> float | None:
    """Return the number a text is, with a point or one comma for the decimals."""
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text.rstrip("%").replace(",", "."))
    return found if math.isfinite(found) else None


def columns_of(
    heading: Sequence[str], rows: Iterable[Sequence[str]]
) -> tuple[list[DataColumn], int]:
    """Return the columns of a table, and how many rows of another width were left out."""
    columns = [DataColumn(name) for name in unique(heading)]
    width, left_out = len(columns), 0
    for row in rows:
        if len(row) == width:
            for column, text in zip(columns, row, strict=True):
                column.append(text)
        elif any(cell.strip() for cell in row):
            left_out += 1
    return columns, left_out


def unique(heading: Sequence[str]) -> list[str]:
    """Return the names of the columns, none twice and none empty."""
    names: list[str] = []
    for place, cell in enumerate(heading, 1):
        name = base = " ".join(cell.split())[:LONGEST] or f"column {place}"
        again = 1
        while name in names:
            again += 1
            name = f"{base} ({again})"
        names.append(name)
    return names
