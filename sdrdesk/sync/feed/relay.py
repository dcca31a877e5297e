"""The relay: learns of changes at the CRM once for the whole team, and tells the desks.

It publishes which record changed, whose it is and when. It reads the records for their owners,
keeps none of them, and holds nothing that would be lost with it: what it had not published when it
ended, the next one finds by looking back.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.feed.claims import HELD_FOR_S
from sdrdesk.domain.feed.notes import Hint, note_body
from sdrdesk.domain.feed.rights import RELAY_INBOX
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.store.database.batches import chunks
from sdrdesk.sync.feed.inlet import Inlet
from sdrdesk.sync.feed.link import FeedServer, close_link, open_link
from sdrdesk.sync.feed.sources import Source
from sdrdesk.sync.feed.turns import Turns
from sdrdesk.sync.port import CrmClient

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

_log = logging.getLogger(__name__)

BEAT_S: Final = 5.0
NOTES_KEPT_S: Final = 4 * 86_400.0
"""A desk that was away for longer asks the CRM for what changed. A long weekend fits in."""
NOTES_MOST: Final = 300_000
PRESENT_FOR_S: Final = 60.0
_GATHER_S: Final = 0.25
"""Time of gathering hints: one read for a hundred of them."""
_LATE_S: Final = 15.0
"""With a hint waiting for longer, the desks should look for themselves."""
_OWNERS: Final = 20_000
_RETRY_S: Final = (1.0, 2.0, 5.0, 10.0)
_SILENT_S: Final = 10.0
_SOON_S: Final = 30.0
_GONE_S: Final = 60.0
"""An absence of the relay that its first look makes up for."""
_COUNT_EVERY_S: Final = 60.0
"""Interval of counting the desks: those that were here in the last days."""


class _Found(NamedTuple):
    """The leads read for hints."""

    leads: Sequence[RemoteLead]
    calls: Mapping[str, Sequence[str]]
    """The leads of each call."""


class Relay:
    """One account's relay."""

    def __init__(
        self,
        crm: CrmClient,
        executor: Executor,
        names: FeedNames,
        server: FeedServer,
        sources: Sequence[Source],
        monotonic: Callable[[], float] = time.monotonic,
        turns: Turns | None = None,
    ) -> None:
        """Make a relay; nothing is sent yet.

        Args:
            crm: the account, used only in ``executor``.
            executor: one thread.
            names: of the account on the feed.
            server: the feed's server.
            sources: how it learns of changes.
            monotonic: seconds that only go on.
            turns: round robin, where the team uses it.
        """
        self._crm = crm
        self._executor = executor
        self._names = names
        self._turns = turns
        self._server = server
        self._sources = sources
        self._monotonic = monotonic
        self.inlet = Inlet(monotonic)
        self.published = 0
        self._owners: dict[str, str] = {}
        """The last owner of each lead: the one who loses it hears of it too."""
        self._kept = Coverage(monotonic)
        self._told: dict[str, int] = {}
        """The date with which a lead was published last: a look finds what a webhook brought."""

    async def run(self) -> None:
        """Relay until cancelled.

        Raises:
            UsageError: the feed's address or key is wrong; waiting would not help.
        """
        tasks = [asyncio.ensure_future(source.run(self.inlet)) for source in self._sources]
        tasks.append(asyncio.ensure_future(self._stay()))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def is_well(self) -> bool:
        """Return whether the desks may rely on the notes now."""
        heard = any(source.is_well() for source in self._sources)
        return heard and self.inlet.oldest_s() <= _LATE_S

    async def _stay(self) -> None:
        failures = 0
        while True:
            try:
                client = await open_link(self._server, "relay", RELAY_INBOX)
            except SdrDeskError as error:
                if isinstance(error, UsageError):
                    raise
                failures += 1
                _log.warning("relay: %s", error)
            else:
                failures = 1
                try:
                    await self._work(client)
                except Exception as error:  # noqa: BLE001 - the next connection may do better
                    _log.warning("relay: the feed's server: %s: %s", type(error).__name__, error)
                finally:
                    await close_link(client)
            wait_s = _RETRY_S[min(failures, len(_RETRY_S)) - 1]
            await asyncio.sleep(wait_s * random.uniform(0.7, 1.3))  # noqa: S311

    async def _work(self, client: Client) -> None:
        await make_streams(client, self._names)
        await self._take_over(client.jetstream(timeout=_SILENT_S))
        _log.info("relay: on the feed as %s", self._names.account)
        beat = asyncio.ensure_future(self._beat(client))
        notes = asyncio.ensure_future(self._publish_all(client.jetstream(timeout=_SILENT_S)))
        tasks = {beat, notes}
        if self._turns is not None:
            tasks.add(asyncio.ensure_future(self._turns.run(client)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._kept.seconds(False)  # nobody looked whether all was heard meanwhile

    async def _beat(self, client: Client) -> None:
        js, desks, counted_s = client.jetstream(timeout=_SILENT_S), 0, float("-inf")
        while not client.is_closed:
            if self._monotonic() - counted_s >= _COUNT_EVERY_S:
                counted_s = self._monotonic()
                info = await js.stream_info(self._names.notes_stream)
                desks = info.state.consumer_count or 0
                self._kept.counted(info.state.first_seq, info.state.last_seq, info.state.messages)
            well = self.is_well()
            # A net under webhooks that has a hole counts here.
            kept_s = self._kept.seconds(well and all(s.is_well() for s in self._sources))
            by = [source.name for source in self._sources]
            refused = sum(getattr(source, "refused_in_a_row", 0) for source in self._sources)
            told = {"ok": well, "by": by, "desks": desks, "kept": int(kept_s), "refused": refused}
            await client.publish(self._names.beat, json.dumps(told).encode())
            if kept_s:
                state = {"at": time.time(), "kept": kept_s}
                await client.publish(self._names.relay_state, json.dumps(state).encode())
            await asyncio.sleep(BEAT_S)
        raise ConnectionError("closed")

    async def _take_over(self, js: JetStreamContext) -> None:
        """Go on where the last connection or relay ended, if that was a moment ago."""
        from nats.js.errors import NotFoundError

        try:
            last = await js.get_last_msg(self._names.notes_stream, self._names.relay_state)
            state = json.loads(last.data or b"")
            gone_s, kept_s = time.time() - float(state["at"]), float(state["kept"])
        except (NotFoundError, ValueError, TypeError, KeyError):
            return
        if 0 <= gone_s <= _GONE_S and kept_s >= 0:
            self._kept.go_on(kept_s + gone_s)

    async def _publish_all(self, js: JetStreamContext) -> None:
        loop, failures = asyncio.get_running_loop(), 0
        most = self._crm.capabilities.read_size
        while True:
            await asyncio.sleep(_GATHER_S if not failures else min(30.0, 2.0**failures))
            hints = self.inlet.take("lead", most) or self.inlet.take("call", most)
            if not hints:
                continue
            try:
                found = await loop.run_in_executor(self._executor, self._look_up, hints)
                failures = 0
            except SdrDeskError as error:
                failures += 1
                self.inlet.give_back(hints)
                _log.warning("relay: owners could not be read: %s", error)
                continue
            except BaseException:
                self.inlet.give_back(hints)
                raise
            if self._turns is not None:
                self._turns.read(found.leads)
            try:
                await self._publish(js, hints, found)
            except BaseException:
                self.inlet.give_back(hints)  # some are published twice then, which does no harm
                raise

    def _look_up(self, hints: Sequence[Hint]) -> _Found:
        """Read the leads that hints of one kind are about. Blocks on the network."""
        ids = [hint.record_id for hint in hints]
        if hints[0].kind == "lead":
            return _Found(self._crm.read_leads(ids, explain_missing=False).found, {})
        calls = {call.crm_id: call.lead_ids for call in self._crm.read_activities("call", ids)}
        unknown = {lead_id for of_call in calls.values() for lead_id in of_call} - set(self._owners)
        leads: list[RemoteLead] = []
        for part in chunks(sorted(unknown), self._crm.capabilities.read_size):
            leads += self._crm.read_leads(part, explain_missing=False).found
        return _Found(leads, calls)

    async def _publish(self, js: JetStreamContext, hints: Sequence[Hint], found: _Found) -> None:
        told = []
        owners = {lead.lead_id: lead.owner_id for lead in found.leads}
        dates = {lead.lead_id: lead.modified_ms for lead in found.leads}
        for hint in hints:
            if hint.kind == "lead":
                if dates.get(hint.record_id, 0) == self._told.get(hint.record_id, -1):
                    continue
                before = self._owners.get(hint.record_id, "")
                # The desk that had a lead which is gone finds that out by reading it.
                now = owners.get(hint.record_id, before)
                whose = [now, before] if before else [now]
                _remember(self._owners, hint.record_id, now)
            else:
                leads = found.calls.get(hint.record_id, ())
                whose = [owners.get(lead, self._owners.get(lead, "")) for lead in leads]
            for owner in dict.fromkeys(whose):
                subject = self._names.note(owner, hint.kind, hint.record_id)
                told.append(js.publish(subject, note_body(hint.at_ms)))
        for lead_id, owner in owners.items():
            _remember(self._owners, lead_id, owner)
        await asyncio.gather(*told)
        # Only now: what could not be published is tried again.
        for hint in hints:
            if (date := dates.get(hint.record_id)) is not None and hint.kind == "lead":
                _remember(self._told, hint.record_id, date)
        self.published += len(told)


class Coverage:
    """For how long every change became a note, and none of these notes is gone."""

    def __init__(self, monotonic: Callable[[], float], most: int = NOTES_MOST) -> None:
        self._monotonic = monotonic
        self._most = most
        self._since: float | None = None
        self._full = float("-inf")
        """Since when no note gave way."""
        self._before: tuple[float, float] = (0.0, float("-inf"))
        """For how long it was so before, and until when that counts."""
        self._last: list[tuple[float, int]] = []
        """When notes were counted, and the number of the last one then."""

    def counted(self, first: int, last: int, notes: int) -> None:
        """Note the numbers of the first and the last note that the server has."""
        now = self._monotonic()
        self._last.append((now, last))
        if notes >= self._most:
            # The oldest gave way. All that came after a moment at which ``first`` was still to come
            # are there.
            self._full = next((at for at, then in self._last if then >= first - 1), now)
        kept = next((n for n, (at, _) in enumerate(self._last) if now - at < NOTES_KEPT_S), 0)
        del self._last[:kept]

    def go_on(self, kept_s: float) -> None:
        """Count the time before, if the relay is well soon."""
        self._before = (kept_s, self._monotonic() + _SOON_S)

    def seconds(self, well: bool) -> float:
        """Return for how long; ``well``: the relay hears of every change now."""
        now = self._monotonic()
        if not well:
            self._since = None
            return 0.0
        if self._since is None:
            before_s, until = self._before
            self._since = now - before_s if now <= until else now
            self._before = (0.0, float("-inf"))
        return min(now - max(self._since, self._full), NOTES_KEPT_S)


def _remember(known: dict[str, Any], lead_id: str, value: object) -> None:
    """Keep a value of a lead, and of the latest leads only."""
    known.pop(lead_id, None)
    known[lead_id] = value
    if len(known) > _OWNERS:
        del known[next(iter(known))]


async def make_streams(client: Client, names: FeedNames) -> None:
    """Make the streams of an account, or bring those that exist up to date.

    Raises:
        nats.errors.Error: the server has no JetStream, or the key may not make streams.
    """
    from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
    from nats.js.errors import BadRequestError

    def bucket(name: str, kept_s: float) -> StreamConfig:
        return StreamConfig(
            name=f"KV_{name}",
            subjects=[f"$KV.{name}.>"],
            max_msgs_per_subject=1,
            max_age=kept_s,
            max_msg_size=1024,
            allow_rollup_hdrs=True,
            deny_delete=True,
            discard=DiscardPolicy.NEW,
            max_bytes=32 << 20,
            duplicate_window=min(kept_s, 120.0),
            # A claim outlives a restart of the server.
            storage=StorageType.FILE,
        )

    notes = StreamConfig(
        name=names.notes_stream,
        subjects=[names.all_notes, names.relay_state],
        retention=RetentionPolicy.LIMITS,
        # A record that changes ten times while nobody listens is one note.
        max_msgs_per_subject=1,
        max_msgs=NOTES_MOST,
        max_age=NOTES_KEPT_S,
        max_msg_size=1024,
        discard=DiscardPolicy.OLD,
        storage=StorageType.FILE,
    )
    js = client.jetstream(timeout=_SILENT_S)
    for config in (
        notes,
        bucket(names.claims_bucket, HELD_FOR_S),
        bucket(names.presence_bucket, PRESENT_FOR_S),
    ):
        try:
            await js.add_stream(config)
        except BadRequestError:
            await js.update_stream(config)
