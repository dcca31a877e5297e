"""An empty Textual application, to compare start-up, a key press and rest with.

With ``ticks`` it shows another number each second.
"""

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """Shows one word, and after each space how often it was pressed."""

    BINDINGS: ClassVar = [("space", "count", "Count")]
    _count = 0

    def compose(self) -> ComposeResult:
        """Yield the word."""
        yield Static("painted-empty")

    def on_mount(self) -> None:
        """Count the seconds, if asked to."""
        if "ticks" in sys.argv:
            self.set_interval(1.0, self.action_count)

    def action_count(self) -> None:
        """Show the number of presses."""
        self._count += 1
        self.query_one(Static).update(f"pressed-{self._count}.")


if __name__ == "__main__":
    EmptyApp().run()
