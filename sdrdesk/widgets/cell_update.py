"""Sends only changed cells to the terminal, for thin lines.

Textual's own update of a part of a line begins at the edge of its widget, however far right the
change is. Each tick of a clock at the end of a line would send the line.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate


class CellUpdate(ChopsUpdate):
    """An update that begins and ends at the changed cells of each line."""

    @classmethod
    def of(cls, update: ChopsUpdate) -> CellUpdate:
        """Return an update of the same cells."""
        return cls(update.chops, update.spans, update.chop_ends)

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        written: list[str] = []
        for y, first, last in self.spans:
            for end, (start, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or start >= last or end <= first:
                    continue
                left, right = max(start, first), min(end, last)
                written.append(Control.move_to(left, y).segment.text)
                written.append(strip.crop(left - start, right - start).render(console))
        return "".join(written)
