"""Finds backups of the database, rotates them, and explains how to restore one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

DIRECTORY = "backups"

DAILY: Final = "daily"
_STAMP: Final = "%Y%m%dT%H%M%S%fZ"
_KEPT: Mapping[str, int] = MappingProxyType({"schema": 5, DAILY: 7, "restore": 3, "manual": 5})
"""Number of copies that stay, by the first word of their label: made before an upgrade, each day,
before a restore, and by ``sdrdesk backup``."""


def backups(path: Path) -> list[Path]:
    """Return the backups of the database at ``path``, oldest first."""
    directory = path.parent / DIRECTORY
    # The time is in the name, so names sort by age.
    return sorted(directory.glob(f"{path.stem}-*.db")) if directory.is_dir() else []


def backup_name(path: Path, moment: datetime, label: str) -> Path:
    """Return the path of a new backup."""
    stamp = moment.astimezone(UTC).strftime(_STAMP)
    return path.parent / DIRECTORY / f"{path.stem}-{stamp}-{label}.db"


def made_at(backup: Path) -> datetime | None:
    """Return when a backup was made, by its name: aware UTC, ``None`` for another file."""
    for part in backup.stem.split("-"):
        try:
            return datetime.strptime(part, _STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def label_of(backup: Path) -> str:
    """Return the first word of a backup's label: ``schema``, ``daily``, ``restore``, ``manual``."""
    return backup.stem.rpartition("Z-")[2].partition("-")[0]


def outdated(path: Path, kept: Mapping[str, int] = MappingProxyType({})) -> list[Path]:
    """Return the backups that rotation deletes; ``kept`` changes how many of a label stay."""
    limits = {**_KEPT, **kept}
    by_label: dict[str, list[Path]] = {}
    for backup in backups(path):
        by_label.setdefault(label_of(backup), []).append(backup)
    return [
        old
        for label, files in by_label.items()
        if label in limits
        for old in files[: max(0, len(files) - limits[label])]
    ]


def way_back(path: Path) -> str:
    """Return the steps to replace the unusable database at ``path``."""
    found = backups(path)
    if found:
        return f"Close every sdrdesk, then run `sdrdesk restore {found[-1]}`."
    return (
        f"Close every sdrdesk and move {path} away, with its -wal and -shm; put your own backup in "
        f"its place. There is no copy in {path.parent / DIRECTORY}. Without one, `sdrdesk sync` "
        "fetches the leads again; what was not sent yet is lost."
    )
