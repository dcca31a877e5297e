"""Remembers what the terminal shows, so that a frame sends only the cells that differ.

A frame of Textual sends every line of every widget that changed, each with its colours in full:
six kilobytes for the next lead, of which most is on screen already. That is slow on a thin line,
and a terminal emulator takes longer to read it than the workbench to write it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import get_character_cell_size
from rich.color import Color, ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import SGR_STYLES, Strip

GAP = 4
"""Equal cells between two changed ones that are sent again: moving the cursor costs as much."""


class _Look(NamedTuple):
    """The look of a cell, as parameters of the terminal's colour sequence."""

    attributes: str
    colour: str
    ground: str
    link: str
    """The opening of a link before the text, ``""`` for none."""


_PLAIN = _Look("", "", "", "")
Cell = tuple[str, _Look]
Row = list[Cell | None]
"""The cells of a line; ``None`` for one that may not be what we think it is."""


class TerminalPicture:
    """The cells on the terminal, line by line."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}

    def update(self, frame: CompositorUpdate) -> CompositorUpdate:
        """Return an update that shows the same as ``frame`` and sends less."""
        if isinstance(frame, ChopsUpdate):
            return _Changes(frame, self._rows)
        if isinstance(frame, LayoutUpdate):
            return _Whole(frame, self._rows)
        self._rows.clear()
        return frame


class _Whole(CompositorUpdate):
    """Sends every cell: the first frame, another size or screen, back from another program."""

    def __init__(self, frame: LayoutUpdate, rows: dict[int, Row]) -> None:
        self._frame = frame
        self._rows = rows

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        frame, pen = self._frame, Pen(console)
        self._rows.clear()
        for y, strips in enumerate(frame.strips, frame.region.y):
            pieces = [piece for strip in strips for piece in pen.pieces(strip)]
            pen.write(frame.region.x, y, pieces)
            if frame.region.x == 0:
                self._rows[y] = [None] * frame.region.width
                if cells := cells_of(pieces):
                    self._rows[y][:] = cells
        return pen.end()


class _Changes(CompositorUpdate):
    """Sends the cells of the changed parts that look different from those on the terminal."""

    def __init__(self, frame: ChopsUpdate, rows: dict[int, Row]) -> None:
        self._frame = frame
        self._rows = rows

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        pen = Pen(console)
        for y, x, strip in changed_parts(self._frame):
            self._send(pen, y, x, strip)
        return pen.end()

    def _send(self, pen: Pen, y: int, x: int, strip: Strip) -> None:
        pieces = list(pen.pieces(strip))
        new, row = cells_of(pieces), self._rows.get(y, [])
        end = x + strip.cell_length
        if new is None:
            pen.write(x, y, pieces)
            row[x:] = [None] * (len(row) - x)
            return
        for start, after in _runs(row[x:end], new):
            pen.write(x + start, y, new[start:after])
        if end <= len(row):
            row[x:end] = new


def changed_parts(frame: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield line, first cell and text of each part of a frame that may look different."""
    for y, first, last in frame.spans:
        for end, (start, strip) in zip(frame.chop_ends[y], frame.chops[y].items(), strict=False):
            if strip is None or start >= last or end <= first:
                continue
            left, right = max(start, first), min(end, last)
            yield y, left, strip.crop(left - start, right - start)


class Pen:
    """Writes text, with a colour sequence only where the look changes."""

    def __init__(self, console: Console) -> None:
        self._system = console._color_system or ColorSystem.TRUECOLOR
        self._written: list[str] = []
        self._look = _PLAIN
        self.size = 0
        """Characters written so far."""

    def pieces(self, strip: Strip) -> Iterator[Cell]:
        """Yield the text of a strip in pieces of one look."""
        system = self._system
        for text, style, control in strip:
            if not text or control:
                continue
            if style is None:
                yield text, _PLAIN
                continue
            attributes = style._attributes & style._set_attributes
            link = f"{style.link_id};{style.link}" if style.link else ""
            yield text, _look(attributes, style.color, style.bgcolor, link, system)

    def write(self, x: int, y: int, pieces: Iterable[Cell]) -> None:
        """Write pieces of text from a cell on."""
        written = [f"\x1b[{y + 1};{x + 1}H"]
        write = written.append
        for text, look in pieces:
            if look is not self._look and look != self._look:
                write(_change(self._look, look))
                self._look = look
            write(text)
        self._written += written
        self.size += sum(map(len, written))

    def end(self) -> str:
        """Return all that was written; the terminal's look is plain afterwards."""
        if self._look != _PLAIN:
            self._written.append(_change(self._look, _PLAIN))
        return "".join(self._written)


@lru_cache(maxsize=1024)
def _look(
    attributes: int, color: Color | None, ground: Color | None, link: str, system: ColorSystem
) -> _Look:
    return _Look(
        ";".join(code for bit, code in enumerate(SGR_STYLES) if attributes & (1 << bit)),
        ";".join(color.downgrade(system).get_ansi_codes()) if color else "",
        ";".join(ground.downgrade(system).get_ansi_codes(False)) if ground else "",
        f"\x1b]8;id={link}\x1b\\" if link else "",
    )


@lru_cache(maxsize=1024)
def _change(before: _Look, after: _Look) -> str:
    """Return what turns one look into another."""
    pairs = list(zip(after[:3], before[:3], strict=True))
    codes = [code for code, old in pairs if code and code != old]
    others = before.attributes and before.attributes != after.attributes
    if others or any(old and not code for code, old in pairs):
        codes = [code for code in after[:3] if code]
        codes.insert(0, "0" if codes else "")
    sgr = f"\x1b[{';'.join(codes)}m" if codes else ""
    link = "" if before.link == after.link else after.link or "\x1b]8;;\x1b\\"
    return sgr + link


@lru_cache(maxsize=1024)
def _is_simple(text: str) -> bool:
    """Return whether each character takes one cell, on every terminal."""
    return text.isascii() or all(get_character_cell_size(one) == 1 for one in text)


def cells_of(pieces: Sequence[Cell]) -> list[Cell] | None:
    """Return one entry for each cell, ``None`` where terminals may disagree on the cells."""
    cells: list[Cell] = []
    for text, look in pieces:
        if not _is_simple(text):
            return None
        cells += [(one, look) for one in text]
    return cells


def _runs(old: Sequence[Cell | None], new: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of cells to send."""
    if old == new:
        return
    start = end = -1
    for at, (before, after) in enumerate(zip_longest(old, new)):
        if before == after:
            continue
        if start >= 0 and at - end > GAP:
            yield start, end
            start = -1
        start, end = (at if start < 0 else start), at + 1
    if start >= 0:
        yield start, end
