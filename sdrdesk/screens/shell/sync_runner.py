"""Runs the background sync in a thread and brings its events to the UI thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message

from sdrdesk.services.views.sync import SyncEvent

if TYPE_CHECKING:
    from sdrdesk.services.desk.protocol import BackgroundSync

_QUIT_WAIT_S = 0.5
"""Longest quitting waits for a round to end. A cut round loses nothing: pages and cursor are stored
together, and an item being sent is looked up before it is sent again."""


class SyncHappened(Message):
    """An event of the background sync."""

    def __init__(self, event: SyncEvent) -> None:
        super().__init__()
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """Return whether ``message`` is older progress: a burst costs one repaint."""
        return (
            isinstance(message, SyncHappened)
            and message.event.kind == "progress"
            and not message.event.changed
            and not message.event.fresh_lead_ids
        )


class SyncRunner:
    """Runs the sync in a daemon thread: a request that hangs cannot keep the terminal busy."""

    def __init__(self, app: App[None], sync: BackgroundSync) -> None:
        self._app = app
        self._sync = sync
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start syncing, once."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._run, name="background-sync", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the sync to end, and wait a moment for it."""
        self._stop.set()
        if self._thread is not None:
            # Wakes a sync that waits for its next round.
            self._sync.kick()
            self._thread.join(_QUIT_WAIT_S)

    def _run(self) -> None:
        self._sync.run(self._tell, self._stop.is_set)

    def _tell(self, event: SyncEvent) -> None:
        if not self._stop.is_set():
            self._app.post_message(SyncHappened(event))
