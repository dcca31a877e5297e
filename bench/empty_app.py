"""An empty Textual application, to compare start-up with."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """Shows one word."""

    def compose(self) -> ComposeResult:
        """Yield the word."""
        yield Static("painted-empty")


if __name__ == "__main__":
    EmptyApp().run()
