"""When the interpreter looks for garbage: while nobody types.

A look at everything takes 30 to 90 ms in a workbench of 100,000 leads. The interpreter takes one
whenever enough was made, also between an outcome's key and the next lead (``bench.next_lead``).
Most of what it looks at is made at the start and stays: modules, styles, the first screen.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TYPING_PAUSE_S = 2.0
"""Without a key for so long the rep listens or reads."""
MIN_GAP_S = 20.0
"""A look is not worth it more often than this …"""
MAX_PENDING = 10
"""… and is taken at once when so much was made since the last: after about seven calls, some
hundred kilobytes each, of a rep who never rests."""
_YOUNG, _MIDDLE, _NEVER = 700, 10, 1_000_000_000


def start_fast() -> None:
    """Look for no garbage until the first row is painted."""
    gc.disable()


class IdleCollector:
    """Takes the looks at everything; the small ones, of half a millisecond, stay as they are.

    Args:
        monotonic: seconds that only grow.
        made: how much was made since the last look, in thousands of objects that stayed a while.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        made: Callable[[], int] = lambda: gc.get_count()[2],
    ) -> None:
        self._monotonic = monotonic
        self._made = made
        self._key_at = self._looked_at = monotonic()

    def begin(self) -> None:
        """What is there now stays for good; look only at what is made later."""
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
        gc.enable()
        self._looked_at = self._monotonic()

    def key(self) -> None:
        """A key was pressed."""
        self._key_at = self._monotonic()

    def look(self) -> bool:
        """Look at everything if this is the moment; return whether it was."""
        now = self._monotonic()
        rests = now - self._looked_at >= MIN_GAP_S and now - self._key_at >= TYPING_PAUSE_S
        if not rests and self._made() < MAX_PENDING:
            return False
        self._looked_at = now
        gc.collect()
        return True
