"""Bar charts with numbers, drawn by Plotext; readable without colour and at 80 columns.

Only the report screen imports it: importing Plotext takes as long as painting the first row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.app import RenderResult
from textual.content import Content
from textual_plotext import PlotextPlot

from sdrdesk.widgets.cells import shorten

_MARKERS = ("█", "░", "▒")
"""The fill of each kind of bar, distinct without colour."""
_GROUP = 0.8
"""Share of the space between two labels that the bars fill."""
_LEAST_NAME = 5
"""Cells of a shortened name."""


class Bars(NamedTuple):
    """One kind of bar, a number for each label."""

    name: str
    values: Sequence[float]


class BarPicture(PlotextPlot):
    """A chart; the owner puts its ``legend`` above it."""

    DEFAULT_CSS = "BarPicture { height: 11; width: 1fr; color: $primary; }"

    def __init__(self, labels: Sequence[str], bars: Sequence[Bars]) -> None:
        super().__init__()
        self._labels = tuple(labels)
        self._bars = tuple(bars)
        # Plotext's own colours do not follow the theme.
        self.theme = "clear"

    @property
    def legend(self) -> Content:
        """The fill and name of each kind of bar."""
        parts = [f"{mark} {bars.name}" for mark, bars in zip(_MARKERS, self._bars, strict=False)]
        return Content("   ".join(parts))

    def render(self) -> RenderResult:
        """Draw for the present size, which decides where the numbers go."""
        self._draw(max(1, self.size.width), max(4, self.size.height))
        return super().render()

    def _draw(self, width: int, height: int) -> None:
        plt = self.plt
        plt.clear_figure()
        places = range(len(self._labels))
        most = max((value for bars in self._bars for value in bars.values), default=0) or 1
        # One row is for the labels, one for the number above the highest bar.
        unit = most / max(1, height - 3)
        thick = _GROUP / max(1, len(self._bars))
        for kind, (marker, bars) in enumerate(zip(_MARKERS, self._bars, strict=False)):
            shift = (kind - (len(self._bars) - 1) / 2) * thick
            at = [place + shift for place in places]
            plt.bar(at, list(bars.values), width=thick * 0.9, marker=marker, color="default")
            for place, value in zip(at, bars.values, strict=False):
                if value:
                    plt.text(
                        f"{value:g}",
                        place,
                        value + unit,
                        alignment="center",
                        color="default",
                        background="default",
                    )
        # Plotext places its own labels unsteadily: it compares their blanks by identity.
        for place, label in self.labels_that_fit(width):
            plt.text(label, place, -unit, alignment="center", color="default", background="default")
        plt.xticks([])
        plt.yticks([])
        plt.ylim(-unit, most + unit)  # one unit is exactly one terminal row
        plt.xlim(-0.6, len(self._labels) - 0.4)
        plt.frame(False)

    def labels_that_fit(self, width: int) -> list[tuple[int, str]]:
        """Return place and label of those that do not touch the one before.

        Names are shortened if they do not all fit; half an hour or date would be another one.
        """
        whole = list(self._apart(self._labels, width))
        room = int(self._per_place(width)) - 1
        is_name = not any(map(str.isdigit, "".join(self._labels)))
        if len(whole) == len(self._labels) or room < _LEAST_NAME or not is_name:
            return whole
        return list(self._apart([shorten(label, room) for label in self._labels], width))

    def _per_place(self, width: int) -> float:
        return width / (len(self._labels) + 0.2)

    def _apart(self, labels: Sequence[str], width: int) -> Iterator[tuple[int, str]]:
        free_from = 0.0
        for place, label in enumerate(labels):
            begin = (place + 0.6) * self._per_place(width) - len(label) / 2
            if begin >= free_from:
                yield place, label
                free_from = begin + len(label) + 1
