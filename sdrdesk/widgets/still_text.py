"""Text that is drawn again only when it changed."""

from __future__ import annotations

from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static


class StillText(Static):
    """A ``Static`` of a size that its text does not change.

    A ``Static`` lays out the whole screen at each update: six kilobytes to the terminal.
    """

    def update(self, content: VisualType = "", *, layout: bool = False) -> None:
        """Show ``content``, unless it is on screen already."""
        before = self.content
        if isinstance(before, Content) and isinstance(content, Content):
            # Contents of equal text count as equal, whatever their styles.
            if (before.plain, before.spans) == (content.plain, content.spans):
                return
        elif isinstance(content, str) and before == content:
            return
        super().update(content, layout=layout)
