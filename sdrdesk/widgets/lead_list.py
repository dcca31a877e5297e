"""The queue as a list of any length: only visible rows are fetched and drawn.

The order (lead ids) is known whole; the owner fetches the rows in pages on request. The cursor
stays on its lead when the order changes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.widgets.ages import counts_seconds
from sdrdesk.widgets.cells import changed_cells
from sdrdesk.widgets.cursor_view import CursorView
from sdrdesk.widgets.lead_line import LeadLine, cells_of, columns_for

PAGE_ROWS: Final = 64
"""Rows fetched at once: more than the tallest usual terminal, little enough to draw at once."""
_PAGES_KEPT: Final = 48
"""Pages in memory: 3,072 rows, about a megabyte; fetching another takes a few milliseconds."""
_SLOW_TICK_S: Final = 5
"""Seconds between two looks at rows that count in minutes."""


class LeadList(CursorView):
    """The ranked leads."""

    DEFAULT_CSS = """
    LeadList > .lead-list--cursor { background: $primary-muted; text-style: bold; }
    LeadList > .lead-list--now { color: $text-error; }
    LeadList > .lead-list--hot { color: $text-warning; }
    LeadList > .lead-list--warm { color: $text-primary; }
    LeadList > .lead-list--cool { color: $foreground-muted; }
    LeadList > .lead-list--rest { color: $foreground-disabled; }
    LeadList > .lead-list--name { color: $foreground; }
    LeadList > .lead-list--quiet { color: $foreground-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lead-list--cursor",
        "lead-list--now",
        "lead-list--hot",
        "lead-list--warm",
        "lead-list--cool",
        "lead-list--rest",
        "lead-list--name",
        "lead-list--quiet",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next lead", show=False, id="list.down"),
        Binding("up,k", "move(-1)", "Previous lead", show=False, id="list.up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("home", "edge(-1)", "First lead", show=False, id="list.first"),
        Binding("end", "edge(1)", "Last lead", show=False, id="list.last"),
    ]

    @dataclass
    class PageWanted(Message):
        """Rows ``first`` up to ``after`` of the order numbered ``turn`` are needed."""

        turn: int
        first: int
        after: int

    @dataclass
    class Moved(Message):
        """The cursor is on another lead, ``""`` in an empty list."""

        lead_id: str

    @dataclass
    class Opened(Message):
        """A lead was double-clicked."""

        lead_id: str

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._now = now
        self._order: Sequence[str] = ()
        self._turn = 0
        self._rows: LRUCache[int, Sequence[LeadLine]] = LRUCache(_PAGES_KEPT)
        self._asked: set[int] = set()
        self._marked: set[str] = set()
        self._drawn: dict[int, list[tuple[str, str]]] = {}
        """The pieces of the rows in sight, by row of the screen, as they were drawn last."""
        self._seconds: set[int] = set()
        """The rows of the screen that may read differently in a second; of the others few change in
        a minute."""
        self._ticks = 0

    @property
    def row_count(self) -> int:
        """Number of leads."""
        return len(self._order)

    def moved(self) -> Message:
        """Return the message that the cursor moved."""
        return self.Moved(self.lead_id)

    def opened(self) -> Message:
        """Return the message that a lead was double-clicked."""
        return self.Opened(self.lead_id)

    @property
    def lead_id(self) -> str:
        """The lead under the cursor, ``""`` in an empty list."""
        return self._order[self.cursor] if 0 <= self.cursor < len(self._order) else ""

    @property
    def shows_first(self) -> bool:
        """True if the first row is in sight."""
        return self.scroll_offset.y == 0

    @property
    def line(self) -> LeadLine | None:
        """The row under the cursor, ``None`` while it is being fetched."""
        return self._line(self.cursor)

    @property
    def marked(self) -> tuple[str, ...]:
        """The leads that are marked and still in the list, best first."""
        return tuple(lead_id for lead_id in self._order if lead_id in self._marked)

    def mark(self) -> None:
        """Mark the lead under the cursor, or unmark it, and move to the next."""
        if self.lead_id:
            self._marked ^= {self.lead_id}
            self.cursor += 1
            self.refresh()

    def mark_all(self) -> None:
        """Mark every lead of the list; unmark all when all are marked."""
        every = set(self._order)
        self._marked = set() if self._marked >= every else every
        self.refresh()

    def mark_these(self, lead_ids: Collection[str]) -> None:
        """Mark these leads too."""
        self._marked |= set(lead_ids)
        self.refresh()
        self.post_message(self.moved())

    def unmark(self) -> None:
        """Unmark all leads."""
        self._marked.clear()
        self.refresh()

    def show_order(
        self, order: Sequence[str], pages: Mapping[int, Sequence[LeadLine]], cursor: int
    ) -> None:
        """Show a new order with the pages (by page number) known already.

        ``cursor`` is the index of the lead under the cursor; it keeps its distance from the top. A
        list that shows its first row goes on showing it, while the cursor fits below it: a lead
        that becomes the first must be in sight.
        """
        shown = (len(self._order), self.scroll_offset.y, self.cursor)
        above = self.cursor - self.scroll_offset.y
        if self.shows_first and cursor < self.size.height:
            above = cursor
        before = self.lead_id
        self._turn += 1
        self._order = order
        self._rows = LRUCache(_PAGES_KEPT)
        self._asked.clear()
        self._ticks = 0
        for number, lines in pages.items():
            self._rows[number] = lines
        top = max(0, self.validate_cursor(cursor) - above)
        if shown == (len(order), top, cursor):
            self._refresh_changed()
        else:
            self.show_rows(cursor, top)
        if self.lead_id != before:
            self.post_message(self.moved())

    def put_page(self, turn: int, start: int, lines: Sequence[LeadLine]) -> None:
        """Take the requested rows; ignore those of an earlier order."""
        if turn != self._turn:
            return
        self._rows[start // PAGE_ROWS] = lines
        self._asked.discard(start // PAGE_ROWS)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return row ``y`` of the visible part."""
        # Without the scrollbar's column.
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._order):
            return Strip.blank(width, self.rich_style)
        line = self._line(index)
        if line is None:
            self._ask(index // PAGE_ROWS)
            return Strip([Segment(f"  {index + 1}  …".ljust(width), self._style("quiet"))])
        on_cursor = index == self.cursor
        pieces = self._drawn[y] = self._pieces(index, line, width)
        segments = [Segment(text, self._style(part, on_cursor)) for part, text in pieces]
        return Strip(segments).adjust_cell_length(width, self._style("name", on_cursor))

    def _pieces(self, index: int, line: LeadLine, width: int) -> list[tuple[str, str]]:
        columns = columns_for(width, len(self._order))
        marked = line.lead_id in self._marked
        return cells_of(line, columns, self._now(), index == self.cursor, marked)

    def _style(self, name: str, on_cursor: bool = False) -> Style:
        style = self.get_component_rich_style(f"lead-list--{name}")
        if not on_cursor:
            return style
        # Only the background changes; the colour of the heat stays.
        ground = self.get_component_rich_style("lead-list--cursor").bgcolor
        return style + Style(bgcolor=ground, bold=True)

    def _line(self, index: int) -> LeadLine | None:
        lines = self._rows.get(index // PAGE_ROWS)
        place = index % PAGE_ROWS
        return lines[place] if lines is not None and place < len(lines) else None

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        start = page * PAGE_ROWS
        self.post_message(self.PageWanted(self._turn, start, start + PAGE_ROWS))

    def beat(self) -> None:
        """Keep the ages true to the second; the screen calls this each second while it is seen."""
        if self._ticks % _SLOW_TICK_S == 0:
            self._refresh_changed()
        elif self._seconds:
            self._refresh_rows(sorted(self._seconds))
        self._ticks += 1

    def _refresh_changed(self) -> None:
        """Draw again what reads differently now, to the cell: usually nothing."""
        self._seconds.clear()
        count = len(self._order) - self.scroll_offset.y
        self._refresh_rows(range(min(self.size.height, count)))

    def _refresh_rows(self, rows: Iterable[int]) -> None:
        top, width = self.scroll_offset.y, self.scrollable_content_region.width
        for y in rows:
            line, drawn = self._line(top + y), self._drawn.get(y)
            if line is None or drawn is None:
                self.refresh(Region(0, y, width, 1))
                self._seconds.add(y)
                continue
            pieces = self._pieces(top + y, line, width)
            if any(counts_seconds(text) for _, text in pieces):
                self._seconds.add(y)
            else:
                self._seconds.discard(y)
            if span := changed_cells(drawn, pieces):
                self.refresh(Region(span[0], y, span[1] - span[0], 1))
