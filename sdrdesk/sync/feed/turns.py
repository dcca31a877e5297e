"""Round robin on the relay's connection: hears who is ready and who has what, publishes offers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.feed.claims import HELD_FOR_S, parse_claim
from sdrdesk.domain.feed.notes import note_body
from sdrdesk.domain.feed.offers import parse_ready
from sdrdesk.domain.feed.round_robin import PASS_AFTER_S, RoundRobin
from sdrdesk.domain.feed.subjects import FeedNames, is_word, owner_word

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

_log = logging.getLogger(__name__)

FRESH_S: Final = 3600.0
"""So old a conversion is still offered: later the steepest hour is over."""
_LOOK_S: Final = 0.5


class Turns:
    """Offers fresh leads without an owner to reps in a block."""

    def __init__(
        self,
        names: FeedNames,
        pass_after_s: float = PASS_AFTER_S,
        now_ms: Callable[[], float] = lambda: time.time() * 1000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make it.

        Args:
            names: of the account on the feed.
            pass_after_s: how long a lead is offered to one rep.
            now_ms: the present moment by the CRM's clock, milliseconds.
            monotonic: seconds that only go on.
        """
        self._names = names
        self._now_ms = now_ms
        self._monotonic = monotonic
        self._robin = RoundRobin(pass_after_s)

    def read(self, leads: Sequence[RemoteLead]) -> None:
        """Note leads as they are at the CRM."""
        now_s = self._monotonic()
        for lead in leads:
            if not is_word(lead.lead_id):
                continue
            owner = owner_word(lead.owner_id) if lead.owner_id else ""
            converted = lead.converted_ms if not lead.do_not_call and not lead.archived else None
            age_s = FRESH_S if converted is None else (self._now_ms() - converted) / 1000
            self._robin.found(lead.lead_id, owner, FRESH_S - max(0.0, age_s), now_s)

    async def run(self, client: Client) -> None:
        """Listen and publish on a connection until it ends."""
        await client.subscribe(self._names.ready("*"), cb=self._hear)
        await client.subscribe(self._names.claim("*", "*", "*"), cb=self._hear_claim)
        while not client.is_closed:
            await self.publish(client)
            await asyncio.sleep(_LOOK_S)
        raise ConnectionError("closed")

    async def publish(self, client: Client) -> None:
        """Publish what is due; one that gets lost is passed on when its time is over."""
        for step in self._robin.turn(self._monotonic()):
            _log.info("round robin: lead %s %s (%s)", step.lead_id, step.step, step.owner)
            subject = self._names.offer(step.owner, step.lead_id)
            body = note_body(max(0, round(self._now_ms())), step.step)
            await client.jetstream(timeout=5).publish(subject, body)

    async def _hear(self, message: Msg) -> None:
        ready = parse_ready(self._names, message.subject, message.data)
        if ready is not None:
            self._robin.heard(ready, self._monotonic())

    async def _hear_claim(self, message: Msg) -> None:
        words = message.subject.split(".")
        if len(words) != 5 or not is_word(words[2]):
            return
        held = parse_claim(self._names, message.subject, message.data, 0) is not None
        self._robin.claimed(words[2], HELD_FOR_S if held else 0.0, self._monotonic())
