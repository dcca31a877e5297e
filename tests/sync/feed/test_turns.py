"""Round robin on a real server: offers reach the rep's desk, answers reach the relay."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.feed.offers import ready_body
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.link import FeedServer, open_link
from sdrdesk.sync.feed.turns import Turns
from tests.support.nats import NatsServer
from tests.support.patience import PATIENCE_S
from tests.sync.feed.desks import publish, station, wait

NOW_MS = 1_800_000_000_000.0


def fresh(lead_id: str, owner: str = "", *, ago_s: float = 60.0) -> RemoteLead:
    converted = round(NOW_MS - ago_s * 1000)
    return RemoteLead(lead_id, owner_id=owner, converted_ms=converted, modified_ms=converted)


@contextmanager
def offering(url: str, turns: Turns) -> Iterator[None]:
    """Run the relay's side of round robin in a thread."""
    loop = asyncio.new_event_loop()

    async def run() -> None:
        client = await open_link(FeedServer(url), "turns", "_INBOX_relay")
        with suppress(asyncio.CancelledError):
            await turns.run(client)
        await client.close()

    task = loop.create_task(run())

    def work() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(asyncio.sleep(0.01))  # transports close one turn later

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(PATIENCE_S)
        loop.close()


def test_a_fresh_lead_goes_from_rep_to_rep_until_one_takes_it(
    nats: NatsServer, names: FeedNames
) -> None:
    publish(nats.url, names, [])
    now = [1000.0]
    turns = Turns(names, 60.0, lambda: NOW_MS, lambda: now[0])
    with (
        station(nats.url, names, "70001") as ana,
        station(nats.url, names, "70002") as ben,
        offering(nats.url, turns),
    ):
        wait(lambda: ana.is_on and ben.is_on)

        def steps(of: object) -> list[str]:
            return [note.step for note in of.ear.notes if note.kind == "offer"]  # type: ignore[attr-defined]

        turns.read([fresh("11"), fresh("12", "70009"), fresh("13", ago_s=7200)])
        ana.ready[0] = ready_body("block")
        wait(lambda: steps(ana) == ["offered"])
        assert ana.ear.notes[-1].record_id == "11"
        ben.ready[0] = ready_body("call")
        wait(lambda: "70002" in turns._robin._reps)
        now[0] += 10
        assert steps(ben) == []
        now[0] += 50
        wait(lambda: steps(ana) == ["offered", "passed"] and steps(ben) == ["offered"])
        ben.ready[0] = ready_body("call", "11", "took")
        wait(lambda: steps(ben) == ["offered", "taken"])
    assert {note.record_id for note in [*ana.ear.notes, *ben.ear.notes]} == {"11"}


def test_whoever_opens_the_lead_is_not_hurried(nats: NatsServer, names: FeedNames) -> None:
    publish(nats.url, names, [])
    now = [1000.0]
    turns = Turns(names, 60.0, lambda: NOW_MS, lambda: now[0])
    with station(nats.url, names, "70001") as ana, offering(nats.url, turns):
        wait(lambda: ana.is_on)
        turns.read([fresh("11")])
        ana.ready[0] = ready_body("block")
        wait(lambda: ana.ear.notes)
        ana.held["11"] = "open"
        wait(lambda: "11" in turns._robin._claims)
        ana.ear.notes.clear()
        turns.read([fresh("11", "70001")])
        wait(lambda: ana.ear.notes)
    assert [note.step for note in ana.ear.notes] == ["taken"]
