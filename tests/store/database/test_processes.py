"""Several processes on one file, and processes that die in the middle of a write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.migrate import MIGRATIONS
from sdrdesk.store.queue.candidates import total_leads
from sdrdesk.store.queue.find import find_leads
from sdrdesk.store.record.call_claim import HELD_FOR, PersonInCall
from sdrdesk.store.record.call_journal import current_calls, start_call
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import NOW, lead_row, put
from tests.support.patience import PATIENCE_S

_HEAD = """
import os, sys
from pathlib import Path
from sdrdesk.store.database.database import Database
path, key = Path(sys.argv[1]), sys.argv[2] or None
def say(word):
    print(word, flush=True)
def hear():
    return sys.stdin.readline().strip()
"""

_COUNT_UP = """
db = Database.open(path, key=key)
say("ready")
hear()
for _ in range(100):
    with db.writer() as connection:
        (name,) = connection.execute("SELECT name FROM owner").fetchone()
        connection.execute("UPDATE owner SET name = ?", (str(int(name) + 1),))
db.close()
"""

_OPEN_AT_ONCE = """
say("ready")
hear()
with Database.open(path, key=key) as db:
    say(db.schema)
"""

_STOP_INSIDE = """
from sdrdesk.domain.outcome.types import LeadChange
from sdrdesk.store.record import outcomes as dispositions
from tests.store.filling import plan
steps = [name for name in vars(dispositions) if name in {
    "_insert_activity", "insert_items", "change_fields", "change_desk", "close_numbers",
    "recompute", "keep_items", "settle", "forget_call", "_items_of",
}]
at = hear()
assert at in steps, steps
real = getattr(dispositions, at)
def stop(*args, **kwargs):
    result = real(*args, **kwargs)
    say("inside")
    hear()
    return result
setattr(dispositions, at, stop)
change = LeadChange(attempts_delta=1, number_held="+15550148899", suppress=(("person", "501"),))
outcome = plan(changes={"status": "CONNECTED"}, note="typed with care", change=change)
db = Database.open(path, key=key)
say("ready")
dispositions.record(db, outcome, desk="desk-1")
"""

_HOLD = """
db = Database.open(path, key=key)
with db.writer() as connection:
    connection.execute("UPDATE owner SET name = 'held'")
    say("holding")
    hear()
"""


@contextmanager
def running(code: str, path: Path, key: str | None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HEAD + code, str(path), key or ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str], word: str = "go") -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.flush()


def test_two_processes_that_write_at_once_lose_nothing(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="1", name="0"))
        with running(_COUNT_UP, path, key) as one, running(_COUNT_UP, path, key) as two:
            for process in (one, two):
                assert heard(process) == "ready"
            for process in (one, two):
                tell(process)
            assert (one.wait(PATIENCE_S), two.wait(PATIENCE_S)) == (0, 0)
        with db.reader() as connection:
            assert connection.execute("SELECT name FROM owner").fetchone() == ("200",)


def test_processes_that_make_the_database_at_once_agree(path: Path, key: str | None) -> None:
    with (
        running(_OPEN_AT_ONCE, path, key) as one,
        running(_OPEN_AT_ONCE, path, key) as two,
        running(_OPEN_AT_ONCE, path, key) as three,
    ):
        processes = (one, two, three)
        assert [heard(process) for process in processes] == ["ready"] * 3
        for process in processes:
            tell(process)
        assert [heard(process) for process in processes] == [MIGRATIONS.head] * 3
        assert [process.wait(PATIENCE_S) for process in processes] == [0, 0, 0]
    with Database.open(path, key=key) as db:
        assert db.check() == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal nobody can catch")
@pytest.mark.parametrize(
    "step",
    [
        "_insert_activity",
        "insert_items",
        "change_fields",
        "change_desk",
        "close_numbers",
        "recompute",
        "keep_items",
        "settle",
        "forget_call",
        "_items_of",
    ],
)
def test_a_kill_between_statements_leaves_no_half_an_outcome(
    path: Path, key: str | None, step: str
) -> None:
    with Database.open(path, key=key) as db:
        put(db, lead_row())
        start_call(db, "desk-1", os.getpid(), "501", "+15550148899", NOW)
        before = everything(db)
        with running(_STOP_INSIDE, path, key) as process:
            tell(process, step)
            assert heard(process) == "ready"
            assert heard(process) == "inside"
            os.kill(process.pid, signal.SIGKILL)
            process.wait(PATIENCE_S)
        assert everything(db) == before
        put(db, OwnerRow(owner_id="9", name="the dead process holds no lock"))
        assert db.check() == []


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    tables = (
        "lead", "lead_base", "lead_desk", "activity", "outbox", "suppression", "number_hold",
        "call_journal", "find_stale",
    )  # fmt: skip
    with db.reader() as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in tables
        }


def test_reading_goes_on_while_another_process_writes(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="1", name="free"), lead_row())
        find_leads(db, "ada")  # nothing left to index, so a search needs no write either
        with running(_HOLD, path, key) as process:
            assert heard(process) == "holding"
            with db.reader() as connection:
                assert connection.execute("SELECT name FROM owner").fetchone() == ("free",)
            assert total_leads(db) == 1
            assert [hit.lead_id for hit in find_leads(db, "ada")] == ["501"]


def test_a_lock_that_does_not_go_away_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sdrdesk.store.database.connection.BUSY_TIMEOUT_MS", 50)
    with Database.open(path) as db:
        put(db, OwnerRow(owner_id="1", name="free"))
        with running(_HOLD, path, None) as process:
            assert heard(process) == "holding"
            with pytest.raises(StorageError, match="locked") as raised:
                put(db, OwnerRow(owner_id="2"))
            assert "rolled back" in raised.value.kept
            tell(process)
            assert process.wait(PATIENCE_S) == 0
        put(db, OwnerRow(owner_id="2"))


_CALLS = """
from tests.store.filling import NOW
from sdrdesk.store.record.call_journal import start_call
db = Database.open(path, key=key)
start_call(db, "other", os.getpid(), "501", "+15550148899", NOW)
say("calling")
hear()
"""


def test_one_process_sees_the_call_of_another(path: Path) -> None:
    with Database.open(path) as db:
        put(db, lead_row())
        with running(_CALLS, path, None) as process:
            assert heard(process) == "calling"
            (call,) = current_calls(db)
            assert (call.desk, call.pid, call.lead_id) == ("other", process.pid, "501")


def test_the_claim_of_a_killed_process_expires(path: Path) -> None:
    with Database.open(path) as db:
        put(db, lead_row())
        with running(_CALLS, path, None) as process:
            assert heard(process) == "calling"
            os.kill(process.pid, signal.SIGKILL)
            process.wait(PATIENCE_S)
        with pytest.raises(PersonInCall):
            start_call(db, "mine", os.getpid(), "501", "+15550148899", NOW)
        after = NOW + HELD_FOR
        assert start_call(db, "mine", os.getpid(), "501", "+15550148899", after).desk == "mine"
        assert len(current_calls(db)) == 2  # the note of the killed one is kept
