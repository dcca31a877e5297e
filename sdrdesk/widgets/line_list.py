"""A list of lines with a cursor, for a few hundred entries; the cursor skips headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Line(NamedTuple):
    """One line; a heading has no key."""

    key: str
    text: Content


class _Body(Widget):
    DEFAULT_CSS = "_Body { height: auto; width: 1fr; }"

    lines: reactive[tuple[Line, ...]] = reactive((), layout=True)
    cursor: reactive[int] = reactive(-1)

    def render(self) -> RenderResult:
        width = self.content_size.width
        drawn = []
        for place, line in enumerate(self.lines):
            here = place == self.cursor
            mark = "▸" if here else " "
            text = Content.assemble(mark, line.text).truncate(width, ellipsis=True, pad=True)
            drawn.append(text.stylize("bold on $primary-muted") if here else text)
        return Content("\n").join(drawn)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self.lines)


class LineList(VerticalScroll):
    """Lines with a cursor that stays on its key when the lines change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False, id="lines.down"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="lines.up"),
        Binding("pagedown", "move(10)", "Page down", show=False, id="lines.page_down"),
        Binding("pageup", "move(-10)", "Page up", show=False, id="lines.page_up"),
        Binding("home", "move(-100000)", "First", show=False, id="lines.first"),
        Binding("end", "move(100000)", "Last", show=False, id="lines.last"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another line, ``""`` for none."""

        key: str

    def compose(self) -> ComposeResult:
        """Lay out the body."""
        yield _Body()

    @property
    def key(self) -> str:
        """Key of the line under the cursor, ``""`` for none."""
        body = self.query_one(_Body)
        return body.lines[body.cursor].key if 0 <= body.cursor < len(body.lines) else ""

    def show(self, lines: Sequence[Line]) -> None:
        """Show ``lines``."""
        body, before = self.query_one(_Body), self.key
        old = body.cursor
        body.lines = tuple(lines)
        keys = [line.key for line in lines]
        if before and before in keys:
            body.cursor = keys.index(before)
        else:
            body.cursor = self._nearest(max(0, old), 1)
        self.post_message(self.Moved(self.key))

    def action_move(self, by: int) -> None:
        """Move the cursor ``by`` lines, skipping headings."""
        body = self.query_one(_Body)
        wanted = max(0, min(len(body.lines) - 1, body.cursor + by))
        body.cursor = self._nearest(wanted, 1 if by > 0 else -1)
        self.scroll_to_region(Region(0, body.cursor, 1, 1), animate=False)
        self.post_message(self.Moved(self.key))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked line."""
        body = self.query_one(_Body)
        row = event.y + self.scroll_offset.y
        if 0 <= row < len(body.lines) and body.lines[row].key:
            body.cursor = row
            self.post_message(self.Moved(self.key))

    def _nearest(self, place: int, step: int) -> int:
        """Return the line nearest to ``place`` that has a key, looking along ``step`` first."""
        lines = self.query_one(_Body).lines
        ahead = range(place, len(lines)) if step > 0 else range(place, -1, -1)
        back = range(place, -1, -1) if step > 0 else range(place, len(lines))
        return next((n for n in [*ahead, *back] if 0 <= n < len(lines) and lines[n].key), -1)
