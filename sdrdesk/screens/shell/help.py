"""The help of a screen: its text and every key that works on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Markdown

from sdrdesk.screens.shell.hints import KeyHelp, key_help
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.paragraphs import Paragraph, Paragraphs

_KEY_CELLS = 14


class HelpScreen(ModalScreen[None]):
    """Help about the screen below."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > .box {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; background: $panel; border: round $primary;
    }
    HelpScreen Markdown { background: $panel; margin: 0; padding: 0 1; }
    HelpScreen #keys-of-screen { padding: 0 2; margin-bottom: 1; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,f1,q,enter", "close", "Back", "help.back", "Close the help"),
    ]

    def __init__(self, about: Screen[None], letters: Mapping[str, str]) -> None:
        """Explain ``about``; ``letters`` are keys that it handles itself, with their meaning."""
        super().__init__()
        self._words = getattr(about, "HELP", "")
        self._keys = key_help(about, _letters(letters))

    def compose(self) -> ComposeResult:
        """Lay out text and keys."""
        with VerticalScroll(classes="box") as box:
            box.border_title = "Keys of this screen"
            box.border_subtitle = "↑↓ scroll · esc closes"
            yield Paragraphs(_KEY_CELLS, id="keys-of-screen")
            yield Markdown(self._words, open_links=False)

    def on_mount(self) -> None:
        """Show the keys, and focus the box, so that the arrows scroll."""
        self.query_one(Paragraphs).show(
            [Paragraph(key.keys, Content(key.tooltip or key.label)) for key in self._keys]
        )
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        """Close the help."""
        self.dismiss(None)


def _letters(letters: Mapping[str, str]) -> list[KeyHelp]:
    """Return one line per meaning: the outcomes, and the objections together."""
    found: dict[str, list[str]] = {}
    for letter, what in letters.items():
        found.setdefault(what, []).append(letter)
    return [
        KeyHelp(
            f"{keys[0]}-{keys[-1]}" if len(keys) > 1 else keys[0],
            what,
            f"{what[0].upper()}{what[1:]}",
            "",
        )
        for what, keys in found.items()
    ]
