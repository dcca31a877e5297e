"""An item's way through the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.crm.records import RemoteActivity, RemoteLead
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.outbox import outbox, receipts
from sdrdesk.store.promises import promises
from sdrdesk.store.tables import ActivityRow
from tests.store.filling import put as put_rows
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


def test_every_try_is_counted_and_may_have_arrived_from_its_first_byte(db: Database) -> None:
    item(db, "a", looks=3)
    item(db, "other")
    for tries in (1, 2, 3):
        with db.writer() as connection:
            assert outbox.begin_sending(connection, "a", unknown=True)
        state = sql(db, "SELECT state, unknown, looks, attempts FROM outbox WHERE key = 'a'")
        assert state == [("sending", 1, 0, tries)]
    assert sql(db, "SELECT state, attempts FROM outbox WHERE key = 'other'") == [("queued", 0)]


@pytest.mark.parametrize("state", ["held", "blocked", "sent", "undone"])
def test_only_an_item_that_is_due_begins_to_be_sent(db: Database, state: str) -> None:
    item(db, "a", state=state)
    with db.writer() as connection:
        assert not outbox.begin_sending(connection, "a", unknown=False)
    assert sql(db, "SELECT state, attempts FROM outbox") == [(state, 0)]


@pytest.mark.parametrize("state", ["held", "blocked", "sent", "undone"])
def test_a_try_that_never_left_queues_its_item_again_and_no_other(db: Database, state: str) -> None:
    item(db, "a", state="sending", unknown=1)
    item(db, "later", state=state, unknown=1)  # a person dropped it during the try
    item(db, "other", state="sending", unknown=1)
    with db.writer() as connection:
        outbox.certainly_not_sent(connection, "a")
        outbox.certainly_not_sent(connection, "later")
    assert sql(db, "SELECT key, state, unknown FROM outbox ORDER BY seq") == [
        ("a", "queued", 0),
        ("later", state, 1),
        ("other", "sending", 1),
    ]


def activity(db: Database, key: str, *, local: bool, kind: str = "call", crm_id: str = "") -> None:
    put_rows(
        db,
        ActivityRow(activity_key=key, lead_id="1", kind=kind, at_ms=1, local=local, crm_id=crm_id),
    )


def bound(db: Database, key: str, crm_id: str) -> list[tuple[str, str]]:
    """Send the item ``key`` and return key and CRM id of every activity."""
    with db.writer() as connection:
        found = outbox.waiting(connection, key)
        assert found is not None
        outbox.sent(connection, found, crm_id, 5)
    return sql(db, "SELECT activity_key, crm_id FROM activity ORDER BY activity_key")


def test_a_sent_call_takes_the_place_of_the_copy_that_was_pulled(db: Database) -> None:
    activity(db, "mine", local=True)
    activity(db, "call:77", local=False, crm_id="77")
    activity(db, "note:77", local=False, kind="note", crm_id="77")
    activity(db, "call:78", local=False, crm_id="78")
    item(db, "i", "call", activity_key="mine")
    assert bound(db, "i", "77") == [("call:78", "78"), ("mine", "77"), ("note:77", "77")]


def test_a_record_of_the_rep_is_never_deleted_for_another_one(db: Database) -> None:
    activity(db, "first", local=True, crm_id="77")
    activity(db, "mine", local=True)
    item(db, "i", "call", activity_key="mine")
    with pytest.raises(sqlite3.IntegrityError):  # two records of one CRM id: a bug, not a merge
        bound(db, "i", "77")
    assert sql(db, "SELECT activity_key FROM activity ORDER BY 1") == [("first",), ("mine",)]


def test_only_the_reps_own_record_is_bound(db: Database) -> None:
    activity(db, "call:1", local=False, crm_id="1")
    item(db, "i", "call", activity_key="call:1")
    assert bound(db, "i", "77") == [("call:1", "1")]


def test_an_outcome_without_a_call_is_bound_to_its_own_note_only(db: Database) -> None:
    activity(db, "c", local=True, kind="change")
    item(db, "c", "note", activity_key="c")
    item(db, "follow-up", "task", activity_key="c")
    assert bound(db, "follow-up", "88") == [("c", "")]
    assert bound(db, "c", "77") == [("c", "77")]


def test_a_receipt_ends_the_waiting_and_clears_the_error(db: Database) -> None:
    item(db, "a", unknown=1, state="sending", last_error="slow", correlation_id="x", next_try_ms=1)
    bound(db, "a", "77")
    assert sql(
        db,
        "SELECT state, unknown, crm_id, sent_ms, last_error, correlation_id, next_try_ms"
        " FROM outbox",
    ) == [("sent", 0, "77", 5, "", "", None)]


def test_an_item_put_back_counts_its_looks(db: Database) -> None:
    item(db, "a", state="sending", unknown=1)
    item(db, "b", state="sending")
    for looked, looks in ((True, 1), (True, 2), (False, 2)):
        with db.writer() as connection:
            outbox.defer(
                connection,
                "a",
                state=OutboxState.SENDING,
                next_try_ms=50,
                error="no answer",
                correlation_id="x",
                unknown=True,
                looked=looked,
            )
        assert sql(
            db,
            "SELECT state, unknown, looks, next_try_ms, last_error, correlation_id FROM outbox"
            " WHERE key = 'a'",
        ) == [("sending", 1, looks, 50, "no answer", "x")]
    assert sql(db, "SELECT looks, last_error FROM outbox WHERE key = 'b'") == [(0, "")]


def test_what_a_dead_process_left_is_taken_over(db: Database) -> None:
    item(db, "safe", state="sending", unknown=0)
    item(db, "perhaps", state="sending", unknown=1)
    with db.writer() as connection:
        outbox.recover(connection)
    assert dict(sql(db, "SELECT key, state FROM outbox")) == {
        "safe": "queued",
        "perhaps": "sending",
    }


def test_after_a_restore_what_could_make_a_second_record_is_looked_for_once(db: Database) -> None:
    for state in ("held", "queued", "sending", "blocked", "sent", "undone"):
        item(db, state, "call", state=state)
    for kind in ("task", "note", "meeting", "contact", "list"):
        item(db, kind, kind)
    item(db, "known", unknown=1, looks=2)
    with db.writer() as connection:
        assert outbox.mark_uncertain(connection) == 7
        assert outbox.mark_uncertain(connection) == 0
    found = sql(db, "SELECT key FROM outbox WHERE unknown = 1 AND looks = 1000 ORDER BY seq")
    assert [key for (key,) in found] == [
        "held", "queued", "sending", "blocked", "task", "note", "meeting",
    ]  # fmt: skip
    assert sql(db, "SELECT unknown, looks FROM outbox WHERE key = 'known'") == [(1, 2)]


@pytest.mark.parametrize(
    ("error", "correlation_id", "released"),
    [
        ("HTTP 502", "", True),
        ("HTTP 502", "abc", True),
        ("nothing was written", "", True),
        ("the lead 7 was deleted at the CRM", "", True),
        ("the lead 7 was deleted at the CRM", "abc", False),
        ("HTTP 502: no such property", "", False),
        ("HTTP 900", "", False),
    ],
)
def test_only_what_a_page_of_the_network_blocked_is_released(
    db: Database, error: str, correlation_id: str, released: bool
) -> None:
    blocked: Any = {"last_error": error, "correlation_id": correlation_id, "next_try_ms": 9}
    item(db, "note", state="blocked", **blocked)
    item(db, "contact", "contact", state="blocked", **blocked)
    item(db, "sent", state="sent", **blocked)
    with db.writer() as connection:
        assert outbox.release_blocked_by_pages(connection, 3) == 2 * released
    rows = sql(db, "SELECT state, unknown, looks, next_try_ms FROM outbox ORDER BY seq")
    if released:
        assert rows[:2] == [("sending", 1, 3, None), ("queued", 0, 3, None)]
    else:
        assert rows[:2] == [("blocked", 0, 0, 9), ("blocked", 0, 0, 9)]
    assert rows[2] == ("sent", 0, 0, 9)


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


def test_dropping_a_moved_callback_shows_the_time_of_the_task_at_the_crm(db: Database) -> None:
    put(db, RemoteLead("1"), RemoteLead("2"))
    known = {"1": NOW + timedelta(hours=1), "2": NOW + timedelta(hours=2)}
    later = NOW + timedelta(days=4)
    for lead, due_at in known.items():
        task = RemoteActivity("task", f"t{lead}", (lead,), "7", to_ms(due_at), open_call=True)
        change = {"change": "move", "task": f"task:t{lead}", "due_at": later.isoformat()}
        item(db, f"m{lead}", "task", lead, payload=change)
        with db.writer() as connection:
            promises.put_tasks(connection, [task], to_ms(NOW))
    outbox.drop(db, "m1", NOW)
    shown = {lead: [p.due_at for p in promises.promises_of(db, lead)] for lead in known}
    assert shown == {"1": [known["1"]], "2": [later]}


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
    # A waiting change may still be undone, and an undone one does not count.
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
        # The CRM showed "A" once the first was sent; by now "0" is another person's value.
        assert outbox.earlier_values(connection, last, "status") == ("A",)


def test_a_lifted_do_not_call_finds_the_last_mark_that_went_out(db: Database) -> None:
    mark = {"changes": {"do_not_call": "true"}}
    item(db, "1", "contact", payload=mark | {"marked_ms": 5}, state="sent")
    item(db, "2", "contact", payload=mark | {"marked_ms": 7}, state="sent")
    item(db, "3", "contact", payload=mark | {"marked_ms": 9}, state="undone")
    item(db, "4", "contact", payload={"changes": {"status": "A"}, "marked_ms": 11}, state="sent")
    item(db, "5", "contact", lead_id="2", payload=mark | {"marked_ms": 13}, state="sent")
    item(db, "lift", "contact", payload={"changes": {"do_not_call": "false"}})
    item(db, "later", "contact", payload=mark | {"marked_ms": 15}, state="sent")
    with db.writer() as connection:
        lift = outbox.waiting(connection, "lift")
        assert lift is not None
        assert receipts.marked_at_ms(connection, lift) == 7
        # Given up, after this part of it had gone out.
        connection.execute(
            "UPDATE outbox SET payload_json = json_insert(payload_json, '$.written',"
            " json_array('do_not_call')) WHERE key = '3'"
        )
        assert receipts.marked_at_ms(connection, lift) == 9


def test_a_receipt_adds_to_what_earlier_tries_wrote(db: Database) -> None:
    item(db, "a", "contact", payload={"changes": {}, "written": ["x"], "agreed": ["y"]})
    with db.writer() as connection:
        found = outbox.waiting(connection, "a")
        assert found is not None
        done = receipts.Receipt(["w"], ["z"], {"v": "refused"}, marked_ms=3)
        receipts.keep_receipt(connection, found, done)
        found = outbox.waiting(connection, "a")
        assert found is not None
        assert found.payload == {
            "changes": {}, "written": ["w", "x"], "agreed": ["y", "z"],
            "left": {"v": "refused"}, "marked_ms": 3,
        }  # fmt: skip
        receipts.keep_receipt(connection, found, receipts.Receipt())
        found = outbox.waiting(connection, "a")
        assert found is not None
        assert "left" not in found.payload
        assert found.payload["marked_ms"] == 3


def test_items_as_the_rep_sees_them(db: Database) -> None:
    item(db, "a", state="blocked", last_error="no", attempts=2, created_ms=1_000)
    item(db, "b", state="sent", crm_id="77", sent_ms=2_000)
    (waiting,) = outbox.outbox_items(db)
    assert (waiting.key, waiting.state, waiting.attempts) == ("a", OutboxState.BLOCKED, 2)
    both = outbox.outbox_items(db, with_sent=True)
    assert [i.crm_id for i in both] == ["", "77"]
    assert [i.sent_at and to_ms(i.sent_at) for i in both] == [None, 2_000]
    assert outbox.outbox_depth(db) == outbox.Depth(blocked=1)
    assert outbox.outbox_depth(db).left == 0
