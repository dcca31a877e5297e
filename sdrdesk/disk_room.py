"""Checks for a full or read-only disk.

SQLite's "disk I/O error" and "unable to open" hide the cause, and free space does not show a quota,
so a small file is written and removed.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

_PROBE_BYTES = 64 * 1024
"""Twice what SQLite needs next to a database to read it."""
_MB = 1024 * 1024
_LEAST = 10 * _MB
"""Enough for a day of outcomes and the write-ahead log of a sync."""

_NO_ROOM = frozenset(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)
)


def takes_no_writes(directory: Path) -> int | None:
    """Return the ``errno`` of writing a file to ``directory``; ``None`` if it can be written."""
    import tempfile  # only after an error

    try:
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".room-") as file:
            file.write(b"\0" * _PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())  # some systems fail only when the bytes reach the disk
    except OSError as error:
        return error.errno or errno.EIO
    return None


def is_full(reason: int | None) -> bool:
    """Return whether this ``errno`` means a full disk, quota or file size limit."""
    return reason in _NO_ROOM


def is_read_only(reason: int | None) -> bool:
    """Return whether this ``errno`` means a read-only file system."""
    return reason == errno.EROFS


def full_words(path: Path, needs: int = 0) -> str:
    """Return a sentence that the disk of ``path``, or the rep's share of it, is full.

    Args:
        path: the file that could not grow.
        needs: bytes; default: a day of work for a database of this size.
    """
    import shutil  # only after an error

    needs = needs or max(_LEAST, size_of(path) // 4)
    try:
        room = shutil.disk_usage(path.parent).free
        free = f"{room / _MB:,.0f} MB free, "
    except OSError:
        room, free = 0, ""
    if room > 2 * needs:
        return (
            f"{path} may not grow. Its disk is not full ({room / _MB:,.0f} MB free): a quota, or a "
            "limit for the size of files (ulimit -f), is used up."
        )
    return f"The disk that holds {path} is full ({free}needs about {needs / _MB:,.0f} MB)."


def size_of(path: Path) -> int:
    """Return the size of a file in bytes; 0 if it does not exist."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
