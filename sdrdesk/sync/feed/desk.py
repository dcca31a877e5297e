"""A desk on the feed, in a thread of the background sync.

It hears which leads changed and which are claimed, and claims those of the rep's own calls. Nothing
depends on it: when it is silent, the desk polls as often as without a feed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.feed.claims import HELD_FOR_S, RENEW_EVERY_S, State, TeamClaim, parse_claim
from sdrdesk.domain.feed.notes import FeedNote, parse_note
from sdrdesk.domain.feed.offers import READY_EVERY_S, ready_body
from sdrdesk.domain.feed.presence import (
    SHOW_EVERY_S,
    SHOWN_FOR_S,
    Presence,
    parse_presence,
    presence_body,
)
from sdrdesk.domain.feed.rights import inbox_of
from sdrdesk.domain.feed.subjects import FeedNames, owner_word
from sdrdesk.sync.feed.bids import Bids
from sdrdesk.sync.feed.link import FeedServer, close_link, open_link

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

_log = logging.getLogger(__name__)

BEAT_LATE_S: Final = 20.0
"""Without a sign of life of the relay for this long, the desk polls again."""
ANSWER_S: Final = 0.6
"""Longest wait of a rep's Enter for the feed."""
_AT_ONCE: Final = 256
_PULL_S: Final = 20.0
_LOOK_S: Final = 1.0
_GRACE_S: Final = 5.0
"""A claim that was just won stays this long before its call must be on the disk."""
_KEPT_S: Final = 5 * 86_400.0
"""Time that the server remembers a desk that is away: longer than a long weekend."""
_RETRY_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
_NO_STREAM: Final = 10059
"""The server's code for streams that no relay has made yet."""
_MOST_CLAIMS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Who:
    """The desk on the feed."""

    names: FeedNames
    owner_id: str
    machine: str
    """A word that this database keeps: the server remembers by it what was heard."""
    process: str
    """A word of this process: two of them on one database have claims of their own."""
    everybody: bool = False
    """True if the queue has everybody's leads."""


class Listener(Protocol):
    """The listener; called from the feed's thread."""

    def noted(self, notes: Sequence[FeedNote]) -> None:
        """Records changed."""

    def claimed(self, claims: Mapping[str, TeamClaim]) -> None:
        """These leads are claimed by other reps now; the others are free."""

    def shown(self, reps: Mapping[str, Presence]) -> None:
        """These reps show what they do now, themselves included."""

    def link_changed(self, alive: bool, problem: str, desks: int, kept_s: float) -> None:
        """The feed came or went.

        Args:
            alive: whether changes come by it now.
            problem: why not, ``""`` unknown.
            desks: the number of desks on it, 0 unknown.
            kept_s: for how long nothing that this desk has to hear got lost, 0 unknown.
        """


