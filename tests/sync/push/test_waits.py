"""The wait of an item after each kind of failure, and the failures that stop the run."""

from __future__ import annotations

import pytest

from sdrdesk.domain.errors import SdrDeskError, StorageError
from sdrdesk.sync.errors import AuthExpired, Unreachable
from sdrdesk.sync.report import Pushed
from tests.sync.desk import Desk


def push(desk: Desk) -> Pushed:
    return desk.engine.push(release_held=True)


def wait_s(desk: Desk, key: str) -> float:
    """Return how long an item still waits, in seconds."""
    return float(desk.item(key)["next_try_ms"]) / 1000 - desk.clock().timestamp()


def notes(desk: Desk, count: int) -> list[str]:
    lead = desk.pick()
    return [desk.note(lead, f"note {n}") for n in range(count)]


def tried(desk: Desk, keys: list[str]) -> list[int]:
    return [desk.item(key)["attempts"] for key in keys]


def test_five_lost_answers_in_a_row_end_the_run(desk: Desk) -> None:
    keys = notes(desk, 8)
    desk.fault(method="POST", path="/notes$", status=500, times=0)
    assert push(desk).left == 8
    assert tried(desk, keys) == [1, 1, 1, 1, 1, 0, 0, 0]


def test_an_answer_between_lost_ones_lets_the_run_go_on(desk: Desk) -> None:
    before = notes(desk, 4)
    change = desk.change(desk.pick(skip=1), status="CONNECTED")
    after = notes(desk, 4)
    desk.fault(method="POST", path="/notes$", status=500, times=0)
    assert push(desk).sent == 1
    assert desk.item(change)["state"] == "sent"
    assert tried(desk, before + after) == [1] * 8


def test_a_locked_record_waits_two_seconds_while_the_others_go_out(desk: Desk) -> None:
    (locked,) = notes(desk, 1)
    change = desk.change(desk.pick(skip=1), status="CONNECTED")
    desk.fault(method="POST", path="/notes$", status=423, times=0)
    pushed = push(desk)
    assert (pushed.sent, pushed.left) == (1, 1)
    assert desk.item(change)["state"] == "sent"
    assert desk.item(locked)["state"] == "queued"
    assert 1.0 <= wait_s(desk, locked) <= 2.0
    desk.heal()
    desk.clock.forward(2)
    assert push(desk).sent == 1


def test_a_lost_answer_waits_five_seconds_before_the_first_look(desk: Desk) -> None:
    (key,) = notes(desk, 1)
    desk.fault(method="POST", path="/notes$", status=500)
    push(desk)
    assert desk.item(key)["state"] == "sending"
    assert 4.0 <= wait_s(desk, key) <= 5.0


@pytest.mark.parametrize(("status", "error"), [(401, AuthExpired), (521, Unreachable)])
def test_after_a_bad_token_or_no_network_the_next_run_sends_at_once(
    desk: Desk, status: int, error: type[SdrDeskError]
) -> None:
    first, second = notes(desk, 2)
    desk.fault(method="POST", path="/notes$", status=status, times=0)
    with pytest.raises(error):
        push(desk)
    assert tried(desk, [first, second]) == [1, 0]
    assert wait_s(desk, first) <= 0.0
    desk.heal()
    desk.connect_again()
    assert push(desk).sent == 2


def test_waits_after_failures_on_this_side_double_up_to_a_quarter_of_an_hour(desk: Desk) -> None:
    key = desk.change(desk.pick(), status="CONNECTED")
    with desk.db.writer() as connection:
        connection.execute(
            "CREATE TRIGGER no_receipt BEFORE UPDATE OF state ON outbox WHEN new.state = 'sent'"
            " BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
        )
    for attempt, seconds in enumerate((5, 10, 20, 40, 80, 160, 320, 640, 900, 900), 1):
        with pytest.raises(StorageError):
            push(desk)
        assert desk.item(key)["attempts"] == attempt
        assert seconds - 1 <= wait_s(desk, key) <= seconds
        desk.clock.forward(seconds)
    with desk.db.writer() as connection:
        connection.execute("DROP TRIGGER no_receipt")
    assert push(desk).sent == 1
