"""When the next call begins by itself, for reps who set it so. No drawing, no desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

LONGEST_S = 60
USUAL_S = 3
"""What one gets who asks for it without a number."""


class AutoStart:
    """Counts down from an outcome to the next call.

    Args:
        delay_s: seconds from a lead's coming up to its call; 0: calls begin by the rep's key alone.
    """

    def __init__(self, delay_s: int) -> None:
        self.delay_s = delay_s
        self.waits = False
        """Whether the rep lets every call wait until they go on."""
        self._at: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Count down for the lead that came up."""
        going = self.delay_s > 0 and not self.waits
        self._at = now + timedelta(seconds=self.delay_s) if going else None

    def hold(self) -> None:
        """Let this lead wait for the rep's key; the next one counts down again."""
        self._at = None

    def wait_or_go_on(self, now: datetime) -> None:
        """Let all of them wait, or go on counting."""
        self.waits = not self.waits
        self.begin(now)

    def change(self, by_s: int, now: datetime) -> None:
        """Make the delay longer or shorter; one that runs begins anew."""
        longer = USUAL_S if not self.delay_s and by_s > 0 else self.delay_s + by_s
        self.delay_s = min(max(longer, 0), LONGEST_S)
        if self._at is not None:
            self.begin(now)

    def left_s(self, now: datetime) -> int | None:
        """Return the whole seconds left, ``None`` when nothing counts down; 0: it is time."""
        if self._at is None:
            return None
        # A clock that was set back makes nobody wait for an hour.
        return min(max(0, ceil((self._at - now).total_seconds())), self.delay_s)
