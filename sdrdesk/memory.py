"""Collects garbage only while the rep is not typing.

A full collection takes 20 to 80 ms in a workbench with 100,000 leads. By default the interpreter
runs one after enough allocations, also between an outcome's key and the next lead
(``bench.next_lead``). Most objects are made early and stay: modules, styles, the open screens. So
what a collection left alive is exempt from the next ones, which take a few milliseconds; everything
is looked at again every ten minutes, and when much became exempt. While the rep rests, the freed
memory that ``malloc`` keeps goes back to the system too: over a day of calls nothing else grew
(``bench.long_day``).
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache

TYPING_PAUSE_S = 2.0
"""After this long without a key the rep is listening or reading."""
MIN_GAP_S = 20.0
"""Shortest time between collections in pauses …"""
MAX_PENDING = 10
"""… and what accumulates before one without a pause: about seven calls, some hundred kilobytes
each, of a rep who never pauses."""
KEY_TAKES_S = 0.1
"""Longest way from a key to its frame."""
IDLE_AFTER_S = 30.0
"""After this long without a key the rep is away or in a call."""
ALL_EVERY_S = 600.0
"""Shortest time between two collections of everything, which also find closed screens that were
exempt."""
MOST_EXEMPT = 8_000
"""Objects exempt since then, a megabyte or two, part of it garbage by now: with more of them
everything is looked at again in the next pause. They are eighty calls without one."""
_YOUNG, _MIDDLE, _NEVER = 700, 10, 1_000_000_000


def start_fast() -> None:
    """Collect no garbage until the first row is painted."""
    gc.disable()


def collect_between_rounds() -> None:
    """Leave full collections to ``round_ended``: for the background sync.

    One takes 50 ms. In the middle of a transaction, a rep's key waits for it.
    """
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)


def round_ended() -> None:
    """Collect garbage if much may have accumulated."""
    if gc.get_count()[2] >= MAX_PENDING:
        gc.collect()


@cache
def _malloc_trim() -> Callable[[int], object]:
    """Return the function of glibc that gives freed memory back, elsewhere none of use."""
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            from ctypes import CDLL  # late: no start waits for it

            trim: Callable[[int], object] = CDLL(None).malloc_trim
            return trim
    return lambda _: 0


class IdleCollector:
    """Runs collections while idle; small ones (half a millisecond) stay automatic.

    Args:
        monotonic: a monotonic clock in seconds.
        made: objects made since the last collection, in thousands that survived small ones.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        made: Callable[[], int] = lambda: gc.get_count()[2],
    ) -> None:
        self._monotonic = monotonic
        self._made = made
        self._key_at = self._rested_at = self._all_at = monotonic()
        self._kept = 0
        """Objects that the last collection of everything left alive …"""
        self._exempt = 0
        """… and those that became exempt since."""

    def begin(self) -> None:
        """Exempt all present objects from collection and start."""
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
        gc.enable()
        self._kept = gc.get_freeze_count()
        self._rested_at = self._all_at = self._monotonic()

    def key(self) -> None:
        """Note that a key was pressed."""
        self._key_at = self._monotonic()

    @property
    def is_idle(self) -> bool:
        """True if no key was pressed for so long that nobody waits for anything."""
        return self._monotonic() - self._key_at > IDLE_AFTER_S

    def look(self) -> bool:
        """Collect garbage if this is a good moment; return whether it did."""
        now = self._monotonic()
        # Without a key since the last collection there is little to find, and a battery to spare.
        worked = self._key_at >= self._rested_at
        gap, pause = now - self._rested_at, now - self._key_at
        much = self._exempt >= MOST_EXEMPT
        rests = pause >= TYPING_PAUSE_S and (much or (worked and gap >= MIN_GAP_S))
        if not rests and (pause < KEY_TAKES_S or self._made() < MAX_PENDING):
            return False
        everything = rests and (much or now - self._all_at >= ALL_EVERY_S)
        if everything:
            gc.unfreeze()
            self._all_at = now
        gc.collect()
        gc.freeze()
        frozen = gc.get_freeze_count()
        if rests:
            self._rested_at = now
            _malloc_trim()(0)  # a millisecond
        if everything or not self._kept:
            self._kept = frozen
        self._exempt = frozen - self._kept
        return True
