"""A damaged item is built again from the record of the call, and the count of pushes is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.domain.outcome.types import OutcomePlan
from sdrdesk.store.database.database import Database
from sdrdesk.store.outbox import outbox, restored_copy
from sdrdesk.store.outbox.restored_copy import count_push, may_be_restored, may_have_sent
from sdrdesk.store.record.outcomes import record as keep
from tests.domain.outcome_table import LEAD, NOW, record
from tests.store.filling import lead_row, put


@pytest.fixture
def desk(db: Database) -> Database:
    put(db, lead_row(LEAD.lead_id))
    return db


def stored(db: Database, key: str) -> dict[str, Any]:
    with db.reader() as connection:
        row = connection.execute("SELECT payload_json FROM outbox WHERE key = ?", (key,)).fetchone()
    return dict(json.loads(row[0]))


def blocked(db: Database, plan: OutcomePlan, text: str) -> str:
    """Record an outcome whose call is then damaged on the disk and parked."""
    keep(db, plan, now=NOW)
    key = next(item.key for item in plan.items if item.kind is OutboxKind.CALL)
    with db.writer() as connection:
        connection.execute(
            "UPDATE outbox SET payload_json = ?, state = 'blocked', looks = 3 WHERE key = ?",
            (text, key),
        )
    return key


ENTRIES: dict[str, dict[str, Any]] = {
    "no_answer": {},
    "left_voicemail": {"note": "Two sentences.\nOn two lines.", "number": LEAD.mobile},
    "not_interested": {"reason": "no_budget", "note": "Next year."},
    "wrong_number": {"duration_s": 12},
    "gatekeeper": {"incoming": True, "duration_s": 61},
}


@pytest.mark.parametrize("text", ["{", "null", "[]", '{"at": 3}'])
@pytest.mark.parametrize("key", ENTRIES)
def test_a_call_is_built_again_as_it_was(desk: Database, key: str, text: str) -> None:
    plan = record(key, **ENTRIES[key])
    (was,) = [dict(item.payload) for item in plan.items if item.kind is OutboxKind.CALL]
    item = blocked(desk, plan, text)
    outbox.retry(desk, item)
    made = stored(desk, item)
    for name in ("at", "outcome_label", "duration_s", "number", "owner_id"):
        assert made[name] == was[name], name
    assert made["note"].splitlines()[:1] == str(was["note"]).splitlines()[:1]
    assert made.get("direction") == was.get("direction")
    assert made["title"] == (was["outcome_label"] or "Call")


def test_a_call_without_an_outcome_of_the_crm_is_called_a_call(desk: Database) -> None:
    key = blocked(desk, record("no_answer"), "{")
    with desk.writer() as connection:
        connection.execute("UPDATE activity SET outcome_label = ''")
    outbox.retry(desk, key)
    assert stored(desk, key)["title"] == "Call"


def test_a_call_of_an_older_version_takes_its_outcome_from_the_present_files(
    desk: Database,
) -> None:
    plan = record("no_answer")
    (was,) = [dict(item.payload) for item in plan.items if item.kind is OutboxKind.CALL]
    old = {name: value for name, value in was.items() if name != "outcome"}
    key = blocked(desk, plan, json.dumps(old))
    renamed = {"No answer": "Nobody picked up"}
    outbox.retry(desk, key, lambda _, values: {n: renamed[v] for n, v in values.items()})
    assert stored(desk, key) == old | {"outcome_label": "Nobody picked up"}


def test_a_whole_payload_is_left_as_it_is(desk: Database) -> None:
    plan = record("no_answer", note="said")
    (was,) = [dict(item.payload) for item in plan.items if item.kind is OutboxKind.CALL]
    key = blocked(desk, plan, json.dumps(was))
    outbox.retry(desk, key)
    assert stored(desk, key) == was


def test_what_no_call_tells_is_kept_and_named(desk: Database) -> None:
    plan = record("no_answer")
    keep(desk, plan, now=NOW)
    (key,) = [item.key for item in plan.items if item.kind is OutboxKind.CONTACT]
    with desk.writer() as connection:
        connection.execute(
            "UPDATE outbox SET payload_json = '{', state = 'blocked' WHERE key = ?", (key,)
        )
    with pytest.raises(UsageError) as caught:
        outbox.retry(desk, key)
    assert caught.value.kept == "The item is kept, and nothing was sent."
    assert f"sdrdesk outbox drop {key}" in caught.value.next_step


def test_a_call_of_someone_else_is_not_made_up(desk: Database) -> None:
    plan = record("no_answer")
    key = blocked(desk, plan, "{")
    with desk.writer() as connection:
        connection.execute("UPDATE activity SET local = 0")
    with pytest.raises(UsageError):
        outbox.retry(desk, key)


def test_pushes_are_counted_beside_the_database(desk: Database, tmp_path: Path) -> None:
    database = tmp_path / "d.db"
    life = database.with_name("d.db.life")

    def push() -> None:
        with desk.writer() as connection:
            count_push(connection, database, 1000)

    def restored() -> bool:
        with desk.reader() as connection:
            return may_be_restored(connection, database)

    def sent(recorded_ms: int) -> bool:
        with desk.reader() as connection:
            return may_have_sent(connection, database, recorded_ms)

    push()
    push()
    assert life.read_text("ascii") == "2\n"
    assert life.stat().st_mode & 0o777 == 0o600
    assert not life.with_name("d.db.life.new").exists()
    assert not restored()
    changed_ms = life.stat().st_ctime_ns // 1_000_000
    assert not sent(changed_ms)
    life.write_text("7\n", "ascii")
    changed_ms = life.stat().st_ctime_ns // 1_000_000
    assert restored()
    assert sent(changed_ms)
    assert not sent(changed_ms + 1), "the other copy cannot know it"
    push()
    assert life.read_text("ascii") == "8\n", "the higher of both counts"
    assert not restored()
    life.unlink()
    assert restored()
    assert sent(changed_ms + 9_999_999_999)
    push()
    assert life.read_text("ascii") == "9\n"


@pytest.mark.parametrize("text", ["", "x", "-3", "1" * 19, "٣", "\x00"])
def test_a_count_that_cannot_be_read_counts_from_what_is_known(
    desk: Database, tmp_path: Path, text: str
) -> None:
    database = tmp_path / "d.db"
    life = database.with_name("d.db.life")
    life.write_text(text, "utf-8")
    with desk.writer() as connection:
        restored_copy.count_push(connection, database, 1000)
    assert life.read_text("ascii") == "1\n"
