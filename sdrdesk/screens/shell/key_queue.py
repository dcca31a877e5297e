"""One key at a time: the next is looked at when the one before it has had its whole effect.

Textual hands each key to whatever has the focus at that moment, but a key that moves the focus or
opens a question takes a few messages to do so. Keys that arrive in one burst (a fast typist on a
slow line, a paste, a busy machine) would then go to the wrong place: the first letters of a note
could record an outcome. Here they wait, for well under a frame, and arrive where a person who
types and looks would have put them.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Protocol, runtime_checkable

from textual import events, on
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message

LOOK_EVERY_S = 0.1
"""How often to see whether the message that follows a key died with a screen that closed."""
PATIENCE_S = 5.0
"""Longest a key waits for the one before it. A busy machine may take its time: looking away too
early would bring back what this module is against."""
HOLD_S = 10.0
"""Longest a screen may hold keys: twice what a write waits for a busy database."""
_ROUNDS = 6
"""Most screens and fields that one key may lead through before the next key is looked at."""


class Handled(Message):
    """Follows a key on its way up from the focus: once it is at the app, so was the key."""

    def __init__(self, target: DOMNode, rounds: int) -> None:
        super().__init__()
        self.target = target
        """Where the key went, or where the focus was when the last of these arrived."""
        self.rounds = rounds
        """How many arrived before this one."""


class KeysMayGo(Message):
    """A screen that held keys has arrived where they were meant for."""


@runtime_checkable
class _Holds(Protocol):
    """A screen that can ask keys to wait, while it reads or writes what they are meant for."""

    @property
    def holds_keys(self) -> bool:
        """Whether they wait now."""
        ...


class KeysInOrder(App[None]):
    """An app that hands out typed keys and pastes strictly one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._under_way: Handled | None = None
        self._turn = 0
        """Number of the key that is under way."""

    async def on_event(self, event: events.Event) -> None:
        """Let a key wait while another one is under way."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key) and event.key == "ctrl+c":
            await super().on_event(event)  # leaving waits for nobody
            return
        self._typed.append(event)
        if self._under_way is None:
            await self._next()
        elif len(self._typed) == 1:
            self._look_again(self._turn, PATIENCE_S)

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
        # What the key did may have left a callback for the app: moving the focus does.
        self.call_later(self._arrived, event)

    async def _arrived(self, handled: Handled) -> None:
        if handled is not self._under_way:
            return
        target = self._target
        # A field posts a message of its own for Enter, a new screen takes the focus when it is
        # mounted: only when a round changed nothing is the key's effect complete.
        if (target is handled.target and handled.rounds) or handled.rounds >= _ROUNDS:
            await self._next()
        else:
            self._follow(target, handled.rounds + 1)

    def _look_again(self, turn: int, patience_s: float) -> None:
        self.set_timer(LOOK_EVERY_S, partial(self._look, turn, patience_s - LOOK_EVERY_S))

    async def _look(self, turn: int, patience_s: float) -> None:
        under_way = self._under_way
        if turn != self._turn or under_way is None:
            return
        if patience_s <= 0 or not under_way.target.is_attached:
            await self._next()
        else:
            self._look_again(turn, patience_s)

    async def _next(self) -> None:
        self._under_way = None
        if not self._typed:
            return
        if self._held:
            if len(self._typed) == 1:
                self.set_timer(HOLD_S, partial(self._held_too_long, self._turn))
        else:
            await self._hand_out()

    @property
    def _held(self) -> bool:
        return isinstance(self.screen, _Holds) and self.screen.holds_keys

    @on(KeysMayGo)
    async def _go_on(self, event: KeysMayGo) -> None:
        event.stop()
        if self._under_way is None:
            await self._next()

    async def _held_too_long(self, turn: int) -> None:
        if turn == self._turn and self._under_way is None and self._typed:
            await self._hand_out()
