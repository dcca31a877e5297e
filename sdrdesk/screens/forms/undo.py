"""Taking back what was done last; lifting a "do not call" that was sent asks why first."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.errors import ReasonNeeded
from sdrdesk.screens.shell.base import DeskModal, DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.services.views.desk import Undone


class LiftModal(DeskModal[str]):
    """Why may this person be called again?"""

    def __init__(self, place: Workplace, lead_name: str) -> None:
        super().__init__(place)
        self._lead_name = lead_name

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        with VerticalScroll(classes="box"):
            head = Content.styled("Lift a do-not-call that was sent", "bold $accent")
            yield Static(head, markup=False, classes="head")
            yield Static(f"Why may {self._lead_name} be called again?", markup=False)
            yield Input(id="reason", compact=True, select_on_focus=False)
            foot = "\n⏎ lift it, the reason goes to the CRM as a note · esc leave it"
            yield Static(Content.styled(foot, "$foreground-muted"), markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if reason := event.value.strip():
            self.dismiss(reason)


def take_back(
    screen: DeskScreen,
    group: str,
    then: Callable[[Undone], None],
    left: Callable[[], None] = lambda: None,
) -> None:
    """Take back what was done last and go on with ``then``, or with ``left`` if nothing was."""

    def act() -> Undone | ReasonNeeded:
        try:
            return screen.desk.undo.last()
        except ReasonNeeded as needed:
            return needed

    def answered(answer: Undone | ReasonNeeded) -> None:
        if not isinstance(answer, ReasonNeeded):
            then(answer)
            return
        needed = answer

        def lift(reason: str | None) -> None:
            if reason is None:
                left()
                return
            # Of this very outcome: another window may have recorded one in the meantime.
            screen.write(
                group, lambda: screen.desk.undo.last(reason, needed.activity_key), then, left
            )

        screen.app.push_screen(LiftModal(screen.place, needed.lead_name), lift)

    screen.write(group, act, answered, left)
