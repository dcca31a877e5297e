"""Driver errors become a StorageError; a bug stays a bug."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2 as sqlcipher

from sdrdesk.domain.errors import ExitCode, StorageError
from sdrdesk.store.database.errors import storage_error, translating

FILE = Path("desk.db")

SAID = {
    "database or disk is full": "full",
    "database is locked": "locked",
    "attempt to write a readonly database": "cannot be written",
    "unable to open database file": "cannot be opened",
    "disk I/O error": "failed",
    "file is not a database": "another key",
    "database disk image is malformed": "damaged",
}


@pytest.mark.parametrize("driver", [sqlite3, sqlcipher])
@pytest.mark.parametrize("said", SAID)
def test_each_thing_sqlite_says_is_told_whole(said: str, driver: ModuleType) -> None:
    for error in (
        driver.DatabaseError(said),
        OperationalError("SELECT 1", (), driver.DatabaseError(said)),
    ):
        told = storage_error(error, FILE)
        assert told is not None
        assert SAID[said] in told.what
        assert "desk.db" in told.what
        assert told.kept
        assert told.next_step
        assert told.exit_code is ExitCode.ERROR


@pytest.mark.parametrize(
    ("free_mb", "words"),
    [(0, "is full (0 MB free, needs about 10 MB)"), (66_000, "quota, or a limit for the size")],
)
def test_a_quota_is_not_told_as_a_full_disk(
    monkeypatch: pytest.MonkeyPatch, free_mb: int, words: str
) -> None:
    usage = SimpleNamespace(free=free_mb * 1024 * 1024)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    told = storage_error(sqlite3.OperationalError("database or disk is full"), FILE)
    assert told is not None
    assert words in told.what


def test_the_operating_systems_word_is_passed_on() -> None:
    told = storage_error(PermissionError(13, "Permission denied", "/some/where"), FILE)
    assert told is not None
    assert told.what == "/some/where cannot be used: Permission denied."


@pytest.mark.parametrize(
    "bug",
    [
        sqlite3.IntegrityError("UNIQUE constraint failed: lead.lead_id"),
        sqlite3.OperationalError("no such column: nam"),
        KeyError("malformed"),
    ],
)
def test_a_bug_passes_through_untouched(bug: Exception) -> None:
    assert storage_error(bug, FILE) is None
    with pytest.raises(type(bug)) as raised, translating(FILE):
        raise bug
    assert raised.value is bug


def test_the_cause_stays_attached() -> None:
    cause = sqlite3.OperationalError("database is locked")
    with pytest.raises(StorageError) as raised, translating(FILE):
        raise cause
    assert raised.value.__cause__ is cause
