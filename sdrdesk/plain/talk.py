"""Input and output of plain mode, line by line."""

from __future__ import annotations

import base64
import threading
from typing import TextIO

from sdrdesk.domain.text.plain_text import clean


class InputEnded(Exception):  # noqa: N818 - not an error
    """The input ended: end of a pipe, or Ctrl-D."""


class Talk:
    """Reads from ``source`` and writes to ``sink``; either may be a pipe."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source = source
        self._sink = sink
        self._lock = threading.Lock()
        self._asked = ""
        """The prompt that waits for a line, ``""`` for none."""

    def say(self, text: str) -> None:
        """Write ``text`` without control characters; what waits for a line is asked again.

        May be called in any thread. What was typed so far stays.
        """
        with self._lock:
            before, after = ("\n", self._asked) if self._asked else ("", "")
            self._sink.write(f"{before}{clean(text)}\n{after}")
            self._sink.flush()

    def ask(self, prompt: str) -> str:
        """Write a prompt and return the typed line, trimmed.

        Raises:
            Gone: the input ended.
        """
        with self._lock:
            self._asked = f"{clean(prompt)} > "
            self._sink.write(self._asked)
            self._sink.flush()
        line = self._source.readline()
        with self._lock:
            self._asked = ""
            if not self._source.isatty():
                self._sink.write("\n")  # a pipe gives no line break of its own
        if not line:
            raise InputEnded
        return clean(line).strip()

    def copy(self, text: str) -> bool:
        """Copy ``text`` to the terminal's clipboard (OSC 52); return False without a terminal."""
        if not self._sink.isatty():
            return False
        packed = base64.b64encode(text.encode()).decode("ascii")
        self._sink.write(f"\x1b]52;c;{packed}\x07")
        self._sink.flush()
        return True
