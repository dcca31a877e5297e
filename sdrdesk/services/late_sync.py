"""The background sync, loaded when it is first needed: the first row does not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdrdesk.services.desk import BackgroundSync
    from sdrdesk.services.views import SyncEvent


First = Callable[["Callable[[SyncEvent], None]", Callable[[], bool]], None]
"""What is done before the first round; raises nothing."""


class LateSync:
    """A ``BackgroundSync`` that makes the real one in the thread that first asks for it."""

    def __init__(self, make: Callable[[], BackgroundSync], first: First | None = None) -> None:
        self._make = make
        self._first = first
        self._made: BackgroundSync | None = None
        self._making = threading.Lock()

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Sync in the calling thread until ``should_stop``, after what comes first."""
        if self._first is not None:
            self._first(on_event, should_stop)
        self._sync().run(on_event, should_stop)

    def kick(self, *, release_held: bool = False) -> None:
        """Ask for a round now."""
        self._sync().kick(release_held=release_held)

    def _sync(self) -> BackgroundSync:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made
