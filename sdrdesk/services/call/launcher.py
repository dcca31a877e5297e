"""Launcher of other programs for a number or a link: arguments, never a shell.

The program gets neither the terminal nor sdrdesk's environment: a browser that draws in the
terminal would wreck the screen, and the CRM token is private.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import IO

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.plain_text import one_line

_LONGEST_LINE = 4_096
_MOST_LINES = 1_000
PATIENCE_S = 2.0
"""Time in which a program may fail; one that still runs then counts as an open phone."""


class LaunchError(SdrDeskError):
    """Another program is missing or ended with an error."""


class Launcher:
    """Starts other programs.

    Args:
        environ: their environment; the variables of sdrdesk are removed.
        platform: as in ``sys.platform``.
        patience_s: how long to wait for a failure.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        platform: str = sys.platform,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._environ = {n: v for n, v in environ.items() if not n.startswith("SDRDESK_")}
        self._platform = platform
        self._patience_s = patience_s

    @property
    def has_browser(self) -> bool:
        """True if a browser can show up here: on Unix it needs a display."""
        if self._platform in ("win32", "darwin"):
            return True
        names = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
        return any(self._environ.get(name) for name in names)

    def open(self, link: str) -> None:
        """Open ``link`` with this machine's program for its scheme. Blocks for a moment.

        Raises:
            LaunchError: there is no such program, or it failed.
        """
        if self._platform == "win32":
            try:
                os.startfile(link)  # type: ignore[attr-defined,unused-ignore]  # noqa: S606 - Windows only, and the way there
            except OSError as error:
                raise LaunchError(f"Windows could not open it: {one_line(str(error))}.") from error
            return
        self.run(("open" if self._platform == "darwin" else "xdg-open", link))

    def run(self, command: Sequence[str], on_line: Callable[[bytes], object] | None = None) -> None:
        """Start a program; wait until it ends or a moment has passed.

        Args:
            command: program and arguments.
            on_line: called with each line it prints, in another thread, for as long as it runs.

        Raises:
            LaunchError: it is missing, may not be run, or ended with an error at once.
        """
        name = PurePath(command[0]).name
        program = shutil.which(command[0], path=self._environ.get("PATH"))
        if program is None:
            raise LaunchError(f"The program {name} was not found on this machine.")
        with tempfile.TemporaryFile() as said:
            process = self._start((program, *command[1:]), name, said, listen=on_line is not None)
            if on_line is not None and process.stdout is not None:
                threading.Thread(
                    target=_listen, args=(process.stdout, on_line), name="phone", daemon=True
                ).start()
            try:
                code = process.wait(self._patience_s)
            except subprocess.TimeoutExpired:
                # It keeps running; a thread collects its exit status.
                threading.Thread(target=process.wait, name="outside", daemon=True).start()
                return
            if code != 0:
                raise LaunchError(f"{name} ended with code {code}{_reason(said)}.")

    def _start(
        self, command: Sequence[str], name: str, said: IO[bytes], *, listen: bool
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - a vector; the number or link was checked
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if listen else subprocess.DEVNULL,
                stderr=said,
                env=self._environ,
                start_new_session=True,
            )
        except OSError as error:
            raise LaunchError(f"{name} could not be started: {error.strerror}.") from error


def _listen(lines: IO[bytes], on_line: Callable[[bytes], object]) -> None:
    """Pass on each line; of one that does not end, and after too many, the rest is dropped."""
    with lines:
        whole, passed = True, 0
        while line := lines.readline(_LONGEST_LINE):
            if whole and passed < _MOST_LINES and line.endswith(b"\n"):
                passed += 1
                with suppress(Exception):  # the workbench is closing
                    on_line(line)
            whole = line.endswith(b"\n")


def _reason(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read(2_000).decode("utf-8", "replace").strip().splitlines()
    return f": {one_line(lines[0], limit=120).rstrip('.')}" if lines else ""
