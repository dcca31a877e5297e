"""The background sync, loaded when it is first needed: the first row does not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdrdesk.services.desk import BackgroundSync
    from sdrdesk.services.views import SyncEvent


class LateSync:
    """A ``BackgroundSync`` that makes the real one in the thread that first asks for it."""

    def __init__(self, make: Callable[[], BackgroundSync]) -> None:
        self._make = make
        self._made: BackgroundSync | None = None
        self._making = threading.Lock()

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Sync in the calling thread until ``should_stop``."""
        self._sync().run(on_event, should_stop)

    def kick(self, *, release_held: bool = False) -> None:
        """Ask for a round now."""
        self._sync().kick(release_held=release_held)

    def _sync(self) -> BackgroundSync:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made
