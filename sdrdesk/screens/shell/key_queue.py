"""Handles one key at a time: the next key waits until the one before had its whole effect.

Textual sends each key to the present focus, but a key that moves the focus or opens a dialog takes
a few messages to do so. Keys in a burst (a fast typist on a slow line, a paste, a busy machine)
would go to the wrong place: the first letters of a note could record an outcome. Here they wait,
for well under a frame.
"""

from __future__ import annotations

from collections import deque
from functools import partial

from textual import events, on
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.message import Message

from sdrdesk.domain.text.plain_text import JOINERS

_CHECK_EVERY_S = 0.1
"""Interval of checking whether the message that follows a key died with a screen that closed."""
_KEY_WAIT_S = 5.0
"""Longest a key waits for the one before it; long, because a busy machine may be slow."""
_HOLD_S = 10.0
"""Longest a screen may hold keys: twice the longest wait of a write for a busy database."""
_ROUNDS = 6
"""Most screens and fields that one key may lead through before the next key is handled."""


class Handled(Message):
    """Follows a key up from the focus: when it reaches the app, the key has been handled."""

    def __init__(self, target: DOMNode, rounds: int) -> None:
        super().__init__()
        self.target = target
        """The target of the key, or the focus when the last of these messages arrived."""
        self.rounds = rounds
        """Messages that arrived before this one."""


class KeysMayGo(Message):
    """A screen that held keys is ready for them."""


class KeyQueueApp(App[None]):
    """An app that handles typed keys and pastes strictly one after the other."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._under_way: Handled | None = None
        self._turn = 0
        """Number of the key under way."""
        self._results_due = 0
        """Dialogs that closed, and whose result has not had its effect on the screen below."""

    async def on_event(self, event: events.Event) -> None:
        """Hold a key while another one is under way.

        A joiner is typed as a paste: fields drop the key of a character that has no picture.
        """
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key) and event.key == "ctrl+c":
            await super().on_event(event)  # quitting does not wait
            return
        if isinstance(event, events.Key) and event.character in JOINERS:
            event = events.Paste(event.character)
        self._typed.append(event)
        if self._under_way is None:
            await self._next()
        elif len(self._typed) == 1:
            self._check_again(self._turn, _KEY_WAIT_S)

    async def _hand_out(self) -> None:
        target = self._target
        self._turn += 1
        await super().on_event(self._typed.popleft())
        self._follow(target, 0)

    @property
    def _target(self) -> DOMNode:
        return self.focused or self.screen

    def _follow(self, target: DOMNode, rounds: int) -> None:
        self._under_way = Handled(target, rounds)
        if not target.post_message(self._under_way):
            self.call_later(self._arrived, self._under_way)

    @on(Handled)
    def _is_at_the_app(self, event: Handled) -> None:
        event.stop()
        # The key may have left a callback for the app; moving the focus does.
        self.call_later(self._arrived, event)

    async def _arrived(self, handled: Handled) -> None:
        if handled is not self._under_way:
            return
        target = self._target
        # A field posts its own message for Enter, and a new screen takes the focus when mounted:
        # the key has had its whole effect only after a round without a change.
        if (target is handled.target and handled.rounds) or handled.rounds >= _ROUNDS:
            await self._next()
        else:
            self._follow(target, handled.rounds + 1)

    def _check_again(self, turn: int, wait_s: float) -> None:
        self.set_timer(_CHECK_EVERY_S, partial(self._check, turn, wait_s - _CHECK_EVERY_S))

    async def _check(self, turn: int, wait_s: float) -> None:
        under_way = self._under_way
        if turn != self._turn or under_way is None:
            return
        if wait_s <= 0 or not under_way.target.is_attached:
            await self._next()
        else:
            self._check_again(turn, wait_s)

    async def _next(self) -> None:
        self._under_way = None
        if not self._typed:
            return
        if self._held:
            if len(self._typed) == 1:
                self.set_timer(_HOLD_S, partial(self._held_too_long, self._turn))
        else:
            await self._hand_out()

    def hold_for_result(self) -> None:
        """Hold keys until the screen below has the result of a dialog that was just dismissed."""
        self._results_due += 1
        self.call_next(self._is_gone)

    def _is_gone(self) -> None:
        # The result waits in the queue of whichever opened the dialog: the screen or the app.
        self.screen.call_later(self.call_later, self._has_result)

    async def _has_result(self) -> None:
        self._results_due -= 1
        if self._under_way is None:
            await self._next()

    @property
    def _held(self) -> bool:
        return self._results_due > 0 or self._screen_holds

    @property
    def _screen_holds(self) -> bool:
        # Some screens hold keys while they read or write.
        return bool(getattr(self.screen, "holds_keys", False))

    @on(KeysMayGo)
    async def _go_on(self, event: KeysMayGo) -> None:
        event.stop()
        if self._under_way is None:
            await self._next()

    async def _held_too_long(self, turn: int) -> None:
        if turn == self._turn and self._under_way is None and self._typed:
            await self._hand_out()
