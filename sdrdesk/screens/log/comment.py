"""Comment on a call: for this machine, or for the CRM too."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.keys import key


class Comment(NamedTuple):
    """What was typed."""

    words: str
    upstream: bool
    """Also a note at the CRM."""


class CommentModal(DeskModal[Comment]):
    """What do you want to say about this call?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "send", "To the CRM", "comment.send", "Keep it and write it to the CRM"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        with VerticalScroll(classes="box"):
            head = Content.styled("Comment on this call", "bold $accent")
            yield Static(head, markup=False, classes="head")
            yield Input(id="words", compact=True, select_on_focus=False)
            foot = "\n⏎ keep it here · ctrl+s also write it to the CRM as a note · esc back"
            yield Static(Content.styled(foot, "$foreground-muted"), markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._answer(upstream=False)

    def action_send(self) -> None:
        """Keep it and write it to the CRM."""
        self._answer(upstream=True)

    def _answer(self, *, upstream: bool) -> None:
        words = self.query_one(Input).value.strip()
        if words:
            self.dismiss(Comment(words, upstream))
