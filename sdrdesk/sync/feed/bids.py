"""Claims in the feed's key-value store: made, renewed, released, and compared.

A desk writes its own claim first and looks at all claims of the lead afterwards. The store puts all
writes in one order, so of two desks at least one sees the other, and both name the same winner.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sdrdesk.domain.feed.claims import State, TeamClaim, claim_body, parse_claim, winner
from sdrdesk.domain.feed.subjects import FeedNames, is_word

if TYPE_CHECKING:
    from nats.js import JetStreamContext

_MOST: Final = 50
"""Claims of one lead that are looked at."""
_EXPECTED: Final = "Nats-Expected-Last-Subject-Sequence"
_RELEASED: Final = {"KV-Operation": "DEL"}


@dataclass(slots=True)
class Held:
    """A claim of this desk that counts."""

    state: State
    order: int
    """The number of the claim when it was made."""
    number: int
    """The number of its latest renewal."""


class Bids:
    """The claims of one desk."""

    def __init__(self, js: JetStreamContext, names: FeedNames, owner: str, desk: str) -> None:
        self._js = js
        self._names = names
        self._owner = owner
        self._desk = desk
        self._lock = asyncio.Lock()
        self.held: dict[str, Held] = {}
        """By lead."""

    async def bid(self, lead_id: str, state: State) -> TeamClaim | None:
        """Claim a lead; return the claim of the desk that has it, ``None``: this one has.

        Raises:
            nats.errors.Error: the feed does not answer; nobody knows who has it.
        """
        if not is_word(lead_id):
            return None
        async with self._lock:
            held = self.held.get(lead_id)
            if held is not None and await self._renewed(lead_id, held, state):
                return None
            ack = await self._js.publish(self._subject(lead_id), claim_body(state))
            first = winner(await self._claims(lead_id))
            # Another desk of the same rep is no rival: nobody dials twice at once.
            if first is None or first.owner == self._owner:
                self.held[lead_id] = Held(state, ack.seq, ack.seq)
                return None
            await self._delete(lead_id)
            return first

    async def renew(self, lead_id: str) -> TeamClaim | None:
        """Renew a claim; return who has the lead when this desk's had lapsed meanwhile."""
        async with self._lock:
            held = self.held.get(lead_id)
            if held is None or await self._renewed(lead_id, held, held.state):
                return None
        return await self.bid(lead_id, held.state)

    async def release(self, lead_id: str) -> None:
        """Release a claim."""
        async with self._lock:
            if self.held.pop(lead_id, None) is not None:
                await self._delete(lead_id)

    async def _renewed(self, lead_id: str, held: Held, state: State) -> bool:
        """Renew the claim if it still holds: the server compares, so a lapsed one does not."""
        from nats.js.errors import APIError

        try:
            ack = await self._js.publish(
                self._subject(lead_id),
                claim_body(state, held.order),
                headers={_EXPECTED: str(held.number)},
            )
        except APIError:
            self.held.pop(lead_id, None)
            return False
        held.state, held.number = state, ack.seq
        return True

    async def _claims(self, lead_id: str) -> list[TeamClaim]:
        from nats.js.errors import NotFoundError

        found, number = [], 1
        stream = f"KV_{self._names.claims_bucket}"
        anybody = self._names.claim(lead_id, "*", "*")
        for _ in range(_MOST):
            try:
                told = await self._js.get_msg(stream, seq=number, subject=anybody, next=True)
            except NotFoundError:
                break
            claim = parse_claim(self._names, told.subject or "", told.data or b"", told.seq or 0)
            if claim is not None:
                found.append(claim)
            number = (told.seq or number) + 1
        return found

    async def _delete(self, lead_id: str) -> None:
        await self._js.publish(self._subject(lead_id), b"", headers=_RELEASED)

    def _subject(self, lead_id: str) -> str:
        return self._names.claim(lead_id, self._owner, self._desk)
