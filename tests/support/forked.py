"""Processes for tests that stop and kill them, forked from one that has imported the product.

A process of its own takes most of a second to import what it needs; a fork of a warm one starts at
once. Nothing of the test's own process is in it, neither threads nor open databases.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from tests.support.patience import PATIENCE_S

_HOW = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_CONTEXT = multiprocessing.get_context(_HOW)
if _HOW == "forkserver":
    _CONTEXT.set_forkserver_preload(["tests.services.killed_undo", "tests.store.filling"])


class Forked:
    """A running process and the line to it."""

    def __init__(self, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self.line, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=target, args=(theirs, *arguments))  # type: ignore[attr-defined]
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        pid: int = self._process.pid
        return pid

    def heard(self) -> object:
        """Return what it says next."""
        assert self.line.poll(PATIENCE_S), "it says nothing"
        return self.line.recv()

    def tell(self, word: str = "go") -> None:
        """Let it go on."""
        self.line.send(word)

    def wait(self) -> int | None:
        """Wait for its end and return its exit code; minus the signal that killed it."""
        self._process.join(PATIENCE_S)
        code: int | None = self._process.exitcode
        return code

    def kill(self) -> None:
        """End it, if it still runs, by a signal that nobody can catch."""
        self._process.kill()
        self._process.join(PATIENCE_S)
        self.line.close()


@contextmanager
def forked(target: Callable[..., None], *arguments: Any) -> Iterator[Forked]:
    """Run ``target(line, *arguments)`` in a process of its own; kill it at the end.

    Args:
        target: a function of a module; ``line`` is its end of a pipe.
        arguments: what can be pickled.
    """
    process = Forked(target, arguments)
    try:
        yield process
    finally:
        process.kill()


__all__ = ["Connection", "Forked", "forked"]
