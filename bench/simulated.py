"""Simulated time: code that sleeps and reads the clock runs unchanged, hours in seconds.

Each process is a thread, but only one runs at a time, until it sleeps; then the next one to wake
runs. So there are no races, and the same seed gives the same run.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from itertools import count


class _Over(BaseException):
    """End of the simulation: unwinds a process from its sleep through all error handlers."""


def _shut() -> threading.Lock:
    """Return a gate that one thread opens for another: far quicker than a semaphore."""
    gate = threading.Lock()
    gate.acquire()
    return gate


class World:
    """A clock that jumps from one event to the next."""

    def __init__(self, start_s: float = 0.0) -> None:
        self.now_s = start_s
        self._order = count()
        self._waiting: list[tuple[float, int, threading.Lock]] = []
        self._threads: list[threading.Thread] = []
        self._yielded = _shut()
        self._over = False
        self._error: BaseException | None = None

    def now(self) -> float:
        """Return the simulated time in seconds; replaces ``time.monotonic``."""
        return self.now_s

    def spawn(self, process: Callable[[], None], after_s: float = 0.0) -> None:
        """Add a process that begins ``after_s`` from now."""
        gate = _shut()

        def body() -> None:
            gate.acquire()
            try:
                if not self._over:
                    process()
            except _Over:
                pass
            except BaseException as error:  # noqa: BLE001 - raised by run
                self._error = self._error or error
            finally:
                self._yielded.release()

        thread = threading.Thread(target=body, daemon=True)
        self._threads.append(thread)
        thread.start()
        self._wake_at(self.now_s + after_s, gate)

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass for the calling process; replaces ``time.sleep``."""
        gate = _shut()
        self._wake_at(self.now_s + max(0.0, seconds), gate)
        self._yielded.release()
        gate.acquire()
        if self._over:
            raise _Over

    def run(self, until_s: float) -> None:
        """Run every process until ``until_s``, then end them all.

        Raises:
            BaseException: the first error of a process.
        """
        while self._waiting and self._waiting[0][0] <= until_s and self._error is None:
            self.now_s, _, gate = heapq.heappop(self._waiting)
            gate.release()
            self._yielded.acquire()
        self._over = True
        while self._waiting:
            heapq.heappop(self._waiting)[2].release()
            self._yielded.acquire()
        for thread in self._threads:
            thread.join()
        if self._error is not None:
            raise self._error

    def _wake_at(self, at_s: float, gate: threading.Lock) -> None:
        heapq.heappush(self._waiting, (at_s, next(self._order), gate))
