"""Questions about many leads at once: for which reason, and what to say first."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.text.humanize import plural
from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.choice import Choice

MUTED = "$foreground-muted"
LONGEST_LINE = 400
"""What can be said in a breath is far shorter."""


class ReasonModal(DeskModal[str]):
    """For which reason are these leads settled without a call?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Save", "reason.choose", "Record this for all chosen leads"),
    ]

    def __init__(self, place: Workplace, outcome: Disposition, count: int) -> None:
        super().__init__(place)
        self._outcome = outcome
        self._count = count

    def compose(self) -> ComposeResult:
        """Lay out the reasons."""
        with VerticalScroll(classes="box"):
            many = f"{self._count} {plural(self._count, 'lead')}"
            head = Content.styled(f"{self._outcome.label}: {many}, without a call", "bold $accent")
            yield Static(head, markup=False, classes="head")
            yield Choice(self._outcome.reasons, id="reason")
            foot = "number or ↑↓ · ⏎ record, goes upstream with the next sync · esc back"
            yield Static(Content.styled(foot, MUTED), markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(Choice).focus()

    def action_choose(self) -> None:
        """Answer."""
        self.dismiss(self.query_one(Choice).value)


class LineModal(DeskModal[str]):
    """What will be said first in the next call?"""

    def __init__(self, place: Workplace, text: str) -> None:
        super().__init__(place)
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        with VerticalScroll(classes="box"):
            head = Content.styled("First line of the next call", "bold $accent")
            yield Static(head, markup=False, classes="head")
            yield Input(
                self._text,
                id="line",
                compact=True,
                max_length=LONGEST_LINE,
                placeholder="You asked about delivery in March: is that still the date?",
                select_on_focus=False,
            )
            foot = (
                "\nThe note of the next call begins with it, until you reach the person."
                "\n⏎ keep (empty: none) · esc back"
            )
            yield Static(Content.styled(foot, MUTED), markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(" ".join(event.value.split()))
