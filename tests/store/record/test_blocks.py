"""Call blocks on disk: one open per rep, counted from the activities, never lost by a crash."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.block.block import Block, Goal, GoalKind
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.blocks import (
    block_calls,
    end_block,
    last_block,
    note_call,
    open_block,
    pause_block,
    resume_block,
    start_block,
    unsent_of,
)
from sdrdesk.store.record.outcomes import record, undo
from tests.store.filling import NOW, lead_row, plan, put
from tests.support.forked import Connection as Pipe
from tests.support.forked import forked

MIN = timedelta(minutes=1)
BLOCK = Block("b-1", "7", NOW, 3000, Goal(GoalKind.DIALS, 40), "40 % new, 60 % retry")


def in_block(connection: Connection, activity: Activity) -> None:
    note_call(connection, "7", activity.activity_key, "new", NOW + 5 * MIN)


def test_a_block_is_found_again_with_its_pauses(db: Database, path: Path) -> None:
    assert open_block(db, "7") is None
    start_block(db, BLOCK)
    pause_block(db, "7", "lunch", NOW + MIN)
    db.close()
    with Database.open(path) as again:
        found = open_block(again, "7")
        assert found is not None
        assert replace(found, pauses=()) == BLOCK
        assert found.pause is not None
        assert (found.pause.reason, found.pause.started_at) == ("lunch", NOW + MIN)
        resume_block(again, "7", NOW + 3 * MIN)
        ended = end_block(again, "7", NOW + 9 * MIN)
        assert (ended.ended_at, ended.pause) == (NOW + 9 * MIN, None)
        assert open_block(again, "7") is None
        assert last_block(again, "7") == ended


def test_one_rep_has_one_open_block_and_another_rep_their_own(db: Database) -> None:
    start_block(db, BLOCK)
    with pytest.raises(UsageError, match="already"):
        start_block(db, replace(BLOCK, block_id="b-2"))
    start_block(db, replace(BLOCK, block_id="b-3", owner_id="8"))
    end_block(db, "7", NOW + MIN)
    start_block(db, replace(BLOCK, block_id="b-4", started_at=NOW + 2 * MIN))
    assert (last_block(db, "7") or BLOCK).block_id == "b-4"


def test_what_cannot_be_is_refused(db: Database) -> None:
    with pytest.raises(UsageError, match="in no block"):
        pause_block(db, "7", "x", NOW)
    with pytest.raises(UsageError, match="in no block"):
        resume_block(db, "7", NOW)
    with pytest.raises(UsageError, match="in no block"):
        end_block(db, "7", NOW)
    start_block(db, BLOCK)
    with pytest.raises(UsageError, match="not paused"):
        resume_block(db, "7", NOW)
    pause_block(db, "7", "x", NOW)
    with pytest.raises(UsageError, match="already paused"):
        pause_block(db, "7", "y", NOW)


def test_two_pauses_within_one_moment_are_both_kept(db: Database) -> None:
    start_block(db, BLOCK)
    for reason in ("one", "two", "three"):
        pause_block(db, "7", reason, NOW)
        resume_block(db, "7", NOW)
    ended = end_block(db, "7", NOW - MIN)  # the clock was set back
    assert [pause.reason for pause in ended.pauses] == ["one", "two", "three"]
    assert ended.ended_at == NOW


def test_outcomes_count_until_they_are_taken_back(db: Database) -> None:
    put(db, lead_row("501"), lead_row("502"))
    start_block(db, BLOCK)
    record(db, plan("501", key="a-1"), now=NOW, also=in_block)
    record(db, plan("502", key="a-2"), now=NOW, also=in_block)
    record(db, plan("502", key="a-2"), now=NOW, also=in_block)  # a key pressed twice
    assert [(call.lead_id, call.part) for call in block_calls(db, "b-1")] == [
        ("501", "new"),
        ("502", "new"),
    ]
    assert unsent_of(db, "b-1") == (2, 0)
    undo(db, "a-2", NOW)
    assert [call.lead_id for call in block_calls(db, "b-1")] == ["501"]
    assert unsent_of(db, "b-1") == (1, 0)


def test_outcomes_outside_a_block_belong_to_none(db: Database) -> None:
    put(db, lead_row("501"))
    record(db, plan("501", key="a-1"), now=NOW, also=in_block)
    start_block(db, BLOCK)
    assert block_calls(db, "b-1") == []


def test_an_outcome_and_its_place_in_the_block_are_one_transaction(db: Database) -> None:
    put(db, lead_row("501"))
    start_block(db, BLOCK)

    def fails(connection: Connection, activity: Activity) -> None:
        in_block(connection, activity)
        raise UsageError("the disk is full")

    with pytest.raises(UsageError):
        record(db, plan("501", key="a-1"), now=NOW, also=fails)
    with db.reader() as connection:
        assert connection.execute("SELECT count(*) FROM activity").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    assert block_calls(db, "b-1") == []


def start_and_wait(line: Pipe, path: Path) -> None:
    db = Database.open(path)
    start_block(db, BLOCK)
    record(db, plan("501", key="a-1"), now=NOW, also=in_block)
    pause_block(db, "7", "fire alarm", NOW + MIN)
    line.send("paused")
    line.recv()


def test_a_killed_process_leaves_the_block_as_it_was(path: Path) -> None:
    with Database.open(path) as db:
        put(db, lead_row("501"))
    with forked(start_and_wait, path) as process:
        assert process.heard() == "paused"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with Database.open(path) as db:
        found = open_block(db, "7")
        assert found is not None
        assert [pause.reason for pause in found.pauses] == ["fire alarm"]
        assert [call.activity_key for call in block_calls(db, "b-1")] == ["a-1"]
