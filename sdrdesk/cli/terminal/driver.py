"""Drawing the workbench when stderr is a file or closed.

Textual draws on stderr. The workbench checks that stdout is a terminal, so with ``sdrdesk 2>file``
it draws there, and what programs write to stderr still goes to the file.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App
    from textual.driver import Driver


def drawing_driver() -> type[Driver] | None:
    """Return a driver that draws on stdout, ``None`` where Textual's own draws on a terminal."""
    errors = sys.__stderr__
    if os.name == "nt" or (errors is not None and errors.isatty()):
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class StdoutDriver(LinuxDriver):
        def __init__(
            self,
            app: App[object],
            *,
            debug: bool = False,
            mouse: bool = True,
            size: tuple[int, int] | None = None,
        ) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            out = sys.__stdout__
            if isinstance(out, io.TextIOWrapper):
                # As on stderr: a character that the terminal cannot show must not stop the drawing.
                out.reconfigure(errors="backslashreplace")
                self._file = out

    return StdoutDriver
