"""Fetches the next page while the last one is being stored: the two take about equally long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sdrdesk.sync.port import Page

RecordT = TypeVar("RecordT")


def pages_ahead(fetch: Callable[[str], Page[RecordT]], cursor: str) -> Iterator[Page[RecordT]]:
    """Yield the pages from ``cursor`` on, in order; at most one more than asked for is fetched."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sdrdesk-pull") as pool:
        coming = pool.submit(fetch, cursor)
        while True:
            page = coming.result()
            if page.next_cursor:
                coming = pool.submit(fetch, page.next_cursor)
            yield page
            if not page.next_cursor:
                return
