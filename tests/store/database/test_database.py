"""Opening, reading and writing one file, plain and encrypted."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.migrate import MIGRATIONS
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import put


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def owner_names(db: Database) -> list[str]:
    with db.reader() as connection:
        return [row[0] for row in connection.execute("SELECT name FROM owner ORDER BY owner_id")]


def test_what_was_written_is_there_after_reopening(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        assert (db.encrypted, db.schema, db.path) == (key is not None, MIGRATIONS.head, path)
        put(db, OwnerRow(owner_id="1", name="Grace"))
    with Database.open(path, key=key) as db:
        assert owner_names(db) == ["Grace"]


def test_only_an_encrypted_file_hides_what_it_holds(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="1", name="Grace Hopper of Arlington"))
    assert (b"Grace Hopper of Arlington" in path.read_bytes()) is (key is None)


def test_nobody_else_may_read_the_files(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="1"))
        files = {file.name: mode(file) for file in path.parent.iterdir()}
    assert set(files) == {
        "sdrdesk.db",
        "sdrdesk.db-wal",
        "sdrdesk.db-shm",
        "sdrdesk.db.turn.lock",
    }
    assert set(files.values()) == {0o600}
    assert mode(path.parent) == 0o700


def test_a_file_that_was_open_to_others_is_closed_to_them(path: Path) -> None:
    Database.open(path).close()
    path.chmod(0o644)
    Database.open(path).close()
    assert mode(path) == 0o600


def test_an_empty_directory_is_tightened_and_a_project_folder_is_left_alone(
    tmp_path: Path,
) -> None:
    empty, used = tmp_path / "empty", tmp_path / "used"
    for directory in (empty, used):
        directory.mkdir()
        directory.chmod(0o755)
    (used / "somebody's file").touch()
    Database.open(empty / "d.db").close()
    Database.open(used / "d.db").close()
    assert (mode(empty), mode(used)) == (0o700, 0o755)


def test_the_journal_mode_and_the_safety_settings(db: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}
    with db.writer() as writer:
        # Waits as long, but looks more often than SQLite would.
        found = {name: writer.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
        assert found == wanted | {"busy_timeout": 0}
    with db.writer(durable=True) as writer:
        assert writer.execute("PRAGMA synchronous").fetchone()[0] == 2
    with db.writer() as writer:
        assert writer.execute("PRAGMA synchronous").fetchone()[0] == 1
    with db.reader() as reader:
        assert {name: reader.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted


def test_what_must_survive_a_power_failure_is_flushed(db: Database) -> None:
    with db.writer(durable=True) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    with db.writer() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)


def test_an_error_inside_a_write_leaves_nothing_behind(db: Database) -> None:
    def fail() -> None:
        with db.writer() as connection:
            connection.execute("INSERT INTO owner VALUES ('1', '', '', '', 0)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert owner_names(db) == []
    put(db, OwnerRow(owner_id="2", name="after"))
    assert owner_names(db) == ["after"]


def test_a_write_inside_a_write_says_so_instead_of_waiting_for_itself(db: Database) -> None:
    with db.writer(), pytest.raises(RuntimeError, match="inside a write"), db.writer():
        pass
    put(db, OwnerRow(owner_id="1", name="still works"))
    assert owner_names(db) == ["still works"]


def test_readers_cannot_write(db: Database) -> None:
    with db.reader() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM owner")


def test_a_reader_sees_one_moment_and_never_waits_for_a_writer(db: Database) -> None:
    put(db, OwnerRow(owner_id="1", name="before"))
    with db.reader() as reader:
        assert reader.execute("SELECT count(*) FROM owner").fetchone() == (1,)
        with db.writer() as writer:
            writer.execute("INSERT INTO owner VALUES ('2', '', '', 'during', 0)")
            assert owner_names(db) == ["before"]  # another reader, in the middle of the write
        assert reader.execute("SELECT count(*) FROM owner").fetchone() == (1,)
    assert owner_names(db) == ["before", "during"]


def test_many_reads_share_one_moment_until_a_write_of_their_own(db: Database) -> None:
    put(db, OwnerRow(owner_id="1", name="Grace"))
    with db.reading():
        assert owner_names(db) == ["Grace"]
        with ThreadPoolExecutor(1) as other:
            other.submit(put, db, OwnerRow(owner_id="2", name="Ada")).result()
        assert owner_names(db) == ["Grace"], "the moment of the first read"
        with db.reading():
            assert owner_names(db) == ["Grace"]
        with ThreadPoolExecutor(1) as other:
            assert other.submit(owner_names, db).result() == ["Grace", "Ada"], "its own thread's"
        put(db, OwnerRow(owner_id="3", name="Edith"))
        assert owner_names(db) == ["Grace", "Ada", "Edith"], "what was written is read"
    assert owner_names(db) == ["Grace", "Ada", "Edith"]


def test_threads_that_read_then_write_all_get_their_turn(db: Database) -> None:
    put(db, OwnerRow(owner_id="n", name="0"))

    def bump(_: int) -> None:
        for _turn in range(25):
            with db.writer() as connection:
                (count,) = connection.execute("SELECT name FROM owner").fetchone()
                connection.execute("UPDATE owner SET name = ?", (str(int(count) + 1),))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(bump, range(4))) == [None] * 4
    assert owner_names(db) == ["100"]


def test_a_closed_database_says_so(path: Path) -> None:
    db = Database.open(path)
    db.close()
    for door in (db.reader, db.writer):
        with pytest.raises(StorageError, match="already closed"), door():
            pass


def test_a_sound_file_checks_out(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        assert db.check() == []


def test_a_missing_file_is_only_made_when_asked(path: Path) -> None:
    with pytest.raises(StorageError, match="no database") as raised:
        Database.open(path, create=False)
    assert "SDRDESK_HOME" in raised.value.next_step
    assert not path.parent.exists()


def test_a_stream_left_in_the_middle_never_keeps_the_next_reader_in_the_past(
    path: Path, key: str | None
) -> None:
    """A lead that was called just now came up again: the queue was read as it had been before."""
    with Database.open(path, key=key) as db:
        put(db, *(OwnerRow(owner_id=str(n), name="Grace") for n in range(50)))
        with db.reader() as connection:
            stream = connection.execute("SELECT name FROM owner")
            assert next(stream) == ("Grace",)
        with db.writer() as writer:
            writer.execute("UPDATE owner SET name = 'Ada'")
        assert set(owner_names(db)) == {"Ada"}
        with pytest.raises(Exception, match="closed cursor"):
            next(stream)


def test_a_file_that_was_replaced_while_it_is_open_takes_no_outcome(path: Path) -> None:
    """Put back from a backup while the workbench runs: it would be gone when that ends."""
    with Database.open(path) as db:
        put_aside = path.with_name("aside.db")
        path.rename(put_aside)
        with pytest.raises(StorageError, match="replaced"), db.writer():
            pass
        put_aside.rename(path)
        with db.writer() as connection:
            connection.execute("SELECT 1")
