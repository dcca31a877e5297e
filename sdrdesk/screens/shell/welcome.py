"""The greeting of the first run, with the most important keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.cells import MUTED, fit

_KEYS = (
    ("⏎", "call the lead under the cursor"),
    ("a v b …", "one key records the outcome; then the next"),
    ("u", "undo the last action or outcome"),
    ("?", "why a lead is in its place"),
    ("/", "find a lead"),
    ("F6", "start a call block: time, goal, recipe"),
    ("h", "at risk: decide on many leads before a trip"),
    ("1 2 3", "queue, activity log, sync"),
    ("F1", "all keys here; ctrl+p finds any by name"),
)
"""In the order a first day needs them; fits into 60 columns and 20 rows."""


class WelcomeModal(DeskModal[None]):
    """A short greeting; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,q", "close", "Start", "welcome.start", "Start working"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the greeting."""
        lines = [Content.styled("Welcome to sdrdesk", "bold $accent"), Content("")]
        lines += [Content.assemble((fit(key, 8), "bold"), words) for key, words in _KEYS]
        lines += [
            Content(""),
            Content("Everything is saved here at once and sent later:"),
            Content("work offline, quit any time, return where you left."),
            Content(""),
            Content.styled("⏎ start · ctrl+p welcome: show this again", MUTED),
        ]
        with VerticalScroll(classes="box"):
            yield Static(Content("\n").join(lines), markup=False)
