"""The history of a lead since its conversion, as a few values instead of every call.

A quarter of a large team is half a million calls on twenty thousand leads: keeping them all would
take more memory than the workbench.
"""

from __future__ import annotations

from typing import NamedTuple

from sdrdesk.domain.outcome.catalog import Flag


class OutcomeEffect(NamedTuple):
    """The effect of an outcome on a lead."""

    reached: bool
    qualifies: bool
    """Qualified, or a meeting."""
    ends: bool
    """The outcome is final."""
    rejects: bool


NO_EFFECT = OutcomeEffect(reached=False, qualifies=False, ends=False, rejects=False)


class EqualCalls(NamedTuple):
    """Calls to a lead, or outcomes without one, of the same kind and effect."""

    kind: str
    """``call``, ``incoming``, or ``change`` for outcomes without a call."""
    effect: OutcomeEffect
    reason: str
    """The rep's reason, where the effect is that they reject the lead."""
    first_ms: int
    last_ms: int
    calls: int = 1


class History:
    """A lead since its conversion; ``add`` works in any order. Moments are milliseconds."""

    __slots__ = (
        "_reason",
        "attempted_ms",
        "attempts",
        "contacted_ms",
        "ended",
        "last_ms",
        "qualified_ms",
    )

    def __init__(self) -> None:
        self.attempts = 0
        """Dials by anybody."""
        self.attempted_ms: int | None = None
        self.contacted_ms: int | None = None
        self.qualified_ms: int | None = None
        self.last_ms: int | None = None
        """The last dial or outcome without one, ``None`` for none."""
        self.ended = False
        """The last outcome was final; of simultaneous ones, any."""
        self._reason = (-1, "")

    @property
    def reason(self) -> str:
        """The last reason for rejecting the lead, ``""`` for none."""
        return self._reason[1]

    def add(self, calls: EqualCalls) -> None:
        """Add calls; those that came in are a contact and no attempt."""
        kind, effect = calls.kind, calls.effect
        if kind == "incoming" and not effect.reached:
            return  # nobody spoke with them
        if kind != "change":
            self.attempts += calls.calls if kind == "call" else 0
            self.attempted_ms = _earlier(self.attempted_ms, calls.first_ms)
            if effect.reached:
                self.contacted_ms = _earlier(self.contacted_ms, calls.first_ms)
        if effect.qualifies:
            self.add_meeting(calls.first_ms)
        if self.last_ms is None or calls.last_ms > self.last_ms:
            self.last_ms, self.ended = calls.last_ms, effect.ends
        elif calls.last_ms == self.last_ms:
            self.ended = self.ended or effect.ends
        if calls.reason and effect.rejects:
            self._reason = max(self._reason, (calls.last_ms, calls.reason))

    def add_meeting(self, at_ms: int) -> None:
        """Add a meeting, which qualifies."""
        self.qualified_ms = _earlier(self.qualified_ms, at_ms)


def _earlier(known: int | None, at_ms: int) -> int:
    return at_ms if known is None or at_ms < known else known


def effect_of(flags: frozenset[Flag]) -> OutcomeEffect:
    """Return the effect of an outcome with these flags."""
    return OutcomeEffect(
        Flag.REACHED in flags,
        Flag.QUALIFIED in flags or Flag.MEETING in flags,
        Flag.FINAL in flags,
        Flag.UNWORKABLE in flags or Flag.NOT_INTERESTED in flags,
    )
