"""The countdown to the next call, for ``[calls] auto_start_s``."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

LONGEST_DELAY_S = 60
USUAL_DELAY_S = 3
"""The delay after switching it on with ``+``."""
_LATE = timedelta(seconds=10)


class AutoStart:
    """Counts down from an outcome to the next call.

    Args:
        delay_s: seconds before the next call starts automatically; 0: only Enter starts it.
    """

    def __init__(self, delay_s: int) -> None:
        self.delay_s = delay_s
        self.paused = False
        """True if the rep has paused the automatic start."""
        self.at: datetime | None = None
        """When the next call starts, ``None`` without a countdown."""

    def begin(self, now: datetime) -> None:
        """Start the countdown for the lead that came up."""
        going = self.delay_s > 0 and not self.paused
        self.at = now + timedelta(seconds=self.delay_s) if going else None

    def hold(self) -> None:
        """Stop the countdown for this lead; the next one counts down again."""
        self.at = None

    def pause_or_resume(self, now: datetime) -> None:
        """Pause the automatic start, or resume it."""
        self.paused = not self.paused
        self.begin(now)

    def change(self, by_s: int, now: datetime) -> None:
        """Change the delay; a running countdown restarts."""
        longer = USUAL_DELAY_S if not self.delay_s and by_s > 0 else self.delay_s + by_s
        self.delay_s = min(max(longer, 0), LONGEST_DELAY_S)
        if self.at is not None:
            self.begin(now)

    def left_s(self, now: datetime) -> int | None:
        """Return the whole seconds left, ``None`` without a countdown."""
        if self.at is not None and now - self.at > _LATE:
            self.at = None  # the machine slept: nobody is waiting for this call
        if self.at is None:
            return None
        # At most the delay, even after the clock was set back.
        return min(max(0, ceil((self.at - now).total_seconds())), self.delay_s)
