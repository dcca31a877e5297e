"""Looks at the place of the database before anything there is opened or made.

A new database is made under another name and moved into place when it is whole. So a file of no
bytes was a database once: a power cut or a program that syncs folders emptied it.
"""

from __future__ import annotations

from pathlib import Path

from sdrdesk.disk_room import size_of
from sdrdesk.domain.errors import ExitCode, StorageError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.store.database.copies import DIRECTORY, way_back

_UNSAVED = ("-wal", "-journal")
"""Hold what SQLite had not yet carried into the file. It deletes them beside an empty file."""

_EMPTY_TO_SQLITE = 1
"""SQLite takes a file of one byte for an empty one as well, and makes a new database of it."""


class WrongPlaceError(StorageError):
    """The path of the database leads to something that is no file."""

    exit_code = ExitCode.USAGE


def check_place(path: Path, log: Path | None = None) -> None:
    """Refuse a place where a database was and is no more, or where none can be.

    Args:
        path: the database.
        log: the log file, to be named where it can tell what happened.

    Raises:
        StorageError: says what is there, what is beside it, and the way back.
    """
    if path.is_symlink() and not path.exists():
        raise StorageError(
            f"The database {path} is a link to nothing ({path.readlink()}).",
            kept="Nothing was made in its place.",
            next_step="Connect the disk it leads to, or remove the link.",
        )
    if path.exists() and not path.is_file():
        kind = "a directory" if path.is_dir() else "no regular file"
        raise WrongPlaceError(
            f"The database {path} is {kind}.",
            kept="Nothing was changed.",
            next_step="Move it away, or set SDRDESK_HOME to another directory.",
        )
    if path.exists() and (size := size_of(path)) <= _EMPTY_TO_SQLITE:
        raise _lost(
            path,
            f"The database {path} has no content any more ({size} {plural(size, 'byte')}).",
            log,
        )
    if not path.exists() and _unsaved(path):
        raise _lost(path, f"The database {path} is gone, but its write-ahead log is here.", log)


def _lost(path: Path, what: str, log: Path | None) -> StorageError:
    log = log or path.parent / "logs" / "sdrdesk.log"
    locks = ", ".join(sorted(file.name for file in path.parent.glob(f"{path.name}.*.lock")))
    unsaved = "".join(f" Keep {name}: it may hold the last changes." for name in _unsaved(path))
    return StorageError(
        f"{what} A power cut or a program that syncs folders can do that. "
        f"Lock files: {locks or 'none'}. Log: {log}. Backups: {path.parent / DIRECTORY}.",
        kept=f"Nothing was overwritten.{unsaved}",
        next_step=way_back(path),
    )


def _unsaved(path: Path) -> list[str]:
    files = (path.with_name(path.name + suffix) for suffix in _UNSAVED)
    return [file.name for file in files if size_of(file)]
