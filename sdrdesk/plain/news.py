"""The background sync of plain mode: its news waits until the next prompt."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from sdrdesk.services.desk.protocol import BackgroundSync
from sdrdesk.services.views.sync import TROUBLE, SyncEvent

PATIENCE_S = 0.5
"""Longest that quitting waits for a round to end; an interrupted round loses nothing."""


class News:
    """Runs the sync in its own thread and keeps its news."""

    def __init__(self, sync: BackgroundSync | None) -> None:
        self._sync = sync
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._trouble = ""
        self._told = ""
        self._fresh: list[str] = []

    def start(self) -> None:
        """Start syncing."""
        if self._sync is None:
            return
        self._thread = threading.Thread(
            target=self._sync.run, args=(self.hear, self._stop.is_set), daemon=True, name="sync"
        )
        self._thread.start()

    def stop(self) -> None:
        """Ask the sync to end and wait a moment for it."""
        self._stop.set()
        if self._thread is not None and self._sync is not None:
            self._sync.kick()
            self._thread.join(PATIENCE_S)

    def kick(self) -> bool:
        """Ask for a round now; return False without a sync."""
        if self._sync is None:
            return False
        self._sync.kick(release_held=True)
        return True

    def hear(self, event: SyncEvent) -> None:
        """Keep an event. Called in the thread of the sync."""
        with self._lock:
            self._fresh += [i for i in event.fresh_lead_ids if i not in self._fresh]
            if event.kind in TROUBLE:
                self._trouble = event.text
            elif event.kind == "finished":
                self._trouble = ""

    def take_fresh(self) -> str:
        """Return the latest converted lead not announced yet, ``""`` for none."""
        with self._lock:
            last = self._fresh[-1] if self._fresh else ""
            self._fresh.clear()
            return last

    def take_trouble(self) -> Iterator[str]:
        """Yield changes of the connection since the last call."""
        with self._lock:
            now, self._told = (self._trouble, self._told), self._trouble
        if now[0] != now[1]:
            yield now[0] or "Online again."