class DeskFeed:
    """One desk's side of the feed."""

    def __init__(
        self,
        server: FeedServer,
        who: Callable[[], Who | None],
        listener: Listener,
        held: Callable[[], Mapping[str, State]],
        presence: Callable[[], Presence | None] = lambda: None,
        ready: Callable[[], bytes | None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a desk; nothing is sent yet.

        Args:
            server: the feed's server.
            who: the desk, ``None`` while its account or owner is unknown.
            listener: hears what comes.
            held: the leads that this desk holds now; read from the disk, in another thread.
            presence: what the rep shows of themselves, ``None`` nothing; read like ``held``.
            ready: what the relay has to know for round robin, ``None`` nothing; read like ``held``.
            monotonic: seconds that only go on.
        """
        self._server = server
        self._who = who
        self._listener = listener
        self._held = held
        self._presence = presence
        self._ready = ready
        self._readied: tuple[bytes | None, float] = (None, float("-inf"))
        self._asked_at: dict[str, float] = {}
        """When a lead was last asked for that somebody else has."""
        self._shown: dict[str, tuple[Presence, float]] = {}
        self._showed: tuple[Presence | None, float] = (None, float("-inf"))
        self._monotonic = monotonic
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bids: Bids | None = None
        self._beat_at: float | None = None
        self._desks = 0
        self._kept_s = 0.0
        self._is_known = False
        """True if the server remembers what this desk heard before."""
        self._told = (False, "", 0)
        self._others: dict[tuple[str, str, str], tuple[TeamClaim, float]] = {}
        self._won_at: dict[str, float] = {}

    @property
    def alive(self) -> bool:
        """True if changes at the CRM come by the feed now."""
        beat = self._beat_at
        return beat is not None and self._monotonic() - beat <= BEAT_LATE_S

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Stay on the feed until ``should_stop``; raises nothing."""
        try:
            asyncio.run(self._stay(should_stop))
        except Exception:  # noqa: BLE001 - a thread; the desk works without it
            _log.exception("the feed ended unexpectedly; leads come by polling")

    def claim(self, lead_id: str, state: State = "call") -> TeamClaim | None:
        """Claim a lead; return who else has it, ``None`` when this desk does or nobody knows.

        From any thread but the feed's; takes ``ANSWER_S`` at most.
        """
        loop, bids = self._loop, self._bids
        if loop is None or bids is None:
            return None
        self._won_at[lead_id] = self._monotonic()
        asked = asyncio.run_coroutine_threadsafe(bids.bid(lead_id, state), loop)
        try:
            return asked.result(ANSWER_S)
        except FutureTimeout:
            asked.cancel()
        except Exception as error:  # noqa: BLE001 - a call must not fail because the feed does
            _log.info("feed: no answer to a claim: %s", error)
        return None

    async def _stay(self, should_stop: Callable[[], bool]) -> None:
        self._loop = asyncio.get_running_loop()
        failures = 0
        while not should_stop():
            who = await asyncio.to_thread(self._who)
            began = self._monotonic()
            if who is not None:
                await self._one_link(who, should_stop)
            failures = 0 if self._monotonic() - began > _RETRY_S[-1] else failures + 1
            wait_s = _RETRY_S[min(failures, len(_RETRY_S)) - 1] * random.uniform(0.7, 1.3)  # noqa: S311
            until = self._monotonic() + wait_s
            while not should_stop() and self._monotonic() < until:
                self._say(self._told[1])
                await asyncio.sleep(0.2)

    async def _one_link(self, who: Who, should_stop: Callable[[], bool]) -> None:
        problem = ""
        try:
            client = await open_link(self._server, f"desk {who.machine}", inbox_of(who.owner_id))
        except SdrDeskError as error:
            self._say(str(error))
            return
        try:
            problem = await self._work(client, who, should_stop)
        except Exception as error:  # noqa: BLE001 - of any kind, as those of its tasks
            problem = _lost(error)
        finally:
            self._bids = None
            self._others.clear()
            self._showed = self._readied = (None, float("-inf"))
            await close_link(client)
            # A server that is restarted is back before anybody has to poll.
            self._say(problem)
            self._listener.claimed({})

    async def _work(self, client: Client, who: Who, should_stop: Callable[[], bool]) -> str:
        """Work on one connection until it ends; return the problem, ``""`` for none."""
        owner = owner_word(who.owner_id)
        js = client.jetstream(timeout=2)
        bids = Bids(js, who.names, owner, who.process)

        async def beat(message: Msg) -> None:
            well, self._desks, self._kept_s = _said(message.data)
            self._beat_at = self._monotonic() if well else None

        async def claim(message: Msg) -> None:
            self._hear_claim(who, message)

        # Before the first sign of life, which says that all the notes come.
        consumer = await self._add_consumer(client, who)
        await client.subscribe(who.names.beat, cb=beat)
        await client.subscribe(who.names.claim("*", "*", "*"), cb=claim, pending_msgs_limit=65_536)

        async def show(message: Msg) -> None:
            self._hear_presence(who, message)

        await client.subscribe(who.names.presence("*", "*"), cb=show)
        self._bids = bids
        tasks = [
            asyncio.ensure_future(self._pull_notes(client, who, consumer)),
            asyncio.ensure_future(self._keep(client, who, bids, should_stop)),
        ]
        done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        error = next((task.exception() for task in done if task.exception()), None)
        return _lost(error) if error is not None else ""

    async def _add_consumer(self, client: Client, who: Who) -> str:
        """Let the server remember what this desk heard; return the name it does that under."""
        from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

        names = who.names
        subject = names.all_notes if who.everybody else names.notes_of(who.owner_id)
        desk = f"{who.machine}-{'all' if who.everybody else owner_word(who.owner_id)}"
        known = await client.jetstream(timeout=2).add_consumer(
            names.notes_stream,
            ConsumerConfig(
                name=desk,
                durable_name=desk,
                filter_subject=subject,
                # The first round reads everything that is older.
                deliver_policy=DeliverPolicy.NEW,
                ack_policy=AckPolicy.ALL,
                ack_wait=60,
                max_ack_pending=4 * _AT_ONCE,
                inactive_threshold=_KEPT_S,
            ),
        )
        # A new one has told nothing yet, and has nothing to tell.
        told = known.delivered.consumer_seq if known.delivered is not None else 0
        self._is_known = bool(told or known.num_pending)
        return desk

    async def _pull_notes(self, client: Client, who: Who, desk: str) -> None:
        """Ask for notes again and again; the server holds a question until there are some."""
        from nats import errors

        names = who.names
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox, pending_msgs_limit=4 * _AT_ONCE)
        question = json.dumps({"batch": _AT_ONCE, "expires": int(_PULL_S * 1e9)}).encode()
        while True:
            await client.publish(
                f"$JS.API.CONSUMER.MSG.NEXT.{names.notes_stream}.{desk}", question, inbox
            )
            left = _AT_ONCE
            while left:
                try:
                    message = await answers.next_msg(timeout=_PULL_S + 5)
                except errors.TimeoutError:
                    break
                if (message.headers or {}).get("Status"):
                    break  # the question is answered
                left -= 1
                note = parse_note(names, message.subject, message.data)
                if note is not None:
                    self._listener.noted([note])
                if not answers.pending_msgs or not left:
                    # All so far. Now, not when they are read: the first round after a crash reads
                    # everything.
                    await message.ack()

    async def _keep(
        self, client: Client, who: Who, bids: Bids, should_stop: Callable[[], bool]
    ) -> None:
        """Renew and release claims, report others' and the link, until the link ends."""
        renewed_at = self._monotonic()
        while not should_stop():
            if client.is_closed:
                raise ConnectionError("closed")
            await self._match(bids)
            if self._monotonic() - renewed_at >= RENEW_EVERY_S:
                renewed_at = self._monotonic()
                for lead_id in list(bids.held):
                    await bids.renew(lead_id)
            await self._show(client, who)
            await self._say_ready(client, who)
            self._tell_claims()
            self._tell_shown()
            self._say("")
            await asyncio.sleep(_LOOK_S)

    async def _match(self, bids: Bids) -> None:
        """Claim the leads of the calls on this disk, and release those whose call ended."""
        held = await asyncio.to_thread(self._held)
        now = self._monotonic()
        self._asked_at = {lead: at for lead, at in self._asked_at.items() if lead in held}
        for lead_id, state in held.items():
            known = bids.held.get(lead_id)
            begins = now - self._won_at.get(lead_id, float("-inf")) < _GRACE_S
            if known is not None and (known.state == state or begins):
                continue
            if known is None and now - self._asked_at.get(lead_id, -RENEW_EVERY_S) < RENEW_EVERY_S:
                continue
            self._asked_at[lead_id] = now
            await bids.bid(lead_id, state)
        for lead_id in [lead for lead in bids.held if lead not in held]:
            if now - self._won_at.get(lead_id, 0.0) >= _GRACE_S:
                await bids.release(lead_id)
                self._won_at.pop(lead_id, None)

    async def _show(self, client: Client, who: Who) -> None:
        """Show what the rep does when that changed, and now and then."""
        now, (before, at) = self._monotonic(), self._showed
        presence = await asyncio.to_thread(self._presence)
        due = presence is not None and now - at >= SHOW_EVERY_S
        if presence == before and not due:
            return
        self._showed = (presence, now)
        body = presence_body(presence) if presence is not None else b""
        subject = who.names.presence(owner_word(who.owner_id), who.process)
        await client.publish(subject, body)

    async def _say_ready(self, client: Client, who: Who) -> None:
        """Say what the rep is ready for when that changed, and every few seconds."""
        now, (before, at) = self._monotonic(), self._readied
        body = await asyncio.to_thread(self._ready)
        if body == before and (body is None or now - at < READY_EVERY_S):
            return
        self._readied = (body, now)
        subject = who.names.ready(owner_word(who.owner_id))
        await client.publish(subject, body or ready_body(""))

    def _hear_presence(self, who: Who, message: Msg) -> None:
        found = parse_presence(who.names, message.subject, message.data)
        if found is None:
            return
        owner, presence = found
        if presence is None:
            self._shown.pop(owner, None)
        elif owner in self._shown or len(self._shown) < _MOST_CLAIMS:
            self._shown[owner] = (presence, self._monotonic())

    def _tell_shown(self) -> None:
        late = self._monotonic() - SHOWN_FOR_S
        self._shown = {owner: seen for owner, seen in self._shown.items() if seen[1] >= late}
        self._listener.shown({owner: presence for owner, (presence, _) in self._shown.items()})

    def _hear_claim(self, who: Who, message: Msg) -> None:
        words = message.subject.split(".")
        if len(words) != 5 or words[3] == owner_word(who.owner_id):
            return  # the rep's own, at this desk or another
        key = (words[2], words[3], words[4])
        claim = parse_claim(who.names, message.subject, message.data, 0)
        if claim is None:
            self._others.pop(key, None)
        elif key in self._others or len(self._others) < _MOST_CLAIMS:
            self._others[key] = (claim, self._monotonic())

    def _tell_claims(self) -> None:
        late = self._monotonic() - HELD_FOR_S
        for key in [key for key, (_, heard) in self._others.items() if heard < late]:
            del self._others[key]
        first: dict[str, TeamClaim] = {}
        for claim, _ in self._others.values():
            if claim.lead_id not in first or claim.state == "call":
                first[claim.lead_id] = claim
        self._listener.claimed(first)

    def _say(self, problem: str) -> None:
        told = (self.alive, problem, self._desks)
        if told != self._told:
            self._told = told
            self._listener.link_changed(*told, self._kept_s if self._is_known else 0.0)


def _lost(error: BaseException) -> str:
    """Return why the connection cannot be used, for the rep."""
    _log.info("feed: %s: %s", type(error).__name__, error)
    if getattr(error, "err_code", None) == _NO_STREAM:
        return "No relay of the team feed has started yet; leads come by polling."
    return f"The connection to the team feed was lost ({type(error).__name__})."


def _said(body: bytes) -> tuple[bool, int, float]:
    """Return whether the relay hears the CRM, how many desks there are, and what it kept."""
    try:
        told = json.loads(body[:512])
    except (ValueError, RecursionError):
        return False, 0, 0.0
    if not isinstance(told, dict):
        return False, 0, 0.0

    def whole(name: str) -> int:
        value = told.get(name)
        return value if type(value) is int and 0 <= value < 1_000_000 else 0

    return told.get("ok") is True, whole("desks"), float(whole("kept"))
