"""A secret from a program of the rep's, such as a password manager's command line. No shell."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import Final

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.text.plain_text import one_line

_PATIENCE_S: Final = 60.0
"""A password manager may ask the rep to unlock it."""
_MOST: Final = 16_384


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
        done = subprocess.run(  # noqa: S603  # the rep's own program; a vector, no shell
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(command, setting, f"took longer than {patience_s:.0f} s") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise _failed(command, setting, f"did not start ({one_line(said, limit=120)})") from None
    if done.returncode:
        said = one_line(done.stderr.decode("utf-8", "replace"), limit=200)
        detail = f": {said}" if said else ""
        raise _failed(command, setting, f"ended with code {done.returncode}{detail}")
    lines = done.stdout[: _MOST + 1].decode("utf-8", "replace").split("\n")
    secret = lines[0].strip()
    if not secret or len(done.stdout) > _MOST or any(line.strip() for line in lines[1:]):
        raise _failed(command, setting, "did not print one line")
    return secret


def _failed(command: Sequence[str], setting: str, what: str) -> CredentialsError:
    program = one_line(command[0], limit=80)
    return CredentialsError(
        f"{setting} in config.toml: {program} {what}.",
        kept="Everything recorded here is kept.",
        next_step=f"Run {program} in a terminal to see what is wrong, or correct {setting}.",
    )
