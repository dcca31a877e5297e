"""A database that is gone is an error with the way back; a home that never had one starts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sdrdesk.domain.errors import ExitCode, StorageError
from sdrdesk.store.database.backup import make_backup
from sdrdesk.store.database.connection import connect
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import put


def made(path: Path, key: str | None) -> Path:
    """Make a database with a row and a copy; return the copy."""
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="1", name="Grace"))
    link = connect(path, key)
    try:
        return make_backup(link, path, key, "test")
    finally:
        link.close()


def refused(path: Path, key: str | None) -> StorageError:
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    with pytest.raises(StorageError) as raised:
        Database.open(path, key=key)
    after = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    assert after == before
    assert raised.value.kept
    return raised.value


def test_no_bytes_are_an_error_that_names_lock_log_and_backups(path: Path, key: str | None) -> None:
    copy = made(path, key)
    path.write_bytes(b"")
    error = refused(path, key)
    assert error.exit_code is ExitCode.ERROR
    assert f"{path} has lost its content" in error.what
    assert "sdrdesk.db.turn.lock" in error.what
    assert "sdrdesk.log" in error.what
    assert str(copy.parent) in error.what
    assert f"sdrdesk restore {copy}" in error.next_step


def test_the_named_way_back_works(path: Path, key: str | None) -> None:
    copy = made(path, key)
    path.write_bytes(b"")
    refused(path, key)
    path.unlink()
    copy.rename(path)
    with Database.open(path, key=key) as db, db.reader() as connection:
        assert connection.execute("SELECT name FROM owner").fetchall() == [("Grace",)]


def test_no_bytes_without_a_copy_say_that_there_is_none(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    error = refused(path, None)
    assert "There is no copy" in error.next_step
    assert "sdrdesk sync" in error.next_step


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
@pytest.mark.parametrize("emptied", [True, False])
def test_what_was_not_carried_over_yet_is_kept(path: Path, suffix: str, emptied: bool) -> None:
    path.parent.mkdir()
    path.with_name(path.name + suffix).write_bytes(b"the last outcome")
    if emptied:
        path.touch()
    assert f"Keep {path.name}{suffix}" in refused(path, None).kept


def test_a_place_that_never_had_one_starts(path: Path, key: str | None) -> None:
    path.parent.mkdir()
    path.with_name(path.name + "-wal").touch()  # empty: nothing is in it
    with Database.open(path, key=key) as db:
        assert db.check() == []


def directory(path: Path) -> None:
    path.mkdir(parents=True)


def fifo(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)


def device(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to("/dev/null")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX")
@pytest.mark.parametrize("put_there", [directory, fifo, device])
def test_what_is_no_file_is_refused_as_a_wrong_place(
    path: Path, put_there: Callable[[Path], None]
) -> None:
    put_there(path)
    error = refused(path, None)
    assert error.exit_code is ExitCode.USAGE
    assert str(path) in error.what
    assert "SDRDESK_HOME" in error.next_step


def test_a_link_to_a_disk_that_is_not_there_makes_nothing(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "unplugged" / "sdrdesk.db")
    assert "link to nothing" in refused(path, None).what


@pytest.mark.parametrize("left", [0.5, 0.1])
def test_a_truncated_or_damaged_file_names_the_copy(
    path: Path, key: str | None, left: float
) -> None:
    copy = made(path, key)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * left)])
    assert str(copy) in refused(path, key).next_step
    path.write_bytes(b"\x00" * 100 + whole[100:])
    assert str(copy) in str(refused(path, key or "5a" * 32))


def test_a_new_database_takes_its_name_only_when_it_is_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sdrdesk.store.database.create.bring_up", fail)
    with pytest.raises(StorageError, match="full"):
        Database.open(path)
    assert [file.name for file in path.parent.iterdir()] == ["sdrdesk.db.turn.lock"]


def test_one_byte_is_no_content_either(path: Path, key: str | None) -> None:
    """SQLite says that a file of one byte is empty, and would begin a new database in it."""
    made(path, key)
    path.write_bytes(b"S")
    assert "has lost its content (1 byte)" in refused(path, key).what
