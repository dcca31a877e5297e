"""Turns what the database driver says into one sentence a person can act on.

Both drivers (``sqlite3``, ``sqlcipher3``) and SQLAlchemy's wrappers end here, so the room has a
single error: ``StorageError``. Bugs (a broken constraint, bad SQL) pass through untouched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sdrdesk.domain.errors import StorageError

_NOTHING_CHANGED = "Nothing in the file was changed."
_ROLLED_BACK = "The change was rolled back; everything saved before it is kept."

# Fragments of SQLite's own messages (the same in both drivers), because sqlcipher3 carries no
# error name. Source: sqlite3ErrStr() in SQLite's main.c, read 2026-11.
_BY_MESSAGE: tuple[tuple[str, str, str, str], ...] = (
    (
        "database or disk is full",
        "The disk that holds {path} is full.",
        _ROLLED_BACK,
        "Free some space, then do it again.",
    ),
    (
        "database is locked",
        "Another program keeps {path} locked.",
        _ROLLED_BACK,
        "Close the other sdrdesk that is busy writing, or wait a moment, and do it again.",
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
        "Hand in the key it was made with, or restore a copy from the directory backups.",
    ),
    (
        "malformed",
        "{path} is damaged.",
        _NOTHING_CHANGED,
        "Restore a copy from the directory backups next to it, or move the file away and sync.",
    ),
)


def storage_error(error: BaseException, path: Path) -> StorageError | None:
    """Return the sentence for a driver's error, ``None`` when it is a bug and not the storage."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return _os_error(cause, path)
    if type(cause).__module__.partition(".")[0] not in {"sqlite3", "sqlcipher3", "_sqlite3"}:
        return None
    said = str(cause).lower()
    for fragment, what, kept, next_step in _BY_MESSAGE:
        if fragment in said:
            return StorageError(what.format(path=path), kept=kept, next_step=next_step)
    return None


@contextmanager
def translating(path: Path) -> Iterator[None]:
    """Raise ``StorageError`` instead of whatever the driver raises about the file itself."""
    try:
        yield
    except Exception as error:
        told = storage_error(error, path)
        if told is None:
            raise
        raise told from error


def _os_error(error: OSError, path: Path) -> StorageError:
    reason = error.strerror or type(error).__name__
    return StorageError(
        f"{error.filename or path} cannot be used: {reason}.",
        kept=_NOTHING_CHANGED,
        next_step="Check the path and that your user may read and write it.",
    )
