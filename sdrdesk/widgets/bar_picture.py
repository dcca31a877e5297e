"""Bars with their numbers above them, drawn by Plotext; whole without colour and at 80 columns.

Imported by the screen of the reports when it is opened, never before: Plotext takes as long to
import as the first row takes to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.app import RenderResult
from textual.content import Content
from textual_plotext import PlotextPlot

MARKERS = ("█", "░", "▒")
"""What bars of each kind are made of: told apart without colour."""
_GROUP = 0.8
"""Share of the room between two labels that the bars take."""


class Bars(NamedTuple):
    """One kind of bar, a number for each label."""

    name: str
    values: Sequence[float]


class BarPicture(PlotextPlot):
    """One picture; ``legend`` is a line of text for the owner to put above it."""

    DEFAULT_CSS = "BarPicture { height: 11; width: 1fr; color: $primary; }"

    def __init__(self, labels: Sequence[str], bars: Sequence[Bars]) -> None:
        super().__init__()
        self._labels = tuple(labels)
        self._bars = tuple(bars)
        # Colours of its own would follow no theme: the widget's colour is the only one.
        self.theme = "clear"

    @property
    def legend(self) -> Content:
        """What the bars are made of."""
        parts = [f"{mark} {bars.name}" for mark, bars in zip(MARKERS, self._bars, strict=False)]
        return Content("   ".join(parts))

    def render(self) -> RenderResult:
        """Draw for the present size: how high a number stands depends on it."""
        self._draw(max(1, self.size.width), max(4, self.size.height))
        return super().render()

    def _draw(self, width: int, height: int) -> None:
        plt = self.plt
        plt.clear_figure()
        places = range(len(self._labels))
        most = max((value for bars in self._bars for value in bars.values), default=0) or 1
        # The bars have all rows but two: the labels, and a number above the highest.
        unit = most / max(1, height - 3)
        thick = _GROUP / max(1, len(self._bars))
        for kind, (marker, bars) in enumerate(zip(MARKERS, self._bars, strict=False)):
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
        # Plotext's own labels stand now in one column, now in the next: it compares their blanks by
        # identity.
        for place, label in self._labels_that_fit(width):
            plt.text(label, place, -unit, alignment="center", color="default", background="default")
        plt.xticks([])
        plt.yticks([])
        plt.ylim(-unit, most + unit)  # one unit is one row of the terminal, exactly
        plt.xlim(-0.6, len(self._labels) - 0.4)
        plt.frame(False)

    def _labels_that_fit(self, width: int) -> Iterator[tuple[int, str]]:
        """Yield place and label of those that leave a blank to the one before."""
        per_place = width / (len(self._labels) + 0.2)
        free_from = 0.0
        for place, label in enumerate(self._labels):
            begin = (place + 0.6) * per_place - len(label) / 2
            if begin >= free_from:
                yield place, label
                free_from = begin + len(label) + 1
