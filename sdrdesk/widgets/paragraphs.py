"""Text in paragraphs with a narrow label column and a hanging indent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from textual.app import RenderResult
from textual.content import Content, Span
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from sdrdesk.widgets.cells import fit
from sdrdesk.widgets.strips import line_strip


class Paragraph(NamedTuple):
    """A labelled text; an empty label continues the one above."""

    label: str
    text: Content


class Paragraphs(Widget):
    """Draws paragraphs at the present width."""

    DEFAULT_CSS = "Paragraphs { height: auto; width: 1fr; }"

    paragraphs: reactive[tuple[Paragraph, ...]] = reactive((), layout=True)

    def __init__(self, label_cells: int, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label_cells = label_cells

    def show(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show these paragraphs."""
        self.paragraphs = tuple(paragraphs)

    def render(self) -> RenderResult:
        """Return the text for the present width."""
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the number of lines at ``width``."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        return _wrapped(self.paragraphs, self._label_cells, width)


class ParagraphPane(ScrollView, can_focus=True):
    """Scrolls paragraphs; another text costs the lines in sight that differ, and no layout."""

    DEFAULT_CSS = "ParagraphPane { overflow-x: hidden; }"

    def __init__(self, label_cells: int, *, id: str, classes: str) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._label_cells = label_cells
        self._make: Callable[[], Sequence[Paragraph]] = tuple
        self._lines: list[Content] = []

    def show(self, make: Callable[[], Sequence[Paragraph]], *, from_top: bool = False) -> None:
        """Show the paragraphs that ``make`` returns, when the pane is in sight.

        They begin at the top, or at the line that is on top now.
        """
        self._make = make
        if from_top and self.scroll_offset.y:
            self.scroll_to(y=0, animate=False, immediate=True)
        self._wrap()

    def prepare(self, make: Callable[[], Sequence[Paragraph]]) -> None:
        """Wrap and style the paragraphs that ``make`` returns, so that they show at once later."""
        if size := self.size:
            lines = self._fit(make())
            width = self.scrollable_content_region.width
            for at, line in enumerate(lines[: size.height]):
                line_strip(self, line, width, at)

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """Return row ``y`` of the visible part."""
        at, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if at >= len(self._lines):
            return Strip.blank(width, self.visual_style.rich_style)
        return line_strip(self, self._lines[at], width, at)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text and what ends it."""
        return selection.extract("\n".join(line.plain for line in self._lines)), "\n"

    def _wrap(self) -> None:
        size = self.size
        if not size:
            return  # hidden: it is wrapped for the size it gets
        lines = self._fit(self._make())
        before, self._lines = self._lines, lines
        if len(lines) != self.virtual_size.height:
            # Not by assignment, which lays out the whole screen: this pane stays where it is.
            self.set_reactive(Widget.virtual_size, Size(size.width, len(lines)))
            self._scroll_update(self.virtual_size)
        top = self.scroll_offset.y
        for at in range(top, top + size.height):
            if _look(before, at) != _look(lines, at):
                self.refresh(Region(0, at - top, size.width, 1))

    def _fit(self, paragraphs: Sequence[Paragraph]) -> list[Content]:
        """Return the lines at the present width, less that of a scrollbar where one is needed."""
        lines = _wrapped(paragraphs, self._label_cells, self.size.width)
        if len(lines) <= self.size.height:
            return lines
        width = self.size.width - self.styles.scrollbar_size_vertical
        return _wrapped(paragraphs, self._label_cells, width)


def _look(lines: Sequence[Content], at: int) -> tuple[str, Sequence[Span]]:
    # Contents of equal text count as equal, whatever their styles.
    return (lines[at].plain, lines[at].spans) if at < len(lines) else ("", ())


def _wrapped(paragraphs: Sequence[Paragraph], label_cells: int, width: int) -> list[Content]:
    """Return the lines of paragraphs at a width."""
    return [
        line
        for label, text in paragraphs
        for line in _lines_of(label, text.plain, tuple(text.spans), label_cells, width)
    ]


@lru_cache(maxsize=256)
def _lines_of(
    label: str, plain: str, spans: tuple[Span, ...], label_cells: int, width: int
) -> list[Content]:
    """Return the lines of one paragraph. Most of a script is that of the lead before."""
    room = max(8, width - label_cells)
    text = Content(plain, list(spans))
    wrapped = [part for line in text.split("\n") for part in line.wrap(room)]
    lines = []
    for number, part in enumerate(wrapped or [Content("")]):
        head = fit(label if number == 0 else "", label_cells)
        lines.append(Content.assemble((head, "bold $primary"), part))
    return lines
