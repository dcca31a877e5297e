"""Checks the path of the database before anything there is opened or created.

A new database is moved into place when it is complete. So an empty file was a database once: a
power failure or a program that syncs folders emptied it.
"""

from __future__ import annotations

from pathlib import Path

from sdrdesk.disk_room import size_of
from sdrdesk.domain.errors import ExitCode, StorageError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.store.database.copies import DIRECTORY, way_back

_UNSAVED = ("-wal", "-journal")
"""Files with changes not yet in the database. SQLite deletes them next to an empty file."""

_EMPTY_TO_SQLITE = 1
"""SQLite treats a file of one byte as empty, too, and makes a new database of it."""


class WrongPlaceError(StorageError):
    """The path of the database is not a file."""

    exit_code = ExitCode.USAGE


def check_place(path: Path, log: Path | None = None) -> None:
    """Raise where a database was lost, or where none can be.

    Args:
        path: the database.
        log: the log file, named in the error.

    Raises:
        StorageError: names the files that are there and the way back.
    """
    if path.is_symlink() and not path.exists():
        raise StorageError(
            f"The database {path} is a link to nothing ({path.readlink()}).",
            kept="Nothing was created in its place.",
            next_step="Connect the disk it leads to, or remove the link.",
        )
    if path.exists() and not path.is_file():
        kind = "a directory" if path.is_dir() else "not a regular file"
        raise WrongPlaceError(
            f"The database {path} is {kind}.",
            kept="Nothing was changed.",
            next_step="Move it away, or set SDRDESK_HOME to another directory.",
        )
    if path.exists() and (size := size_of(path)) <= _EMPTY_TO_SQLITE:
        raise _lost(
            path,
            f"The database {path} has lost its content ({size} {plural(size, 'byte')}).",
            log,
        )
    if not path.exists() and _unsaved(path):
        raise _lost(path, f"The database {path} is gone, but its write-ahead log is here.", log)


def _lost(path: Path, what: str, log: Path | None) -> StorageError:
    log = log or path.parent / "logs" / "sdrdesk.log"
    locks = ", ".join(sorted(file.name for file in path.parent.glob(f"{path.name}.*.lock")))
    unsaved = "".join(f" Keep {name}: it may hold the last changes." for name in _unsaved(path))
    return StorageError(
        f"{what} A power failure or a program that syncs folders can cause this. "
        f"Lock files: {locks or 'none'}. Log: {log}. Backups: {path.parent / DIRECTORY}.",
        kept=f"Nothing was overwritten.{unsaved}",
        next_step=way_back(path),
    )


def _unsaved(path: Path) -> list[str]:
    files = (path.with_name(path.name + suffix) for suffix in _UNSAVED)
    return [file.name for file in files if size_of(file)]
