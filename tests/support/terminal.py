"""A program in a pseudo-terminal: type keys, read the screen."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

import pexpect
import pyte

from tests.support.patience import PATIENCE_S

_QUIET_S = 0.05


class Terminal:
    """One program in one terminal."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 80,
        rows: int = 24,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._screen.write_process_input = self._answer  # type: ignore[method-assign,assignment]
        self._stream = pyte.ByteStream(self._screen)
        self.raw = bytearray()
        """Every byte the program wrote."""
        self._child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={
                # A size in the environment would win over the size of this terminal.
                **{name: v for name, v in environ.items() if name not in ("COLUMNS", "LINES")},
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
            },
            dimensions=(rows, columns),
            timeout=PATIENCE_S,
        )
        # pexpect would wait 50 ms before each key, which benches would measure.
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child.closed:
            return
        if self._child.isalive():
            self._child.kill(signal.SIGKILL)
            self._child.wait()
        self._child.close()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return int(self._child.pid)

    @property
    def screen(self) -> str:
        """The text on the terminal, one line per row."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def _answer(self, text: str) -> None:
        """Answer a question of the program, as every terminal does."""
        with contextlib.suppress(OSError):
            self._child.send(text)

    def send(self, keys: str) -> None:
        """Type ``keys``."""
        self._child.send(keys)

    def wait_for(self, *wanted: str, timeout: float = PATIENCE_S) -> str:
        """Read until every one of ``wanted`` is on the screen; return the screen.

        Raises:
            AssertionError: it did not appear in time; includes the screen.
        """
        until = time.monotonic() + timeout
        while not all(text in self.screen for text in wanted):
            if time.monotonic() > until or not self._read(0.2):
                missing = [text for text in wanted if text not in self.screen]
                raise AssertionError(f"never saw {missing} in:\n{self.screen}")
        return self.screen

    def wait_match(self, pattern: str) -> str:
        """Read until ``pattern`` is found on the screen, for what changes with time.

        Raises:
            AssertionError: it did not appear in time; includes the screen.
        """
        until = time.monotonic() + PATIENCE_S
        while not re.search(pattern, self.screen):
            if time.monotonic() > until or not self._read(0.2):
                raise AssertionError(f"never saw {pattern} in:\n{self.screen}")
        return self.screen

    def wait_gone(self, text: str, timeout: float = PATIENCE_S) -> str:
        """Read until ``text`` is no longer on the screen; return the screen."""
        until = time.monotonic() + timeout
        while text in self.screen:
            if time.monotonic() > until or not self._read(0.2):
                raise AssertionError(f"still there: {text!r} in:\n{self.screen}")
        return self.screen

    def wait_end(self, timeout: float = PATIENCE_S) -> int:
        """Read until the program ends; return its exit code (minus the signal that ended it)."""
        until = time.monotonic() + timeout
        while self._read(0.2):
            if time.monotonic() > until:
                raise AssertionError(f"it did not end:\n{self.screen}")
        self._child.close()
        if self._child.signalstatus is not None:
            return -int(self._child.signalstatus)
        return int(self._child.exitstatus or 0)

    def reset(self) -> None:
        """Clear the terminal, as a shell that wrote to it meanwhile."""
        self._read(0.2)
        self._screen.reset()

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    def kill(self) -> None:
        """Kill the program as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait_end()

    def hang_up(self, timeout: float = PATIENCE_S) -> None:
        """Close the terminal under the program, as a closed window does; wait until it is gone.

        Raises:
            AssertionError: it stays, without a terminal.
        """
        pid = self.pid
        self._child.ptyproc.fileobj.close()
        until = time.monotonic() + timeout
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                raise AssertionError("the program stayed after its terminal was gone")
            time.sleep(0.05)
        self._child.closed = self._child.ptyproc.closed = True

    def read_some(self) -> None:
        """Read the output that has arrived, without waiting; for measuring."""
        with contextlib.suppress(pexpect.TIMEOUT):
            data = self._child.read_nonblocking(65_536, 1.0)
            self.raw += data
            self._stream.feed(data)

    def settle(self, quiet: float) -> None:
        """Read until nothing was written for ``quiet`` seconds."""
        with contextlib.suppress(pexpect.TIMEOUT):
            while True:
                data = self._child.read_nonblocking(65_536, quiet)
                self.raw += data
                self._stream.feed(data)

    def _read(self, wait: float) -> bool:
        """Feed new output to the screen; return ``False`` when the program has ended."""
        try:
            data = self._child.read_nonblocking(65_536, wait)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            while True:
                more = self._child.read_nonblocking(65_536, _QUIET_S)
                self.raw += more
                self._stream.feed(more)
        return True


@contextlib.contextmanager
def terminal(
    command: Sequence[str], environ: Mapping[str, str], *, columns: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    """Run ``command`` in a terminal for the length of a block."""
    with Terminal(command, environ, columns=columns, rows=rows) as opened:
        yield opened
