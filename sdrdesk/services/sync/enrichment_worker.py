"""Enrichment of a first load in a separate process.

A third of a first load is parsing phone numbers, and one interpreter does one thing at a time. The
other process gets records and returns derived facts: it opens no database and ends with its parent.
If it fails, the load goes on without it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.services.lead.enrichment import derive_with
from sdrdesk.store.mirror.enrichment import CompanyValues, DerivedValues, enrich

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sdrdesk.rulebook import Rulebook

LOG = logging.getLogger(__name__)

_READY = b"ready"


class EnrichmentWorker:
    """An ``Enricher`` in a process of its own; leave the block to end it."""

    def __init__(self, rulebook: Rulebook) -> None:
        # Spawned, not forked: a copy of this process would hold its database and its threads.
        context = multiprocessing.get_context("spawn")
        self._line, self._their_end = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(self._their_end, rulebook), daemon=True
        )
        self._ready = False
        self._gone = False

    def __enter__(self) -> Self:
        try:
            with _no_interrupts():
                self._process.start()
        except Exception:  # no process available, or rules that cannot be pickled
            LOG.exception("the enrichment process could not be started")
            self._lost()
        self._their_end.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        if self._process.pid is not None:
            self._process.kill()  # it has nothing to finish
            self._process.join()

    def begin(
        self,
        leads: Sequence[RemoteLead],
        companies: Mapping[str, CompanyValues],
        personas: Mapping[str, str],
    ) -> Callable[[], Sequence[DerivedValues] | None] | None:
        """Send ``leads`` to the process and return a function that waits for their derived facts.

        Wait for all batches, in the order of sending. Return ``None`` while the process is not
        ready and after it died.
        """
        try:
            if self._gone or not (self._ready or self._line.poll()):
                return None
            if not self._ready:
                self._ready = self._line.recv() == _READY
            self._line.send((tuple(leads), companies, personas))
        except (EOFError, OSError):
            self._lost()
            return None
        return self._take

    def _take(self) -> Sequence[DerivedValues] | None:
        if self._gone:
            return None
        try:
            facts: list[DerivedValues] = self._line.recv()
        except (EOFError, OSError):
            self._lost()
            return None
        return facts

    def _lost(self) -> None:
        self._gone = True
        LOG.warning("the enrichment process is gone; the load goes on without it")


def worth_a_process() -> bool:
    """Return whether this machine has more than one core."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (count or 1) > 1


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Block Ctrl-C for a process started inside; its parent ends it."""
    with ExitStack() as after:
        if sys.platform != "win32":  # it has no such call
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            after.callback(signal.pthread_sigmask, signal.SIG_SETMASK, before)
        yield


def _serve(line: Connection, rulebook: Rulebook) -> None:
    """Derive facts of the batches received until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be blocked from the start
    derive = derive_with(rulebook)
    asked: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        # Always read: the parent must not wait while answers pile up.
        with suppress(EOFError, OSError):
            while True:
                asked.put(line.recv_bytes())
        asked.put(b"")

    with suppress(OSError):
        line.send(_READY)
        threading.Thread(target=listen, daemon=True).start()
        while question := asked.get():
            leads, companies, personas = pickle.loads(question)  # noqa: S301  # of our own process
            line.send(enrich(leads, companies, derive, personas))
