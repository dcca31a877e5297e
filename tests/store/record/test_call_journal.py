"""The call in progress."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.call_claim import UNATTENDED, renew
from sdrdesk.store.record.call_journal import (
    CallInProgress,
    adopt_call,
    current_calls,
    end_call,
    save_call,
    start_call,
    talk,
)
from sdrdesk.store.tables import AliasRow
from tests.store.filling import NOW, put

LATER = NOW + timedelta(seconds=40)


def test_what_was_typed_is_there_after_a_crash(path: Path, key: str | None) -> None:
    with Database.open(path, key=key) as db:
        start_call(db, "desk", 42, "501", "+15550148899", NOW)
        assert save_call(db, "desk", "spoke to Zoë", {"need": "speed"}, "builder", LATER)
        # No close: the file is what a killed process leaves behind.
        with Database.open(path, key=key) as other:
            assert current_calls(other) == [
                CallInProgress(
                    "desk", 42, "501", "+15550148899", NOW, LATER, "spoke to Zoë",
                    {"need": "speed"}, "builder",
                )
            ]  # fmt: skip


def test_a_call_to_the_same_lead_goes_on(db: Database) -> None:
    put(db, AliasRow(old_id="400", lead_id="501"))
    start_call(db, "desk", 1, "501", "one", NOW)
    save_call(db, "desk", "note", {}, "", NOW)
    again = start_call(db, "desk", 1, "400", "two", LATER)
    assert (again.number, again.started_at, again.note) == ("one", NOW, "note")


def test_words_typed_for_one_lead_are_not_lost_to_the_next(db: Database) -> None:
    start_call(db, "desk", 1, "501", "", NOW)
    save_call(db, "desk", "important", {}, "", NOW)
    with pytest.raises(UsageError, match="still in a call with lead 501"):
        start_call(db, "desk", 1, "502", "", LATER)
    (call,) = current_calls(db)
    assert (call.lead_id, call.note) == ("501", "important")


def test_a_call_nothing_was_typed_for_gives_way(db: Database) -> None:
    start_call(db, "desk", 1, "501", "", NOW)
    start_call(db, "desk", 1, "502", "", LATER)
    assert [call.lead_id for call in current_calls(db)] == ["502"]


def test_each_desk_has_its_own_call(db: Database) -> None:
    start_call(db, "one", 1, "501", "", NOW)
    start_call(db, "two", 2, "502", "", LATER)
    end_call(db, "one")
    assert [(call.desk, call.lead_id) for call in current_calls(db)] == [("two", "502")]
    assert not save_call(db, "one", "too late", {}, "", LATER)


def test_a_call_a_crash_left_behind_is_taken_over(db: Database) -> None:
    start_call(db, "crashed", 1, "501", "", NOW)
    save_call(db, "crashed", "half a sent", {}, "", NOW)
    adopted = adopt_call(db, "crashed", "new", 2, LATER)
    assert adopted is not None
    assert (adopted.desk, adopted.pid, adopted.note) == ("new", 2, "half a sent")
    assert current_calls(db) == [adopted]
    assert adopt_call(db, "crashed", "third", 3, LATER) is None


def test_a_night_without_sdrdesk_is_no_part_of_a_call_and_a_restart_is(db: Database) -> None:
    start_call(db, "a", 1, "501", "+1", NOW)
    talk(db, "a", NOW)
    renew(db, "a", LATER)
    soon = adopt_call(db, "a", "b", 2, LATER + UNATTENDED)
    assert soon is not None
    assert (soon.idle_s, soon.talking_at) == (0, NOW)
    night = timedelta(hours=18)
    adopted = adopt_call(db, "b", "c", 3, LATER + UNATTENDED + night)
    assert adopted is not None
    assert (adopted.idle_s, adopted.talking_at) == (night.total_seconds(), NOW + night)
    renew(db, "c", LATER + UNATTENDED + 2 * night)  # the machine slept
    assert current_calls(db)[0].talking_at == NOW + 2 * night


def test_taking_over_does_not_replace_a_call_of_my_own(db: Database) -> None:
    start_call(db, "crashed", 1, "501", "", NOW)
    start_call(db, "mine", 2, "502", "", NOW)
    with pytest.raises(UsageError, match="already in a call"):
        adopt_call(db, "crashed", "mine", 2, LATER)
    assert len(current_calls(db)) == 2


def test_since_when_somebody_talks_survives_a_crash_and_ends_with_the_call(db: Database) -> None:
    assert talk(db, "a", NOW) is None  # no call
    start_call(db, "a", 1, "501", "+1", NOW)
    later = NOW + timedelta(seconds=9)
    assert talk(db, "a", later) == current_calls(db)[0]
    assert current_calls(db)[0].talking_at == later
    adopted = adopt_call(db, "a", "b", 2, LATER)
    assert adopted is not None
    assert adopted.talking_at == later
    assert (taken_back := talk(db, "b", None)) is not None
    assert taken_back.talking_at is None
    talk(db, "b", later)
    end_call(db, "b")
    start_call(db, "b", 2, "501", "+1", NOW)
    assert current_calls(db)[0].talking_at is None
