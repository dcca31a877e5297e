"""Fields both sides changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import sync_state
from sdrdesk.store.outbox import conflicts
from tests.store.sync_rows import put, sql

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "d.db") as opened:
        put(opened, RemoteLead("1", status="THEIRS"))
        yield opened


def opened(db: Database, mine: str = "MINE", theirs: str = "THEIRS") -> str:
    with db.writer() as connection:
        return conflicts.add(
            connection,
            lead_id="1",
            field="status",
            base="BASE",
            mine=mine,
            theirs=theirs,
            mine_ms=1000,
            theirs_ms=0,
        )


def test_one_open_conflict_per_field_brought_up_to_date(db: Database) -> None:
    key = opened(db)
    assert opened(db, theirs="LATER") == key
    (conflict,) = conflicts.open_conflicts(db)
    assert (conflict.base, conflict.mine, conflict.theirs) == ("BASE", "MINE", "LATER")
    assert conflict.mine_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert conflict.theirs_at is None


def test_mine_is_sent_on_top_of_what_the_rep_saw(db: Database) -> None:
    key = conflicts.settle_conflict(db, opened(db), "mine", NOW)
    ((kind, state, payload),) = sql(
        db, "SELECT kind, state, payload_json FROM outbox WHERE key=?", key
    )
    assert (kind, state) == ("contact", "queued")
    assert json.loads(payload)["changes"] == {"status": "MINE"}
    assert json.loads(payload)["base"] == {"status": "THEIRS"}
    assert sql(db, "SELECT status FROM lead") == [("MINE",)]
    assert conflicts.open_conflicts(db) == []
    (settled,) = conflicts.open_conflicts(db, with_settled=True)
    assert settled.taken == "mine"
    assert settled.settled_at == NOW


def test_theirs_sends_nothing(db: Database) -> None:
    assert conflicts.settle_conflict(db, opened(db), "theirs", NOW) == ""
    assert sql(db, "SELECT status FROM lead") == [("THEIRS",)]
    assert sql(db, "SELECT 1 FROM outbox") == []


def test_settling_twice_or_nothing_is_refused(db: Database) -> None:
    key = opened(db)
    conflicts.settle_conflict(db, key, "theirs", NOW)
    with pytest.raises(UsageError):
        conflicts.settle_conflict(db, key, "mine", NOW)
    with pytest.raises(NotFoundError):
        conflicts.settle_conflict(db, "nothing", "mine", NOW)


def test_sides_that_agree_by_now_settle_it(db: Database) -> None:
    opened(db)
    with db.writer() as connection:
        conflicts.close_agreed(connection, "1", "status", "ELSE", 5)
        assert conflicts.count_open(connection) == 1
        conflicts.close_agreed(connection, "1", "status", "MINE", 5)
        assert conflicts.count_open(connection) == 0


def test_an_agreement_does_not_settle_a_later_choice_of_the_rep(db: Database) -> None:
    opened(db)  # chosen at 1000
    with db.writer() as connection:
        conflicts.close_agreed(connection, "1", "status", "ELSE", 5, mine_ms=1000)
        assert conflicts.count_open(connection) == 1
        conflicts.close_agreed(connection, "1", "status", "ELSE", 5, mine_ms=1001)
    (settled,) = conflicts.open_conflicts(db, with_settled=True)
    assert settled.taken == "theirs"


def test_a_withdrawn_value_settles_its_own_open_conflict_only(db: Database) -> None:
    opened(db)
    with db.writer() as connection:
        for lead_id, field, mine in (
            ("2", "status", "MINE"),
            ("1", "lifecycle", "MINE"),
            ("1", "status", "ELSE"),
        ):
            conflicts.cancel(connection, lead_id, field, mine, 5)
            assert conflicts.count_open(connection) == 1
        conflicts.cancel(connection, "1", "status", "MINE", 7_000)
        conflicts.cancel(connection, "1", "status", "MINE", 9_000)
    (settled,) = conflicts.open_conflicts(db, with_settled=True)
    assert settled.taken == "theirs"
    assert settled.settled_at == datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)


def test_cursors_never_go_back(db: Database) -> None:
    with db.writer() as connection:
        sync_state.raise_number(connection, "cursor.lead", 10, 1)
        sync_state.raise_number(connection, "cursor.lead", 5, 2)
        assert sync_state.get_number(connection, "cursor.lead") == 10
        sync_state.set_state(connection, "pass.a", "x", 1)
        sync_state.set_state(connection, "pass%a", "y", 1)
        sync_state.forget(connection, "pass.")
        assert sync_state.get_state(connection, "pass.a") == ""
        assert sync_state.get_state(connection, "pass%a") == "y"
        assert sync_state.get_number(connection, "pass%a") == 0
