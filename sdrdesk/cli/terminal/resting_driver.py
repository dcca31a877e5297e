"""Reads keys without looking for them.

Textual looks ten times a second, which is a third of what an idle workbench costs. Here the thread
sleeps until a key comes.
"""

from __future__ import annotations

import io
import os
import selectors
import sys
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from sdrdesk.cli.terminal.pasted import PasteFilter

if TYPE_CHECKING:
    from textual.app import App

_ESCAPE_S = 0.05
"""Interval of looking whether an Escape came alone, while that is not known."""
_LAST_S = 0.1
"""Wait at the end for late answers of the terminal: the shell must not get them."""


class RestingDriver(LinuxDriver):
    """Textual's driver; its thread for input wakes for input only."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._pipe: tuple[int, int] | None = None
        """Its reading end wakes the thread to end; open between start and ``close``."""
        self._pastes = PasteFilter()

    def start_application_mode(self) -> None:
        """Take the terminal, at the start and after a suspended program goes on."""
        if self._pipe is None:
            self._pipe = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def disable_input(self) -> None:
        """Stop reading."""
        if self._pipe and self._key_thread is not None and self._key_thread.is_alive():
            os.write(self._pipe[1], b".")
        super().disable_input()

    def close(self) -> None:
        """Close what was opened."""
        super().close()
        for end in self._pipe or ():
            os.close(end)
        self._pipe = None

    def run_input_thread(self) -> None:
        """Wait for input and dispatch it, until ``disable_input``."""
        if self._pipe is None:
            return
        ended, parser = self._pipe[0], XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(ended, selectors.EVENT_READ)
            ends = False
            while not ends:
                wait_s = None if parser._timeout_time is None else _ESCAPE_S
                ready = {key.fd for key, _ in selector.select(wait_s)}
                if ends := ended in ready:
                    os.read(ended, 1)
                    selector.unregister(ended)
                    ready |= {key.fd for key, _ in selector.select(_LAST_S)}
                if self.fileno in ready:
                    self._read(parser, decode(os.read(self.fileno, 4096)))
                for event in parser.tick():
                    self.process_message(event)

    def _read(self, parser: XTermParser, text: str) -> None:
        if not text:
            self.exit_event.wait(_LAST_S)  # half a letter, or a terminal that is gone
            return
        if text := self._pastes.passed(text):  # an empty one would be the end for the parser
            for event in parser.feed(text):
                self.process_message(event)


class StdoutDriver(RestingDriver):
    """Draws on stdout."""

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
