"""Files of a person: read only when they are files, written for their owner alone.

A named pipe would wait for ever, a device may have no end, and a link to nothing looks like no
file at all, so the settings in it would silently not count.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from sdrdesk.disk_room import full_words, is_full
from sdrdesk.domain.errors import SdrDeskError, UsageError


class PlainFileError(OSError):
    """What is at a path is no file that can be read; ``strerror`` says what it is."""


def is_there(path: Path) -> bool:
    """Return whether anything is at ``path``, a link to nothing included.

    Raises:
        OSError: it cannot be looked at.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def read_plain(path: Path, most: int) -> bytes:
    """Return the content of a file of at most ``most`` bytes.

    Raises:
        PlainFileError: a link to nothing, a directory, a pipe, a device, or too large.
        OSError: it cannot be read.
    """
    if trouble := _trouble(path):
        raise PlainFileError(0, trouble, str(path))
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise PlainFileError(0, f"it is larger than {most // 1024:,} KiB", str(path))
    return content


def read_argument(path: Path, most: int) -> bytes:
    """Return the content of a file that a person named on the command line.

    Raises:
        UsageError: it cannot be read, with the reason.
    """
    try:
        return read_plain(path, most)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}.",
            kept="Nothing was changed.",
            next_step="Name a file that you may read.",
        ) from error


def write_owned(path: Path, text: str, *, shared: bool = False) -> None:
    """Write a file that only its owner may read; the old content stays until the new is whole.

    Args:
        path: the file; a link is followed.
        text: what to write.
        shared: give it the rights that a new file usually gets.

    Raises:
        UsageError: the path cannot be a file.
        SdrDeskError: the disk refuses.
    """
    path = Path(os.path.realpath(path))
    if os.path.lexists(path) and not path.is_file():
        kind = "a directory" if path.is_dir() else "no regular file"
        raise UsageError(
            f"{path} is {kind}.", kept="Nothing was written.", next_step="Name a file."
        )
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666 if shared else 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
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
        return f"it is a link to nothing ({path.readlink()})" if linked else "it is not there"
    if stat.S_ISREG(mode):
        return ""
    return "it is a directory" if stat.S_ISDIR(mode) else "it is no regular file"


def _cannot_write(path: Path, error: OSError) -> SdrDeskError:
    if is_full(error.errno):
        what, step = full_words(path), "Free some space, then do it again."
    else:
        what = f"{path} cannot be written: {error.strerror or error}."
        step = "Name a file in a folder that is yours."
    return SdrDeskError(what, kept="Nothing was changed.", next_step=step)
