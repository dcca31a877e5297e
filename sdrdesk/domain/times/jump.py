"""Jumps of the clock: sleep, a clock that was set, another time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

LEAST_S: Final = 2.0
"""A smaller difference is a clock that is being adjusted, or a busy machine."""
STILL_S: Final = 10.0
"""A look that comes this late means that the process slept: some systems count sleep in the
steady clock, too."""


class ClockLook(NamedTuple):
    """The clocks of this machine at one moment."""

    wall: datetime
    """Aware UTC."""
    steady_s: float
    """Seconds of a clock that nobody can set."""
    zone: str
    """Name and offset of the local time."""


class ClockJump(NamedTuple):
    """Changes between two looks at the clock."""

    by_s: float
    """Seconds that the clock went further than the time that passed; negative if set back."""
    still_s: float
    """Seconds that the process may have slept, by the steady clock."""
    moved: bool
    """True if the local time zone is another one."""

    @property
    def forward(self) -> bool:
        """True if time passed unseen: after sleep, or when the clock was put forward."""
        return self.by_s >= LEAST_S or self.still_s >= STILL_S


def jump_between(before: ClockLook, after: ClockLook) -> ClockJump | None:
    """Return the jump between two looks, ``None`` when the clock only went on."""
    still_s = after.steady_s - before.steady_s
    by_s = (after.wall - before.wall).total_seconds() - still_s
    moved = after.zone != before.zone
    if abs(by_s) < LEAST_S and still_s < STILL_S and not moved:
        return None
    return ClockJump(by_s, still_s, moved)
