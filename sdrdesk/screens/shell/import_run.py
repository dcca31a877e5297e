"""An import in its own thread: it goes on while the rep calls, and notifies when it is done."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual.app import App
from textual.timer import Timer

from sdrdesk.domain.errors import SdrDeskError

if TYPE_CHECKING:
    from sdrdesk.services.desk.protocol import Desk
    from sdrdesk.services.people.create import FileLook
    from sdrdesk.services.people.receipt import Imported

POLL_S = 0.1
"""Interval of reading the progress."""


class ImportRun:
    """One import, or a preview of it.

    Quitting ends it; imported people stay, and importing the file again continues from there.
    """

    def __init__(self, desk: Desk, look: FileLook, *, dry_run: bool) -> None:
        self.look = look
        self.dry_run = dry_run
        self.done = 0
        self.total = len(look.people.rows)
        self.result: Imported | None = None
        self.problem: SdrDeskError | None = None
        self.seen = False
        """True if the rep has seen the result."""
        self._desk = desk
        self._timer: Timer | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="import", daemon=True)

    @property
    def running(self) -> bool:
        """True if it is still running."""
        return not self._ended.is_set()

    def start(self, app: App[None]) -> None:
        """Start; ``app`` notifies the rep when it ends while they are elsewhere."""
        self._thread.start()
        self._timer = app.set_interval(POLL_S, lambda: self._notify(app))

    def _run(self) -> None:
        try:
            self.result = self._desk.people.run(
                self.look, dry_run=self.dry_run, on_progress=self._progress
            )
        except SdrDeskError as error:
            self.problem = error
        except Exception as error:  # noqa: BLE001 - the end of a thread must be reported
            self.problem = SdrDeskError(
                f"The import ended unexpectedly ({type(error).__name__}).",
                kept="What was imported stays.",
                next_step="Import the file again: no one is added twice.",
            )
        finally:
            self._ended.set()

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def _notify(self, app: App[None]) -> None:
        if self.running:
            return
        if self._timer is not None:
            self._timer.stop()
        if not self.seen:
            self.seen = True
            app.notify(
                self.words(),
                severity="error" if self.problem is not None else "information",
                timeout=10,
                markup=False,
            )

    def words(self) -> str:
        """Return the result in one sentence, or the progress."""
        if self.problem is not None:
            return str(self.problem)
        if self.result is None:
            return f"{self.done:,} of {self.total:,} people"
        words = self.result.words(dry_run=self.dry_run)
        return f"{words} {self.result.stopped}" if self.result.stopped else words
