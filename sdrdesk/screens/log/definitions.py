"""What every number means, with the team's own values in it: for whoever is judged by it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.shell.base import DeskModal


class DefinitionsModal(DeskModal[None]):
    """The definitions, to scroll through."""

    def compose(self) -> ComposeResult:
        """Lay out the definitions."""
        with VerticalScroll(classes="box"):
            yield Static(
                Content.styled("What the numbers mean", "bold $accent"),
                markup=False,
                classes="head",
            )
            yield Static(id="words", markup=False)
            foot = "\n↑↓ scroll · esc back"
            yield Static(Content.styled(foot, "$foreground-muted"), markup=False)

    def on_mount(self) -> None:
        """Ask for the words; let the arrows scroll."""
        self.query_one(VerticalScroll).focus()
        self.read("definitions.load", lambda: self.desk.reports.definitions(), self._show)

    def _show(self, known: Sequence[tuple[str, str]]) -> None:
        lines = [Content.assemble((f"{name}: ", "bold"), meaning) for name, meaning in known]
        self.query_one("#words", Static).update(Content("\n").join(lines))
