"""Outcomes recorded with a wrong clock reach the CRM with the correct time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sdrdesk.clock import parse_iso
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.store.outbox.outbox import retry
from tests.sync.desk import Desk

pytestmark = pytest.mark.long

MINUTE, HOUR, DAY = 60, 3600, 86_400
YEAR = 365 * DAY
WRONG = [YEAR, -YEAR, 10 * MINUTE, -10 * MINUTE]


def crm_now(desk: Desk) -> datetime:
    return parse_iso(desk.sandbox.control("clock")["now"])


def off_s(desk: Desk, plural: str, key: str) -> float:
    """Return how far the time at the CRM is from the CRM's present."""
    record = desk.remote(plural, key)[0]["id"]
    path = f"/crm/objects/2026-09/{plural}/{record}?properties=hs_timestamp"
    moment = parse_iso(desk.sandbox.get(path).json["properties"]["hs_timestamp"])
    return (moment - crm_now(desk)).total_seconds()


def both_agree(desk: Desk, key: str) -> None:
    assert desk.item(key)["state"] == "sent"
    assert abs(off_s(desk, "calls", key)) < 3 * MINUTE
    here = desk.one("SELECT at_ms FROM activity WHERE activity_key = ?", key)
    assert abs(here / 1000 - crm_now(desk).timestamp()) < 3 * MINUTE


@pytest.mark.parametrize("wrong", WRONG)
def test_a_clock_that_is_wrong_and_known_to_be(desk: Desk, wrong: int) -> None:
    desk.clock.forward(wrong)
    desk.sync()
    key = desk.dispose(desk.pick(), "no_answer")
    desk.sync()
    both_agree(desk, key)
    (shift,) = desk.sql("SELECT shift_ms FROM clock_shift WHERE activity_key = ?", key)
    assert abs(shift[0] + wrong * 1000) < 5_000


@pytest.mark.parametrize("wrong", WRONG)
def test_a_clock_that_went_wrong_since_the_last_sync(desk: Desk, wrong: int) -> None:
    desk.clock.forward(wrong)
    key = desk.dispose(desk.pick(), "no_answer")
    desk.sync()
    both_agree(desk, key)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_clock_that_was_put_right_between_recording_and_sending(desk: Desk, wrong: int) -> None:
    desk.clock.forward(wrong)
    desk.sync()
    key = desk.dispose(desk.pick(), "no_answer")
    desk.clock.forward(-wrong)
    desk.sync()
    both_agree(desk, key)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_clock_that_was_wrong_only_meanwhile(desk: Desk, wrong: int) -> None:
    desk.clock.forward(wrong)
    key = desk.dispose(desk.pick(), "no_answer")
    desk.clock.forward(-wrong)
    desk.sync()
    both_agree(desk, key)


@pytest.mark.parametrize("wrong", [YEAR, -YEAR])
def test_a_running_sync_notices_a_clock_that_leaps_between_two_rounds(
    desk: Desk, wrong: int
) -> None:
    engine = desk.engine
    engine.run()
    desk.clock.forward(wrong)
    key = desk.dispose(desk.pick(), "no_answer")
    engine.run(release_held=True)
    both_agree(desk, key)


def test_an_unknown_time_is_held_and_reported(desk: Desk) -> None:
    desk.sandbox.control("clock", {"advance_ms": 3 * DAY * 1000})
    desk.clock.forward(3 * DAY + YEAR)
    key = desk.dispose(desk.pick(), "callback")
    desk.clock.forward(-YEAR)
    assert desk.sync().exit == 5
    item = desk.item(key)
    assert item["state"] == "blocked"
    assert "clock was wrong" in item["last_error"]
    assert "--at" in item["last_error"]
    assert desk.remote("calls", key) == []

    retry(desk.db, key)
    assert desk.sync().exit == 0
    assert len(desk.remote("calls", key)) == 1, "as it is, at the rep's word"


def test_a_moment_that_a_person_named_is_theirs(desk: Desk) -> None:
    desk.clock.forward(YEAR)
    desk.sync()
    named = crm_now(desk).replace(hour=9, minute=0, second=0, microsecond=0)
    key = desk.dispose(desk.pick(), "qualified", at_given=True)
    assert Entry("x", named, at_given=True).at_given
    at_ms = desk.one("SELECT at_ms FROM activity WHERE activity_key = ?", key)
    desk.sync()
    assert desk.one("SELECT at_ms FROM activity WHERE activity_key = ?", key) == at_ms
    assert off_s(desk, "calls", key) > YEAR - HOUR


def test_meetings_and_callbacks_keep_their_hour(desk: Desk) -> None:
    desk.clock.forward(YEAR)
    desk.sync()
    at = desk.clock().replace(microsecond=0) + timedelta(minutes=1)
    key = desk.dispose(desk.pick(), "callback", callback_at=at)
    lead_id = desk.one("SELECT lead_id FROM activity WHERE activity_key = ?", key)
    desk.sync()
    (task,) = desk.sql("SELECT key FROM outbox WHERE kind = 'task' AND activity_key = ?", key)
    assert abs(off_s(desk, "tasks", task[0]) - YEAR) < 3 * MINUTE, "the rep said this day"
    due = desk.one("SELECT callback_ms FROM lead_desk WHERE lead_id = ?", lead_id)
    assert due == round(at.timestamp() * 1000)


def test_every_item_of_the_outcome_gets_the_same_moment(desk: Desk) -> None:
    desk.clock.forward(-YEAR)
    desk.sync()
    key = desk.dispose(desk.pick(), "qualified", qualify={"need": "a scale"})
    desk.sync()
    both_agree(desk, key)
    (note,) = desk.sql("SELECT key FROM outbox WHERE kind = 'note' AND activity_key = ?", key)
    assert abs(off_s(desk, "notes", note[0])) < 3 * MINUTE


def test_a_lead_settled_by_a_fast_clock_still_comes_back_when_it_converts(desk: Desk) -> None:
    desk.clock.forward(YEAR)
    desk.sync()
    lead_id = desk.pick()
    desk.dispose(lead_id, "nurture")
    desk.sync()
    done = desk.one("SELECT worked_out_ms FROM lead_desk WHERE lead_id = ?", lead_id)
    assert abs(done / 1000 - crm_now(desk).timestamp()) < 3 * MINUTE


def test_a_right_clock_moves_nothing(desk: Desk) -> None:
    desk.clock.forward(90)
    key = desk.dispose(desk.pick(), "no_answer")
    at_ms = desk.one("SELECT at_ms FROM activity WHERE activity_key = ?", key)
    desk.sync()
    assert desk.one("SELECT at_ms FROM activity WHERE activity_key = ?", key) == at_ms
    assert desk.sql("SELECT * FROM clock_shift") == []
