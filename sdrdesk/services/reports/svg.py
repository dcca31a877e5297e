"""The charts of a report as SVG: lying bars, each with its number; readable without colour."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.services.reports.picture import Picture

_WIDTH = 360
"""Width of the drawing: that of a small telephone, so that it never needs to shrink."""
_LINE, _GAP = 13, 5
_LABEL, _NUMBER = 92, 44
_LETTERS = 15
"""Letters of a label that fit next to the bars."""
_FILLS = ("currentColor", "url(#hatched)", "url(#dotted)")
_PATTERNS = (
    '<defs><pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="2" height="5" fill="currentColor"/></pattern>'
    '<pattern id="dotted" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<circle cx="2" cy="2" r="1" fill="currentColor"/></pattern></defs>'
)


def svg_chart(picture: Picture) -> str:
    """Return the chart with its title and legend as HTML; ``""`` without anything to draw."""
    if not any(any(series.values) for series in picture.series):
        return ""
    title = _safe(picture.title)
    group = len(picture.series) * _LINE + _GAP
    height = len(picture.labels) * group
    legend = "".join(
        f'<span class="k"><svg class="key" viewBox="0 0 12 12" aria-hidden="true">'
        f'<rect width="12" height="12" fill="{fill}" stroke="currentColor"/></svg> '
        f"{_safe(series.name)}</span> "
        for series, fill in zip(picture.series, _FILLS, strict=False)
    )
    return (
        f"<figure><figcaption><b>{title}</b> {legend}</figcaption>"
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{title}">'
        f"{_PATTERNS}{''.join(_bars(picture, group))}</svg></figure>"
    )


def _bars(picture: Picture, group: int) -> Iterator[str]:
    most = max(max(series.values, default=0) for series in picture.series)
    room = _WIDTH - _LABEL - _NUMBER
    for at, label in enumerate(picture.labels):
        top = at * group
        middle = top + len(picture.series) * _LINE / 2 + 4
        yield f'<text x="{_LABEL - 6}" y="{middle:g}" text-anchor="end">{_short(label)}</text>'
        for kind, (series, fill) in enumerate(zip(picture.series, _FILLS, strict=False)):
            value, y = series.values[at], top + kind * _LINE
            long = round(room * value / most, 1)
            yield (
                f'<rect x="{_LABEL}" y="{y + 1}" width="{long:g}" height="{_LINE - 2}" '
                f'fill="{fill}" stroke="currentColor" stroke-width=".5"/>'
                f'<text x="{_LABEL + long + 4:g}" y="{y + 10}">{value:g}</text>'
            )


def _short(label: str) -> str:
    return _safe(label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1]}…")


def _safe(text: str) -> str:
    return escape(" ".join(clean_all(text).split()))
