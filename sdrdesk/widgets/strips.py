"""Lines of text as cells, without the wrapping that Textual does for every text."""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakKeyDictionary

from rich.segment import Segment
from textual.cache import LRUCache
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

_KEPT = 96
"""Lines kept for each widget: most of a script and of the footer is that of the lead before."""
_Lines = LRUCache[Hashable, Strip]
_kept: WeakKeyDictionary[Widget, tuple[Style, str, _Lines]] = WeakKeyDictionary()


def line_strip(widget: Widget, line: Content, width: int, y: int = 0, x: int = 0) -> Strip:
    """Return a text without line breaks as line ``y`` of a widget's text, cut or padded to a width.

    What is selected there is marked. ``x``: how many characters of the line come before it, when
    nothing is selected.
    """
    selected = widget.text_selection
    if selected is not None and (span := selected.get_span(y)) is not None:
        start, end = span
        chosen = Style.from_styles(widget.screen.get_component_styles("screen--selection"))
        return _made(
            widget, line.stylize(chosen, start, len(line.plain) if end == -1 else end), width, y
        )
    lines = _lines_of(widget)
    key = line.plain, tuple(line.spans), width, y, x
    strip = lines.get(key)
    if strip is None:
        strip = lines[key] = _made(widget, line, width, y, x)
    return strip


def _lines_of(widget: Widget) -> _Lines:
    """Return the lines drawn with the present colours of a widget."""
    look, theme = widget.visual_style, widget.app.theme
    kept = _kept.get(widget)
    if kept is None or kept[0] is not look or kept[1] != theme:
        kept = _kept[widget] = look, theme, LRUCache(_KEPT)
    return kept[2]


def _made(widget: Widget, line: Content, width: int, y: int, x: int = 0) -> Strip:
    look = widget.visual_style
    segments = []
    for text, own in line.render(look, end="", parse_style=widget._get_style):
        segments.append(Segment(text, (look + own).rich_style_with_offset(x, y)))
        x += len(text)
    return Strip(segments, line.cell_length).adjust_cell_length(width, look.rich_style)
