"""A list of ready-made lines of any length: only what is on screen is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual


class LongList(ScrollView, can_focus=True):
    """Lines to move through; the cursor stays with its key when the lines change.

    A day of a large team is 5,000 lines. They are drawn when they come into sight, so ``draw`` must
    be quick and must not touch the disk.
    """

    DEFAULT_CSS = "LongList { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False, id="long.down"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="long.up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="long.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="long.page_up"),
        Binding("home", "edge(-1)", "First", show=False, id="long.first"),
        Binding("end", "edge(1)", "Last", show=False, id="long.last"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Moved(Message):
        """The cursor is on another line, ``""`` for none."""

        key: str

    @dataclass
    class Opened(Message):
        """A line was clicked twice."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._keys: Sequence[str] = ()
        self._draw: Callable[[int], Content] = lambda _: Content("")

    @property
    def key(self) -> str:
        """Key of the line under the cursor, ``""`` when there is none."""
        return self._keys[self.cursor] if self.cursor < len(self._keys) else ""

    def show(self, keys: Sequence[str], draw: Callable[[int], Content]) -> None:
        """Show one line for each of ``keys``; ``draw`` gives the text of one by its place."""
        before = self.key
        at = keys.index(before) if before in keys else min(self.cursor, max(0, len(keys) - 1))
        self._keys, self._draw = keys, draw
        self.virtual_size = Size(self.size.width, len(keys))
        self.set_reactive(LongList.cursor, at)
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self.key))

    def choose(self, key: str) -> None:
        """Put the cursor on the line of ``key``, if there is one."""
        if key in self._keys:
            self.cursor = self._keys.index(key)

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor inside the list."""
        return max(0, min(value, len(self._keys) - 1))

    def watch_cursor(self) -> None:
        """Tell the owner, and keep the line in sight."""
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self.key))

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show where the keys go."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Move the cursor ``by`` lines."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Move the cursor ``by`` screens."""
        self.cursor += by * max(1, self.size.height - 1)

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or the last line."""
        self.cursor = 0 if side < 0 else len(self._keys) - 1

    def on_click(self, event: events.Click) -> None:
        """Choose a line; twice opens it."""
        row = event.y + self.scroll_offset.y
        if row >= len(self._keys):
            return
        self.cursor = row
        if event.chain == 2:
            self.post_message(self.Opened(self.key))

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.virtual_size = Size(self.size.width, len(self._keys))
        self._keep_in_sight()

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

    def _keep_in_sight(self) -> None:
        self.scroll_to_region(
            Region(0, self.cursor, 1, 1), animate=False, immediate=True, force=True
        )
