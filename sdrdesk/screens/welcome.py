"""The handful of keys that matter, once, on the first run."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.base import DeskModal
from sdrdesk.screens.keys import key
from sdrdesk.widgets.cells import fit

KEYS = (
    ("⏎", "calls the lead under the cursor and starts the clock"),
    ("a v b …", "one key records how the call went; the next lead comes up"),
    ("ctrl+z", "takes the last outcome back (u in the queue)"),
    ("?", "says why a lead is where it is"),
    ("/", "finds anybody"),
    ("1 2 3", "queue, day's log, sync"),
    ("F1", "all keys of a screen; ctrl+p finds any command by name"),
)


class WelcomeModal(DeskModal[None]):
    """A short greeting; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,space,q", "close", "Start", "welcome.start", "Start working"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the greeting."""
        lines = [Content.styled("Welcome to sdrdesk", "bold $accent"), Content("")]
        lines += [Content.assemble((fit(key, 10), "bold"), words) for key, words in KEYS]
        lines += [
            Content(""),
            Content("What you do is on your disk at once and sent a little later:"),
            Content("work offline, quit at any time, and find your place again."),
            Content(""),
            Content.styled("⏎ start", "$foreground-muted"),
        ]
        with VerticalScroll(classes="box"):
            yield Static(Content("\n").join(lines), markup=False)
