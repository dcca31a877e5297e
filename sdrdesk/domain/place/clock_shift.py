"""The true time of something recorded by a clock that may have been wrong."""

from __future__ import annotations

from sdrdesk.domain.light_dataclass import dataclass

SLACK_MS = 120_000
"""Smaller differences are ignored: answers are slow, and the CRM gives whole seconds."""
_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Both clocks at one moment, milliseconds since the epoch."""

    ours_ms: int
    ahead_ms: int
    """The CRM's clock minus ours."""

    @property
    def theirs_ms(self) -> int:
        """The moment by the CRM's clock."""
        return self.ours_ms + self.ahead_ms

    @property
    def is_off(self) -> bool:
        """True if this machine's clock was wrong."""
        return abs(self.ahead_ms) > SLACK_MS


def shift_of(recorded_ms: int, before: ClockReading | None, now: ClockReading) -> int | None:
    """Return the error of a moment recorded between two readings; 0 when it is right.

    The clock may have been changed between the two. The true moment lies between them on the
    CRM's clock, which shows by which of both offsets it was recorded.

    Args:
        recorded_ms: the moment by this machine's clock.
        before: the last reading before it, ``None`` without one.
        now: the first reading after it.

    Returns:
        Milliseconds to add; ``None`` when it fits neither offset and the readings are too far
        apart to tell.
    """
    first = None
    if before is not None and before.theirs_ms <= now.theirs_ms + SLACK_MS:
        first = before.theirs_ms
    for shift in _likely(before, now):
        moment = recorded_ms + shift
        if moment <= now.theirs_ms + SLACK_MS and (first is None or moment >= first - SLACK_MS):
            return shift if abs(shift) > SLACK_MS else 0
    if first is not None and now.theirs_ms - first <= _HOUR_MS:
        return now.theirs_ms - recorded_ms
    return None


def _likely(before: ClockReading | None, now: ClockReading) -> tuple[int, ...]:
    """Return the two offsets, the likelier one first.

    A clock is corrected by minutes when the network returns, after the recording. A leap of days
    that still fits is assumed to have come before it.
    """
    if before is None:
        return (now.ahead_ms,)
    if abs(before.ahead_ms - now.ahead_ms) > _DAY_MS:
        return (now.ahead_ms, before.ahead_ms)
    return (before.ahead_ms, now.ahead_ms)
