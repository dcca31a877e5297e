"""Which leads the queue shows: one of the views, conditions in plain words, or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.desk import QueueSnapshot, ViewChoice
from sdrdesk.widgets.choice import Choice

MUTED = "$foreground-muted"


class Narrow(NamedTuple):
    """What was chosen."""

    view: str = "callable"
    where: str = ""
    """Conditions in words, ``""`` none."""


class NarrowModal(DeskModal[Narrow]):
    """Which leads?"""

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
            yield Static(Content.styled("Show …", "bold $accent"), markup=False, classes="head")
            yield Input(
                self._now.where,
                id="where",
                compact=True,
                placeholder="fit at least 60, country IE or GB, converted within 3 days",
                select_on_focus=False,
            )
            foot = "\n↑↓ choose · / conditions in words · ⏎ show · esc back"
            yield Static(Content.styled(foot, MUTED), markup=False)

    def on_mount(self) -> None:
        """Ask which views there are."""
        self.read("view.choices", lambda: self.desk.views.choices(), self._ready)

    def _ready(self, views: Sequence[ViewChoice]) -> None:
        width = max(len(view.name) for view in views)
        choice = Choice([(v.name, f"{v.name:<{width}}  {v.text}") for v in views], id="views")
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
        """Answer, unless the words are not understood."""
        choices = self.query(Choice)
        if not choices:
            return
        wanted = Narrow(choices.first().value, self.query_one("#where", Input).value.strip())

        def then(_: QueueSnapshot) -> None:
            self.dismiss(wanted)

        # Asked once here, so that what is not understood is said where it was typed.
        self.read("view.try", lambda: self.desk.views.queue(wanted.view, wanted.where), then)
