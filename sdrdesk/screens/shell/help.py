"""The help of a screen: its text and every key that works on it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Markdown, Static

from sdrdesk.screens.shell.hints import KeyHelp, key_help
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.cells import fit


class HelpScreen(ModalScreen[None]):
    """Help about the screen below."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > .box {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; background: $panel; border: round $primary;
    }
    HelpScreen Markdown { background: $panel; margin: 0; padding: 0 1; }
    HelpScreen #keys-of-screen { padding: 0 2; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,f1,q,enter", "close", "Back", "help.back", "Close the help"),
    ]

    def __init__(self, about: Screen[None]) -> None:
        super().__init__()
        self._words = getattr(about, "HELP", "")
        self._keys = key_help(about)

    def compose(self) -> ComposeResult:
        """Lay out text and keys."""
        with VerticalScroll(classes="box"):
            yield Markdown(self._words, open_links=False)
            yield Static(keys_text(self._keys), id="keys-of-screen", markup=False)

    def on_mount(self) -> None:
        """Focus the box, so that the arrows scroll."""
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        """Close the help."""
        self.dismiss(None)


def keys_text(keys: list[KeyHelp]) -> Content:
    """Return one line per key."""
    lines = [
        Content.assemble((fit(key.keys, 14), "bold $accent"), key.tooltip or key.label)
        for key in keys
    ]
    return Content("\n").join(lines)
