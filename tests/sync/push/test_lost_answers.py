"""Lost responses, killed processes, two pushes at once: each item arrives once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sdrdesk.sync.errors import Busy
from sdrdesk.sync.lock import exclusive
from sdrdesk.sync.port import KeyMode
from tests.support.marks import in_long
from tests.support.patience import PATIENCE_S
from tests.sync.desk import Desk, desk_over, fresh_desk, use_keys

pytestmark = pytest.mark.long

LOST: list[dict[str, object]] = [
    {"drop": "after"},
    {"drop": "before"},
    {"status": 502, "commit": True, "body": "<html>bad gateway</html>"},
    {"status": 504, "commit": True},
    {"status": 524, "commit": True},
    {"status": 500},
    {"status": 503},
    {"status": 503, "commit": True},
]


PLAYED = [("marker", fault) for fault in LOST] + [
    (mode, fault) for mode in ("field", "upsert") for fault in LOST[:3]
]
"""Every fault with the weakest mode; the other modes are in the suite for every CRM too."""


@pytest.mark.parametrize(
    ("mode", "fault"),
    PLAYED,
    ids=lambda it: it if isinstance(it, str) else "-".join(map(str, it.values())),
)
def test_a_lost_answer_never_makes_a_second_call(
    tmp_path: Path, mode: str, fault: dict[str, object]
) -> None:
    switch = "ignored" if mode == "field" else "supported"
    with fresh_desk(tmp_path / "d.db", leads=40, unique_on_activities=switch) as desk:
        if mode != "marker":
            assert set(use_keys(desk).values()) == {KeyMode(mode)}
        lead = desk.pick("")
        key = desk.dispose(lead, "wrong_number")
        desk.fault(method="POST", path="/calls(/batch/upsert)?$", **fault)
        desk.sync()
        assert desk.states()[key] in ("sending", "sent", "queued")
        for _ in range(5):
            desk.clock.forward(45)
            desk.engine.push(release_held=True)
        desk.clock.forward(45)
        desk.sync()
        (call,) = desk.remote("calls", key)
        assert desk.item(key)["state"] == "sent"
        assert desk.item(key)["crm_id"] == call["id"]
        assert desk.contacts_of(call) == {lead}


def test_nothing_is_sent_again_before_a_minute_of_looking(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=500)
    desk.sync()
    sent = [desk.clock()]
    while desk.item(key)["state"] != "sent":
        assert not desk.remote("calls", key)
        desk.clock.forward(4)
        desk.sync()
    waited = (desk.clock() - sent[0]).total_seconds()
    assert 60 <= waited <= 90


def test_one_pusher_at_a_time(desk: Desk) -> None:
    desk.tuning = type(desk.tuning)(lock_wait_s=0.0)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive(desk.db.path, "push", wait_s=0):
            inside.set()
            leave.wait(PATIENCE_S)

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert inside.wait(PATIENCE_S)
        with pytest.raises(Busy):
            desk.sync()
    finally:
        leave.set()
        other.join()
    desk.sync()


def test_a_second_desk_of_the_same_database_doubles_nothing(desk: Desk) -> None:
    keys = [desk.dispose(desk.pick(skip=n), "no_answer") for n in range(4)]
    with desk_over(desk.sandbox, desk.db.path) as second:
        threads = [threading.Thread(target=d.sync) for d in (desk, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(desk.states().values()) == {"sent"}
    assert [len(desk.remote("calls", key)) for key in keys] == [1] * 4


class _Dies(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("mode", ["marker", *in_long("upsert")])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_dies_while_sending_logs_the_call_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mode: str, when: str
) -> None:
    if mode == "upsert":
        use_keys(desk)
    lead = desk.pick()
    key = desk.dispose(lead, "no_answer")
    real = desk.crm.create

    def dying(item: object) -> str:
        if when == "after":
            real(item)  # type: ignore[arg-type]
        raise _Dies

    with monkeypatch.context() as patch:
        patch.setattr(desk.crm, "create", dying)
        with pytest.raises(_Dies):
            desk.sync()
    for _ in range(5):
        desk.sync()
        desk.clock.forward(45)
    (call,) = desk.remote("calls", key)
    assert desk.item(key)["state"] == "sent"
    assert desk.contacts_of(call) == {lead}


def test_a_process_that_dies_between_record_and_links_makes_the_links_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keys(desk)
    lead = desk.pick()
    key = desk.dispose(lead, "no_answer")

    def dying(item: object, crm_id: str) -> None:
        raise _Dies

    with monkeypatch.context() as patch:
        patch.setattr(desk.crm, "link", dying)
        with pytest.raises(_Dies):
            desk.sync()
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == set()
    desk.clock.forward(45)
    desk.sync()
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == {lead}
