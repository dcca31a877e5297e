"""A short list of options, chosen by arrows or number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.widgets.cells import shorten

_DIGITS = "123456789"


class Choice(Widget, can_focus=True):
    """Options, one of them chosen. Labels are plain text."""

    DEFAULT_CSS = "Choice { height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False, id="choice.down"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="choice.up"),
    ]

    index: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """Another option is chosen."""

        value: str

    @dataclass
    class Picked(Message):
        """An option was taken by its number."""

        value: str

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        id: str | None = None,  # noqa: A002
        chosen: bool = True,
    ) -> None:
        """Show ``options``; the first is chosen, or none with ``chosen=False``."""
        super().__init__(id=id)
        self._options = tuple(options)
        self._digits = _DIGITS[: len(self._options)].ljust(len(self._options))
        if len(self._options) > len(_DIGITS):
            self._digits = self._digits[:-1] + "0"  # the last one, such as "Other"
        if not chosen:
            self.set_reactive(Choice.index, -1)

    @property
    def value(self) -> str:
        """Key of the chosen option, ``""`` when none is."""
        return self._options[self.index][0] if self._options and self.index >= 0 else ""

    def validate_index(self, index: int) -> int:
        """Stay inside the list."""
        return max(0, min(index, len(self._options) - 1))

    def watch_index(self) -> None:
        """Post the choice."""
        self.post_message(self.Chosen(self.value))

    def action_move(self, by: int) -> None:
        """Choose the next or previous option."""
        self.index = self.index + by if self.index >= 0 or by > 0 else len(self._options) - 1

    def on_key(self, event: events.Key) -> None:
        """Choose by number."""
        place = self._digits.find(event.character or "·") if event.character != " " else -1
        if 0 <= place < len(self._options):
            event.stop()
            self.index = place
            self.post_message(self.Picked(self.value))

    def on_click(self, event: events.Click) -> None:
        """Choose by pointing."""
        self.index = event.y

    def render(self) -> RenderResult:
        """Return one line per option."""
        width = self.content_size.width
        lines = []
        for place, (_, label) in enumerate(self._options):
            chosen = place == self.index
            number = self._digits[place]
            style = "bold $text-primary" if chosen else ""
            mark = "▸" if chosen else " "
            text = shorten(label, width - 4)
            lines.append(
                Content.assemble(f"{mark} ", (number, "bold $text-accent"), " ", (text, style))
            )
        return Content("\n").join(lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the number of options."""
        return len(self._options)
