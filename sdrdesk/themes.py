"""Two dark themes and a light one, in colours that colour-blind people can tell apart; own ones.

Hues are those of Okabe and Ito, "Color Universal Design" (2008). A colour only repeats what a
glyph and a word say already.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.theme import Theme

if TYPE_CHECKING:
    from sdrdesk.domain.config.theme import OwnTheme

DEFAULT_THEME: Final = "desk-dark"

THEMES: Final = (
    Theme(
        name="desk-dark",
        primary="#56B4E9",
        secondary="#CC79A7",
        accent="#E69F00",
        success="#2BB58A",
        warning="#F0C542",
        error="#F0793A",
        foreground="#DADFE4",
        background="#12161B",
        surface="#171C22",
        panel="#1F262E",
        dark=True,
    ),
    Theme(
        name="desk-light",
        primary="#0068A6",
        secondary="#8F3F73",
        accent="#8A5200",
        success="#00694C",
        warning="#855D00",
        error="#A83E00",
        foreground="#1B2026",
        background="#FBFAF7",
        surface="#F4F2ED",
        panel="#E7E4DC",
        dark=False,
    ),
    Theme(
        name="desk-contrast",
        primary="#7CC8FF",
        secondary="#FF9BD2",
        accent="#FFC845",
        success="#4FE0B0",
        warning="#FFE45E",
        error="#FF9255",
        foreground="#FFFFFF",
        background="#000000",
        surface="#000000",
        panel="#101010",
        dark=True,
        text_alpha=1.0,
    ),
)


SHIPPED: Final = tuple(theme.name for theme in THEMES)


def made(own: OwnTheme) -> Theme:
    """Return a theme of the rep's for Textual."""
    base = next(theme for theme in THEMES if theme.name == own.base)
    theme = replace(base, name=own.name)
    for name, colour in own.colours.items():
        setattr(theme, name, colour)
    return theme


def theme_or_default(name: str, known: Container[str]) -> tuple[str, str]:
    """Return the theme to use and, when ``name`` is unknown, a sentence for the rep.

    Args:
        name: what the config asks for, ``""`` for the default.
        known: container of the names that exist.
    """
    if not name:
        return DEFAULT_THEME, ""
    if name in known:
        return name, ""
    return DEFAULT_THEME, f"There is no theme called {name}; {DEFAULT_THEME} is used instead."
