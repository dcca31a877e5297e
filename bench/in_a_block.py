"""Calls by keys in a real terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.support.terminal import Terminal

_LONGEST_S = 30.0
READY = "⏎ starts"  # a long name may push the rest out of the line


def first_call(term: Terminal) -> None:
    """Start a call with the top lead of the queue."""
    term.wait_for("callable of", "▸", timeout=120)
    term.wait_for("Why here", timeout=120)
    term.send("\r")
    wait(term, lambda: "☎ 0" in _title(term))


def calls(
    term: Terminal, count: int, outcomes: str = "avbg", lasts_s: float = 0.0
) -> Iterator[float]:
    """Record ``count`` outcomes and yield the milliseconds of each.

    Measured from the outcome's key to the next lead on screen. Each call lasts ``lasts_s``.
    """
    for number in range(count):
        if lasts_s:
            term.settle(lasts_s)
        before = _title(term).split("☎")[0].strip()
        started = time.perf_counter()
        term.send(outcomes[number % len(outcomes)])
        wait(term, lambda before=before: _another(term, before))  # type: ignore[misc]
        yield (time.perf_counter() - started) * 1000
        if number + 1 < count:
            term.send("\r")
            wait(term, lambda: "☎ 0" in _title(term))


def wait(term: Terminal, true: Callable[[], bool]) -> None:
    """Read the terminal until ``true`` returns true.

    Raises:
        AssertionError: it did not; with the screen.
    """
    until = time.perf_counter() + _LONGEST_S
    while not true():
        if time.perf_counter() > until:
            raise AssertionError(f"never came:\n{term.screen}")
        term.read_some()


def _another(term: Terminal, before: str) -> bool:
    title = _title(term)
    return READY in title and not title.startswith(before)


def _title(term: Terminal) -> str:
    return term.screen.splitlines()[0]
