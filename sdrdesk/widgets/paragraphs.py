"""Text in paragraphs with a narrow label column and a hanging indent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from sdrdesk.widgets.cells import fit


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
        room = max(8, width - self._label_cells)
        lines: list[Content] = []
        for label, text in self.paragraphs:
            wrapped = [part for line in text.split("\n") for part in line.wrap(room)]
            for number, part in enumerate(wrapped or [Content("")]):
                head = fit(label if number == 0 else "", self._label_cells)
                lines.append(Content.assemble((head, "bold $primary"), part))
        return lines
