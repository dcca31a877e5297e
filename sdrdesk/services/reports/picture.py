"""A picture of a report as plain data: what is drawn is also in its tables, as numbers."""

from __future__ import annotations

from typing import NamedTuple


class Series(NamedTuple):
    """One kind of bar, a number for each label."""

    name: str
    values: tuple[int, ...]


class Picture(NamedTuple):
    """Bars side by side."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
