"""Whether a disk takes what has to be written, asked of the disk itself.

SQLite's "disk I/O error" and "unable to open" hide the cause, and the bytes that are free do not
tell of a quota. So a small file is written and removed again.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

_PROBE_BYTES = 64 * 1024
"""Twice what SQLite needs beside a database before it can be read at all."""
_MB = 1024 * 1024
_LEAST = 10 * _MB
"""Enough for a day of outcomes and the write-ahead log of a sync."""

_NO_ROOM = frozenset(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)
)


def takes_no_writes(directory: Path) -> int | None:
    """Return why ``directory`` takes no file (an ``errno``), ``None`` when it takes one."""
    import tempfile  # here, because the first screen waits for every import

    try:
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".room-") as file:
            file.write(b"\0" * _PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())  # some systems refuse only when the bytes reach the disk
    except OSError as error:
        return error.errno or errno.EIO
    return None


def is_full(reason: int | None) -> bool:
    """Return whether this ``errno`` means that there is no room: disk, quota or file size."""
    return reason in _NO_ROOM


def is_read_only(reason: int | None) -> bool:
    """Return whether this ``errno`` means a file system that nobody can write to."""
    return reason == errno.EROFS


def full_words(path: Path, needs: int = 0) -> str:
    """Return the sentence that the disk of ``path`` is full: how much is free, how much is needed.

    Args:
        path: the file that could not grow.
        needs: bytes; if left out, what a day of work takes for a database of this size.
    """
    import shutil  # as above

    try:
        free = f"{shutil.disk_usage(path.parent).free / _MB:,.0f} MB free, "
    except OSError:
        free = ""
    needs = needs or max(_LEAST, size_of(path) // 4)
    return f"The disk that holds {path} is full ({free}needs about {needs / _MB:,.0f} MB)."


def size_of(path: Path) -> int:
    """Return how many bytes a file has, 0 when there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
