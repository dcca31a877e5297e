"""The background sync as the workbench sees it: a process of its own, restarted if it ends."""

from __future__ import annotations

import itertools
import json
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Literal

from sdrdesk.services.feed.claims import Holder
from sdrdesk.services.sync.events import (
    CLAIM,
    CLAIMED,
    KICK,
    KICK_RELEASE,
    LOOK,
    Connection,
    from_line,
    note_connection,
)
from sdrdesk.services.views.sync import SyncEvent

_log = logging.getLogger(__name__)

RESTART_AFTER_S = 5.0
"""Wait before the first restart of a sync that ended unexpectedly; doubled each time."""
_RESTART_MOST_S = 60.0
_ANSWER_S = 0.8
_ENDED = (
    "The background sync ended unexpectedly and is being restarted. "
    "Everything you recorded is kept; details are in the log file."
)


class SyncProcess:
    """A ``BackgroundSync`` whose rounds run in another process.

    Args:
        environ: environment of that process, with the same database, account and token.
        ahead_s: seconds that this process's clock is ahead of the system's.
        heard: called with the connection to show in the state line.
        command: the process to start; tests use their own.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        ahead_s: float,
        heard: Callable[[Connection, str, str], None],
        command: tuple[str, ...] = (sys.executable, "-m", "sdrdesk.cli.sync_worker"),
    ) -> None:
        self._environ = environ
        self._command = (*command, f"{ahead_s:.3f}")
        self._heard = heard
        self._lock = threading.Lock()
        self._to: IO[str] | None = None
        self._release = False
        self._kicked = threading.Event()
        self._should_stop: Callable[[], bool] = lambda: False
        self._questions = itertools.count(1)
        self._answers: dict[int, queue.SimpleQueue[Holder | None]] = {}

    def ask_team(self, lead_id: str) -> Holder | None:
        """Claim a lead on the team feed; return who has it, ``None``: I have, or nobody knows.

        Blocks for ``_ANSWER_S`` at most: not for the thread that draws.
        """
        number, answer = next(self._questions), queue.SimpleQueue[Holder | None]()
        self._answers[number] = answer
        try:
            with self._lock:
                said = self._say(f"{CLAIM} {number} {lead_id}")
            return answer.get(timeout=_ANSWER_S) if said else None
        except queue.Empty:
            return None
        finally:
            del self._answers[number]

    def look_at(self, lead_id: str) -> None:
        """Say which lead is open, ``""`` none. Thread-safe, returns at once."""
        if not self._lock.acquire(blocking=False):
            return  # it is said again soon
        try:
            self._say(f"{LOOK} {lead_id}".strip())
        finally:
            self._lock.release()

    def _is_answer(self, line: str) -> bool:
        """Pass an answer of ``ask_team`` on; return whether the line was one."""
        if not line.startswith(f'{{"{CLAIMED}"'):
            return False
        with suppress(ValueError, TypeError, KeyError):
            told = json.loads(line)
            answer = self._answers.get(told[CLAIMED])
            if answer is not None:
                owner, state = told.get("owner"), told.get("state")
                holder = None if state is None else Holder(str(owner), _state(state))
                answer.put(holder)
        return True

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Keep the process running until ``should_stop``, which is checked after each kick."""
        self._should_stop = should_stop
        failures = 0

        def tell(event: SyncEvent) -> None:
            note_connection(event, self._heard)
            on_event(event)

        while not should_stop():
            self._kicked.clear()
            last = self._one_life(tell)
            if should_stop():
                return
            failures = 1 if last == "finished" else failures + 1
            if last != "failed":
                tell(SyncEvent("failed", _ENDED))
            self._kicked.wait(min(RESTART_AFTER_S * 2 ** (failures - 1), _RESTART_MOST_S))

    def kick(self, *, release_held: bool = False) -> None:
        """Ask for a round now. Thread-safe, returns at once."""
        with self._lock:
            if self._should_stop():
                self._hang_up()
            elif not self._say(KICK_RELEASE if release_held else KICK):
                self._release = self._release or release_held
        self._kicked.set()

    def _one_life(self, tell: Callable[[SyncEvent], None]) -> str:
        """Start the process and pass its events on until it ends; return the kind of the last."""
        last = ""
        try:
            # A session of its own, so that Ctrl-C in the rep's terminal does not reach it.
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                self._command,
                env=dict(self._environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        except OSError:
            _log.exception("the background sync could not be started")
            return last
        with process:
            with self._lock:
                self._to = process.stdin
                if self._should_stop():
                    self._hang_up()
                elif self._release and self._say(KICK_RELEASE):
                    self._release = False
            for line in process.stdout or ():
                if self._is_answer(line):
                    continue
                event = from_line(line)
                if event is not None:
                    last = event.kind
                    tell(event)
            with self._lock:
                self._hang_up()
        if process.returncode:
            _log.warning("the background sync ended with %d", process.returncode)
        return last

    def _say(self, line: str) -> bool:
        """Write a line to the process; return whether it could be written."""
        if self._to is None:
            return False
        try:
            self._to.write(line + "\n")
            self._to.flush()
        except (OSError, ValueError):
            return False
        return True

    def _hang_up(self) -> None:
        """Close the connection: the process ends within a second, whatever it is doing."""
        if self._to is not None:
            with suppress(OSError, ValueError):
                self._to.close()
            self._to = None


def _state(said: object) -> Literal["open", "call"]:
    return "call" if said == "call" else "open"
