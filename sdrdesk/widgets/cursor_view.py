"""The base of long lists: a cursor that stays in view, keys, clicks and scrolling."""

from __future__ import annotations

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView


class CursorView(ScrollView, can_focus=True):
    """Rows with a cursor; only visible rows are drawn.

    Subclasses give the number of rows and the messages, and bind keys to ``move``, ``page`` and
    ``edge``.
    """

    DEFAULT_CSS = "CursorView { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    cursor: reactive[int] = reactive(0, repaint=False)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        raise NotImplementedError

    def moved(self) -> Message:
        """Return the message that the cursor is on another row."""
        raise NotImplementedError

    def opened(self) -> Message:
        """Return the message that the row under the cursor was double-clicked."""
        raise NotImplementedError

    def show_rows(self, cursor: int, top: int | None = None) -> None:
        """Draw new rows with the cursor at an index, and scroll to row ``top``."""
        self.virtual_size = Size(self.size.width, self.row_count)
        self.set_reactive(CursorView.cursor, self.validate_cursor(cursor))
        if top is not None:
            self.scroll_to(y=top, animate=False, immediate=True)
        self._keep_in_view()
        self.refresh()

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor inside the list."""
        return max(0, min(value, self.row_count - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Post the move and keep the row in view."""
        top = self.scroll_offset.y
        self._keep_in_view()
        if self.scroll_offset.y == top:
            for row in (before, now):  # a whole list takes seconds on a thin line
                self.refresh(Region(0, row - top, self.size.width, 1))
        else:
            self.refresh()
        self.post_message(self.moved())

    def action_move(self, by: int) -> None:
        """Move the cursor ``by`` rows."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Move the cursor ``by`` screens."""
        self.cursor += by * max(1, self.size.height - 1)

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = 0 if side < 0 else self.row_count - 1

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row; a double click opens it."""
        row = event.y + self.scroll_offset.y
        if row >= self.row_count:
            return
        self.cursor = row
        if event.chain == 2:
            self.post_message(self.opened())

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.virtual_size = Size(self.size.width, self.row_count)
        self._keep_in_view()

    def _keep_in_view(self) -> None:
        self.scroll_to_region(
            Region(0, self.cursor, 1, 1), animate=False, immediate=True, force=True
        )
