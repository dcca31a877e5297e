"""The note of a call: as many lines as are pasted or typed, within a bound."""

from __future__ import annotations

from dataclasses import replace

from textual.actions import SkipAction
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from sdrdesk.domain.text.plain_text import clean

LONGEST = 10_000
"""Most characters of a note: even escaped as HTML it stays below what a CRM keeps."""


class NoteField(TextArea):
    """A field of several lines. Enter begins a new line; ctrl+z and ctrl+y are of its own text."""

    class Full(Message):
        """Some of a text did not fit and was left out."""

        def __init__(self, left_out: int) -> None:
            super().__init__()
            self.left_out = left_out
            """Number of characters."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, compact=True, highlight_cursor_line=False)
        self._styled_for: object = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines; the colours are worked out again only when they may be others.

        ``TextArea`` does it for each frame, which takes as long as the rest of the next lead.
        """
        moment = self.app.theme, self.pseudo_classes - {"can-focus"}
        if moment != self._styled_for:
            self._styled_for = moment
            return super().render_lines(crop)
        return super(TextArea, self).render_lines(crop)

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; control characters are dropped, and what does not fit is reported."""
        text = clean(edit.text, limit=len(edit.text))
        stays = len(self.text) - len(self.get_text_range(*_ends(edit)))
        room = max(0, LONGEST - stays)
        if len(text) > room:
            self.post_message(self.Full(len(text) - room))
        return super().edit(replace(edit, text=text[:room]))

    def action_select_line(self) -> None:
        """Leave F6 to the screen: it is the call block everywhere."""
        raise SkipAction

    def action_select_all(self) -> None:
        """Leave F7 to the screen: it pauses and resumes everywhere."""
        raise SkipAction


def _ends(edit: Edit) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the two ends of the text that ``edit`` replaces, the first one first."""
    return min(edit.from_location, edit.to_location), max(edit.from_location, edit.to_location)
