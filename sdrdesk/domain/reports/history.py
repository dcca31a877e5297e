"""The history of a lead since its conversion, as a few values instead of every call.

A quarter of a large team is half a million calls on twenty thousand leads: keeping them all would
take more memory than the workbench.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.outcome_classifier import CallOutcome


class OutcomeEffect(NamedTuple):
    """The effect of an outcome on a lead, computed once for all its calls."""

    reached: bool
    qualifies: bool
    """Qualified, or a meeting."""
    ends: bool
    """The outcome is final."""
    rejects: bool


@cache
def _effect(flags: frozenset[Flag]) -> OutcomeEffect:
    return OutcomeEffect(
        Flag.REACHED in flags,
        Flag.QUALIFIED in flags or Flag.MEETING in flags,
        Flag.FINAL in flags,
        Flag.UNWORKABLE in flags or Flag.NOT_INTERESTED in flags,
    )


class History:
    """A lead since its conversion; ``add`` works in any order. Moments are milliseconds."""

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
        """The last dial or outcome without one, ``None`` for none."""
        self.ended = False
        """The last outcome was final."""
        self.reason = ""
        """The last reason for rejecting the lead, ``""`` for none."""
        self._last_key = ""
        self._reason_at = (-1, "")

    def add(
        self,
        at_ms: int,
        key: str,
        kind: str,
        effect: OutcomeEffect,
        reason: str,
    ) -> None:
        """Add a call, or an outcome without one; ``key`` orders simultaneous ones.

        A call that came in (``kind`` ``incoming``) is a contact, and no attempt. A meeting of the
        CRM (``meeting``) only qualifies.
        """
        if kind == "meeting":
            if self.qualified_ms is None or at_ms < self.qualified_ms:
                self.qualified_ms = at_ms
            return
        if kind == "incoming" and not effect.reached:
            return  # nobody spoke with them
        if kind in ("call", "incoming"):
            self.attempts += kind == "call"
            if self.attempted_ms is None or at_ms < self.attempted_ms:
                self.attempted_ms = at_ms
            if effect.reached and (self.contacted_ms is None or at_ms < self.contacted_ms):
                self.contacted_ms = at_ms
        if effect.qualifies and (self.qualified_ms is None or at_ms < self.qualified_ms):
            self.qualified_ms = at_ms
        last_ms = self.last_ms
        if last_ms is None or at_ms > last_ms or (at_ms == last_ms and key > self._last_key):
            self.last_ms, self._last_key, self.ended = at_ms, key, effect.ends
        if reason and effect.rejects and (at_ms, key) > self._reason_at:
            self._reason_at, self.reason = (at_ms, key), reason


def effect_of(meant: CallOutcome) -> OutcomeEffect:
    """Return the effect of an outcome."""
    return _effect(meant.flags)
