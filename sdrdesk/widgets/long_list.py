"""A list of ready-made lines of any length: only what is on screen is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from sdrdesk.widgets.cursor_view import CursorView


class LongList(CursorView):
    """Lines with a cursor that stays on its key when the lines change.

    A day of a large team is 5,000 lines. Each is drawn when it comes into view, so ``draw`` must be
    quick and must not read from the disk.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False, id="long.down"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="long.up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="long.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="long.page_up"),
        Binding("home", "edge(-1)", "First", show=False, id="long.first"),
        Binding("end", "edge(1)", "Last", show=False, id="long.last"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another line, ``""`` in an empty list."""

        key: str

    @dataclass
    class Opened(Message):
        """A line was double-clicked."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._keys: Sequence[str] = ()
        self._draw: Callable[[int], Content] = lambda _: Content("")

    @property
    def row_count(self) -> int:
        """Number of lines."""
        return len(self._keys)

    def moved(self) -> Message:
        """Return the message that the cursor moved."""
        return self.Moved(self.key)

    def opened(self) -> Message:
        """Return the message that a line was double-clicked."""
        return self.Opened(self.key)

    @property
    def key(self) -> str:
        """Key of the line under the cursor, ``""`` in an empty list."""
        return self._keys[self.cursor] if self.cursor < len(self._keys) else ""

    def show(self, keys: Sequence[str], draw: Callable[[int], Content]) -> None:
        """Show one line for each of ``keys``; ``draw`` returns its text by index."""
        before = self.key
        at = keys.index(before) if before in keys else min(self.cursor, max(0, len(keys) - 1))
        self._keys, self._draw = keys, draw
        self.show_rows(at)
        self.post_message(self.moved())

    def choose(self, key: str) -> None:
        """Move the cursor to the line of ``key``, if there is one."""
        if key in self._keys:
            self.cursor = self._keys.index(key)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the cursor."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return row ``y`` of the visible part."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._keys):
            return Strip.blank(width, self.rich_style)
        here = index == self.cursor
        mark = ("▸" if self.has_focus else "·") if here else " "
        text = Content.assemble(mark, self._draw(index)).truncate(width, ellipsis=True, pad=True)
        if here and self.has_focus:
            text = text.stylize("bold on $primary-muted")
        return Visual.to_strips(self, text, width, 1, self.visual_style)[0]
