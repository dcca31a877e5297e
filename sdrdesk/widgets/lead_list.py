"""The queue as a list of any length: only visible rows are fetched and drawn.

The order (lead ids) is known whole, the rows come in pages that the owner fetches on request. The
cursor belongs to a lead, not to a row number: a refresh never moves it under the rep's fingers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sdrdesk.widgets.lead_line import LeadLine, cells_of, columns_for

PAGE_ROWS: Final = 64
"""Rows fetched at once: more than the tallest usual terminal, little enough to draw at once."""
PAGES_KEPT: Final = 48
"""Pages in memory: 3,072 rows, about a megabyte; the rest is a few milliseconds away."""


class LeadList(ScrollView, can_focus=True):
    """The ranked leads."""

    DEFAULT_CSS = """
    LeadList { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
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

    cursor: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class PageWanted(Message):
        """Rows ``first`` up to ``after`` of the order numbered ``turn`` are needed."""

        turn: int
        first: int
        after: int

    @dataclass
    class Moved(Message):
        """The cursor is on another lead, ``""`` when the list is empty."""

        lead_id: str

    @dataclass
    class Opened(Message):
        """A lead was clicked twice."""

        lead_id: str

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._now = now
        self._order: Sequence[str] = ()
        self._turn = 0
        self._rows: LRUCache[int, Sequence[LeadLine]] = LRUCache(PAGES_KEPT)
        self._asked: set[int] = set()
        self._marked: set[str] = set()

    def on_mount(self) -> None:
        """Let the clocks in the rows count."""
        self.set_interval(1.0, self._tick)

    @property
    def lead_id(self) -> str:
        """The lead under the cursor, ``""`` when there is none."""
        return self._order[self.cursor] if 0 <= self.cursor < len(self._order) else ""

    @property
    def line(self) -> LeadLine | None:
        """The row under the cursor, ``None`` while it is being fetched."""
        return self._line(self.cursor)

    @property
    def marked(self) -> tuple[str, ...]:
        """The leads that are marked and still in the list, best first."""
        return tuple(lead_id for lead_id in self._order if lead_id in self._marked)

    def mark(self) -> None:
        """Mark the lead under the cursor, or let it go, and move on to the next."""
        if self.lead_id:
            self._marked ^= {self.lead_id}
            self.cursor += 1
            self.refresh()

    def mark_all(self) -> None:
        """Mark every lead of the list; when all are marked, let all go."""
        everybody = set(self._order)
        self._marked = set() if self._marked >= everybody else everybody
        self.refresh()

    def unmark(self) -> None:
        """Let go of all marks."""
        self._marked.clear()
        self.refresh()

    @property
    def turn(self) -> int:
        """Number of the order on screen; pages of another one are refused."""
        return self._turn

    def show_order(
        self, order: Sequence[str], pages: Mapping[int, Sequence[LeadLine]], cursor: int
    ) -> None:
        """Show a new order with the pages (by page number) that are known already.

        ``cursor`` is the place of the lead that stays under the cursor; it keeps its distance from
        the top of the screen.
        """
        above = self.cursor - self.scroll_offset.y
        before = self.lead_id
        self._turn += 1
        self._order = order
        self._rows = LRUCache(PAGES_KEPT)
        self._asked.clear()
        for number, lines in pages.items():
            self._rows[number] = lines
        self.virtual_size = Size(self.size.width, len(order))
        self.set_reactive(LeadList.cursor, max(0, min(cursor, len(order) - 1)))
        self.scroll_to(y=max(0, self.cursor - above), animate=False, immediate=True)
        self._keep_in_sight()
        self.refresh()
        if self.lead_id != before:
            self.post_message(self.Moved(self.lead_id))

    def put_page(self, turn: int, start: int, lines: Sequence[LeadLine]) -> None:
        """Take the rows asked for; rows of an order that is gone are dropped."""
        if turn != self._turn:
            return
        self._rows[start // PAGE_ROWS] = lines
        self._asked.discard(start // PAGE_ROWS)
        self.refresh()

    def show_lead(self, index: int) -> None:
        """Put the cursor on the row ``index``."""
        self.cursor = index

    def watch_cursor(self) -> None:
        """Tell the owner, and keep the row in sight."""
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self.lead_id))

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor inside the list."""
        return max(0, min(value, len(self._order) - 1))

    def action_move(self, by: int) -> None:
        """Move the cursor ``by`` rows."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Move the cursor ``by`` screens."""
        self.cursor += by * max(1, self.size.height - 1)

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = 0 if side < 0 else len(self._order) - 1

    def on_click(self, event: events.Click) -> None:
        """Choose a row; twice opens it."""
        row = event.y + self.scroll_offset.y
        if row >= len(self._order):
            return
        self.cursor = row
        if event.chain == 2:
            self.post_message(self.Opened(self.lead_id))

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.virtual_size = Size(self.size.width, len(self._order))
        self._keep_in_sight()

    def render_line(self, y: int) -> Strip:
        """Return row ``y`` of the visible part."""
        # The scrollbar takes its column from the rows, not from the end of their text.
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._order):
            return Strip.blank(width, self.rich_style)
        line = self._line(index)
        if line is None:
            self._ask(index // PAGE_ROWS)
            return Strip([Segment(f"  {index + 1}  …".ljust(width), self._style("quiet"))])
        on_cursor = index == self.cursor
        columns = columns_for(width, len(self._order))
        segments = [
            Segment(text, self._style(part, on_cursor))
            for part, text in cells_of(
                line, columns, self._now(), on_cursor, line.lead_id in self._marked
            )
        ]
        return Strip(segments).adjust_cell_length(width, self._style("name", on_cursor))

    def _style(self, name: str, on_cursor: bool = False) -> Style:
        style = self.get_component_rich_style(f"lead-list--{name}")
        if not on_cursor:
            return style
        # Only the ground changes: the colour of the heat stays.
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

    def _keep_in_sight(self) -> None:
        self.scroll_to_region(
            Region(0, self.cursor, 1, 1), animate=False, immediate=True, force=True
        )

    def _tick(self) -> None:
        if self._order and self.is_on_screen:
            self.refresh()
