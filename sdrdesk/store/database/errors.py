"""Turns database and file errors into a ``StorageError`` that a person can act on.

Covers both drivers (``sqlite3``, ``sqlcipher3``) and SQLAlchemy's wrappers during migrations. Bugs
(a broken constraint, bad SQL) pass through unchanged.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sdrdesk.disk_room import full_words, is_full, is_read_only, size_of, takes_no_writes
from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.copies import way_back

_NOTHING_CHANGED = "Nothing in the file was changed."
_ROLLED_BACK = "The change was rolled back; everything saved before it is kept."

# Fragments of SQLite's own messages (the same in both drivers), because sqlcipher3 carries no
# error name. Source: sqlite3ErrStr() in SQLite's main.c, read 2026-11.
_BY_MESSAGE: tuple[tuple[str, str, str, str], ...] = (
    (
        "database is locked",
        "Another program keeps {path} locked.",
        _ROLLED_BACK,
        "Close the other sdrdesk that is busy writing, or wait a moment, and try again.",
    ),
    (
        "attempt to write a readonly database",
        "{path} cannot be written to.",
        _ROLLED_BACK,
        "Make the file and its directory writable for your user.",
    ),
    (
        "unable to open database file",
        "{path} cannot be opened.",
        _NOTHING_CHANGED,
        "Check that the directory exists and that your user may read and write it.",
    ),
    (
        "disk i/o error",
        "The disk failed while {path} was in use.",
        _ROLLED_BACK,
        "Check the disk; the directory backups next to the database holds older copies.",
    ),
    (
        "file is not a database",
        "{path} is not a database this sdrdesk can read: another key, or a damaged file.",
        _NOTHING_CHANGED,
        "If it is encrypted, use the key it was made with. If it is damaged: {way_back}",
    ),
    (
        "malformed",
        "{path} is damaged.",
        _NOTHING_CHANGED,
        "{way_back}",
    ),
)


_VAGUE = ("disk i/o error", "unable to open database file", "attempt to write a readonly database")
"""Messages with many causes, such as a full disk."""
_PAGE = 64 * 1024
"""A file this near to its size limit failed because of it."""


def storage_error(error: BaseException, path: Path, needs: int = 0) -> StorageError | None:
    """Return the ``StorageError`` for an error, ``None`` when the error is a bug.

    Args:
        error: the exception.
        path: the file.
        needs: bytes of free space needed, 0 when unknown.
    """
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return _os_error(cause, path, needs)
    if type(cause).__module__.partition(".")[0] not in {"sqlite3", "sqlcipher3", "_sqlite3"}:
        return None
    said = str(cause).lower()
    if "database or disk is full" in said:
        return _full(path, needs)
    if any(vague in said for vague in _VAGUE) and (found := _disk_error(path, needs)):
        return found
    for fragment, what, kept, next_step in _BY_MESSAGE:
        if fragment in said:
            return StorageError(what.format(path=path), kept=kept, next_step=_step(next_step, path))
    return None


def _step(next_step: str, path: Path) -> str:
    return next_step.format(way_back=way_back(path)) if "{" in next_step else next_step


@contextmanager
def translating(path: Path, needs: int = 0) -> Iterator[None]:
    """Raise ``StorageError`` instead of the driver's errors about the file."""
    try:
        yield
    except Exception as error:
        translated = storage_error(error, path, needs)
        if translated is None:
            raise
        raise translated from error


def _os_error(error: OSError, path: Path, needs: int) -> StorageError:
    if is_full(error.errno):
        return _full(path, needs)
    if is_read_only(error.errno):
        return _read_only(path)
    reason = error.strerror or type(error).__name__
    return StorageError(
        f"{error.filename or path} cannot be used: {reason}.",
        kept=_NOTHING_CHANGED,
        next_step="Check the path and that your user may read and write it.",
    )


def _disk_error(path: Path, needs: int) -> StorageError | None:
    """Return the error behind one of ``_VAGUE`` by looking at the disk."""
    reason = takes_no_writes(path.parent)
    if is_full(reason) or _is_as_large_as_allowed(path):
        return _full(path, needs)
    return _read_only(path) if is_read_only(reason) else None


def _is_as_large_as_allowed(path: Path) -> bool:
    """Return whether this process may not make the file larger (``ulimit -f``)."""
    allowed: float = math.inf
    if sys.platform != "win32":  # it has no such limit
        import resource  # not on Windows

        limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        allowed = limit if limit != resource.RLIM_INFINITY else math.inf
    files = (path, path.with_name(f"{path.name}-wal"))
    return max(map(size_of, files)) + _PAGE > allowed


def _full(path: Path, needs: int) -> StorageError:
    return StorageError(
        full_words(path, needs),
        kept=_ROLLED_BACK,
        next_step="Free some space, then do it again. Reading still works.",
    )


def _read_only(path: Path) -> StorageError:
    return StorageError(
        f"{path} cannot be written to: its file system is read-only.",
        kept=_ROLLED_BACK,
        next_step="Mount it writable, or set SDRDESK_HOME to a directory that is.",
    )
