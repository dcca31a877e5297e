"""The state that all screens share: desk, order of writes, sync events, notices."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import App
from textual.signal import Signal

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.services.views.queue import QueueRow
from sdrdesk.services.views.sync import SyncEvent

if TYPE_CHECKING:
    from sdrdesk.screens.shell.auto_start import AutoStart
    from sdrdesk.screens.shell.heartbeat import Heartbeat
    from sdrdesk.screens.shell.import_run import ImportRun
    from sdrdesk.screens.shell.slow_line import SlowLine
    from sdrdesk.services.desk.protocol import BackgroundSync, Desk
    from sdrdesk.services.feed.offers import OfferView
    from sdrdesk.widgets.lines import Live


def is_remote(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is at the other end of an SSH connection."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


@dataclass(slots=True)
class Workplace:
    """The shared state; the app gives it to every screen."""

    desk: Desk
    sync: BackgroundSync | None
    news: Signal[SyncEvent]
    """Publishes events of the background sync on the UI thread."""
    jumps: Signal[ClockJump]
    """Publishes jumps of the clock on the UI thread: what is on screen may be hours old."""
    beats: Heartbeat
    """Calls what screens look at again and again."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Binding id to key, from the config."""
    themes: tuple[str, ...] = ()
    """Names of the colour themes, those of sdrdesk first."""
    writes: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Keeps writes one after the other, in the order of the keys."""
    fresh: QueueRow | None = None
    """The lead that converted last, until the rep opens it."""
    offer: OfferView | None = None
    """The lead that round robin offers to the rep now."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """Notices shown already, by subject: none is shown twice while the app runs."""
    auto_start: AutoStart | None = None
    """The countdown to the next call; kept from one call screen to the next."""
    settled_at: datetime | None = None
    """When the last outcome was recorded, by the desk's clock."""
    import_run: ImportRun | None = None
    """The running import, or the last one."""
    called_last: str = ""
    """The lead of the last outcome in a call, for the e-mail that follows it."""
    said: Live | None = None
    """The notice of the last outcome, for the screen the rep returns to."""
    undo_pressed_s: float = float("-inf")
    """When undo or redo was pressed last, or had its effect, by the monotonic clock."""
    reopen: dict[str, str] = field(default_factory=dict)
    """Outcomes undone during another call, by lead: their calls go on when the lead comes up."""
    landing: datetime | None = None
    """The moment the rep planned for last, aware UTC: what "before I land" means."""
    released_at: datetime | None = None
    """When the rep last had held outcomes sent: undo leaves a trace from then on."""

    line: SlowLine | None = None
    """Draws where the line to the terminal may be slow, ``None`` elsewhere."""

    @property
    def is_slow(self) -> bool:
        """True if the line to the terminal is slow: what runs by the second runs coarser."""
        return self.line is not None and self.line.is_slow

    def warn_once(self, app: App[None], words: str) -> None:
        """Show a warning about the rep's own settings, once."""
        if ("settings", words) not in self.told:
            self.told.add(("settings", words))
            app.notify(words, severity="warning", timeout=10, markup=False)

    def kick(self, *, release_held: bool = False) -> bool:
        """Ask for a sync round now; return False without an account."""
        if self.sync is None:
            return False
        if release_held:
            self.released_at = self.desk.now()
        self.sync.kick(release_held=release_held)
        return True
