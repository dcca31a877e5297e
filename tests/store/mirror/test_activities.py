"""Timelines, a day's activities and the last outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.activities import day_activities, last_disposition, timeline
from sdrdesk.store.record.outcomes import record
from sdrdesk.store.tables import AliasRow, OwnerRow
from tests.store.filling import NOW, call_row, lead_row, plan, put

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(db: Database) -> Database:
    put(db, lead_row(), OwnerRow(owner_id="7", name="Robin"))
    return db


def set_state(db: Database, key: str, state: str) -> None:
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = ? WHERE key = ?", (state, key))


def test_a_timeline_is_newest_first_and_of_both_sides(desk: Database) -> None:
    put(
        desk,
        AliasRow(old_id="3", lead_id="501"),
        call_row(at=NOW - HOUR, owner_id="99", outcome_label="Busy", duration_s=7, crm_id="c-1"),
        call_row(at=NOW - 3 * HOUR, kind="task", title="Call back", done=False, crm_id="t-1"),
    )
    record(desk, plan(note="left a message"))
    call, busy, task = timeline(desk, "3")
    assert (call.kind, call.who, call.disposition, call.state, call.duration_s) == (
        ActivityKind.CALL, "Robin", "left_voicemail", "held", 12,
    )  # fmt: skip
    assert (busy.who, busy.outcome_label, busy.state, busy.crm_id) == ("99", "Busy", "crm", "c-1")
    assert (task.kind, task.title, task.done) == (ActivityKind.TASK, "Call back", False)
    assert timeline(desk, "501", limit=1) == [call]
    assert timeline(desk, "502") == []


@pytest.mark.parametrize(
    ("call", "contact", "shown"),
    [
        ("held", "held", "held"),
        ("queued", "held", "queued"),
        ("sending", "queued", "sending"),
        ("sent", "queued", "queued"),
        ("sent", "blocked", "blocked"),
        ("sent", "sent", "sent"),
        ("sent", "undone", "sent"),
        ("undone", "undone", "undone"),
    ],
)
def test_an_activity_stands_where_its_last_item_stands(
    desk: Database, call: str, contact: str, shown: str
) -> None:
    record(desk, plan(changes={"status": "OPEN"}))
    set_state(desk, "a-1", call)
    set_state(desk, "a-1-c", contact)
    assert [entry.state for entry in timeline(desk, "501")] == [shown]
    assert [state for _, state in day_activities(desk, NOW, NOW + HOUR, None)] == [shown]


def test_a_day_is_half_open_and_of_whom_is_asked(desk: Database) -> None:
    put(
        desk,
        call_row(at=NOW - timedelta(milliseconds=1), activity_key="before"),
        call_row(at=NOW, activity_key="first"),
        call_row(at=NOW + HOUR, activity_key="second", owner_id="8"),
        call_row(at=NOW + 2 * HOUR, activity_key="after"),
    )

    def keys(owner_ids: list[str] | None) -> list[str]:
        found = day_activities(desk, NOW, NOW + 2 * HOUR, owner_ids)
        return [activity.activity_key for activity, _ in found]

    assert keys(None) == ["first", "second"]
    assert keys(["8"]) == ["second"]
    assert keys(["7", "8"]) == ["first", "second"]
    assert keys([]) == []


def test_everything_of_an_activity_comes_back(desk: Database) -> None:
    from dataclasses import replace

    made = plan(note="n", reason="r")
    full = replace(
        made.activity,
        outcome_label="Left voicemail",
        number="+15550148899",
        callback_at=NOW + HOUR,
        meeting_at=NOW + 2 * HOUR,
        script_id="builder-demo",
        qualify={"budget": "20k", "need": "ü"},
    )
    record(desk, replace(made, activity=full))
    assert day_activities(desk, NOW, NOW + HOUR, None) == [(full, "held")]


def test_a_pulled_call_is_not_mine_to_take_back(desk: Database) -> None:
    put(desk, call_row(disposition="left_voicemail"))
    assert last_disposition(desk, "7") is None
