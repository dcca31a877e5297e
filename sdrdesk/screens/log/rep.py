"""The dialog that chooses a rep, a team, or another line of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from sdrdesk.screens.shell.base import DeskModal, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.widgets.long_list import LongList

_MOST_ROWS = 12


class RepModal(DeskModal[str]):
    """Asks for one of many lines: the team, me, a rep, a number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Choose", "rep.choose", "Choose this line"),
    ]

    def __init__(
        self,
        place: Workplace,
        reps: Sequence[tuple[str, str]],
        now: str,
        title: str = "Whose day?",
        does: str = "show",
    ) -> None:
        super().__init__(place)
        self._does = does
        self._title = title
        self._reps = tuple(reps)
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay out the reps."""
        with VerticalScroll(classes="box"):
            yield head(self._title)
            reps = LongList(id="reps")
            reps.styles.height = min(_MOST_ROWS, len(self._reps))
            yield reps
            yield foot(f"\n↑↓ choose · ⏎ {self._does} · esc back")

    def on_mount(self) -> None:
        """Focus the list."""
        reps = self.query_one(LongList)
        # A key of the list must not be empty, but that of my own day is.
        reps.show([f"={rep}" for rep, _ in self._reps], lambda at: Content(self._reps[at][1]))
        reps.choose(f"={self._now}")
        reps.focus()

    def action_choose(self) -> None:
        """Return the chosen rep."""
        self.dismiss(self.query_one(LongList).key[1:])


def teams_of(desk: Desk) -> list[tuple[str, str]]:
    """Return value and name of each team of ``team.toml``; off the UI thread."""
    return [(value, name) for value, name in desk.log.reps() if value.startswith("team:")]
