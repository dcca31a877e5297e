"""The definitions of all numbers, with the team's own values."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.shell.base import DeskModal, foot, head


class DefinitionsModal(DeskModal[None]):
    """Shows the definitions."""

    def compose(self) -> ComposeResult:
        """Lay out the definitions."""
        with VerticalScroll(classes="box"):
            yield head("Definitions")
            yield Static(id="words", markup=False)
            yield foot("\n↑↓ scroll · esc back")

    def on_mount(self) -> None:
        """Read the definitions; the arrows scroll."""
        self.query_one(VerticalScroll).focus()
        self.read("definitions.load", lambda: self.desk.reports.definitions(), self._show)

    def _show(self, known: Sequence[tuple[str, str]]) -> None:
        lines = [Content.assemble((f"{name}: ", "bold"), meaning) for name, meaning in known]
        self.query_one("#words", Static).update(Content("\n").join(lines))
