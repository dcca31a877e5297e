"""Keys, and a plain file that becomes an encrypted one."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
from pathlib import Path

import pytest

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database import encryption
from sdrdesk.store.database.backup import make_backup
from sdrdesk.store.database.connection import is_unencrypted
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.encryption import check_key, encrypt_plain, new_key
from sdrdesk.store.database.migrate import MIGRATIONS
from sdrdesk.store.queue.find import find_leads
from tests.store.conftest import KEY
from tests.store.filling import lead_row, put
from tests.support.forked import Connection, forked


@pytest.fixture
def plain(path: Path) -> Path:
    with Database.open(path) as db:
        put(db, *(lead_row(str(n), message="a secret wish") for n in range(300)))
        find_leads(db, "ada")
    return path


def files_of(database: Path) -> list[str]:
    """Return the files next to a database, without the empty lock file."""
    names = [file.name for file in database.parent.iterdir()]
    return [name for name in names if not name.endswith(".turn.lock")]


def leads(path: Path, key: str | None) -> int:
    with Database.open(path, key=key) as db, db.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM lead").fetchone()[0])


def test_keys_are_fresh_and_well_formed() -> None:
    made = {new_key() for _ in range(50)}
    assert len(made) == 50
    assert all(check_key(key) == key for key in made)
    assert check_key("AB" * 32) == "ab" * 32


def test_a_plain_file_becomes_an_encrypted_one(plain: Path) -> None:
    assert b"a secret wish" in plain.read_bytes()
    assert encrypt_plain(plain, KEY)
    assert b"a secret wish" not in plain.read_bytes()
    assert stat.S_IMODE(plain.stat().st_mode) == 0o600
    assert files_of(plain) == [plain.name]
    assert leads(plain, KEY) == 300
    with Database.open(plain, key=KEY) as db:
        assert db.schema == MIGRATIONS.head
        assert len(find_leads(db, "ada", limit=5)) == 5
        assert db.check() == []
    with pytest.raises(StorageError):
        Database.open(plain)


def test_a_file_behind_a_link_is_encrypted_where_it_is(plain: Path, tmp_path: Path) -> None:
    real = tmp_path / "on another disk.db"
    plain.rename(real)
    plain.symlink_to(real)
    assert encrypt_plain(plain, KEY)
    assert plain.is_symlink()
    assert b"a secret wish" not in real.read_bytes()
    assert leads(plain, KEY) == 300


def test_backups_do_not_stay_readable(plain: Path) -> None:
    with Database.open(plain) as db, db.reader() as connection:
        copy = make_backup(connection, plain, None, "before")
    assert b"a secret wish" in copy.read_bytes()
    assert encrypt_plain(plain, KEY)
    assert b"a secret wish" not in copy.read_bytes()
    assert leads(copy, KEY) == 300


def test_a_kill_before_the_backups_were_done_is_made_good_next_time(plain: Path) -> None:
    with Database.open(plain) as db, db.reader() as connection:
        copy = make_backup(connection, plain, None, "before")
    readable = copy.read_bytes()
    encrypt_plain(plain, KEY)
    copy.write_bytes(readable)
    assert encrypt_plain(plain, KEY)
    assert not is_unencrypted(copy)


def test_an_encrypted_or_missing_file_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    assert not encrypt_plain(path, KEY)
    assert not path.exists()
    Database.open(path, key=KEY).close()
    before = path.read_bytes()
    assert not encrypt_plain(path, "ee" * 32)
    assert path.read_bytes() == before


def test_a_bad_key_encrypts_nothing(plain: Path) -> None:
    with pytest.raises(StorageError, match="64 hexadecimal"):
        encrypt_plain(plain, "hunter2")
    assert is_unencrypted(plain)


def use(line: Connection, path: Path) -> None:
    db = Database.open(path)
    with db.reader() as connection:
        connection.execute("SELECT 1 FROM lead").fetchone()
    line.send("open")
    line.recv()
    with db.writer() as writing:
        writing.execute("UPDATE lead SET first_name = 'Grace' WHERE lead_id = '7'")
    db.close()


def test_a_file_in_use_is_not_encrypted_under_somebody(plain: Path) -> None:
    with forked(use, plain) as process:
        assert process.heard() == "open"
        with pytest.raises(StorageError, match="in use") as raised:
            encrypt_plain(plain, KEY)
        assert "Close every other sdrdesk" in raised.value.next_step
        process.tell()
        assert process.wait() == 0
    assert is_unencrypted(plain)
    with Database.open(plain) as db:
        assert [hit.lead_id for hit in find_leads(db, "grace")] == ["7"]
    assert encrypt_plain(plain, KEY)


def test_a_copy_that_differs_is_thrown_away(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([{"lead": 299}, {"lead": 300}])
    monkeypatch.setattr(encryption, "_row_counts", lambda connection: next(counts))
    with pytest.raises(StorageError, match="differs from the original"):
        encrypt_plain(plain, KEY)
    assert leads(plain, None) == 300
    assert files_of(plain) == [plain.name]


def stop_before(line: Connection, path: Path, step: str) -> None:
    real = getattr(encryption, step)

    def stop(*args: object) -> object:
        line.send("inside")
        line.recv()
        return real(*args)

    setattr(encryption, step, stop)  # this process ends soon
    encrypt_plain(path, KEY)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal nobody can catch")
@pytest.mark.parametrize("step", ["lock_out_others", "_export", "_compare"])
def test_a_kill_on_the_way_leaves_the_plain_file_whole(plain: Path, step: str) -> None:
    with forked(stop_before, plain, step) as process:
        assert process.heard() == "inside"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert leads(plain, None) == 300
    assert encrypt_plain(plain, KEY)
    assert leads(plain, KEY) == 300
    assert files_of(plain) == [plain.name]


def test_the_encrypted_file_is_none_of_plain_sqlites(plain: Path) -> None:
    encrypt_plain(plain, KEY)
    connection = sqlite3.connect(plain)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        connection.execute("SELECT * FROM lead")
    connection.close()
