"""Rings, notifies and sets the window's title, so that a rep in another window comes back in time.

Everything is written through Textual's driver: its thread writes each text whole, so no sequence
ends up inside of a frame.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App
from textual.worker import Worker

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.notice import terminal
from sdrdesk.domain.notice.ringing import Ringing

if TYPE_CHECKING:
    from sdrdesk.config import NoticeSettings
    from sdrdesk.screens.shell.context import Workplace
    from sdrdesk.services.desk.protocol import Desk
    from sdrdesk.services.notice.attention import Attention, Waiting

LOOK_EVERY_S = 10
_CALL_TIMES = 3
"""During a call it looks this many times less often."""
_WORDS = {
    "callback": "Callback due",
    "fresh": "New lead",
    "sla": "SLA about to break",
    "comment": "Comment on your call",
}
_KEY = tuple[str, ...]


class Notices:
    """Looks at what cannot wait, every few seconds, off the UI thread.

    Args:
        app: the workbench.
        desk: the services.
        settings: which notices the rep wants.
        environ: says which terminal this is.
        write: writes a sequence to the terminal; ``None``: through the app's driver.
    """

    def __init__(
        self,
        app: App[None],
        desk: Desk,
        settings: NoticeSettings,
        environ: Mapping[str, str] = os.environ,
        write: Callable[[str], None] | None = None,
    ) -> None:
        self._app = app
        self._desk = desk
        self._settings = settings
        self._environ = environ
        self._write = write or self._to_driver
        self._ringing = Ringing()
        self._title = ""
        self._saved = False
        self._in_call = False
        self._settled_at: datetime | None = None
        self._beats = 0

    def begin(self, place: Workplace) -> None:
        """Start looking, unless everything is switched off."""
        wanted = self._settings
        if wanted.bell or wanted.desktop or wanted.title:
            self.look()
            place.beats.every(LOOK_EVERY_S, partial(self._beat, place))

    def _beat(self, place: Workplace) -> None:
        self._beats += 1
        # Nothing rings during a call: it is looked at for the title alone until the outcome.
        same_call = self._in_call and place.settled_at == self._settled_at
        if not same_call or self._beats % _CALL_TIMES == 0:
            self._settled_at = place.settled_at
            self.look()

    def end(self) -> None:
        """Restore the window's title."""
        if self._saved:
            self._saved = False
            self._write(terminal.RESTORE_TITLE)

    def look(self) -> None:
        """Read what cannot wait, then tell."""
        _: Worker[None] = self._app.run_worker(
            self._look, name="notices", group="notices", exclusive=True, exit_on_error=False
        )

    async def _look(self) -> None:
        # The screens report a database that cannot be read; here it would ring again and again.
        with suppress(SdrDeskError):
            self.tell(await asyncio.to_thread(self._desk.attention))

    def tell(self, found: Attention) -> None:
        """Set the title, and ring for what is new."""
        self._in_call = found.in_call
        self._show_title(" · ".join((*found.parts(), "sdrdesk")))
        wanted = [item for item in found.waiting if getattr(self._settings, item.why)]
        by_key: dict[_KEY, Waiting] = {
            (item.why, item.lead_id, item.at.isoformat()): item for item in wanted
        }
        fresh = self._ringing.due(by_key, self._desk.now(), in_call=found.in_call)
        if not fresh:
            return
        if self._settings.bell:
            self._write(terminal.BELL)
        if self._settings.desktop:
            said = notice_words([by_key[key] for key in fresh])
            if sequence := terminal.notice(said, self._environ):
                self._write(sequence)

    def _show_title(self, words: str) -> None:
        if not self._settings.title or words == self._title:
            return
        if not terminal.has_title(self._environ):
            return
        if not self._saved:
            self._saved = True
            self._write(terminal.SAVE_TITLE)
        self._title = words
        self._write(terminal.title(words))

    def _to_driver(self, sequence: str) -> None:
        driver = self._app._driver
        if driver is not None and not self._app.is_headless:
            driver.write(sequence)


def notice_words(items: list[Waiting]) -> str:
    """Return the notice: the first thing by name, the rest as a number."""
    first = items[0]
    more = f" and {len(items) - 1} more" if len(items) > 1 else ""
    return f"{_WORDS[first.why]}: {first.name or first.lead_id}{more}"
