"""A table of numbers per rep with a cursor on one number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sdrdesk.widgets.cells import MUTED, fit

_MOST_ROWS = 7
"""Rows shown at once; a larger team scrolls."""
_LEAST_TEXT = 16
"""Cells that the last column of text needs: less of it says nothing."""


class Column(NamedTuple):
    """One number of every row."""

    key: str
    heading: str
    cells: int


class NumberRow(NamedTuple):
    """The numbers of one rep."""

    key: str
    name: str
    numbers: tuple[str, ...]
    tail: str = ""
    """Text after the numbers, in columns as its heading; the last one is cut at the edge."""
    strong: bool = False


class NumberTable(Widget, can_focus=True):
    """Numbers to choose from; the owner shows the calls behind one."""

    DEFAULT_CSS = "NumberTable { height: auto; padding: 0 1; text-wrap: nowrap; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "row(1)", "Next rep", show=False, id="numbers.down"),
        Binding("up,k", "row(-1)", "Previous rep", show=False, id="numbers.up"),
        Binding("right", "column(1)", "Next number", show=False, id="numbers.right"),
        Binding("left", "column(-1)", "Previous number", show=False, id="numbers.left"),
        Binding("home", "row(-100000)", "First rep", show=False, id="numbers.first"),
        Binding("end", "row(100000)", "Last rep", show=False, id="numbers.last"),
    ]

    at_row: reactive[int] = reactive(0)
    at_column: reactive[int] = reactive(0)

    @dataclass
    class Opened(Message):
        """A number was double-clicked."""

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows: tuple[NumberRow, ...] = ()
        self._tail = ""
        self._tail_cells = 0
        self._top = 0
        self._name_cells = 20

    @property
    def row(self) -> str:
        """Key of the cursor's row, ``""`` without rows."""
        return self._rows[self.at_row].key if self.at_row < len(self._rows) else ""

    @property
    def column(self) -> str:
        """Key of the cursor's column."""
        return self._columns[self.at_column].key

    def show(self, rows: Sequence[NumberRow], tail: str, name_cells: int) -> None:
        """Show ``rows``; ``tail`` is the heading of the text after the numbers."""
        before, height = self.row if self._rows else None, len(self._rows)
        self._rows, self._tail, self._name_cells = tuple(rows), tail, name_cells
        keys = [row.key for row in rows]
        self.at_row = keys.index(before) if before in keys else min(self.at_row, len(keys) - 1)
        self.refresh(layout=len(keys) != height)

    def validate_at_row(self, value: int) -> int:
        """Stay on a row."""
        return max(0, min(value, len(self._rows) - 1))

    def validate_at_column(self, value: int) -> int:
        """Stay on a number."""
        return max(0, min(value, len(self._columns) - 1))

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the cursor."""
        self.refresh()

    def action_row(self, by: int) -> None:
        """Go to another rep."""
        self.at_row += by

    def action_column(self, by: int) -> None:
        """Go to another number."""
        self.at_column += by

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked number; a double click opens it."""
        row = self._top + event.y - 1
        if event.y < 1 or row >= len(self._rows):
            return
        self.at_row = row
        edge = self._name_cells + 1
        for at, column in enumerate(self._columns):
            edge += column.cells
            if event.x <= edge:
                self.at_column = at
                break
        if event.chain == 2:
            self.post_message(self.Opened())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the heading and the rows that are shown at once."""
        return 1 + min(_MOST_ROWS, len(self._rows))

    def render(self) -> RenderResult:
        """Return the heading and the rows around the cursor."""
        width = self.content_size.width
        self._top = max(0, min(self._top, len(self._rows) - _MOST_ROWS))
        if self.at_row < self._top:
            self._top = self.at_row
        if self.at_row >= self._top + _MOST_ROWS:
            self._top = self.at_row - _MOST_ROWS + 1
        hidden = len(self._rows) - _MOST_ROWS
        first = f"rep {self._top + 1}–{self._top + _MOST_ROWS} of {len(self._rows)}"
        head = fit(first if hidden > 0 else "rep", self._name_cells)
        head += "".join(f"{column.heading:>{column.cells}}" for column in self._columns)
        self._tail_cells = self._room_for_tail(width - len(head) - 2)
        lines = [Content.styled(f"{head}  {self._tail[: self._tail_cells]}", MUTED)]
        shown = self._rows[self._top : self._top + _MOST_ROWS]
        lines += [self._line(row, self._top + at) for at, row in enumerate(shown)]
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)

    def _room_for_tail(self, room: int) -> int:
        """Return the cells of the text after the numbers: whole columns, and enough of the last."""
        columns = [found.span() for found in re.finditer(r"\S+", self._tail)]
        if not columns or room >= columns[-1][0] + _LEAST_TEXT:
            return max(0, room)
        return max((end for _, end in columns[:-1] if end <= room), default=0)

    def _line(self, row: NumberRow, at: int) -> Content:
        parts: list[Content] = [Content(fit(row.name, self._name_cells))]
        for place, (column, number) in enumerate(zip(self._columns, row.numbers, strict=False)):
            here = self.has_focus and at == self.at_row and place == self.at_column
            # The mark is visible without colour, too.
            text = f"{'▸' + number if here else number:>{column.cells}}"
            parts.append(Content.styled(text, "bold on $primary-muted") if here else Content(text))
        line = Content.assemble(*parts, (f"  {row.tail[: self._tail_cells]}", MUTED))
        return line.stylize("bold") if row.strong else line
