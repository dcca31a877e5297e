"""Drawing with the terminal's own two colours, for ``NO_COLOR``.

Textual would draw greys. Whatever its background marks, such as the line of the cursor, is
reversed instead.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from sdrdesk.domain.config.theme import contrast

_STANDS_OUT: Final = 1.6
"""Contrast of two backgrounds from which on one is reversed: cursor and buttons, but no panel."""
_PLAIN: Final = Style(color="default", bgcolor="default")
_REVERSED: Final = Style(color="default", bgcolor="default", reverse=True)


class NoColour(LineFilter):
    """Takes all colours away."""

    def __init__(self, ground: str) -> None:
        super().__init__()
        self._ground = ground

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the signature
        """Return the segments without colours."""
        ground = self._ground
        return [
            Segment(text, None if style is None else _bare(style, ground), control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _bare(style: Style, ground: str) -> Style:
    behind = style.bgcolor.triplet if style.bgcolor is not None else None
    stands_out = behind is not None and contrast(behind.hex, ground) >= _STANDS_OUT
    return style + (_REVERSED if stands_out else _PLAIN)
