"""Text cut or padded to terminal cells. Width is never ``len()``."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import bidirectional

from rich.cells import cell_len, set_cell_size
from textual.content import Content

MUTED = "$foreground-muted"
"""The theme's colour for text of less weight."""
_ELLIPSIS = "…"
_RIGHT_TO_LEFT = ("R", "AL")
_MARK = "\u200e"


def shorten(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` cells, with an ellipsis where it was cut."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + _ELLIPSIS


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return ``text`` in exactly ``width`` cells, cut or padded (on the left when ``right``).

    Right-to-left text is enclosed in invisible marks, so that a terminal that reorders it does not
    move the next column.
    """
    short = shorten(text, width)
    if not short.isascii() and any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in short):
        short = f"{_MARK}{short}{_MARK}"
    gap = " " * max(0, width - cell_len(short))
    return gap + short if right else short + gap


def sides(left: Content, right: Content, width: int) -> Content:
    """Return one line of ``width`` cells: ``left`` is cut if needed, ``right`` is not.

    ``right`` is dropped where it would leave ``left`` less than 12 cells: half a number is worse
    than none.
    """
    first, last = side_parts(left, right, width)
    return first + last


def side_parts(left: Content, right: Content, width: int) -> tuple[Content, Content]:
    """Return the two parts of ``sides``, the first with the gap between them."""
    room = width - right.cell_length - 2
    if right.cell_length == 0 or room < 12:
        return left.truncate(width, ellipsis=True), Content("")
    cut = left.truncate(room, ellipsis=True)
    gap = " " * (width - cut.cell_length - right.cell_length)
    return cut + gap, right


def whole_parts(text: Content, room: int) -> Content:
    """Return as many of the parts between " · " as fit into ``room`` cells, the first always."""
    while text.cell_length > room and (end := text.plain.rfind(" · ")) > 0:
        text = text.divide([end])[0]
    return text


def changed_cells(
    before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]
) -> tuple[int, int] | None:
    """Return first cell and end of what differs between two rows, ``None`` for equal ones."""
    if before == after:
        return None
    if [cell_len(text) for _, text in before] != [cell_len(text) for _, text in after]:
        return 0, sum(cell_len(text) for _, text in (*before, *after))
    at, first, end = 0, -1, 0
    for one, other in zip(before, after, strict=True):
        width = cell_len(other[1])
        if one != other:
            first, end = at if first < 0 else first, at + width
        at += width
    return first, end
