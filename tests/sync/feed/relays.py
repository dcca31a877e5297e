"""A relay over a sandbox CRM, in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sdrdesk.clock import system_clock
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.link import FeedServer
from sdrdesk.sync.feed.relay import Relay
from sdrdesk.sync.feed.sources import Poller, Source
from sdrdesk.sync.hubspot import hubspot_client
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import Sandbox


@dataclass
class Running:
    """A relay that runs."""

    relay: Relay
    names: FeedNames


@contextmanager
def running_relay(
    sandbox: Sandbox,
    url: str,
    *,
    sources: Sequence[Source] = (),
    poll_s: float | None = 0.2,
    seed: str = "",
    clock: Any = system_clock,
) -> Iterator[Running]:
    """Run a relay for the block; it looks for changes itself, unless ``poll_s`` is None."""
    crm = hubspot_client(sandbox.url, sandbox.token, do_not_call=None, clock=clock)
    names = FeedNames.of(crm.account_id())
    with ThreadPoolExecutor(1) as executor:
        chosen = [*sources]
        if poll_s is not None:
            chosen.append(Poller(crm, executor, clock, poll_s))
        relay = Relay(crm, executor, names, FeedServer(url, seed), chosen)
        loop = asyncio.new_event_loop()
        task: asyncio.Task[None] | None = None

        def run() -> None:
            nonlocal task
            asyncio.set_event_loop(loop)
            task = loop.create_task(relay.run())
            try:
                loop.run_until_complete(task)
            except asyncio.CancelledError:
                pass
            finally:
                loop.run_until_complete(asyncio.sleep(0.01))  # transports close one turn later
                loop.close()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield Running(relay, names)
        finally:
            if task is not None:
                loop.call_soon_threadsafe(task.cancel)
            thread.join(PATIENCE_S)
    crm.close()
