"""Takes new rules over while the workbench is open, and says so; never during a call.

The same look reports hooks that failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.app import App
from textual.worker import Worker

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.services.views.sync import RulesNews, SyncEvent

if TYPE_CHECKING:
    from sdrdesk.screens.shell.context import Workplace

LOOK_EVERY_S = 3
_IDLE_TIMES = 4
"""Without a key for half a minute it looks this many times less often."""


class RuleWatch:
    """Looks whether rule files changed; the desk waits with them until no call is on."""

    def __init__(self, app: App[None], place: Workplace, idle: Callable[[], bool]) -> None:
        self._app = app
        self._place = place
        self._idle = idle
        self._looks = False
        self._beats = 0

    def begin(self) -> None:
        """Look now, then again and again."""
        self.look()
        self._place.beats.every(LOOK_EVERY_S, self._beat)

    def _beat(self) -> None:
        self._beats += 1
        if not self._idle() or self._beats % _IDLE_TIMES == 0:
            self.look()

    def look(self) -> None:
        """Look once, unless a look is still on its way."""
        if not self._looks:
            self._looks = True
            _: Worker[None] = self._app.run_worker(
                self._follow, name="rules", group="rules", exit_on_error=False
            )

    def _read(self) -> tuple[RulesNews | None, Sequence[str]]:
        desk = self._place.desk
        return desk.follow_rules(), desk.hook_news()

    async def _follow(self) -> None:
        try:
            news, failed = await asyncio.to_thread(self._read)
        except SdrDeskError as error:
            self._place.warn_once(self._app, str(error))
            return
        finally:
            self._looks = False
        for words in failed:
            self._app.notify(words, severity="warning", timeout=15, markup=False)
        if news is None:
            return
        if news.problem:
            self._app.notify(news.text, severity="error", timeout=30, markup=False)
        else:
            self._app.notify(news.text, timeout=8, markup=False)
        if news.changed:
            self._place.news.publish(SyncEvent("progress", "new rules", changed=True))
            self._place.kick()  # the background sync follows the same files, and re-scores leads
