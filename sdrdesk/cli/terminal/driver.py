"""The driver of the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver


def takes_mouse(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether to ask the terminal for the mouse.

    GNU screen, once asked, keeps each Escape until the next key: it might begin a click. Over SSH
    only its ``TERM`` tells; tmux has another one, or names itself.
    """
    name = environ.get("TERM", "")
    is_screen = name == "screen" or name.startswith("screen.")
    return not (environ.get("STY") or (is_screen and not environ.get("TMUX")))


def drawing_driver() -> type[Driver] | None:
    """Return the driver for this terminal, ``None`` for Textual's own.

    Textual draws on stderr. The workbench checks that stdout is a terminal, so with
    ``sdrdesk 2>file`` it draws there, and what programs write to stderr still goes to the file.
    """
    if os.name == "nt":
        return None
    # Needs modules of Unix.
    from sdrdesk.cli.terminal.resting_driver import RestingDriver, StdoutDriver

    errors = sys.__stderr__
    return RestingDriver if errors is not None and errors.isatty() else StdoutDriver
