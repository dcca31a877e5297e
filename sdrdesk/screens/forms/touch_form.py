"""The form that logs a touch without a call: what it was, then its text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.touch import Direction, TouchKind
from sdrdesk.screens.shell.base import DeskModal, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.lead.touches import Touched

KINDS: tuple[tuple[str, str], ...] = (
    ("email out", "E-mail you sent"),
    ("email in", "E-mail from them"),
    ("linkedin out", "LinkedIn message you sent"),
    ("linkedin in", "LinkedIn message from them"),
    ("sms out", "SMS you sent"),
    ("sms in", "SMS from them"),
    ("meeting out", "Meeting in person"),
    ("note out", "Note"),
)


class TouchForm(DeskModal[Touched]):
    """Asks for the text of a touch and when it was, and records it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Log it", "touch.save", "Log the touch"),
    ]

    def __init__(
        self, place: Workplace, lead_id: str, name: str, kind: TouchKind, direction: Direction
    ) -> None:
        super().__init__(place)
        self._lead_id, self._name = lead_id, name
        self._kind, self._direction = kind, direction

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        words = dict(KINDS)[f"{self._kind} {self._direction}"]
        with VerticalScroll(classes="box"):
            yield head(f"{words}: {self._name}")
            yield Static("Text" if self._kind == "note" else "Text (optional)", markup=False)
            yield Input(id="touch-text", compact=True)
            yield Static("When", markup=False)
            yield Input(id="touch-at", compact=True, placeholder="now, 9:30, yesterday 16:00")
            yield foot(f"\n⏎ log it here and in {CRM_NAME}; nothing is sent · tab when · esc back")

    def on_mount(self) -> None:
        """Focus the text."""
        self.query_one("#touch-text", Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Record it; what is wrong is shown above the form, which stays."""
        text = self.query_one("#touch-text", Input).value
        said = self.query_one("#touch-at", Input).value.strip()
        desk, lead_id = self.desk, self._lead_id

        def record() -> Touched:
            at = desk.outcome.when(lead_id, said, past=True) if said not in ("", "now") else None
            return desk.touches.record(lead_id, self._kind, text, at, self._direction)

        self.write("touch.save", record, self._done)

    def _done(self, made: Touched) -> None:
        self.dismiss(made)
