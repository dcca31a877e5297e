"""A colour theme that a rep wrote, and whether its text can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from sdrdesk.domain.config.reader import TableReader

LEAST_CONTRAST: Final = 4.5
"""Of text and what is behind it, by the Web Content Accessibility Guidelines 2.2, level AA."""
TEXT: Final = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
"""Colours of text; all but the first repeat what a glyph or word says."""
GROUND: Final = ("background", "surface", "panel")
_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")


class OwnTheme(NamedTuple):
    """A theme of a file ``themes/NAME.toml``."""

    name: str
    base: str
    """The shipped theme that has the colours it does not name."""
    colours: Mapping[str, str]
    """By name, such as ``{"accent": "#ffaa00"}``; only those that it names."""


def parse_theme(name: str, data: Mapping[str, object], bases: tuple[str, ...]) -> OwnTheme:
    """Return a theme.

    Args:
        name: of the file, without ``.toml``.
        data: its content.
        bases: names of the shipped themes, the default first.

    Raises:
        ConfigProblem: an unknown name, or a value that is no colour.
    """
    table = TableReader(data)
    base = table.choice("base", bases, bases[0])
    colours = {}
    for key in (*TEXT, *GROUND):
        if table.has(key):
            value = table.text(key)
            if not _COLOUR.fullmatch(value):
                raise table.problem(key, f"{value[:40]!r} is not a colour such as #1a2b3c")
            colours[key] = value
    table.done()
    return OwnTheme(name, base, colours)


def hard_to_read(colours: Mapping[str, str]) -> Iterator[str]:
    """Yield a clause for each colour of text that is too close to what may be behind it.

    Args:
        colours: all of ``TEXT`` and ``GROUND``, as ``#rgb`` or ``#rrggbb``.
    """
    for text in TEXT:
        ratio, ground = min((contrast(colours[text], colours[one]), one) for one in GROUND)
        if ratio < LEAST_CONTRAST:
            yield (
                f"{text} on {ground} has a contrast of {ratio:.1f} to 1; text needs "
                f"{LEAST_CONTRAST}"
            )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    wide = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    red, green, blue = (int(wide[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
