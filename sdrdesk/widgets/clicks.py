"""Clickable text that keeps its own style."""

from __future__ import annotations

from textual import events
from textual.style import Style
from textual.widget import Widget

_META = "acts"


def acts(action: str) -> Style:
    """Return a style that makes text run ``action`` when it is clicked."""
    return Style.from_meta({_META: action})


class Clickable(Widget):
    """A widget whose text may carry actions."""

    async def on_click(self, event: events.Click) -> None:
        """Run the action under the pointer."""
        action = event.style.meta.get(_META)
        if isinstance(action, str):
            event.stop()
            await self.app.run_action(action, self.screen)
