"""Limits on an answer: its time, size, pages, and the values of its headers.

The JSON readers limit nesting to some hundred levels. Each limit only works together with the
others: a small answer may unpack to a large one, a page may lead to itself, and a header may ask
for a wait of a thousand years.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from sdrdesk.sync.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on one answer; tests shorten them."""

    answer_s: float = 90.0
    """Seconds from sending a request to the last byte of its answer. HubSpot cuts one at 100 s."""
    slow_after_s: float = 15.0
    """Seconds of an answer after which its speed is checked."""
    least_bytes_per_s: float = 200.0
    """A slower answer counts as endless: even bad lines are faster."""
    body_bytes: int = 64 * 1024 * 1024
    """Unpacked. A page of 100 records with the longest texts HubSpot takes stays below 40 MB."""
    request_s: float = 40.0
    """Seconds spent on a request after which it is not repeated."""


PAGES = 50_000
"""Pages of one listing. Ten million records are 100,000 pages of 100; no desk holds that many."""

BARREN_PAGES = 50
"""Pages in a row without anything new. HubSpot's search does give empty pages with a next one."""

EARLIEST, LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""A ``Date`` header outside of this range is ignored."""

LONGEST_WAIT_S = 86_400.0
"""A longer ``Retry-After`` is ignored; HubSpot's longest is 24 hours."""

LONGEST_SPAN_S = 60.0
"""A rate limit over a longer span is ignored; HubSpot's is 10 s."""

LEAST_PER_S = 0.1
"""A lower rate limit is ignored; HubSpot's lowest is 10 in a second."""


class PageGuard:
    """Guards a walk along pages against circles and endless listings."""

    def __init__(self, what: str, *, most: int = PAGES, barren: int = BARREN_PAGES) -> None:
        """Begin a walk.

        Args:
            what: what is listed, for the error message.
            most: pages at most.
            barren: pages in a row without anything new, at most.
        """
        self._what = what
        self._most = most
        self._barren_most = barren
        self._barren = 0
        self._seen: set[Hashable] = set()

    def go_on(self, cursor: Hashable, *, brought: bool = True) -> None:
        """Note that the page at ``cursor`` is requested next.

        Args:
            cursor: where the next page begins.
            brought: whether the last page had anything new.

        Raises:
            Unreadable: the pages lead in a circle or have no end.
        """
        self._barren = 0 if brought else self._barren + 1
        if cursor in self._seen:
            raise Unreadable(f"the pages of {self._what} lead in a circle")
        if len(self._seen) >= self._most or self._barren >= self._barren_most:
            raise Unreadable(f"the pages of {self._what} have no end")
        self._seen.add(cursor)
