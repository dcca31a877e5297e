"""Restores a backup without bringing back people who were erased since it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sdrdesk.clock import Clock, iso_or_none
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.restore import Restored, check_backup, restore
from sdrdesk.store.database.scrub import scrub
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.forget.digests import Forgotten, carry_forgotten, read_forgotten
from sdrdesk.store.forget.erase import erase
from sdrdesk.store.forget.traces import traces

_IDS = ("lead", "activity")


@dataclass(slots=True)
class RestoreResult:
    """The restored records."""

    backup: Path
    kept: Path | None = None
    kept_whole: bool = True
    recorded_until: datetime | None = None
    unsent: int = 0
    forgotten: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the output of ``restore --json``."""
        return {
            "backup": str(self.backup),
            "kept": str(self.kept) if self.kept else None,
            "kept_whole": self.kept_whole,
            "recorded_until": iso_or_none(self.recorded_until),
            "unsent": self.unsent,
            "forgotten_again": self.forgotten,
        }


def restore_backup(backup: Path, path: Path, key: str | None, clock: Clock) -> RestoreResult:
    """Put a copy of ``backup`` in the place of the database at ``path``.

    Args:
        backup: a file made by ``backup``, by an upgrade or each day.
        path: the database; it may be missing or damaged.
        key: the key of both, ``None`` for plain files.
        clock: the current time.

    Raises:
        NotFoundError: there is no such file.
        StorageError: it cannot be restored; nothing was changed.
    """
    check_backup(backup, key)
    result = RestoreResult(backup)

    def prepare(copy: Connection, known: Forgotten | None) -> None:
        now_ms = to_ms(clock())
        row = copy.execute("SELECT max(at_ms) FROM activity WHERE local = 1").fetchone()
        result.recorded_until = from_ms(row[0])
        row = copy.execute(
            "SELECT count(*) FROM outbox WHERE state IN ('held', 'queued', 'sending', 'blocked')"
        ).fetchone()
        result.unsent = int(row[0])
        if known is not None and known.rows:
            result.forgotten = _erase_again(copy, known, now_ms)

    done: Restored = restore(backup, path, key, read_forgotten, prepare)
    result.kept, result.kept_whole = done.kept, done.kept_whole
    return result


def _erase_again(copy: Connection, known: Forgotten, now_ms: int) -> int:
    ids: set[str] = set()
    for table in _IDS:
        rows = copy.execute(f"SELECT DISTINCT lead_id FROM {table}")  # noqa: S608  # from above
        ids.update(str(i) for (i,) in rows if known.has("lead", str(i)))
    copy.execute("BEGIN IMMEDIATE")
    for lead_id in ids:
        erase(copy, traces(copy, lead_id), now_ms)
    carry_forgotten(copy, known, now_ms)
    copy.execute("COMMIT")
    if ids:
        scrub(copy)
    return len(ids)
