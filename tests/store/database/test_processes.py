"""Several processes on one file, and processes that die in the middle of a write."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from sdrdesk.domain.errors import StorageError
from sdrdesk.domain.outcome.types import LeadChange
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.migrate import MIGRATIONS
from sdrdesk.store.queue.candidates import total_leads
from sdrdesk.store.queue.find import find_leads
from sdrdesk.store.record import outcomes
from sdrdesk.store.record.call_claim import HELD_FOR, PersonInCall
from sdrdesk.store.record.call_journal import current_calls, start_call
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import NOW, lead_row, plan, put
from tests.support.forked import Connection, forked


def _count_up(line: Connection, path: Path, key: str | None) -> None:
    db = Database.open(path, key=key)
    line.send("ready")
    line.recv()
    for _ in range(100):
        with db.writer() as connection:
            (name,) = connection.execute("SELECT name FROM owner").fetchone()
            connection.execute("UPDATE owner SET name = ?", (str(int(name) + 1),))
    db.close()


def _open_at_once(line: Connection, path: Path, key: str | None) -> None:
    line.send("ready")
    line.recv()
    with Database.open(path, key=key) as db:
        line.send(db.schema)


STEPS = (
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
)


def _stop_inside(line: Connection, path: Path, key: str | None, step: str) -> None:
    real = getattr(outcomes, step)

    def stop(*args: object, **kwargs: object) -> object:
        result = real(*args, **kwargs)
        line.send("inside")
        line.recv()
        return result

    setattr(outcomes, step, stop)  # this process ends soon
    change = LeadChange(attempts_delta=1, number_held="+15550148899", suppress=(("person", "501"),))
    outcome = plan(changes={"status": "CONNECTED"}, note="typed with care", change=change)
    db = Database.open(path, key=key)
    line.send("ready")
    outcomes.record(db, outcome, desk="desk-1")


def _hold(line: Connection, path: Path, key: str | None) -> None:
    db = Database.open(path, key=key)
    with db.writer() as connection:
        connection.execute("UPDATE owner SET name = 'held'")
        line.send("holding")
        line.recv()


def _in_call(line: Connection, path: Path) -> None:
    db = Database.open(path)
    start_call(db, "other", os.getpid(), "501", "+15550148899", NOW)
    line.send("calling")
    line.recv()


def test_two_processes_that_write_at_once_lose_nothing(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="1", name="0"))
        with forked(_count_up, path, key) as one, forked(_count_up, path, key) as two:
            for process in (one, two):
                assert process.heard() == "ready"
            for process in (one, two):
                process.tell()
            assert (one.wait(), two.wait()) == (0, 0)
        with db.reader() as connection:
            assert connection.execute("SELECT name FROM owner").fetchone() == ("200",)


def test_processes_that_make_the_database_at_once_agree(path: Path, key: str | None) -> None:
    with (
        forked(_open_at_once, path, key) as one,
        forked(_open_at_once, path, key) as two,
        forked(_open_at_once, path, key) as three,
    ):
        processes = (one, two, three)
        assert [process.heard() for process in processes] == ["ready"] * 3
        for process in processes:
            process.tell()
        assert [process.heard() for process in processes] == [MIGRATIONS.head] * 3
        assert [process.wait() for process in processes] == [0, 0, 0]
    with Database.open(path, key=key) as db:
        assert db.check() == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal nobody can catch")
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_between_statements_leaves_no_half_an_outcome(
    path: Path, key: str | None, step: str
) -> None:
    with Database.open(path, key=key) as db:
        put(db, lead_row())
        start_call(db, "desk-1", os.getpid(), "501", "+15550148899", NOW)
        before = everything(db)
        with forked(_stop_inside, path, key, step) as process:
            assert process.heard() == "ready"
            assert process.heard() == "inside"
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
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
        with forked(_hold, path, key) as process:
            assert process.heard() == "holding"
            with db.reader() as connection:
                assert connection.execute("SELECT name FROM owner").fetchone() == ("free",)
            assert total_leads(db) == 1
            assert [hit.lead_id for hit in find_leads(db, "ada")] == ["501"]


def test_a_lock_that_does_not_go_away_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sdrdesk.store.database.connection.BUSY_TIMEOUT_MS", 50)
    with Database.open(path) as db:
        put(db, OwnerRow(owner_id="1", name="free"))
        with forked(_hold, path, None) as process:
            assert process.heard() == "holding"
            with pytest.raises(StorageError, match="locked") as raised:
                put(db, OwnerRow(owner_id="2"))
            assert "rolled back" in raised.value.kept
            process.tell()
            assert process.wait() == 0
        put(db, OwnerRow(owner_id="2"))


def test_one_process_sees_the_call_of_another(path: Path) -> None:
    with Database.open(path) as db:
        put(db, lead_row())
        with forked(_in_call, path) as process:
            assert process.heard() == "calling"
            (call,) = current_calls(db)
            assert (call.desk, call.pid, call.lead_id) == ("other", process.pid, "501")


def test_the_claim_of_a_killed_process_expires(path: Path) -> None:
    with Database.open(path) as db:
        put(db, lead_row())
        with forked(_in_call, path) as process:
            assert process.heard() == "calling"
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        with pytest.raises(PersonInCall):
            start_call(db, "mine", os.getpid(), "501", "+15550148899", NOW)
        after = NOW + HELD_FOR
        assert start_call(db, "mine", os.getpid(), "501", "+15550148899", after).desk == "mine"
        assert len(current_calls(db)) == 2  # the note of the killed one is kept
