"""Puts a frame together from the widgets that changed.

Textual renders every widget within the smallest rectangle around all changes. A clock in the title
and a key in the footer make that the whole screen: twenty widgets, most of them containers that
others cover. This compositor asks only for lines that changed and that no widget in front covers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

_Parts = dict[int, Strip | None]
_Spans = list[tuple[int, int, int]]
"""Changed cells: line, first cell, end."""


class LeanCompositor(Compositor):
    """A compositor that asks no widget for a line that is not seen again."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what changed since the last frame, ``None`` for nothing."""
        changed, screen = self._dirty_regions.copy(), self.size.region
        self._dirty_regions.clear()
        spans = list(
            self._regions_to_spans(
                seen for region in changed if (seen := region.intersection(screen))
            )
        )
        if not spans:
            return None
        return ChopsUpdate(self._parts(spans), spans, [cuts[1:] for cuts in self.cuts])

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        lines = (y for y in crop.line_range if is_rendered_line(y))
        parts = self._parts([(y, crop.x, crop.right) for y in lines])
        return cast("Sequence[Mapping[int, Strip]]", parts)

    def _parts(self, spans: _Spans) -> list[_Parts]:
        """Return the parts of each line by first cell, those outside of ``spans`` as ``None``."""
        cuts = self.cuts
        parts: list[_Parts] = [dict.fromkeys(line[:-1]) for line in cuts]
        missing: dict[int, set[int]] = {}
        for y, first, end in spans:
            for x, after in itertools.pairwise(cuts[y]):
                if x < end and after > first:
                    missing.setdefault(y, set()).add(x)
        # From front to back: the first to fill a part is the one that is seen.
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            left, right = seen.column_span
            lines = [
                y for y in seen.line_range if any(left <= x < right for x in missing.get(y, ()))
            ]
            if not lines:
                continue
            top = lines[0]
            strips = widget.render_lines(
                Region(seen.x - region.x, top - region.y, seen.width, lines[-1] - top + 1)
            )
            for y in lines:
                here = [x for x in cuts[y] if left <= x <= right]
                if y - top < len(strips):
                    _fill(parts[y], missing[y], here, strips[y - top])
        return parts


def draw_alone(screen: Screen[Any], line: Widget) -> bool:
    """Draw a widget of one line now, in a frame of its own; return whether that is possible.

    For a clock: an ordinary frame takes a message, two rounds of a timer and a look at every
    widget that may cover another.
    """
    app, place = screen.app, line.region
    covered = len(app._notifications) > 0 or app._batch_count or app.screen is not screen
    if covered or place.height != 1 or not screen.size.region.contains_region(place):
        return False
    line._set_dirty()
    (strip,) = line.render_lines(Region(0, 0, place.width, 1))
    lines: list[_Parts] = [{} for _ in range(place.y)]
    ends: list[list[int]] = [[] for _ in range(place.y)]
    frame = ChopsUpdate(
        [*lines, {place.x: strip}], [(place.y, place.x, place.right)], [*ends, [place.right]]
    )
    app._display(screen, frame)
    return True


def _fill(parts: _Parts, missing: set[int], cuts: list[int], strip: Strip) -> None:
    """Fill the missing parts between ``cuts``, of which the first is where the strip begins."""
    if len(cuts) == 2 and cuts[1] - cuts[0] == strip.cell_length:
        # ``divide`` would keep the strip in a cache of its own: a circle, left to the collector.
        pieces: Sequence[Strip] = (strip,)
    else:
        pieces = strip.divide([x - cuts[0] for x in cuts[1:]])
    for x, piece in zip(cuts, pieces, strict=False):
        if parts[x] is None:
            parts[x] = piece
            missing.discard(x)
