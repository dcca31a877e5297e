"""Desks and relays for tests of the feed, each in a thread as in the product."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sdrdesk.domain.feed.claims import State, TeamClaim
from sdrdesk.domain.feed.notes import FeedNote, note_body
from sdrdesk.domain.feed.presence import Presence
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.desk import DeskFeed, Who
from sdrdesk.sync.feed.link import FeedServer, open_link
from sdrdesk.sync.feed.relay import make_streams
from tests.support.patience import PATIENCE_S


def wait(true: Callable[[], Any], seconds: float = PATIENCE_S) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never became so"
        time.sleep(0.01)


@dataclass
class Ear:
    """Keeps what a desk hears."""

    notes: list[FeedNote] = field(default_factory=list)
    claims: Mapping[str, TeamClaim] = field(default_factory=dict)
    reps: Mapping[str, str] = field(default_factory=dict)
    told: list[tuple[bool, str]] = field(default_factory=list)
    kept_s: float = 0.0

    def noted(self, notes: Sequence[FeedNote]) -> None:
        self.notes += notes

    def claimed(self, claims: Mapping[str, TeamClaim]) -> None:
        self.claims = dict(claims)

    def shown(self, reps: Mapping[str, str]) -> None:
        self.reps = dict(reps)

    def link_changed(self, alive: bool, problem: str, desks: int, kept_s: float) -> None:
        self.told.append((alive, problem))
        self.kept_s = kept_s

    @property
    def leads(self) -> set[str]:
        return {note.record_id for note in self.notes}


@dataclass
class Station:
    """A desk in its thread."""

    feed: DeskFeed
    ear: Ear
    held: dict[str, State]
    presence: list[Presence | None]
    ready: list[bytes | None]
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self.feed.run, args=(self._stop.is_set,))
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
            assert not self._thread.is_alive()

    @property
    def is_on(self) -> bool:
        return self.feed._bids is not None


@contextmanager
def station(
    url: str,
    names: FeedNames,
    owner_id: str,
    *,
    machine: str = "",
    seed: str = "",
    everybody: bool = False,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[Station]:
    """Run a desk for the block."""
    ear, held, presence = Ear(), dict[str, State](), list[Presence | None]([None])
    ready: list[bytes | None] = [None]
    who = Who(names, owner_id, machine or f"m{owner_id}", f"p{owner_id}{machine}", everybody)
    feed = DeskFeed(
        FeedServer(url, seed),
        lambda: who,
        ear,
        lambda: dict(held),
        presence=lambda: presence[0],
        ready=lambda: ready[0],
        monotonic=monotonic,
    )
    made = Station(feed, ear, held, presence, ready)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def on_feed(url: str, names: FeedNames, act: Callable[[Any], Any], seed: str = "") -> Any:
    """Make the streams, then act on a connection with the relay's rights."""

    async def run() -> Any:
        client = await open_link(FeedServer(url, seed), "test", "_INBOX_relay")
        try:
            await make_streams(client, names)
            return await act(client)
        finally:
            await client.close()

    return asyncio.run(run())


def publish(url: str, names: FeedNames, notes: Sequence[tuple[str, str]], seed: str = "") -> None:
    """Publish notes of (owner, lead)."""

    async def act(client: Any) -> None:
        # The server drops what comes too fast, so each part waits for its receipts.
        inbox = client.new_inbox()
        receipts = await client.subscribe(inbox)
        for start in range(0, len(notes), 1000):
            part = notes[start : start + 1000]
            for owner, lead in part:
                await client.publish(names.note(owner, "lead", lead), note_body(1), reply=inbox)
            for _ in part:
                await receipts.next_msg(timeout=PATIENCE_S)

    on_feed(url, names, act, seed)


def beat(url: str, names: FeedNames, body: bytes = b'{"ok":true}', seed: str = "") -> None:
    """Publish one sign of life of a relay."""

    async def act(client: Any) -> None:
        await client.publish(names.beat, body)
        await client.flush()

    on_feed(url, names, act, seed)
