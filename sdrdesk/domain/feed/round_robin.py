"""Round robin: fresh leads without an owner are offered to reps in a block, one after the other.

Pure; the relay keeps one and asks it every second. What it forgets when the relay ends, the next
relay finds again: leads are offered again, and a lead that was taken has an owner by then. It
decides who is asked, never who has the lead: the claim and the CRM decide that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sdrdesk.domain.feed.offers import READY_FOR_S, Ready, Step

PASS_AFTER_S: Final = 60.0
MOST: Final = 500
"""Leads that wait; older ones give way."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A step to tell the rep's desks."""

    lead_id: str
    owner: str
    """The word of the rep."""
    step: Step


@dataclass(slots=True)
class _Lead:
    until_s: float
    asked: set[str] = field(default_factory=set)
    """Reps who were offered it, each once."""
    owner: str = ""
    """The rep whose turn it is, ``""`` none."""
    since_s: float = 0.0


@dataclass(slots=True)
class _Rep:
    said_s: float
    ready: Ready
    asked_s: float = float("-inf")
    """When they were offered something last."""


class RoundRobin:
    """The leads that wait and the reps who could take them. Times are seconds of one clock."""

    def __init__(self, pass_after_s: float = PASS_AFTER_S) -> None:
        self._pass_after_s = pass_after_s
        self._leads: dict[str, _Lead] = {}
        self._reps: dict[str, _Rep] = {}
        self._claims: dict[str, float] = {}
        """Leads that somebody calls or looks at, and until when that counts."""
        self._done: dict[str, float] = {}
        """Leads that were taken, until they are no longer fresh."""
        self._steps: list[Offered] = []

    def found(self, lead_id: str, owner: str, fresh_for_s: float, now_s: float) -> None:
        """Note a lead as it is at the CRM.

        Args:
            lead_id: the lead.
            owner: the word of its owner, ``""`` nobody.
            fresh_for_s: how long it is still offered; 0 or less: it is not fresh.
            now_s: the present moment.
        """
        known = self._leads.get(lead_id)
        if owner:
            self._close(lead_id, "taken" if known and known.owner == owner else "gone")
            return
        if known is None and fresh_for_s > 0 and lead_id not in self._done:
            self._leads[lead_id] = _Lead(now_s + fresh_for_s)
            if len(self._leads) > MOST:
                self._close(next(iter(self._leads)), "gone")

    def heard(self, ready: Ready, now_s: float) -> None:
        """Note what a desk says of its rep, and the rep's answer."""
        rep = self._reps.setdefault(ready.owner, _Rep(now_s, ready))
        rep.said_s, rep.ready = now_s, ready
        lead = self._leads.get(ready.lead_id)
        if lead is None or not ready.answer:
            return
        if ready.answer == "took" and ready.owner in lead.asked:
            self._done[ready.lead_id] = lead.until_s
            if lead.owner == ready.owner:
                self._close(ready.lead_id, "taken")
            else:  # they took it when it had just been passed on
                self._close(ready.lead_id, "gone")
                self._steps.append(Offered(ready.lead_id, ready.owner, "taken"))
        elif ready.answer == "no" and lead.owner == ready.owner:
            self._pass(ready.lead_id, lead)

    def claimed(self, lead_id: str, for_s: float, now_s: float) -> None:
        """Note that somebody has a lead for so long; 0: nobody any more."""
        if for_s > 0 and (lead_id in self._leads or len(self._claims) < 20 * MOST):
            self._claims[lead_id] = now_s + for_s
        else:
            self._claims.pop(lead_id, None)

    def turn(self, now_s: float) -> list[Offered]:
        """Return the steps since the last call, after passing on and offering what is due."""
        for lead_id, until_s in list(self._claims.items()):
            if until_s <= now_s:
                del self._claims[lead_id]
        for lead_id in [key for key, until_s in self._done.items() if until_s <= now_s]:
            del self._done[lead_id]
        for owner in [key for key, rep in self._reps.items() if now_s - rep.said_s > READY_FOR_S]:
            del self._reps[owner]
        for lead_id, lead in list(self._leads.items()):
            if lead_id not in self._claims:
                self._move(lead_id, lead, now_s)
        steps, self._steps = self._steps, []
        return steps

    def _move(self, lead_id: str, lead: _Lead, now_s: float) -> None:
        if lead.owner and (
            now_s - lead.since_s >= self._pass_after_s or not self._is_there(lead.owner)
        ):
            self._pass(lead_id, lead)
        if now_s >= lead.until_s:
            self._close(lead_id, "passed")
        elif not lead.owner and (owner := self._next(lead)):
            lead.owner, lead.since_s = owner, now_s
            lead.asked.add(owner)
            self._reps[owner].asked_s = now_s
            self._steps.append(Offered(lead_id, owner, "offered"))

    def _is_there(self, owner: str) -> bool:
        rep = self._reps.get(owner)
        return rep is not None and rep.ready.state != ""

    def _next(self, lead: _Lead) -> str:
        """Return whose turn it is: between calls first, then who was asked longest ago."""
        busy = {other.owner for other in self._leads.values() if other.owner}
        free = [
            (rep.ready.state == "call", rep.asked_s, owner)
            for owner, rep in self._reps.items()
            if rep.ready.state and owner not in busy and owner not in lead.asked
        ]
        return min(free)[2] if free else ""

    def _pass(self, lead_id: str, lead: _Lead) -> None:
        self._steps.append(Offered(lead_id, lead.owner, "passed"))
        lead.owner = ""

    def _close(self, lead_id: str, step: Step) -> None:
        lead = self._leads.pop(lead_id, None)
        if lead is not None and lead.owner:
            self._steps.append(Offered(lead_id, lead.owner, step))
