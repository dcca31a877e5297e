"""Finds backups of the database and explains how to restore one."""

from __future__ import annotations

from pathlib import Path

DIRECTORY = "backups"


def backups(path: Path) -> list[Path]:
    """Return the backups of the database at ``path``, oldest first."""
    directory = path.parent / DIRECTORY
    # The time is in the name, so names sort by age.
    return sorted(directory.glob(f"{path.stem}-*.db")) if directory.is_dir() else []


def way_back(path: Path) -> str:
    """Return the steps to replace the unusable database at ``path``."""
    away = f"Close every sdrdesk and move {path} away, with its -wal and -shm"
    found = backups(path)
    if found:
        return f"{away}; then copy {found[-1]} to {path}."
    return (
        f"{away}; put your own backup in its place. There is no copy in "
        f"{path.parent / DIRECTORY}. Without one, `sdrdesk sync` fetches the leads again; "
        "what was not sent yet is lost."
    )
