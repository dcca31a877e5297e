"""The workbench on the fake desk, driven by keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import textual.app
import textual.pilot
from rich.console import RenderableType
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.notifications import Notification
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from sdrdesk.app import SdrDeskApp
from sdrdesk.services.desk.protocol import BackgroundSync
from sdrdesk.theme_files import OwnThemes
from tests.support.fake_desk import FakeDesk
from tests.support.patience import PATIENCE_S

STILL_LOOKS = 3
"""Equal pictures in a row that count as still."""
STILL_S = 0.01
"""Seconds between them: time for a pending layout or timer."""


async def _idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until the event loop has nothing to run, also longer than ``max_sleep``.

    Textual's own version waits until the process has used no CPU for 20 ms, three times a key, and
    goes on after a second, which on a crowded machine is before the key has had its effect.
    """
    loop = asyncio.get_running_loop()
    end, empty = loop.time() + PATIENCE_S, 0
    while empty < 2 and loop.time() < end:
        await asyncio.sleep(0)
        empty = 0 if loop._ready else empty + 1  # type: ignore[attr-defined]


_MODULES = (textual.app, textual.pilot)
_patient_idle = textual.pilot.wait_for_idle  # type: ignore[attr-defined]


def wait_as(idle: Callable[..., Awaitable[None]]) -> None:
    """Let Textual's pilot wait with ``idle`` between keys."""
    for module in _MODULES:
        module.wait_for_idle = idle  # type: ignore[attr-defined]


@contextmanager
def patient_waits() -> Iterator[None]:
    """Wait as Textual does: for pictures, where a late drawing counts."""
    wait_as(_patient_idle)
    try:
        yield
    finally:
        wait_as(_idle)


wait_as(_idle)

_parse_rules = Stylesheet._parse_rules
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(
    self: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """Parse style rules once for all applications of the run: half the start of each."""
    rest = (css, read_from, is_default_rules, tie_breaker, scope)
    key = (frozenset(self._variables.items()), *rest)
    if key not in _parsed:
        _parsed[key] = _parse_rules(self, *rest)
    return _parsed[key]


Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]


draw_really = Compositor.render_update


def _draw_for_pictures(
    self: Compositor,
    full: bool = False,
    screen_stack: list[Screen[object]] | None = None,
    simplify: bool = False,
) -> RenderableType | None:
    """Draw only whole pictures. There is no terminal to update; ``text`` draws what a test asks."""
    if full:
        return draw_really(self, full, screen_stack, simplify)
    self._dirty_regions.clear()
    return None


Compositor.render_update = _draw_for_pictures  # type: ignore[method-assign]


def screen_strips(app: App[None]) -> list[Strip]:
    """Return the rows on the screen, with colours."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def screen_text(app: App[None]) -> str:
    """Return the text on the screen, one line per row."""
    strips = screen_strips(app)
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@dataclass
class Bench:
    """A running workbench."""

    app: SdrDeskApp
    pilot: Pilot[None]
    desk: FakeDesk

    async def press(self, *keys: str) -> None:
        """Press keys one by one, each after the last one's work is done."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type text as fast as it comes."""
        names = {" ": "space", "+": "plus", ":": "colon", ".": "full_stop", ",": "comma"}
        await self.pilot.press(*(names.get(letter, letter) for letter in text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until all workers have finished and no message is pending."""
        while True:
            await self.pilot.pause()
            running = [worker for worker in self.app.workers if not worker.is_finished]
            if not running:
                return
            await asyncio.sleep(0.001)

    async def still(self) -> None:
        """Wait until nothing runs and the screen no longer changes, ready for a snapshot."""
        end = asyncio.get_running_loop().time() + PATIENCE_S
        before, same = None, 0
        while same < STILL_LOOKS:
            assert asyncio.get_running_loop().time() < end, f"never still:\n{self.text}"
            await self.settle()
            now = [tuple(strip) for strip in self.strips]
            before, same = now, same + 1 if now == before else 0
            await asyncio.sleep(STILL_S)

    async def until(self, true: Callable[[], object], what: str = "") -> None:
        """Wait until ``true()`` holds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE_S
        while not true():
            if loop.time() > end:
                raise AssertionError(f"never came: {what or 'the condition'}\n{self.text}")
            await asyncio.sleep(0.005)
            await self.settle()

    async def sees(self, *words: str) -> None:
        """Wait until all ``words`` are on the screen."""
        await self.until(lambda: all(word in self.text for word in words), f"{words}")

    @property
    def text(self) -> str:
        """The text on the screen, one line per row."""
        return screen_text(self.app)

    @property
    def strips(self) -> list[Strip]:
        """The rows on the screen, with colours."""
        return screen_strips(self.app)

    @property
    def toasts(self) -> list[Notification]:
        """The notifications on the screen."""
        return list(self.app._notifications)

    @property
    def has_ended(self) -> bool:
        """Whether the workbench has been closed."""
        return self.app._exit

    @property
    def has_failed(self) -> bool:
        """Whether an exception ended the workbench."""
        return self.app._exception is not None

    @property
    def screen_name(self) -> str:
        """Class of the screen on top."""
        return type(self.app.screen).__name__


@asynccontextmanager
async def workbench(
    desk: FakeDesk | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    sync: BackgroundSync | None = None,
    theme: str = "",
    first_run: bool = False,
    keymap: dict[str, str] | None = None,
    own_themes: OwnThemes | None = None,
) -> AsyncIterator[Bench]:
    """Open a workbench on ``desk`` and wait until it is painted."""
    desk = desk or FakeDesk()
    app = SdrDeskApp(
        desk, sync, theme=theme, own_themes=own_themes, first_run=first_run, keymap=keymap
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        bench = Bench(app, pilot, desk)
        await bench.settle()
        # What follows the first row, such as an interrupted call, waits for a frame.
        await bench.until(lambda: app.place.beats.has_begun or bench.toasts, "the first row")
        yield bench
