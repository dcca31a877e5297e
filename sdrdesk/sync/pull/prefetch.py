"""Fetches the next pages while the last one is being stored: the two take about equally long."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Semaphore
from typing import TypeVar

from sdrdesk.sync.bounds import Walk
from sdrdesk.sync.port import Page

RecordT = TypeVar("RecordT")
BegunT = TypeVar("BegunT")

AHEAD = 4
"""Pages that wait to be stored at most: enough that storing one which the disk holds up does not
hold up the asking, and few enough to ask for again after a kill."""


def prefetched_pages(
    fetch: Callable[[str], Page[RecordT]],
    cursor: str,
    begin: Callable[[Sequence[RecordT]], BegunT],
    ahead: int = AHEAD,
) -> Generator[tuple[Page[RecordT], BegunT], None, None]:
    """Yield the pages from ``cursor`` on, in order; at most ``ahead`` more than asked for.

    With each comes what ``begin`` returned for its records, in the thread that fetches.

    An error of ``fetch`` is raised when its page is asked for: those before it were stored. So are
    pages that lead in a circle. Close the generator when it is left early: a thread waits with what
    nobody asked for.
    """
    coming: SimpleQueue[Future[tuple[Page[RecordT], BegunT]]] = SimpleQueue()
    room = Semaphore(ahead)
    stopped = False

    def ask() -> None:
        after = cursor
        walk = Walk("this kind of record")
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
            except BaseException as error:  # noqa: BLE001  # raised where the page is asked for
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
