"""The daily backup, and erasing after ``retention_days``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sdrdesk.config import StorageSettings
from sdrdesk.services.keeping.forget import Forgetting
from sdrdesk.services.keeping.housekeeping import Housekeeping
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.copies import backups
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.forget.digests import TOKEN, bar_returned, read_forgotten

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class Office:
    """A database, a clock that is set, and the daily work."""

    db: Database
    now: datetime = START
    storage: StorageSettings = field(default_factory=StorageSettings)

    def days(self, days: float) -> None:
        """Sync for the first time after so many days."""
        self.now += timedelta(days=days)
        folder = self.db.path.parent
        clock = lambda: self.now  # noqa: E731
        forgetting = Forgetting(self.db, clock, folder / "meetings", folder / "logs" / "x.log")
        Housekeeping(self.db, self.storage, clock, forgetting).run()

    def put(self, lead_id: str, *, archived: bool, days_ago: int, email: str = "") -> None:
        at = to_ms(self.now - timedelta(days=days_ago))
        with self.db.writer() as connection:
            put_row(connection, "lead", lead_id=lead_id, last_name=f"Name{lead_id}", email=email,
                    archived=int(archived), modified_ms=at)  # fmt: skip

    def ids(self) -> set[str]:
        with self.db.reader() as connection:
            return {str(i) for (i,) in connection.execute("SELECT lead_id FROM lead")}


def put_row(connection: Connection, table: str, **values: object) -> None:
    """Insert a row; what is not given is empty."""
    row = {
        name: "" if kind == "VARCHAR" else 0
        for _, name, kind, must, _, _ in connection.execute(f"PRAGMA table_info({table})")
        if must
    } | values
    connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        tuple(row.values()),
    )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Database.open(tmp_path / "home" / "sdrdesk.db") as db:
        yield Office(db)


def test_a_day_has_one_backup_and_the_oldest_go(office: Office) -> None:
    office.days(0)
    assert backups(office.db.path) == []  # the first day has nothing to lose
    office.days(0.2)
    assert backups(office.db.path) == []
    made = []
    for _ in range(4):
        office.days(1)
        made = backups(office.db.path)
    assert len(made) == 3
    office.storage = StorageSettings(backups=0)
    office.days(1)
    assert backups(office.db.path) == made


def test_only_people_who_left_long_ago_are_erased(office: Office) -> None:
    office.storage = StorageSettings(backups=0, retention_days=90)
    office.days(0)
    office.put("mine", archived=False, days_ago=400)
    office.put("left", archived=True, days_ago=400)
    office.put("lately", archived=True, days_ago=20)
    office.put("called", archived=True, days_ago=400)
    office.put("unsent", archived=True, days_ago=400)
    with office.db.writer() as connection:
        put_row(connection, "activity", activity_key="a", lead_id="called", kind="call",
                at_ms=to_ms(office.now - timedelta(days=3)))  # fmt: skip
        put_row(connection, "outbox", key="k", kind="note", lead_id="unsent", activity_key="b",
                payload_json="{}", state="queued")  # fmt: skip
    office.days(1)
    kept = {lead_id for lead_id in office.ids() if not lead_id.startswith(TOKEN)}
    assert kept == {"mine", "lately", "called", "unsent"}
    assert b"Nameleft" not in office.db.path.read_bytes()
    with office.db.reader() as connection:
        assert not read_forgotten(connection).has("lead", "left")  # they may come back


def test_a_number_not_to_be_called_is_barred_when_it_comes_back(office: Office) -> None:
    office.put("1", archived=False, days_ago=0, email="Eve@example.com")
    with office.db.writer() as connection:
        connection.execute("UPDATE lead SET e164 = '+35315550199', do_not_call = 1")
    clock = lambda: office.now  # noqa: E731
    done = Forgetting(office.db, clock, office.db.path.parent, office.db.path).forget("1")
    assert done.erased.do_not_call
    office.put("2", archived=False, days_ago=0, email="eve@EXAMPLE.com")
    office.put("3", archived=False, days_ago=0)
    office.put("4", archived=False, days_ago=0)
    with office.db.writer() as connection:
        connection.execute("UPDATE lead SET e164_more = '+1 +35315550199' WHERE lead_id = '3'")
        bar_returned(connection, read_forgotten(connection), ["2", "3", "4"], 5)
        rows = connection.execute("SELECT scope, value FROM suppression").fetchall()
    assert sorted(rows) == [("number", "+35315550199"), ("person", "2")]
