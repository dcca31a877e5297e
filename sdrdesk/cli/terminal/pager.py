"""Shows long text in the reader's pager, in a terminal only."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress


@contextmanager
def page() -> Iterator[None]:
    """Page what is printed inside, if it is longer than the terminal.

    ``PAGER`` names the program (``less`` without one; ``cat`` or nothing turns paging off). It gets
    the text on its input and is not run by a shell.
    """
    if not (sys.stdout.isatty() and sys.stdin.isatty()) or (command := _pager()) is None:
        yield
        return
    held = io.StringIO()
    with redirect_stdout(held):
        yield
    text = held.getvalue()
    if text.count("\n") < shutil.get_terminal_size().lines:
        sys.stdout.write(text)
        return
    try:
        with (
            subprocess.Popen(  # noqa: S603 - the reader's own program
                command,
                stdin=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ},
            ) as process,
            suppress(BrokenPipeError),
        ):  # left before the end
            process.communicate(text)
    except OSError:  # it cannot be started
        sys.stdout.write(text)


def _pager() -> list[str] | None:
    named = os.environ.get("PAGER")
    try:
        words = shlex.split(named if named is not None else "less")
    except ValueError:
        return None
    if not words or words[0] == "cat" or shutil.which(words[0]) is None:
        return None
    return words
