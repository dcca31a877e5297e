"""A chart of a report as plain data; its tables hold the same numbers."""

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
