"""Reading only regular files, and writing files that only their owner can read.

A named pipe blocks forever, a device may have no end, and a broken link looks like no file at all,
so its settings would silently be ignored.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from sdrdesk.disk_room import full_words, is_full
from sdrdesk.domain.errors import SdrDeskError, UsageError


class PlainFileError(OSError):
    """A path is not a readable file; ``strerror`` says what it is."""


def is_there(path: Path) -> bool:
    """Return whether anything is at ``path``, including a broken link.

    Raises:
        OSError: the system refuses to look.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def read_plain(path: Path, most: int) -> bytes:
    """Return the content of a file of at most ``most`` bytes.

    Raises:
        PlainFileError: a broken link, a directory, a pipe, a device, or too large.
        OSError: it cannot be read.
    """
    if trouble := _trouble(path):
        raise PlainFileError(0, trouble, str(path))
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise PlainFileError(0, f"it is larger than {most // 1024:,} KiB", str(path))
    return content


def write_owned(path: Path, content: str | bytes, *, shared: bool = False) -> None:
    """Write a file that only its owner can read, replacing the old content in one step.

    Args:
        path: the file; a link is followed.
        content: text, written as UTF-8, or bytes.
        shared: give it the usual permissions of a new file instead.

    Raises:
        UsageError: the path cannot be a file.
        SdrDeskError: it cannot be written.
    """
    path = Path(os.path.realpath(path))
    if os.path.lexists(path) and not path.is_file():
        kind = "a directory" if path.is_dir() else "not a regular file"
        raise UsageError(
            f"{path} is {kind}.", kept="Nothing was written.", next_step="Name a file."
        )
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666 if shared else 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode(errors="replace") if isinstance(content, str) else content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error


def _trouble(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        linked = path.is_symlink()
        return f"it is a broken link to {path.readlink()}" if linked else "it does not exist"
    if stat.S_ISREG(mode):
        return ""
    return "it is a directory" if stat.S_ISDIR(mode) else "it is not a regular file"


def _cannot_write(path: Path, error: OSError) -> SdrDeskError:
    if is_full(error.errno):
        what, step = full_words(path), "Free some space, then try again."
    else:
        what = f"{path} cannot be written: {error.strerror or error}."
        step = "Name a file in a folder that you own."
    return SdrDeskError(what, kept="Nothing was changed.", next_step=step)
