"""The dialog for a comment on a call, kept here or also sent to the CRM."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.screens.shell.base import DeskModal, foot, head
from sdrdesk.screens.shell.keys import key


class Comment(NamedTuple):
    """A comment as typed."""

    words: str
    upstream: bool
    """Also a note in the CRM."""


class CommentModal(DeskModal[Comment]):
    """Asks for a comment on a call."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "ctrl+s", "send", f"To {CRM_NAME}", "comment.send", f"Keep it and send it to {CRM_NAME}"
        ),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        with VerticalScroll(classes="box"):
            yield head("Comment on this call")
            yield Input(compact=True, select_on_focus=False)
            yield foot(f"\n⏎ keep it here · ctrl+s also send it to {CRM_NAME} as a note · esc back")

    def on_mount(self) -> None:
        """Focus the field."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._answer(upstream=False)

    def action_send(self) -> None:
        """Keep the comment and send it to the CRM."""
        self._answer(upstream=True)

    def _answer(self, *, upstream: bool) -> None:
        words = self.query_one(Input).value.strip()
        if words:
            self.dismiss(Comment(words, upstream))
