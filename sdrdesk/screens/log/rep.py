"""Whose day: the team's, mine, or that of one rep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.long_list import LongList

MOST_ROWS = 12


class RepModal(DeskModal[str]):
    """Whose day?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Show", "rep.choose", "Show this day"),
    ]

    def __init__(self, place: Workplace, reps: Sequence[tuple[str, str]], now: str) -> None:
        super().__init__(place)
        self._reps = tuple(reps)
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay out the reps."""
        with VerticalScroll(classes="box"):
            yield Static(Content.styled("Whose day?", "bold $accent"), markup=False, classes="head")
            reps = LongList(id="reps")
            reps.styles.height = min(MOST_ROWS, len(self._reps))
            yield reps
            foot = "\n↑↓ choose · ⏎ show · esc back"
            yield Static(Content.styled(foot, "$foreground-muted"), markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        reps = self.query_one(LongList)
        # A key may not be empty, and mine is.
        reps.show([f"={rep}" for rep, _ in self._reps], lambda at: Content(self._reps[at][1]))
        reps.choose(f"={self._now}")
        reps.focus()

    def action_choose(self) -> None:
        """Answer."""
        self.dismiss(self.query_one(LongList).key[1:])
