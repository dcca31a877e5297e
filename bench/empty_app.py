"""The empty Textual application that start-up is compared with."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """Shows one word."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static("painted-empty")


if __name__ == "__main__":
    EmptyApp().run()
