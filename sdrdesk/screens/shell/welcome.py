"""The handful of keys that matter, once, on the first run."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.cells import fit

KEYS = (
    ("⏎", "calls the lead under the cursor"),
    ("a v b …", "one key says how it went; the next comes up"),
    ("ctrl+z", "takes the last outcome back (in the queue u)"),
    ("?", "says why a lead is where it is"),
    ("/", "finds anybody"),
    ("b", "starts a call block: time, goal, who is next"),
    ("h", "hours ahead: settle many leads before a trip"),
    ("1 2 3", "queue, day's log, sync"),
    ("F1", "all keys here; ctrl+p finds any by name"),
)
"""Whole at 60 columns and 20 rows, in the order in which a first day needs them."""


class WelcomeModal(DeskModal[None]):
    """A short greeting; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,space,q", "close", "Start", "welcome.start", "Start working"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the greeting."""
        lines = [Content.styled("Welcome to sdrdesk", "bold $accent"), Content("")]
        lines += [Content.assemble((fit(key, 8), "bold"), words) for key, words in KEYS]
        lines += [
            Content(""),
            Content("What you do is on your disk at once and sent later:"),
            Content("work offline, quit any time, find your place again."),
            Content(""),
            Content.styled("⏎ start · ctrl+p welcome: this again", "$foreground-muted"),
        ]
        with VerticalScroll(classes="box"):
            yield Static(Content("\n").join(lines), markup=False)
