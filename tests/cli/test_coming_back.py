"""A desk of a large team that is closed and opened again, with the real background process."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sdrdesk.cli.sync_process import SyncProcess
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.sync.feed.link import FeedServer, open_link
from tests.support.desk_home import DeskHome
from tests.support.nats import nats_server
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import Sandbox
from tests.sync.feed.desks import publish, wait

pytestmark = pytest.mark.long

OWNER = "70001"


@contextmanager
def a_large_team(url: str, names: FeedNames) -> Iterator[None]:
    """Give the signs of life of a relay with a thousand desks for the block."""
    over = threading.Event()
    told = {"ok": True, "desks": 1000, "kept": 90_000}

    async def run() -> None:
        client = await open_link(FeedServer(url), "relay", "_INBOX_relay")
        while not over.is_set():
            await client.publish(names.beat, json.dumps(told).encode())
            await asyncio.sleep(0.2)
        await client.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE_S)


@contextmanager
def open_desk(environ: dict[str, str]) -> Iterator[list[SyncEvent]]:
    """Run the background process for the block; yield what it tells."""
    events: list[SyncEvent] = []
    stop = threading.Event()
    desk = SyncProcess(environ, 0.0, lambda *_: None)
    thread = threading.Thread(target=desk.run, args=(events.append, stop.is_set))
    thread.start()
    try:
        yield events
    finally:
        stop.set()
        desk.kick()
        thread.join(PATIENCE_S)


def logged(desk: DeskHome) -> str:
    """Return the log of this home."""
    return "".join(path.read_text(encoding="utf-8") for path in desk.home.rglob("*.log"))


def test_what_changed_meanwhile_is_read_by_id_without_a_search(
    synced: DeskHome, crm: Sandbox
) -> None:
    with nats_server() as nats:
        comes_back(synced, crm, nats.url)


def comes_back(synced: DeskHome, crm: Sandbox, url: str) -> None:
    portal = crm.get("/account-info/2026-09/details").json["portalId"]
    names = FeedNames.of(f"HubSpot {portal}")
    environ = {**os.environ, **synced.environ, "SDRDESK_FEED_URL": url}
    environ["SDRDESK_OWNER"] = OWNER
    # Which leads may be called depends on the hour.
    listed = synced.ok("queue", "--limit", "2", "--json", SDRDESK_OWNER=OWNER).json
    mine = [row["lead_id"] for row in listed]
    publish(url, names, [])

    def searches() -> int:
        counts = crm.control("requests")["counts"]
        return sum(count for path, count in counts.items() if path.endswith("/search"))

    with a_large_team(url, names):
        with open_desk(environ) as events:
            wait(lambda: any(event.kind == "finished" for event in events))
            told = len(events)
            publish(url, names, [(OWNER, mine[0])])
            wait(lambda: any(event.kind == "finished" for event in events[told:]))
            # A note may come before the first sign of life, by which alone a desk knows the feed.
            wait(lambda: "team feed: connected" in logged(synced))
        crm.settings(lag_ms=600_000)
        crm.control("convert", {"contactId": mine[1]})
        publish(url, names, [(OWNER, mine[1])])
        before = searches()
        with open_desk(environ) as events:
            wait(lambda: any(mine[1] in event.fresh_lead_ids for event in events))
            time.sleep(2)  # the relay is heard by now
        assert searches() == before
        assert not any(event.kind == "started" for event in events), "no round"
