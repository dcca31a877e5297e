"""A database that cannot be opened or written gives one clear error; nothing is overwritten."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import OwnerRow
from tests.store.conftest import KEY
from tests.store.filling import put

OTHER_KEY = "ee" * 32


def made(path: Path, key: str | None, rows: int = 1) -> bytes:
    with Database.open(path, key=key) as db:
        put(db, *(OwnerRow(owner_id=str(n), name="x" * 200) for n in range(rows)))
    return path.read_bytes()


def refused(path: Path, key: str | None) -> StorageError:
    """Open, expect the refusal, and check that it is complete and touched nothing."""
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    with pytest.raises(StorageError) as raised:
        Database.open(path, key=key)
    error = raised.value
    assert error.what
    assert error.kept
    assert error.next_step
    after = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    assert after == before
    return error


def test_another_key(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made(path, KEY)
    error = refused(path, OTHER_KEY)
    assert "another key" in error.what
    assert OTHER_KEY not in str(error)
    assert capfd.readouterr().err == ""  # SQLCipher's own log would land on the rep's screen


def test_no_key_for_an_encrypted_file(path: Path) -> None:
    made(path, KEY)
    assert "no key was given" in refused(path, None).what


def test_a_key_for_a_plain_file(path: Path) -> None:
    made(path, None)
    assert "is not encrypted" in refused(path, KEY).what


@pytest.mark.parametrize("bad", ["", "00", "zz" * 32, "0f" * 33, KEY + "'; DROP TABLE lead; --"])
def test_a_key_that_is_none(path: Path, bad: str) -> None:
    with pytest.raises(StorageError, match="64 hexadecimal") as raised:
        Database.open(path, key=bad)
    assert not bad or bad not in str(raised.value)
    assert not path.exists()


def test_a_file_that_is_something_else(path: Path, key: str | None) -> None:
    path.parent.mkdir()
    path.write_bytes(b"%PDF-1.7 nothing to see here" * 500)
    assert "not a database" in refused(path, key).what


def test_a_database_of_another_program(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE holiday_photos (name)")
    other.close()
    assert "another program" in refused(path, None).what


def test_a_truncated_file(path: Path, key: str | None) -> None:
    whole = made(path, key, rows=200)
    path.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    assert "damaged" in refused(path, key).what


def test_a_file_damaged_at_its_start(path: Path, key: str | None) -> None:
    whole = made(path, key)
    path.write_bytes(whole[:100] + os.urandom(3996) + whole[4096:])
    assert "damaged" in refused(path, key).what


def test_damage_in_the_middle_is_found_by_the_check_and_told_when_read(
    path: Path, key: str | None
) -> None:
    whole = bytearray(made(path, key, rows=2000))
    # Spoil only pages of the rows: the schema lies before them, statistics after them.
    start = len(whole) * 3 // 5 // 4096 * 4096
    whole[start : start + 16 * 4096] = os.urandom(16 * 4096)
    path.write_bytes(whole)
    with Database.open(path, key=key) as db:
        with pytest.raises(StorageError, match="damaged") as raised, db.reader() as connection:
            connection.execute("SELECT max(name) FROM owner").fetchone()
        assert "backups" in raised.value.next_step
        try:
            found = db.check()
        except StorageError as error:  # SQLCipher gives up at the first bad page
            found = [error.what]
        assert found


def test_a_newer_schema(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db, db.writer() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    error = refused(path, key)
    assert "newer sdrdesk" in error.what
    assert "0999" in error.what


def test_a_file_where_the_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageError, match="cannot be used"):
        Database.open(tmp_path / "home" / "sdrdesk.db")
    assert (tmp_path / "home").read_text() == "a file"


def test_a_directory_where_the_file_should_be(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StorageError):
        Database.open(path)
    assert list(path.iterdir()) == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything"
)
def test_a_directory_nobody_may_enter(path: Path) -> None:
    made(path, None)
    path.parent.chmod(0o000)
    try:
        with pytest.raises(StorageError, match="Permission denied"):
            Database.open(path)
    finally:
        path.parent.chmod(0o700)


def test_a_full_disk_rolls_back_and_keeps_what_was_there(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="kept"))

        def flood() -> None:
            with db.writer() as connection:
                connection.execute("PRAGMA max_page_count=1")
                for n in range(500):
                    connection.execute(
                        "INSERT INTO owner VALUES (?, '', '', ?, 0)", (str(n), "x" * 900)
                    )

        with pytest.raises(StorageError, match="full") as raised:
            flood()
        assert "kept" in raised.value.kept
        with db.reader() as connection:
            assert connection.execute("SELECT owner_id FROM owner").fetchall() == [("kept",)]
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="space again"))
        assert db.check() == []


def test_a_constraint_is_a_bug_and_not_a_broken_disk(db: Database) -> None:
    put(db, OwnerRow(owner_id="1"))
    with pytest.raises(sqlite3.IntegrityError), db.writer() as connection:
        connection.execute("INSERT INTO owner VALUES ('1', '', '', '', 0)")
