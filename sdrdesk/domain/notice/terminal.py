r"""Escape sequences for notices and the window's title, by terminal.

Unknown terminals get none but the bell: some print what they do not know. Inside of tmux a sequence
for the outer terminal is wrapped; tmux passes it on only with ``allow-passthrough on``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from sdrdesk.domain.text.plain_text import one_line

BELL: Final = "\a"
SAVE_TITLE: Final = "\x1b[22;2t"
RESTORE_TITLE: Final = "\x1b[23;2t"
"""Push and pop of the title (XTWINOPS), in tmux and most terminals."""

_ST: Final = "\x1b\\"
_LONGEST: Final = 120

Way = Literal["osc9", "osc777", ""]

_OSC9: Final = {"iterm.app", "wezterm", "ghostty", "kitty"}
_OSC777: Final = ("foot", "rxvt-unicode", "contour")
_LEFT_BY: Final = {
    "KITTY_WINDOW_ID": "osc9",
    "WEZTERM_PANE": "osc9",
    "ITERM_SESSION_ID": "osc9",
    "GHOSTTY_RESOURCES_DIR": "osc9",
    "VTE_VERSION": "osc777",
}
"""Variables that the outer terminal leaves in the environment, also inside of tmux."""
_NO_TITLE: Final = ("", "dumb", "linux", "vt100", "vt220", "ansi", "cons25", "unknown")


def notice_way(environ: Mapping[str, str]) -> Way:
    """Return how this terminal shows a notice, ``""`` when it is not known to show any."""
    term = environ.get("TERM", "").casefold()
    program = environ.get("TERM_PROGRAM", "").casefold()
    if term == "dumb":
        return ""
    if program in _OSC9 or environ.get("LC_TERMINAL") == "iTerm2" or term == "xterm-kitty":
        return "osc9"
    if term.startswith(_OSC777):
        return "osc777"
    for name, way in _LEFT_BY.items():
        if environ.get(name):
            return "osc9" if way == "osc9" else "osc777"
    return ""


def notice(text: str, environ: Mapping[str, str]) -> str:
    """Return the sequence that shows ``text``; ``""`` when the terminal shows none."""
    said = _plain(text)
    way = notice_way(environ)
    if not said or not way:
        return ""
    # Words before the text: some terminals read a number after OSC 9 as a command.
    body = f"9;sdrdesk: {said}" if way == "osc9" else f"777;notify;sdrdesk;{said}"
    return _outside(f"\x1b]{body}{_ST}", environ)


def has_title(environ: Mapping[str, str]) -> bool:
    """Return whether this terminal has a title that can be set and restored."""
    return environ.get("TERM", "").casefold() not in _NO_TITLE


def title(text: str) -> str:
    """Return the sequence that sets the title of the window (in tmux: of the pane)."""
    return f"\x1b]2;{_plain(text)}{_ST}"


def _plain(text: str) -> str:
    """Return text that cannot end the sequence it is in, nor be read as a part of it."""
    return one_line(text, limit=_LONGEST).replace(";", ",")


def _outside(sequence: str, environ: Mapping[str, str]) -> str:
    """Wrap a sequence for the terminal outside of tmux or screen."""
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}{_ST}"
    if environ.get("STY"):
        # Screen ends its own string at the first ST, so the inner one ends with a bell.
        return f"\x1bP{sequence.removesuffix(_ST)}{BELL}{_ST}"
    return sequence
