"""An item's way through the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.store.database.database import Database
from sdrdesk.store.outbox import outbox, receipts
from tests.store.sync_rows import item, put, sql

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "d.db") as opened:
        yield opened


def next_key(db: Database, now_ms: int = 10) -> str:
    with db.reader() as connection:
        found = outbox.next_item(connection, now_ms)
    return "" if found is None else found.key


def test_the_most_urgent_goes_first_then_the_oldest(db: Database) -> None:
    for key, priority in (("a", 50), ("b", 50), ("c", 0), ("d", 10)):
        item(db, key, priority=priority)
    order = []
    while key := next_key(db):
        order.append(key)
        with db.writer() as connection:
            outbox.block(connection, key, "no")
    assert order == ["c", "d", "a", "b"]


def test_what_waits_is_left_alone_until_its_time(db: Database) -> None:
    item(db, "later", next_try_ms=100)
    item(db, "held", state="held", hold_until_ms=100)
    assert next_key(db, 99) == ""
    assert next_key(db, 100) == "later"
    with db.writer() as connection:
        assert outbox.release(connection, 99, everything=False) == 0
        assert outbox.release(connection, 100, everything=False) == 1
        assert outbox.depth(connection) == outbox.Depth(queued=2)


def test_a_person_who_asks_releases_everything(db: Database) -> None:
    item(db, "held", state="held", hold_until_ms=10_000)
    with db.writer() as connection:
        assert outbox.release(connection, 0, everything=True) == 1


def test_an_item_taken_back_in_time_is_not_sent(db: Database) -> None:
    item(db, "a", state="undone")
    with db.writer() as connection:
        assert not outbox.begin_sending(connection, "a", unknown=True)
    assert sql(db, "SELECT state, attempts FROM outbox") == [("undone", 0)]


def test_what_a_dead_process_left_is_taken_over(db: Database) -> None:
    item(db, "safe", state="sending", unknown=0)
    item(db, "perhaps", state="sending", unknown=1)
    with db.writer() as connection:
        outbox.recover(connection)
    assert dict(sql(db, "SELECT key, state FROM outbox")) == {
        "safe": "queued",
        "perhaps": "sending",
    }


def test_retrying_keeps_the_doubt_whether_it_arrived(db: Database) -> None:
    item(db, "sure", state="blocked")
    item(db, "perhaps", state="blocked", unknown=1)
    item(db, "done", state="sent")
    outbox.retry(db, "sure")
    outbox.retry(db, "perhaps")
    assert dict(sql(db, "SELECT key, state FROM outbox")) == {
        "sure": "queued",
        "perhaps": "sending",
        "done": "sent",
    }
    with pytest.raises(UsageError):
        outbox.retry(db, "done")
    with pytest.raises(NotFoundError):
        outbox.retry(db, "nothing")


def test_dropping_a_change_shows_what_the_crm_last_said(db: Database) -> None:
    put(db, RemoteLead("1", status="NEW"))
    payload = {"changes": {"status": "CONNECTED"}, "base": {"status": "NEW"}}
    item(db, "a", "contact", payload=payload, state="blocked", last_error="refused")
    put(db, RemoteLead("1", status="OPEN"))  # a colleague, meanwhile
    assert sql(db, "SELECT status FROM lead") == [("CONNECTED",)]
    outbox.drop(db, "a", NOW)
    assert sql(db, "SELECT status FROM lead") == [("OPEN",)]
    assert sql(db, "SELECT state, last_error FROM outbox") == [("undone", "dropped: refused")]
    assert outbox.outbox_items(db) == []
    with pytest.raises(UsageError):
        outbox.drop(db, "a", NOW)


def test_an_item_on_its_way_cannot_be_dropped(db: Database) -> None:
    item(db, "a", state="sending", unknown=1)
    with pytest.raises(UsageError):
        outbox.drop(db, "a", NOW)


def test_later_changes_of_a_field_overtake_earlier_ones(db: Database) -> None:
    names = ("status", "lifecycle", "persona", "owner_id")
    item(db, "1", "contact", payload={"changes": dict.fromkeys(names, "A")})
    written = {"changes": {"status": "B"}, "written": ["status"]}
    item(db, "2", "contact", payload=written, state="sent")
    kept = {"changes": {"lifecycle": "B"}, "left": {"lifecycle": "it is further already"}}
    item(db, "3", "contact", payload=kept, state="sent")
    # What waits may still be taken back, and what was taken back counts for nothing.
    item(db, "4", "contact", payload={"changes": {"persona": "B"}}, attempts=1)
    item(db, "5", "contact", payload={"changes": {"owner_id": "B"}}, state="undone")
    with db.reader() as connection:
        found = outbox.next_item(connection, 0)
        assert found is not None
        assert outbox.later_fields(connection, found) == {"status"}
        assert outbox.later_tries(connection, found) == {"persona": {"B"}}


def test_the_chain_of_our_own_changes_is_known_up_to_what_went_out(db: Database) -> None:
    held = {"changes": {"status": "A"}, "base": {"status": "0"}}
    item(db, "1", "contact", payload=held, state="held")  # overtaken while it is held back
    item(db, "2", "contact", payload={"changes": {"status": "B"}, "base": {"status": "A"}})
    item(
        db,
        "3",
        "contact",
        payload={"changes": {"status": "C"}, "base": {"status": "B"}},
        priority=0,
    )
    with db.writer() as connection:
        last = outbox.next_item(connection, 0)
        assert last is not None
        assert last.key == "3"
        assert outbox.earlier_values(connection, last, "status") == ("A", "0")
        outbox.block(connection, "3", "")
        outbox.release(connection, 0, everything=True)
        first = outbox.next_item(connection, 0)
        assert first is not None
        receipts.keep_receipt(connection, first, receipts.Receipt(["status"]))
        outbox.sent(connection, first, "9", 1)
        # "A" is what the CRM showed once the first had gone out; "0" is somebody else's by now.
        assert outbox.earlier_values(connection, last, "status") == ("A",)


def test_items_as_the_rep_sees_them(db: Database) -> None:
    item(db, "a", state="blocked", last_error="no", attempts=2, created_ms=1_000)
    item(db, "b", state="sent", crm_id="77", sent_ms=2_000)
    (waiting,) = outbox.outbox_items(db)
    assert (waiting.key, waiting.state, waiting.attempts) == ("a", OutboxState.BLOCKED, 2)
    both = outbox.outbox_items(db, with_sent=True)
    assert [i.crm_id for i in both] == ["", "77"]
    assert outbox.outbox_depth(db) == outbox.Depth(blocked=1)
    assert outbox.outbox_depth(db).left == 0
