"""Prefetching of pages: in order, few in advance, and no error before its turn."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from threading import get_ident as ident

import pytest

from sdrdesk.sync.errors import Unreachable
from sdrdesk.sync.port import Page
from sdrdesk.sync.pull.prefetch import prefetched_pages
from tests.support.patience import PATIENCE_S


class Listing:
    """Five pages; remembers the requests."""

    def __init__(self, breaks_at: str = "") -> None:
        self.asked: list[str] = []
        self.breaks_at = breaks_at
        self.changed = threading.Condition()

    def fetch(self, cursor: str) -> Page[int]:
        with self.changed:
            self.asked.append(cursor)
            self.changed.notify_all()
        if cursor and cursor == self.breaks_at:
            raise Unreachable("gone")
        number = int(cursor or "0")
        return Page((number,), str(number + 1) if number < 4 else "")

    def pages(self, cursor: str = "", **more: int) -> Generator[Page[int], None, None]:
        for page, begun in prefetched_pages(
            self.fetch, cursor, lambda records: (records, ident()), **more
        ):
            assert begun[0] is page.records
            assert begun[1] != ident()  # in the thread that fetches
            yield page

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.asked) >= count, timeout=PATIENCE_S)


def test_every_page_comes_once_and_in_order() -> None:
    listing = Listing()
    assert [page.records for page in listing.pages()] == [(n,) for n in range(5)]
    assert listing.asked == ["", "1", "2", "3", "4"]


def test_a_walk_goes_on_from_its_cursor() -> None:
    assert [page.records for page in Listing().pages("3")] == [(3,), (4,)]


def test_no_more_than_a_few_pages_wait_to_be_stored() -> None:
    listing = Listing()
    pages = listing.pages(ahead=2)
    assert next(pages).records == (0,)
    listing.wait_for(3)
    pages.close()  # ends the helper thread: no requests after this
    assert listing.asked == ["", "1", "2"]


def test_an_error_comes_after_the_pages_that_were_whole() -> None:
    listing = Listing(breaks_at="2")
    pages = listing.pages()
    assert [next(pages).records, next(pages).records] == [(0,), (1,)]
    with pytest.raises(Unreachable):
        next(pages)


def test_a_walk_that_is_left_early_ends_its_thread() -> None:
    before = threading.active_count()
    pages = Listing().pages(ahead=1)
    assert next(pages).records == (0,)
    pages.close()
    assert threading.active_count() == before


def test_what_cannot_be_begun_is_an_error_in_its_turn() -> None:
    def begin(records: Sequence[int]) -> int:
        return 1 // (2 - records[0])

    pages = prefetched_pages(Listing().fetch, "", begin)
    assert [next(pages)[1], next(pages)[1]] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(pages)
