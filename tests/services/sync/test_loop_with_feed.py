"""The background sync with a team feed: it reads what it is told, and polls when it is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from sdrdesk.domain.errors import UnreachableError
from sdrdesk.domain.feed.notes import MANY_DESKS
from sdrdesk.services.feed.mailbox import Post
from sdrdesk.services.sync import loop as loop_module
from sdrdesk.services.sync.events import CrmConnection
from sdrdesk.services.sync.loop import SyncLoop
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.sync.report import Pulled, Pushed, SyncReport
from tests.support.patience import PATIENCE_S


@dataclass
class Feed:
    alive: bool = False
    desks: int = 0
    leads: list[str] = field(default_factory=list)
    too_many: bool = False
    wake: Any = None
    wall_changed: bool = False
    left: bool = False
    whole: bool = False

    def was_left(self) -> bool:
        left, self.left = self.left, False
        return left

    def has_all(self) -> bool:
        return self.alive and self.whole

    def leave(self) -> None:
        self.left = True

    def due_s(self) -> float | None:
        return 0.0 if self.leads or self.too_many else None

    def take(self) -> Post:
        post = Post(tuple(self.leads), too_many=self.too_many)
        self.leads, self.too_many = [], False
        return post

    def take_claims_changed(self) -> bool:
        return False

    def take_wall_changed(self) -> bool:
        changed, self.wall_changed = self.wall_changed, False
        return changed

    def tell(self, *leads: str, too_many: bool = False) -> None:
        self.too_many = too_many
        self.leads += leads
        self.wake()


@dataclass
class Engine:
    rounds: int = 0
    read_leads: list[str] = field(default_factory=list)
    fails: bool = False
    greeted: int = 0
    looks: list[str] = field(default_factory=list)
    crowding: float = 1.0
    least_interval_s: float = 0.0

    def run(self, *, looks: str, **_: Any) -> SyncReport:
        self.rounds += 1
        self.looks.append(looks)
        return SyncReport(Pulled(), Pushed(), 1, 0, 0.0)

    def read(
        self, lead_ids: Sequence[str], call_ids: Sequence[str] = (), *, whole: bool = False
    ) -> SyncReport:
        self.greeted += whole
        if self.fails:
            raise UnreachableError("no network")
        self.read_leads += lead_ids
        return SyncReport(Pulled(contacts=1), Pushed(), 1, 0, 0.0, fresh_lead_ids=tuple(lead_ids))


class Desk:
    """No outbox, and every lead just converted."""

    interval_s = 1000

    @property
    def outbox(self) -> Desk:
        return self

    queue = outbox
    connection = CrmConnection()

    def push_due_s(self) -> None:
        return None

    def just_converted(self, lead_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(lead_ids)


loops: list[SyncLoop] = []
"""Those that ran, the present one last."""


@contextmanager
def running(
    engine: Any,
    feed: Feed,
    interval_s: int = 1000,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[list[SyncEvent]]:
    desk: Any = Desk()
    desk.interval_s = interval_s
    events: list[SyncEvent] = []
    stop = threading.Event()
    loop = SyncLoop(
        lambda _: engine, desk, desk, feed=feed, monotonic=monotonic, jitter=lambda low, high: high
    )
    loops.append(loop)
    thread = threading.Thread(target=loop.run, args=(events.append, stop.is_set))
    thread.start()
    try:
        yield events
    finally:
        stop.set()
        thread.join(PATIENCE_S)


def wait(true: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_leads_of_the_feed_are_read_at_once_without_a_round() -> None:
    engine, feed = Engine(), Feed(alive=True)
    with running(engine, feed) as events:
        wait(lambda: engine.rounds == 1)
        began = time.monotonic()
        feed.tell("512", "513")
        wait(lambda: events and events[-1].fresh_lead_ids == ("512", "513"))
        assert time.monotonic() - began < 2
    assert (engine.rounds, engine.read_leads) == (1, ["512", "513"])


def test_what_colleagues_do_now_is_no_changed_lead() -> None:
    feed = Feed(alive=True)
    with running(Engine(), feed) as events:
        wait(lambda: len(events) == 2)
        feed.wall_changed = True
        feed.wake()
        wait(lambda: len(events) == 3)
    assert (events[-1].kind, events[-1].changed) == ("team", False)


def test_a_crm_is_not_asked_more_often_than_it_allows() -> None:
    engine, feed, now = Engine(least_interval_s=120.0), Feed(alive=False), [0.0]
    with running(engine, feed, interval_s=10, monotonic=lambda: now[0]) as events:
        wait(lambda: len(events) == 2)
        now[0] = 119.0
        feed.wall_changed = True
        feed.wake()
        wait(lambda: len(events) == 3)
        assert (events[-1].kind, engine.rounds) == ("team", 1)
        now[0] = 133.0  # with the spread of desks that start together
        feed.wake()
        wait(lambda: engine.rounds == 2)


def test_polling_comes_back_by_itself_when_the_feed_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, feed = Engine(), Feed(alive=True)
    with running(engine, feed, interval_s=0) as _:
        wait(lambda: engine.rounds == 1)
        time.sleep(0.3)
        assert engine.rounds == 1, "the feed is alive"
        feed.alive = False
        feed.wake()
        wait(lambda: engine.rounds > 3)
    monkeypatch.setattr(loop_module, "FEED_INTERVAL_S", 0.05)
    engine, feed = Engine(), Feed(alive=True)
    with running(engine, feed):
        wait(lambda: engine.rounds > 2)  # the net under the feed


def test_with_many_desks_on_the_feed_rounds_ask_for_the_own_leads_only() -> None:
    for desks, looks, asked in ((MANY_DESKS, "all", "all"), (MANY_DESKS + 1, "none", "one")):
        engine, feed = Engine(), Feed(alive=True, desks=desks)
        with running(engine, feed):
            wait(lambda: engine.rounds == 1)  # noqa: B023 - in this turn of the loop
            loops[-1].kick(release_held=True)
            wait(lambda: engine.rounds == 2)  # noqa: B023
        assert engine.looks == [looks, asked]
    engine, feed = Engine(), Feed(alive=False, desks=1000)
    with running(engine, feed):
        wait(lambda: engine.rounds == 1)
    assert engine.looks == ["one"], "without the feed nothing else tells of colleagues' changes"


def test_a_flood_makes_no_more_rounds_than_polling() -> None:
    engine, feed = Engine(), Feed(alive=True)
    with running(engine, feed):
        wait(lambda: engine.rounds == 1)
        for _ in range(20):
            feed.tell(too_many=True)
            wait(lambda: not feed.too_many)
        time.sleep(0.1)
        assert engine.rounds == 1


def test_leads_that_could_not_be_read_come_with_the_next_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sdrdesk.sync.pull.schedule.OFFLINE_FIRST_S", 0.05)
    engine, feed = Engine(fails=True), Feed(alive=True)
    with running(engine, feed) as events:
        wait(lambda: engine.rounds == 1)
        feed.tell("512")
        wait(lambda: any(event.kind == "offline" for event in events))
        wait(lambda: engine.rounds == 2)


def test_a_desk_that_comes_back_to_a_feed_with_everything_makes_no_search() -> None:
    engine, feed = Engine(), Feed(left=True, whole=True, desks=1000)
    with running(engine, feed) as events:
        feed.tell("512")
        wait(lambda: engine.read_leads == ["512"])  # before the relay's first sign of life
        feed.alive = True
        feed.wake()
        wait(lambda: engine.greeted == 1)
        wait(lambda: len(events) == 2)
        feed.tell("513")
        wait(lambda: engine.read_leads == ["512", "513"])
    assert (engine.rounds, engine.greeted) == (0, 1)
    assert feed.left, "the next start may do the same"


def test_a_desk_that_may_have_missed_something_makes_a_round_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for feed in (
        Feed(alive=True, whole=True),  # it crashed
        Feed(alive=True, left=True),  # the relay is younger than its absence
    ):
        engine = Engine()
        with running(engine, feed):
            wait(lambda: engine.rounds == 1)  # noqa: B023 - in this turn of the loop
        assert engine.greeted == 0
    monkeypatch.setattr(loop_module, "FEED_COMES_S", 0.05)
    engine = Engine()
    with running(engine, Feed(left=True, whole=True)):  # the feed is silent
        wait(lambda: engine.rounds == 1)
    assert engine.greeted == 0


def test_a_desk_whose_last_read_failed_does_not_leave_in_good_order() -> None:
    engine, feed = Engine(fails=True), Feed(alive=True)
    with running(engine, feed) as events:
        wait(lambda: engine.rounds == 1)
        feed.tell("512")
        wait(lambda: any(event.kind == "offline" for event in events))
    assert not feed.left
