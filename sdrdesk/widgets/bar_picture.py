"""Bars with their numbers above them, drawn by Plotext; whole without colour and at 80 columns.

Imported by the screen of the reports when it is opened, never before: Plotext takes as long to
import as the first row takes to read.
"""

from __future__ import annotations

from collections.abc import Sequence
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
        self._draw(max(3, self.size.height))
        return super().render()

    def _draw(self, height: int) -> None:
        plt = self.plt
        plt.clear_figure()
        places = range(len(self._labels))
        most = max((value for bars in self._bars for value in bars.values), default=0) or 1
        top = most * height / max(1, height - 3)
        # One row of the terminal, in the unit of the bars: a number stands just above its bar.
        row = 1.3 * top / max(1, height - 1)
        width = _GROUP / max(1, len(self._bars))
        for kind, (marker, bars) in enumerate(zip(MARKERS, self._bars, strict=False)):
            shift = (kind - (len(self._bars) - 1) / 2) * width
            at = [place + shift for place in places]
            plt.bar(at, list(bars.values), width=width * 0.9, marker=marker, color="default")
            for place, value in zip(at, bars.values, strict=False):
                if value:
                    plt.text(
                        f"{value:g}",
                        place,
                        value + row,
                        alignment="center",
                        color="default",
                        background="default",
                    )
        plt.xticks(list(places), list(self._labels))
        plt.yticks([])
        plt.ylim(0, top)
        plt.xlim(-0.6, len(self._labels) - 0.4)
        plt.frame(False)
