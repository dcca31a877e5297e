"""A backup in the place of the database, whatever became of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.domain.errors import SdrDeskError, StorageError
from sdrdesk.store.database import migrate
from sdrdesk.store.database.connection import Connection, is_unencrypted
from sdrdesk.store.database.copies import DAILY, backups
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.migrate import Chain
from sdrdesk.store.database.restore import check_backup, restore
from tests.store.conftest import KEY


def made(path: Path, key: str | None, name: str) -> Path:
    """Make a database with one owner, and a copy of it next to its directory."""
    copy = path.parent.parent / f"{name}.db"
    with Database.open(path, key=key) as db:
        with db.writer() as connection:
            connection.execute(
                "INSERT INTO owner (owner_id, user_id, email, name, archived)"
                " VALUES (?, '', '', ?, 0)",
                (name, name),
            )
        db.copy_to(copy)
    return copy


def names(path: Path, key: str | None) -> list[str]:
    with Database.open(path, key=key) as db, db.reader() as connection:
        return [str(n) for (n,) in connection.execute("SELECT name FROM owner ORDER BY name")]


def put_back(copy: Path, path: Path, key: str | None) -> Path | None:
    return restore(copy, path, key, lambda _: None, lambda *_: None).kept


@pytest.mark.parametrize("left", ["whole", "empty", "cut", "gone"])
def test_the_copy_counts_and_what_was_there_is_kept(path: Path, key: str | None, left: str) -> None:
    copy = made(path, key, "Ada")
    made(path, key, "Ben")
    content = path.read_bytes()
    if left == "gone":
        path.unlink()
    elif left != "whole":
        path.write_bytes(b"" if left == "empty" else content[:5000])
    before = path.read_bytes() if left not in ("gone", "whole") else b""
    kept = put_back(copy, path, key)
    assert names(path, key) == ["Ada"]
    if left == "gone":
        assert kept is None
    elif left == "whole":
        assert kept is not None
        assert names(kept, key) == ["Ada", "Ben"]
    else:
        assert kept is not None
        assert kept.read_bytes() == before


def test_a_database_behind_a_link_is_replaced_where_it_is(path: Path, tmp_path: Path) -> None:
    copy = made(path, None, "Ada")
    made(path, None, "Ben")
    real = tmp_path / "on another disk.db"
    path.rename(real)
    path.symlink_to(real)
    kept = put_back(copy, path, None)
    assert path.is_symlink()
    assert names(real, None) == ["Ada"]
    assert kept is not None
    assert names(kept, None) == ["Ada", "Ben"]


def test_a_write_ahead_log_of_the_old_file_is_not_replayed(path: Path) -> None:
    copy = made(path, None, "Ada")
    wal = path.with_name(f"{path.name}-wal")
    db = Database.open(path)
    with db.writer() as connection:
        connection.execute("DELETE FROM owner")
    log = wal.read_bytes()
    db.close()
    path.write_bytes(b"\0" * 9000)  # a power failure: the log is whole, the file is not
    wal.write_bytes(log)
    kept = put_back(copy, path, None)
    assert names(path, None) == ["Ada"]
    assert kept is not None
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == log


def test_an_open_database_is_not_replaced(path: Path, key: str | None) -> None:
    copy = made(path, key, "Ada")
    with Database.open(path, key=key) as db, db.reader():
        with pytest.raises(StorageError, match="in use"):
            put_back(copy, path, key)
        assert backups(path) == []


def test_a_plain_backup_is_encrypted_where_the_database_was(path: Path, tmp_path: Path) -> None:
    copy = made(tmp_path / "other" / "sdrdesk.db", None, "Ada")
    made(path, KEY, "Ben")
    put_back(copy, path, KEY)
    assert not is_unencrypted(path)
    assert names(path, KEY) == ["Ada"]


def test_a_failure_before_the_last_step_changes_nothing(path: Path, key: str | None) -> None:
    copy = made(path, key, "Ada")
    made(path, key, "Ben")

    def fail(_: Connection, __: None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(copy, path, key, lambda _: None, fail)
    assert names(path, key) == ["Ada", "Ben"]
    assert not list(path.parent.glob(".*restoring*"))


@pytest.mark.parametrize("content", [None, b"", b"not a database " * 500])
def test_what_is_no_backup_is_refused(path: Path, content: bytes | None) -> None:
    path.parent.mkdir()
    backup = path.parent / "copy.db"
    if content is not None:
        backup.write_bytes(content)
    with pytest.raises(SdrDeskError):
        check_backup(backup, None)


def test_an_older_sdrdesk_names_the_copy_made_before_the_upgrade(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(path) as db:
        copy = db.backup(f"schema-{migrate.MIGRATIONS.head}")
        with db.writer() as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="newer sdrdesk") as refused:
        Database.open(path)
    assert f"sdrdesk restore {copy}" in refused.value.next_step
    with pytest.raises(StorageError, match="newer sdrdesk"):
        check_backup(path, None)
    older = Chain(migrate.MIGRATIONS.scripts, "0001")
    with pytest.raises(StorageError) as no_way:
        Database.open(path, chain=older)
    assert "restore" not in no_way.value.next_step


def test_each_kind_of_copy_has_its_own_turn(db: Database) -> None:
    kept = [db.backup("schema-0001"), *(db.backup(DAILY, {DAILY: 2}) for _ in range(3))]
    assert backups(db.path) == [kept[0], *kept[2:]]
