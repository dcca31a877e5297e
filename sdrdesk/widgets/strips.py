"""Lines of text as cells, without the wrapping that Textual does for every text."""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget


def line_strip(widget: Widget, line: Content, width: int, y: int = 0) -> Strip:
    """Return a text without line breaks as line ``y`` of a widget's text, cut or padded to a width.

    What is selected there is marked.
    """
    look = widget.visual_style
    selected = widget.text_selection
    if selected is not None and (span := selected.get_span(y)) is not None:
        start, end = span
        chosen = Style.from_styles(widget.screen.get_component_styles("screen--selection"))
        line = line.stylize(chosen, start, len(line.plain) if end == -1 else end)
    segments, x = [], 0
    for text, own in line.render(look, end="", parse_style=widget._get_style):
        segments.append(Segment(text, (look + own).rich_style_with_offset(x, y)))
        x += len(text)
    return Strip(segments, line.cell_length).adjust_cell_length(width, look.rich_style)
