"""Sends a picture to the terminal piece by piece, what changed last first.

What changes again before it was sent is sent once, as it is then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region

from sdrdesk.widgets.terminal_picture import GAP, Cell, Pen, Row, cells_of, changed_parts

_LEAST_CELLS = 8
"""Fewest cells of a part: where it goes and how it looks costs as much."""


class PicturePieces:
    """The picture that the terminal should show, and the cells it shows so far."""

    def __init__(self) -> None:
        self._wanted: dict[int, Row] = {}
        self._shown: dict[int, Row] = {}
        self._wide: dict[int, list[tuple[int, int, list[Cell]]]] = {}
        """Texts on whose cells terminals may disagree, by line, with first cell and end: they are
        sent whole, in their order."""
        self._due: dict[int, None] = {}
        """The lines to send, the most urgent first."""
        self._size = Region()

    @property
    def is_due(self) -> bool:
        """True if something is to be sent."""
        return bool(self._due)

    def forget(self) -> None:
        """Take nothing on the terminal for granted: another program wrote to it."""
        self._shown.clear()

    def take(self, frame: CompositorUpdate, console: Console) -> bool:
        """Take a frame over; return whether that is possible."""
        pen, changed = Pen(console), dict[int, None]()
        if isinstance(frame, LayoutUpdate):
            if frame.region != self._size:
                self._size = frame.region
                for part in (self._wanted, self._shown, self._wide, self._due):
                    part.clear()
            for y, strips in enumerate(frame.strips, frame.region.y):
                x, changed[y] = frame.region.x, None
                for strip in strips:
                    self._put(y, x, x + strip.cell_length, list(pen.pieces(strip)))
                    x += strip.cell_length
        elif isinstance(frame, ChopsUpdate):
            for y, x, strip in changed_parts(frame):
                self._put(y, x, x + strip.cell_length, list(pen.pieces(strip)))
                changed[y] = None
        else:
            return False
        self._due = changed | self._due
        return True

    def _put(self, y: int, x: int, end: int, pieces: list[Cell]) -> None:
        row, cells = self._wanted.setdefault(y, []), cells_of(pieces)
        row += [None] * (end - len(row))
        kept = [old for old in self._wide.get(y, ()) if old[0] < x or old[1] > end]
        self._wide[y] = kept
        if cells is None:
            kept.append((x, end, pieces))
            row[x:end] = [None] * (end - x)
        else:
            row[x:end] = cells

    def hurry(self, lines: range) -> None:
        """Send these lines before all others, if they are due: the rep looks at them."""
        self._due = {y: None for y in lines if y in self._due} | self._due

    def piece(self, console: Console, budget: int) -> str:
        """Return what to send next, about ``budget`` bytes; ``""`` for nothing."""
        pen = Pen(console)
        for y in list(self._due):
            if not self._line(pen, y, budget):
                break
            del self._due[y]
        return pen.end()

    def _line(self, pen: Pen, y: int, budget: int) -> bool:
        """Send what differs in a line; return whether all of it was sent."""
        wanted, shown = self._wanted[y], self._shown.setdefault(y, [])
        shown += [None] * (len(wanted) - len(shown))
        for x, _end, pieces in self._wide.pop(y, ()):
            pen.write(x, y, pieces)
            # A terminal may have drawn more or fewer cells: send all that follows again.
            shown[x:] = [None] * (len(shown) - x)
        for start, end in _parts(shown, wanted):
            while start < end:
                if pen.size >= budget:
                    return False
                cut = min(end, start + max(_LEAST_CELLS, budget - pen.size))
                pen.write(start, y, [cell for cell in wanted[start:cut] if cell is not None])
                shown[start:cut] = wanted[start:cut]
                start = cut
        return True


def _parts(
    shown: Sequence[Cell | None], wanted: Sequence[Cell | None]
) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of known cells to send."""
    start = end = -1
    for at, (before, after) in enumerate(zip(shown, wanted, strict=True)):
        if start >= 0 and (after is None or at - end > GAP):
            yield start, end
            start = -1
        if after is not None and before != after:
            start, end = (at if start < 0 else start), at + 1
    if start >= 0:
        yield start, end
