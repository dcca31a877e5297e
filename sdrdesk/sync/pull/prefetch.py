"""Prefetching of pages while the last one is stored: both take about equally long."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Semaphore
from typing import TypeVar

from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.port import Page

RecordT = TypeVar("RecordT")
BegunT = TypeVar("BegunT")

AHEAD = 4
"""Most pages that wait to be stored: enough to bridge a slow disk, few enough to fetch again after
a kill."""


def prefetched_pages(
    fetch: Callable[[str], Page[RecordT]],
    cursor: str,
    begin: Callable[[Sequence[RecordT]], BegunT],
    ahead: int = AHEAD,
) -> Generator[tuple[Page[RecordT], BegunT], None, None]:
    """Yield the pages from ``cursor`` on, in order; fetch at most ``ahead`` in advance.

    Each comes with the result of ``begin`` for its records, run in the fetching thread.

    An error of ``fetch``, or pages in a circle, are raised in the place of their page. Close the
    generator when it is left early: its thread waits.
    """
    coming: SimpleQueue[Future[tuple[Page[RecordT], BegunT]]] = SimpleQueue()
    room = Semaphore(ahead)
    stopped = False

    def ask() -> None:
        after = cursor
        walk = PageGuard("this kind of record")
        last: Sequence[RecordT] | None = None
        brought = True
        while True:
            room.acquire()
            if stopped:
                return
            answer: Future[tuple[Page[RecordT], BegunT]] = Future()
            try:
                walk.go_on(after, brought=brought)
                page = fetch(after)
                brought, last = bool(page.records) and page.records != last, page.records
                begun = begin(page.records)
            except BaseException as error:  # noqa: BLE001  # raised in the place of the page
                answer.set_exception(error)
                coming.put(answer)
                return
            answer.set_result((page, begun))
            coming.put(answer)
            after = page.next_cursor
            if not after:
                return

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sdrdesk-pull") as pool:
        pool.submit(ask)
        try:
            while True:
                page, begun = coming.get().result()
                room.release()
                yield page, begun
                if not page.next_cursor:
                    return
        finally:
            stopped = True
            room.release()
