"""Draws over a line that may be slow: a piece when the terminal has drawn the one before."""

from __future__ import annotations

import asyncio

from textual._compositor import CompositorUpdate
from textual.app import App

from sdrdesk.widgets.line_pace import ASK, GIVE_UP_S, LinePace
from sdrdesk.widgets.picture_pieces import PicturePieces

_NO_ANSWER_S = 10.0
"""A terminal that has not answered once by then never will."""
_LAST_S = 2.0
"""Longest wait for an answer at the end."""
_LINES_TYPED = 3
"""Lines of the widget in focus that go first: of a field all, of a list its top."""


class SlowLine:
    """Sends frames in pieces.

    Args:
        app: the workbench.
        counts_as_slow: whether the line is slow even when it does not look so.
    """

    def __init__(self, app: App[None], counts_as_slow: bool) -> None:
        self._app = app
        self._slow = counts_as_slow
        self._pace = LinePace()
        self._pieces = PicturePieces()
        self._waits = False
        self._off = False

    @property
    def is_slow(self) -> bool:
        """True if what changes each second should change less often."""
        return self._slow or self._pace.is_slow

    def take(self, frame: CompositorUpdate) -> bool:
        """Take a frame over; return False for one that has to be drawn at once."""
        if self._off or not self._pieces.take(frame, self._app.console):
            return False
        self._go_on()
        return True

    def answered(self) -> None:
        """Go on: the terminal has drawn what was sent."""
        self._pace.answered()
        self._go_on()

    async def last_answer(self) -> None:
        """Wait until the answer that is due has come: the shell must not get it."""
        await asyncio.sleep(min(self._pace.due_s, _LAST_S))

    def forget(self) -> None:
        """Send everything again: another program wrote to the terminal."""
        self._pieces.forget()

    def _go_on(self) -> None:
        driver = self._app._driver
        if driver is None or not self._pace.may_send or not self._pieces.is_due:
            return
        if (focused := self._app.focused) is not None:
            region = focused.region
            self._pieces.hurry(range(region.y, region.y + min(region.height, _LINES_TYPED)))
        if text := self._pieces.piece(self._app.console, self._pace.budget):
            driver.write(text + ASK)
            self._pace.sent(len(text) + len(ASK))
            if not self._waits:
                self._waits = True
                first = not self._pace.answers
                self._app.set_timer(_NO_ANSWER_S if first else GIVE_UP_S + 1, self._look)

    def _look(self) -> None:
        """Go on without an answer: the terminal never answers, or this one was lost."""
        self._waits = False
        if self._pace.answers:
            self._go_on()
            return
        self._off = True
        if self._app._driver is not None:
            self._app._driver.write(self._pieces.piece(self._app.console, 1_000_000))
