"""Works out what the leads of a first load mean in a process beside the one that stores them.

A third of a first load is reading telephone numbers, and one interpreter does one thing at a time.
The other process is given records and gives back facts: it opens no database, asks nobody, and ends
with the one that began it. Whatever becomes of it, the load goes on without.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.store.mirror.enrichment import CompanyRow, DerivedRow, work_out

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sdrdesk.rulebook import Rulebook

LOG = logging.getLogger(__name__)

_READY = b"ready"


class DerivingBeside:
    """A ``Enricher`` in a process of its own; leave the block to end it."""

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
        except Exception:  # no process to be had, or rules that cannot be handed over
            LOG.exception("no process beside could be begun")
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
        companies: Mapping[str, CompanyRow],
        personas: Mapping[str, str],
    ) -> Callable[[], Sequence[DerivedRow] | None] | None:
        """Begin, and return how to wait for what ``work_out`` says of ``leads``.

        Wait for all that was begun, in that order. ``None`` while the process is not ready, and
        when it is gone.
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

    def _take(self) -> Sequence[DerivedRow] | None:
        if self._gone:
            return None
        try:
            facts: list[DerivedRow] = self._line.recv()
        except (EOFError, OSError):
            self._lost()
            return None
        return facts

    def _lost(self) -> None:
        self._gone = True
        LOG.warning("the process beside is gone; the load goes on without")


def worth_a_process() -> bool:
    """Return whether this machine can do two things at once."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (count or 1) > 1


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Let a process that is begun inside never hear of Ctrl-C: whoever began it ends it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(line: Connection, rulebook: Rulebook) -> None:
    """Work out what is asked for until the one that asks hangs up."""
    from sdrdesk.services.lead.enrichment import derive_with

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be held off from the first
    derive = derive_with(rulebook)
    asked: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        # At all times: who asks must not wait for answers that nobody takes any more.
        with suppress(EOFError, OSError):
            while True:
                asked.put(line.recv_bytes())
        asked.put(b"")

    with suppress(OSError):
        line.send(_READY)
        threading.Thread(target=listen, daemon=True).start()
        while question := asked.get():
            leads, companies, personas = pickle.loads(question)  # noqa: S301  # of our own process
            line.send(work_out(leads, companies, derive, personas))
