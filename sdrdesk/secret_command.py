"""A secret from a program of the rep's, such as a password manager's command line. No shell."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.text.plain_text import one_line

_PATIENCE_S: Final = 60.0
"""A password manager may ask the rep to unlock it."""
_MOST: Final = 16_384
_REST_S: Final = 3.0
"""Wait for the rest of what an ended program printed."""


def run_secret_command(
    command: Sequence[str], setting: str, patience_s: float = _PATIENCE_S
) -> str:
    """Return the one line that a program prints.

    Args:
        command: program and arguments.
        setting: the setting that names it, for errors.
        patience_s: how long it may take.

    Raises:
        CredentialsError: it did not start, failed, took too long, or printed no such line; never
            quotes what it printed.
    """
    try:
        code, printed, errors = _run(command, patience_s)
    except subprocess.TimeoutExpired:
        raise _failed(command, setting, f"took longer than {patience_s:.0f} s") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise _failed(command, setting, f"did not start ({one_line(said, limit=120)})") from None
    if code:
        said = one_line(errors.decode("utf-8", "replace"), limit=200)
        detail = f": {said}" if said else ""
        raise _failed(command, setting, f"ended with code {code}{detail}")
    lines = printed.decode("utf-8", "replace").split("\n")
    secret = lines[0].strip()
    if not secret or len(printed) > _MOST or any(line.strip() for line in lines[1:]):
        raise _failed(command, setting, "did not print one line")
    return secret


def _run(command: Sequence[str], patience_s: float) -> tuple[int, bytes, bytes]:
    """Run a program; return its code, and the beginning of what it printed.

    An agent that it starts and leaves running keeps its output open: that is not waited for.
    """
    process = subprocess.Popen(  # noqa: S603  # the rep's own program; a vector, no shell
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    printed, errors = bytearray(), bytearray()
    readers = [
        threading.Thread(target=_read, args=parts, daemon=True)
        for parts in ((process.stdout, printed), (process.stderr, errors))
    ]
    for reader in readers:
        reader.start()
    try:
        code = process.wait(patience_s)
    except BaseException:
        process.kill()
        process.wait()
        raise
    until = time.monotonic() + _REST_S
    while any(reader.is_alive() for reader in readers) and time.monotonic() < until:
        if not code and printed.endswith(b"\n"):
            break
        readers[0].join(0.01)
    return code, bytes(printed), bytes(errors)


def _read(pipe: IO[bytes], kept: bytearray) -> None:
    with suppress(OSError, ValueError), pipe:
        while part := os.read(pipe.fileno(), 65_536):
            kept += part[: _MOST + 1 - len(kept)]


def _failed(command: Sequence[str], setting: str, what: str) -> CredentialsError:
    program = one_line(command[0], limit=80)
    return CredentialsError(
        f"{setting} in config.toml: {program} {what}.",
        kept="Everything recorded here is kept.",
        next_step=f"Run {program} in a terminal to see what is wrong, or correct {setting}.",
    )
