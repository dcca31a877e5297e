"""Looks at the clock every second, and tells every screen when it jumped.

Timers stand still while the machine sleeps, so the first look comes within a second of waking.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App
from textual.worker import Worker

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.times.jump import ClockJump, ClockLook, jump_between

if TYPE_CHECKING:
    from sdrdesk.screens.shell.context import Workplace


def local_zone() -> str:
    """Return name and offset of this machine's local time as it is now."""
    if hasattr(time, "tzset"):
        time.tzset()  # a process keeps the zone it started in unless it asks
    local = time.localtime()
    return f"{local.tm_zone} {local.tm_gmtoff}"


class ClockWatch:
    """Finds jumps of the clock: sleep, a clock that was set, another time zone.

    Args:
        app: the workbench.
        place: the state that all screens share.
        steady: a clock that nobody can set, in seconds.
        zone: the local time zone.
    """

    def __init__(
        self,
        app: App[None],
        place: Workplace,
        steady: Callable[[], float] = time.monotonic,
        zone: Callable[[], str] = local_zone,
    ) -> None:
        self._app = app
        self._place = place
        self._steady = steady
        self._zone = zone
        self._last: ClockLook | None = None

    def begin(self) -> None:
        """Read the clocks a first time; ``look`` is due every second from now on."""
        self._last = self._read()

    def look(self) -> None:
        """Compare the clocks with the last look."""
        before, self._last = self._last, self._read()
        jump = jump_between(before, self._last) if before is not None else None
        if jump is not None:
            _: Worker[None] = self._app.run_worker(
                partial(self._tell, jump), name="clock", group="clock", exit_on_error=False
            )

    def _read(self) -> ClockLook:
        return ClockLook(self._place.desk.now(), self._steady(), self._zone())

    async def _tell(self, jump: ClockJump) -> None:
        if jump.moved:
            with suppress(SdrDeskError):
                await asyncio.to_thread(self._place.desk.follow_zone)
        self._place.jumps.publish(jump)
        if jump.forward:
            self._place.kick()
