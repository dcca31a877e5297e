"""The time an item is sent, with a clock that may jump."""

from __future__ import annotations

import pytest

from sdrdesk.sync.errors import AccountPaused, RateLimited
from tests.sync.desk import Desk


def test_held_outcomes_keep_their_grace_period_unless_asked(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    assert desk.sync(release_held=False).pushed.left > 0
    assert desk.item(key)["state"] == "held"
    desk.clock.forward(11)
    assert desk.sync(release_held=False).pushed.left == 0
    assert desk.item(key)["state"] == "sent"


def test_a_clock_that_was_two_hours_fast_makes_nothing_wait_two_hours(desk: Desk) -> None:
    """Found by the soak: there was no response while the clock was wrong; then it was corrected."""
    desk.clock.forward(7200)
    desk.fault(method="POST", path=r"/calls(/batch/upsert)?$", drop="after")
    key = desk.dispose(desk.pick(), "no_answer")
    desk.sync()
    assert desk.item(key)["state"] == "sending"
    desk.heal()
    desk.clock.forward(-7200)
    for _ in range(6):
        desk.clock.forward(30)
        desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


def test_a_clock_that_was_turned_back_strands_nothing(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=500)
    desk.sync()
    desk.clock.forward(-10 * 86_400)
    for _ in range(5):
        desk.sync()
        desk.clock.forward(45)
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


def later(desk: Desk, seconds: int) -> None:
    """Let time pass, here and at the CRM."""
    desk.sandbox.control("clock", {"advance_ms": seconds * 1000})
    desk.clock.forward(seconds)


def meet_the_daily_limit(desk: Desk) -> str:
    """Record a call that the account refuses for an hour; the process dies before its pull."""
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path=r"/calls(/batch/upsert)?$", status=429, policy="DAILY")
    with pytest.raises(RateLimited):
        desk.engine.push(release_held=True)
    desk.heal()
    return key


def test_a_wait_set_by_a_fast_clock_is_no_longer_once_the_clock_is_right(desk: Desk) -> None:
    """Found by the soak: nothing checked between the correction and the end of the hour."""
    desk.clock.forward(3600)
    key = meet_the_daily_limit(desk)
    desk.clock.forward(-3600)
    later(desk, 1800)
    desk.sync()
    assert desk.item(key)["state"] == "queued", "the account asked for an hour"
    later(desk, 1900)
    desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


def test_the_round_that_learns_that_the_clock_is_right_again_is_enough(desk: Desk) -> None:
    desk.clock.forward(3600)
    key = meet_the_daily_limit(desk)
    desk.clock.forward(-3600)
    later(desk, 3700)
    desk.sync()
    later(desk, 45)
    desk.sync()
    assert desk.item(key)["state"] == "sent"


def test_a_check_set_by_an_unnoticed_fast_clock_comes_in_time(desk: Desk) -> None:
    """Found by the soak: the process died before a pull could notice how wrong the clock was."""
    desk.fault(method="POST", path=r"/calls(/batch/upsert)?$", drop="before")
    key = desk.dispose(desk.pick(), "no_answer")
    desk.engine.push(release_held=True)
    desk.clock.forward(7200)
    desk.engine.push(release_held=True)
    assert (desk.item(key)["state"], desk.item(key)["looks"]) == ("sending", 1)
    desk.clock.forward(-7200)
    later(desk, 3700)
    for _ in range(4):
        desk.sync()
        later(desk, 45)
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


def test_a_wait_set_just_after_the_clock_was_corrected_is_kept(desk: Desk) -> None:
    desk.clock.forward(3600)
    desk.sync()
    desk.clock.forward(-3600)
    key = meet_the_daily_limit(desk)
    desk.sync()
    later(desk, 3500)
    desk.sync()
    assert desk.item(key)["state"] == "queued", "the account asked for an hour"
    later(desk, 200)
    desk.sync()
    assert desk.item(key)["state"] == "sent"


def test_do_not_call_recorded_by_a_fast_clock_leaves_after_its_grace_period(desk: Desk) -> None:
    desk.clock.forward(3600)
    lead = desk.pick()
    key = desk.dispose(lead, "do_not_call")
    desk.clock.forward(-3600)
    desk.sync(release_held=False)
    assert desk.item(key)["state"] == "held"
    later(desk, 11)
    desk.sync(release_held=False)
    assert desk.item(key)["state"] == "sent"
    assert desk.contact(lead)["do_not_call_phone"] == "true"


def test_a_pause_set_by_a_fast_clock_is_checked_again(desk: Desk) -> None:
    """Found by the soak: after two days of waiting for one minute by the clock."""
    desk.clock.forward(200_000)
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path=r"/calls(/batch/upsert)?$", status=477, retry_after=60)
    with pytest.raises(AccountPaused):
        desk.sync()
    desk.clock.forward(-200_000)
    later(desk, 3700)
    for _ in range(3):
        desk.sync()
        later(desk, 45)
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1
