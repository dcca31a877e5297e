"""One timer for all that is looked at again and again: each timer wakes the processor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from textual.app import App
from textual.screen import ModalScreen, Screen
from textual.timer import Timer

from sdrdesk.domain.light_dataclass import dataclass

BEAT_S = 1.0
_LATE_S = 0.004
"""Delay of a beat after a full second, so that a clock never shows the second before."""

When = Literal["on top", "in sight", "always"]
"""True if the screen is the top one, is the top one but for dialogs, or may be hidden."""


def is_open(screen: Screen[Any]) -> bool:
    """Return True if something can still be shown on ``screen``.

    Textual takes a closed screen's widgets away one after another before it is detached.
    """
    return screen.is_attached and not screen._pruning


@dataclass(slots=True)
class _Act:
    owner: Screen[Any] | None
    every: int
    act: Callable[[], None]
    when: When
    left: int


class Heartbeat:
    """Calls what is due once a second, in the UI thread; nothing of a screen that is hidden.

    Args:
        app: the workbench.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._acts: tuple[_Act, ...] = ()
        self._timer: Timer | None = None
        self.has_begun = False

    def begin(self) -> None:
        """Start beating."""
        self.has_begun = True
        self._timer = self._app.set_interval(BEAT_S, self._beat)

    def every(
        self,
        seconds: int,
        act: Callable[[], None],
        owner: Screen[Any] | None = None,
        when: When = "always",
    ) -> None:
        """Call ``act`` every so many seconds, while ``owner`` is there and seen as ``when`` says.

        The seconds in which it is not seen do not count.
        """
        self._acts = (*self._acts, _Act(owner, seconds, act, when, seconds))

    def leave(self, owner: Screen[Any]) -> None:
        """Call nothing of a screen any more."""
        self._acts = tuple(one for one in self._acts if one.owner is not owner)

    def align(self, past_s: float) -> None:
        """Beat at the full seconds of a clock that started ``past_s`` seconds ago.

        It then shows each second once, without a look in between.
        """
        if not self.has_begun:
            return
        if self._timer is not None:
            self._timer.stop()
        wait_s = (-past_s) % BEAT_S + _LATE_S
        self._timer = self._app.set_timer(wait_s, self._aligned)

    def _aligned(self) -> None:
        self.begin()
        self._beat()

    def _beat(self) -> None:
        if not self._app.is_running:
            return
        stack = self._app.screen_stack
        top = stack[-1] if stack else None
        seen = next((one for one in reversed(stack) if not isinstance(one, ModalScreen)), None)
        for one in self._acts:
            if one.owner is not None and not is_open(one.owner):
                continue
            if one.when != "always" and one.owner is not (top if one.when == "on top" else seen):
                continue
            one.left -= 1
            if one.left <= 0:
                one.left = one.every
                one.act()
