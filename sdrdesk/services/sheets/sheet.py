"""A table from any kind of file: headings, rows with their lines, and unreadable rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sdrdesk.domain.people.headings import meaning_of
from sdrdesk.domain.people.values import fold_heading, is_email, looks_like_phone, plain

LOOK_AT = 60
"""Lines searched for the heading: notes above it take a page at most."""


class SheetRow(NamedTuple):
    """One row of a file."""

    number: int
    """First line of the row in the file, from 1."""
    cells: tuple[str, ...]
    broken: str = ""
    """Why its cells cannot be separated."""


@dataclass(frozen=True, slots=True)
class InputSheet:
    """A table with headings."""

    headings: tuple[str, ...]
    heading_line: int
    rows: tuple[SheetRow, ...]
    broken: tuple[SheetRow, ...] = ()
    """Rows left out, each with the reason."""
    notes: tuple[str, ...] = ()
    """Assumptions made while reading, in words."""


class NoSheet(ValueError):  # noqa: N818 - a file that holds none
    """A file cannot be read; says why. ``advice`` says what to do, ``""`` for the usual."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(why)
        self.advice = advice


def score(cells: Sequence[str], mapped: Collection[str] = ()) -> int:
    """Return the number of known headings in a row; a row of people has none."""
    if any(is_email(text) or looks_like_phone(text) for cell in cells if (text := plain(cell))):
        return 0
    words = (fold_heading(cell) for cell in cells)
    return sum(
        word in mapped or meaning_of(cell) is not None
        for cell, word in zip(cells, words, strict=True)
        if word
    )


def make_sheet(
    lines: Sequence[SheetRow],
    *,
    heading: int = 0,
    mapped: Collection[str] = (),
    notes: Sequence[str],
) -> InputSheet:
    """Find the heading and keep the rows below it.

    Args:
        lines: every row of the file.
        heading: line of the heading, 0 to find it.
        mapped: headings (folded) that the user named.
        notes: assumptions so far.

    Raises:
        NoSheet: there is no heading.
    """
    place = _heading_place(lines, heading, mapped)
    head = lines[place]
    if any(is_email(plain(cell)) for cell in head.cells):
        raise NoSheet(
            f"line {head.number} is a person and no heading",
            "Write a line with the name of each column above it, or say where it is: --heading N.",
        )
    below = [line for line in lines[place + 1 :] if any(cell.strip() for cell in line.cells)]
    skipped = sum(any(cell.strip() for cell in line.cells) for line in lines[:place])
    said = [*notes]
    if skipped and not heading:
        said.append(f"The heading is line {head.number}; what is above it was left out.")
    headings = _trimmed(head.cells, below)
    rows, broken = _of_one_width(below, len(headings))
    return InputSheet(headings, head.number, tuple(rows), tuple(broken), tuple(said))


def _heading_place(lines: Sequence[SheetRow], heading: int, mapped: Collection[str]) -> int:
    filled = [n for n, line in enumerate(lines) if any(cell.strip() for cell in line.cells)]
    if not filled:
        raise NoSheet("it is empty")
    if heading:
        for place in filled:
            if lines[place].number == heading:
                return place
        raise NoSheet(f"line {heading} is empty or not there", "Give --heading another line.")
    scores = {place: score(lines[place].cells, mapped) for place in filled[:LOOK_AT]}
    best = max(scores.values())
    return next(p for p, s in scores.items() if s == best) if best else filled[0]


def _trimmed(cells: Sequence[str], below: Sequence[SheetRow]) -> tuple[str, ...]:
    """Return the headings without empty ones at the end that no row fills."""
    width = len(cells)
    while width > 1 and not cells[width - 1].strip() and not _filled(below, width - 1):
        width -= 1
    return tuple(cells[:width])


def _filled(below: Sequence[SheetRow], place: int) -> bool:
    return any(place < len(line.cells) and line.cells[place].strip() for line in below)


def _of_one_width(below: Sequence[SheetRow], width: int) -> tuple[list[SheetRow], list[SheetRow]]:
    """Separate rows with a cell for each heading from rows whose cells may be shifted.

    Empty cells at the end count only where every such row has as many: a program wrote them.
    """
    counts = Counter(len(line.cells) for line in below if not line.broken)
    usual = counts.most_common(1)[0][0] if counts else width
    padded = usual > width and not any(
        _surplus(line.cells, width) for line in below if len(line.cells) == usual
    )
    rows, broken = [], []
    for line in below:
        size = len(line.cells)
        if line.broken:
            broken.append(line)
        elif size == width or (padded and size == usual):
            rows.append(line._replace(cells=line.cells[:width]))
        else:
            why = (
                f"{size} cells instead of {width}: is a separator or a line break inside a cell"
                " without quotes?"
            )
            broken.append(line._replace(broken=why))
    return rows, broken


def _surplus(cells: Sequence[str], width: int) -> bool:
    return any(cell.strip() for cell in cells[width:])
