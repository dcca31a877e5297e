"""The log of a background write is on the disk before the rep's next outcome has to wait for it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.log_flush import LogFlush
from sdrdesk.store.mirror.sync_state import get_fact, set_fact
from tests.store.filling import NOW

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nothing is flushed there")


class Disk:
    """Takes note of what is flushed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: list[int] = []
        for name in ("fdatasync", "fsync"):
            monkeypatch.setattr(os, name, self._flush, raising=False)

    def _flush(self, fd: int) -> None:
        self.files.append(os.fstat(fd).st_ino)


def test_each_commit_of_the_background_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    with Database.open(path) as background, Database.open(path) as rep:
        background.in_background = True
        disk = Disk(monkeypatch)
        set_fact(rep, "seen", "yes", NOW)
        assert disk.files == []
        set_fact(background, "seen", "no", NOW)
        assert disk.files == [path.with_name("desk.db-wal").stat().st_ino]


def test_an_outcome_is_not_kept_waiting_by_a_flush_of_its_own_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    with Database.open(path) as background, Database.open(path) as rep:
        background.in_background = True
        disk, now_ns = Disk(monkeypatch), time.time_ns()
        monkeypatch.setattr(time, "time_ns", lambda: now_ns)
        with background.writer():
            rep.begin_turn()
        assert disk.files == []


def test_a_slow_disk_is_not_kept_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk.db"
    path.with_name("desk.db-wal").touch()
    disk, log = Disk(monkeypatch), LogFlush(path)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 0.05 * len(disk.files))
    log.flush()
    log.flush()
    assert len(disk.files) == 1
    now += 0.051
    log.flush()
    assert len(disk.files) == 2
    log.close()


def test_a_log_that_cannot_be_flushed_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fail, raising=False)
    with Database.open(tmp_path / "desk.db") as db:
        db.in_background = True
        set_fact(db, "seen", "yes", NOW)
        assert get_fact(db, "seen") == "yes"
