"""A rep's write comes before the next one of the background, in whatever process that is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database import connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.write_priority import TURN_S, WritePriority
from sdrdesk.store.mirror.sync_state import set_fact
from tests.store.filling import NOW
from tests.support.patience import PATIENCE_S

HOLD = """
import sys, pathlib
from sdrdesk.store.database.write_priority import WritePriority
with WritePriority(pathlib.Path(sys.argv[1])).hold():
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_the_background_waits_while_a_rep_waits_to_write(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with Database.open(path) as background, Database.open(path) as rep:
        background.in_background = True
        wrote = threading.Event()

        def write() -> None:
            set_fact(background, "seen", "yes", NOW)
            wrote.set()

        priority = WritePriority(path)
        with priority.hold():
            thread = threading.Thread(target=write)
            thread.start()
            assert not wrote.wait(0.2)  # SQLite itself would let it in
        thread.join(PATIENCE_S)
        assert wrote.is_set()
        priority.close()
        set_fact(rep, "seen", "yes", NOW)


def test_a_rep_never_waits_for_whoever_only_passes_through(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    passing, holding = WritePriority(path), WritePriority(path)
    for _ in range(200):
        passing.yield_to_rep()
        with holding.hold():
            pass
    passing.close()
    holding.close()


def test_an_outcome_gives_the_background_a_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rested, start_ns = tmp_path / "desk.db", list[float](), time.time_ns()
    with Database.open(path) as background, Database.open(path) as rep:
        background.in_background = True
        set_fact(background, "seen", "yes", NOW)
        assert not background.rep_is_waiting()
        monkeypatch.setattr(time, "time_ns", lambda: start_ns + round(sum(rested) * 1e9))
        monkeypatch.setattr(time, "sleep", rested.append)
        rep.begin_turn()
        assert background.rep_is_waiting()
        set_fact(rep, "seen", "no", NOW)
        assert rested == []
        set_fact(background, "seen", "yes", NOW)
        assert rested == [pytest.approx(TURN_S)]
        assert not background.rep_is_waiting()
        set_fact(background, "seen", "no", NOW)
        assert len(rested) == 1
        background.begin_turn()  # only a rep has turns
        assert not background.rep_is_waiting()
        start_ns -= 3_600_000_000_000  # the clock is set back
        assert not background.rep_is_waiting()


def test_the_log_is_copied_after_a_turn_and_not_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with Database.open(path) as background, Database.open(path) as rep:
        background.in_background = True
        set_fact(background, "first", "waterfall", NOW)
        rep.begin_turn()
        os.utime(path.with_name("desk.db.turn.lock"), (1, 1))  # it ended long ago
        assert b"waterfall" not in path.read_bytes()
        set_fact(background, "second", "buttermilk", NOW)
        assert b"waterfall" in path.read_bytes()
        set_fact(background, "third", "yes", NOW)
        assert b"buttermilk" not in path.read_bytes()


def test_it_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    passed = threading.Event()
    priority = WritePriority(path)

    def go() -> None:
        priority.yield_to_rep()
        passed.set()

    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        thread = threading.Thread(target=go)
        thread.start()
        assert not passed.wait(0.2)
        other.kill()
    thread.join(PATIENCE_S)
    assert passed.is_set()
    priority.close()
    assert path.with_name("desk.db.turn.lock").stat().st_mode & 0o077 == 0


def test_without_its_file_everybody_writes_all_the_same(tmp_path: Path) -> None:
    priority = WritePriority(tmp_path / "missing" / "desk.db")
    with priority.hold():
        priority.yield_to_rep()
    priority.close()


def test_a_file_that_stays_locked_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    with Database.open(path) as one, Database.open(path) as other:
        set_fact(other, "seen", "yes", NOW)
        monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 20)
        with one.writer(), pytest.raises(StorageError, match="locked"), other.writer():
            pass
        monkeypatch.undo()
        set_fact(other, "seen", "yes", NOW)
