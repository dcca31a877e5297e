"""What was done about one lead since it converted, kept as a few values instead of every call.

A quarter of a large team is half a million calls on twenty thousand leads: a report that held them
all would cost more memory than the workbench.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.outcome_classifier import CallOutcome


class OutcomeEffect(NamedTuple):
    """What an outcome tells about a lead, worked out once for all calls that ended so."""

    reached: bool
    qualifies: bool
    """A meeting among them."""
    ends: bool
    """The work on the lead ends with it."""
    rejects: bool


@cache
def _effect(flags: frozenset[Flag]) -> OutcomeEffect:
    """Return what an outcome with ``flags`` tells."""
    return OutcomeEffect(
        Flag.REACHED in flags,
        Flag.QUALIFIED in flags or Flag.MEETING in flags,
        Flag.FINAL in flags,
        Flag.UNWORKABLE in flags or Flag.NOT_INTERESTED in flags,
    )


class History:
    """One lead since its conversion; grows by ``add``, in any order. Moments are milliseconds."""

    __slots__ = (
        "_last_key",
        "_reason_at",
        "attempted_ms",
        "attempts",
        "contacted_ms",
        "ended",
        "last_ms",
        "qualified_ms",
        "reason",
    )

    def __init__(self) -> None:
        self.attempts = 0
        """Dials by anybody."""
        self.attempted_ms: int | None = None
        self.contacted_ms: int | None = None
        self.qualified_ms: int | None = None
        self.last_ms: int | None = None
        """The last dial or outcome without one, ``None`` when nothing was done."""
        self.ended = False
        """The last one ended the work."""
        self.reason = ""
        """The last reason for which somebody rejected the lead, ``""`` when none was given."""
        self._last_key = ""
        self._reason_at = (-1, "")

    def add(
        self,
        at_ms: int,
        key: str,
        is_call: bool,
        effect: OutcomeEffect,
        reason: str,
        has_meeting: bool,
    ) -> None:
        """Take in one dial, or one outcome without one; ``key`` orders what happened at once."""
        if is_call:
            self.attempts += 1
            if self.attempted_ms is None or at_ms < self.attempted_ms:
                self.attempted_ms = at_ms
            if effect.reached and (self.contacted_ms is None or at_ms < self.contacted_ms):
                self.contacted_ms = at_ms
        if (effect.qualifies or has_meeting) and (
            self.qualified_ms is None or at_ms < self.qualified_ms
        ):
            self.qualified_ms = at_ms
        if self.last_ms is None or (at_ms, key) > (self.last_ms, self._last_key):
            self.last_ms, self._last_key, self.ended = at_ms, key, effect.ends
        if reason and effect.rejects and (at_ms, key) > self._reason_at:
            self._reason_at, self.reason = (at_ms, key), reason


def effect_of(meant: CallOutcome) -> OutcomeEffect:
    """Return what one outcome tells."""
    return _effect(meant.flags)
