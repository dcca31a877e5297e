"""A field for a time in plain words, shown in both zones before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from sdrdesk.domain.times.parse import TwoMeanings
from sdrdesk.screens.forms.two_zones import QUICK
from sdrdesk.screens.shell.base import Asking, DeskModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.two_zones import there_and_here
from sdrdesk.widgets.cells import MUTED

_ECHO_AFTER_S = 0.05


@dataclass(frozen=True, slots=True)
class _Read:
    text: str
    moment: datetime | None
    problem: str
    window: str
    choices: tuple[str, ...] = ()
    """Of a text with several meanings: a spelling of each."""
    meaning: str = ""
    """Of a text that is no time."""


class WhenField(Vertical):
    """A time field; ``moment`` is ``None`` until its text is understood."""

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
        """The text now means ``moment``, or nothing yet."""

        moment: datetime | None

    def __init__(
        self,
        desk: Desk,
        lead_id: str,
        zone: str,
        *,
        label: str,
        quick: Sequence[str] = QUICK,
        empty: str = "",
        other_zones: Sequence[str] = (),
        means: Callable[[str], str] = lambda _text: "",
        whose: str = "",
    ) -> None:
        """Ask for a time.

        Args:
            desk: reads the text.
            lead_id: the lead, in whose zone it is read.
            zone: the lead's zone.
            label: shown in the empty field.
            quick: usual times, for the arrow keys.
            empty: what Enter on the empty field means, ``""`` when it means nothing.
            other_zones: zones that other sources name for the lead.
            means: returns the meaning of a text that is no time, ``""`` for a time.
            whose: said after the times, when they are those of one lead of several.
        """
        super().__init__()
        self._usual, self._empty = tuple(quick), empty
        self._choices: tuple[str, ...] = ()
        self._desk = desk
        self._lead_id = lead_id
        self._zone = zone
        self._other_zones = other_zones
        self._means, self._whose = means, whose
        self._label = label
        self._timer: Timer | None = None
        self._quick = -1
        self._shown = ""
        """Line breaks that keep the height of the meaning shown; empty when none is."""
        self.moment: datetime | None = None
        """The meaning of ``read_text``; about the present text only while ``settled``."""
        self.read_text = ""

    def compose(self) -> ComposeResult:
        """Lay out the field and the line below it."""
        yield Input(id="when", compact=True, placeholder=self._label, select_on_focus=False)
        yield Static(self._hint(), id="echo", markup=False)

    @property
    def text(self) -> str:
        """The text as typed."""
        return self.query_one("#when", Input).value.strip()

    @property
    def settled(self) -> bool:
        """True if the text has been read."""
        return self.text == self.read_text

    def start(self) -> None:
        """Focus the field."""
        self.query_one("#when", Input).focus()

    def action_quick(self, by: int) -> None:
        """Fill in the next of the usual times, or of the meanings of what was typed."""
        offered = self._choices or self._usual
        self._quick = (self._quick + by) % len(offered) if self._quick >= 0 or by > 0 else -1
        field = self.query_one("#when", Input)
        field.value = offered[self._quick]
        field.cursor_position = len(field.value)

    @on(Input.Changed, "#when")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_ECHO_AFTER_S, self.read_now)
        if not self.settled and self._shown:
            # The answer is about an earlier text; as many lines, so that nothing jumps.
            self.query_one("#echo", Static).update(Content.styled(f"…{self._shown[1:]}", MUTED))
            self._shown = ""

    def read_now(self) -> None:
        """Read the text, off the UI thread."""
        text = self.text
        screen = self.screen
        if isinstance(screen, (Asking, DeskModal)):
            screen.read("when", lambda: self._read(text), self._show)

    def _read(self, text: str) -> _Read:
        if not text:
            return _Read(text, None, "", "")
        if self._means(text):
            return _Read(text, None, "", "", meaning=self._means(text))
        try:
            moment = self._desk.outcome.when(self._lead_id, text)
        except UsageError as error:
            choices = error.choices if isinstance(error, TwoMeanings) else ()
            said = f"{error.what} {error.next_step[:-1]} (↑↓)." if choices else error.what
            return _Read(text, None, said, "", choices)
        return _Read(text, moment, "", self._desk.queue.window_note(self._lead_id, moment))

    def _show(self, answer: _Read) -> None:
        if answer.text != self.text:
            return  # typed on meanwhile: that is read soon
        if answer.choices or answer.text not in self._choices:
            self._choices, self._quick = answer.choices, -1 if answer.choices else self._quick
        self.moment = answer.moment
        self.read_text = answer.text
        echo = self._echo(answer)
        self._shown = "\n" * (1 + echo.plain.count("\n")) if answer.text else ""
        self.query_one("#echo", Static).update(echo)
        self.post_message(self.Understood(answer.moment))

    def _echo(self, answer: _Read) -> Content:
        if answer.problem:
            said = Content.styled(f"! {answer.problem}", "$text-warning")
            return said if answer.choices else Content("\n").join([said, self._hint()])
        if answer.meaning:
            return Content.styled(answer.meaning, "bold")
        if answer.moment is None:
            return self._hint()
        times = Content.styled(
            there_and_here(answer.moment, self._zone, self._other_zones, now=self._desk.now()),
            "bold",
        )
        if answer.window:
            window = Content.styled(f"! {answer.window}", "$text-warning")
        else:
            window = Content.styled("✓ within their calling hours", "$text-success")
        lines = [times, Content.styled(self._whose, MUTED)] if self._whose else [times]
        return Content("\n").join([*lines, window])

    def _hint(self) -> Content:
        words = " · ".join(self._usual)
        if self._empty:
            return Content.styled(f"⏎ {self._empty} · or {words} (↑↓)", MUTED)
        whose = "each lead's own time" if self._whose else "their time"
        return Content.styled(f"{whose}, such as {words} (↑↓)", MUTED)
