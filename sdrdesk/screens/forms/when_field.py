"""A field for a time in a person's words, echoed in both zones before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from sdrdesk.domain.errors import UsageError
from sdrdesk.screens.forms.two_zones import QUICK, there_and_here
from sdrdesk.screens.shell.base import Asking, DeskModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.desk.protocol import Desk

ECHO_AFTER_S = 0.05


@dataclass(frozen=True, slots=True)
class _Read:
    text: str
    moment: datetime | None
    problem: str
    window: str


class WhenField(Vertical):
    """Knows the moment its text means, ``None`` while it means nothing yet."""

    DEFAULT_CSS = """
    WhenField { height: auto; }
    WhenField #echo { height: auto; padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "quick(1)", "next", "when.next", "Next of the usual times"),
        key("up", "quick(-1)", "previous", "when.previous", "Previous of the usual times"),
    ]

    @dataclass
    class Understood(Message):
        """The text means ``moment`` now, or nothing."""

        moment: datetime | None

    def __init__(self, desk: Desk, lead_id: str, zone: str, *, label: str) -> None:
        super().__init__()
        self._desk = desk
        self._lead_id = lead_id
        self._zone = zone
        self._label = label
        self._timer: Timer | None = None
        self._quick = -1
        self.moment: datetime | None = None
        self.read_text = ""

    def compose(self) -> ComposeResult:
        """Lay out the field and its echo."""
        yield Input(id="when", compact=True, placeholder=self._label, select_on_focus=False)
        yield Static(self._hint(), id="echo", markup=False)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.query_one("#when", Input).value.strip()

    @property
    def settled(self) -> bool:
        """Whether what was typed has been read."""
        return self.text == self.read_text

    def start(self) -> None:
        """Put the cursor into the field."""
        self.query_one("#when", Input).focus()

    def action_quick(self, by: int) -> None:
        """Go through the usual times."""
        self._quick = (
            (self._quick + by) % len(QUICK) if self._quick >= 0 or by > 0 else len(QUICK) - 1
        )
        field = self.query_one("#when", Input)
        field.value = QUICK[self._quick]
        field.cursor_position = len(field.value)

    @on(Input.Changed, "#when")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(ECHO_AFTER_S, self.read_now)

    def read_now(self) -> None:
        """Read what was typed, off the UI thread."""
        text = self.text
        screen = self.screen
        if isinstance(screen, (Asking, DeskModal)):
            screen.read("when", lambda: self._read(text), self._show)

    def _read(self, text: str) -> _Read:
        if not text:
            return _Read(text, None, "", "")
        try:
            moment = self._desk.outcome.when(self._lead_id, text)
        except UsageError as error:
            return _Read(text, None, error.what, "")
        return _Read(text, moment, "", self._desk.queue.window_note(self._lead_id, moment))

    def _show(self, answer: _Read) -> None:
        self.moment = answer.moment
        self.read_text = answer.text
        self.query_one("#echo", Static).update(self._echo(answer))
        self.post_message(self.Understood(answer.moment))

    def _echo(self, answer: _Read) -> Content:
        if answer.problem:
            return Content.styled(f"! {answer.problem}", "$text-warning")
        if answer.moment is None:
            return self._hint()
        told = Content.styled(there_and_here(answer.moment, self._zone), "bold")
        if answer.window:
            window = Content.styled(f"! {answer.window}", "$text-warning")
        else:
            window = Content.styled("✓ within their hours", "$text-success")
        return Content("\n").join([told, window])

    def _hint(self) -> Content:
        words = " · ".join(QUICK)
        return Content.styled(f"their time, such as {words} (↑↓)", "$foreground-muted")
