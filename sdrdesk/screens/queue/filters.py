"""The dialog that narrows the queue to a view, to conditions in plain words, or to both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from sdrdesk.screens.shell.base import DeskModal, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.queue import QueueSnapshot, ViewChoice, view_label
from sdrdesk.widgets.choice import Choice


class Narrow(NamedTuple):
    """A view, and conditions in words (``""`` for none)."""

    view: str = "callable"
    where: str = ""


class NarrowModal(DeskModal[Narrow]):
    """Asks for a view and conditions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Show", "view.choose", "Show these leads"),
        key("slash", "words", "Conditions", "view.words", "Type conditions in plain words"),
    ]

    def __init__(self, place: Workplace, now: Narrow) -> None:
        super().__init__(place)
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay out the views and the line for conditions."""
        with VerticalScroll(classes="box"):
            yield head("Show …")
            yield Input(
                self._now.where,
                id="where",
                compact=True,
                placeholder="fit at least 60, country IE or GB, as of tomorrow 18:00 Lisbon",
                select_on_focus=False,
            )
            yield foot("\n↑↓ choose · / conditions in words · ⏎ show · esc back")

    def on_mount(self) -> None:
        """Read the views."""
        self.read("view.choices", lambda: self.desk.views.choices(), self._ready)

    def _ready(self, views: Sequence[ViewChoice]) -> None:
        labels = [view_label(view.name) for view in views]
        width = max(map(len, labels))
        choice = Choice(
            [
                (view.name, f"{label:<{width}}  {view.text}")
                for view, label in zip(views, labels, strict=True)
            ]
        )
        self.query_one(".box").mount(choice, after=0)
        choice.set_reactive(
            Choice.index, next((n for n, v in enumerate(views) if v.name == self._now.view), 0)
        )
        choice.focus()

    def action_words(self) -> None:
        """Go to the line for conditions."""
        self.query_one("#where", Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Return the choice, unless the words are not understood."""
        choices = self.query(Choice)
        if not choices:
            return
        wanted = Narrow(choices.first().value, self.query_one("#where", Input).value.strip())

        def then(made: QueueSnapshot) -> None:
            # With exact times: "tomorrow" must not move at midnight.
            self.dismiss(Narrow(wanted.view, made.where))

        # Tried here once, so that an error is shown where the words were typed.
        self.read("view.try", lambda: self.desk.views.queue(wanted.view, wanted.where), then)
