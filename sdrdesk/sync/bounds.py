"""Every bound on what an answer may cost: time, size, pages, and what its headers may say.

How deep JSON may be nested is bounded by its readers, which give up after some hundred levels.

In one place, because each bound only holds when all of them do: a small answer may unpack to a
large one, a fast page may lead to itself, and a header may ask for a wait of a thousand years.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from sdrdesk.sync.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of one answer; tests shorten them."""

    answer_s: float = 90.0
    """Seconds from sending a request to the last byte of its answer. HubSpot cuts one at 100 s."""
    slow_after_s: float = 15.0
    """Seconds of an answer after which its speed is looked at."""
    least_bytes_per_s: float = 200.0
    """Slower than this is no bad line but an answer that never ends: a byte every two seconds."""
    body_bytes: int = 64 * 1024 * 1024
    """Unpacked. A page of 100 records with the longest texts HubSpot takes stays below 40 MB."""
    request_s: float = 40.0
    """Seconds spent on a request after which a lost answer is not asked for again."""


PAGES = 50_000
"""Pages of one listing. Ten million records are 100,000 pages of 100; no desk holds so many."""

BARREN_PAGES = 50
"""Pages in a row that bring nothing new. HubSpot's search does give empty pages with a next one."""

EARLIEST, LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""A ``Date`` header outside of this is no clock."""

LONGEST_WAIT_S = 86_400.0
"""A ``Retry-After`` beyond a day is not believed; HubSpot's longest is 24 hours."""

LONGEST_SPAN_S = 60.0
"""Of a stated rate limit; HubSpot's is 10 s."""

LEAST_PER_S = 0.1
"""A stated rate limit that allows less is not believed; HubSpot's least is 10 in a second."""


class Walk:
    """Watches one walk along pages, so that it ends whatever the pages say."""

    def __init__(self, what: str, *, most: int = PAGES, barren: int = BARREN_PAGES) -> None:
        """Begin a walk.

        Args:
            what: what is listed, for the sentence.
            most: pages at most.
            barren: pages in a row that may bring nothing new.
        """
        self._what = what
        self._most = most
        self._barren_most = barren
        self._barren = 0
        self._seen: set[Hashable] = set()

    def go_on(self, cursor: Hashable, *, brought: bool = True) -> None:
        """Note that the page at ``cursor`` is asked for next.

        Args:
            cursor: where the next page begins.
            brought: whether the last page brought anything that was not known yet.

        Raises:
            Unreadable: the pages lead in a circle or to no end.
        """
        self._barren = 0 if brought else self._barren + 1
        if cursor in self._seen:
            raise Unreadable(f"the pages of {self._what} lead in a circle")
        if len(self._seen) >= self._most or self._barren >= self._barren_most:
            raise Unreadable(f"the pages of {self._what} have no end")
        self._seen.add(cursor)
