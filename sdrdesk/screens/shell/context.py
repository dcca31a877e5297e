"""What every screen shares: the desk, the order of writes, and the way news travels."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import App
from textual.content import Content
from textual.signal import Signal

from sdrdesk.screens.shell.auto_start import AutoStart
from sdrdesk.services.desk.protocol import BackgroundSync, Desk
from sdrdesk.services.views.desk import QueueRow, SyncEvent

if TYPE_CHECKING:
    from sdrdesk.screens.shell.import_run import ImportRun


@dataclass(slots=True)
class Workplace:
    """Handed to every screen by the app."""

    desk: Desk
    sync: BackgroundSync | None
    news: Signal[SyncEvent]
    """Published on the UI thread for everything the background sync wants shown."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Binding id to key, from the config."""
    writes: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Writes happen one after the other, in the order of the keys."""
    fresh: QueueRow | None = None
    """Lead that converted while the rep was at work and that nobody looked at yet."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """What is not said twice while this app runs: what it is about, and what of it."""
    auto_start: AutoStart | None = None
    """When calls begin by themselves; kept from one call screen to the next."""
    settled_at: datetime | None = None
    """When the last outcome was recorded, by the desk's clock."""
    import_run: ImportRun | None = None
    """The import that runs, or the last one; it goes on while the rep is elsewhere."""
    said: Content | None = None
    """What the call screen recorded last, to be said where the rep lands."""

    def warn_once(self, app: App[None], words: str) -> None:
        """Say something about the rep's own settings, unless it was said before."""
        if ("settings", words) not in self.told:
            self.told.add(("settings", words))
            app.notify(words, severity="warning", timeout=10, markup=False)

    def kick(self, *, release_held: bool = False) -> bool:
        """Ask for a sync round now; False when there is nothing to sync with."""
        if self.sync is None:
            return False
        self.sync.kick(release_held=release_held)
        return True
