"""One line in, lines out: the whole terminal as plain mode knows it."""

from __future__ import annotations

import base64
from typing import TextIO

from sdrdesk.domain.text.plain_text import clean


class Gone(Exception):  # noqa: N818 - not an error: nobody is there any more
    """There is nothing more to read: a pipe that ended, or Ctrl-D."""


class Talk:
    """Reads from ``source`` and writes to ``sink``; either may be a pipe."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source = source
        self._sink = sink

    def say(self, text: str) -> None:
        """Write ``text`` without anything a terminal would obey."""
        self._sink.write(clean(text) + "\n")
        self._sink.flush()

    def ask(self, prompt: str) -> str:
        """Write a prompt and return the line that is typed, trimmed.

        Raises:
            Gone: there is nothing more to read.
        """
        self._sink.write(f"{clean(prompt)} > ")
        self._sink.flush()
        line = self._source.readline()
        if not self._source.isatty():
            self._sink.write("\n")  # nobody pressed Enter on this side of the pipe
        if not line:
            raise Gone
        return clean(line).strip()

    def copy(self, text: str) -> bool:
        """Put ``text`` on the clipboard of the terminal (OSC 52); False where there is none."""
        if not self._sink.isatty():
            return False
        packed = base64.b64encode(text.encode()).decode("ascii")
        self._sink.write(f"\x1b]52;c;{packed}\x07")
        self._sink.flush()
        return True
