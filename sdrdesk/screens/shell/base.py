"""Base classes of screens and dialogs: desk calls off the UI thread, errors, small terminals."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from functools import partial
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static
from textual.worker import Worker, WorkerState, active_worker

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.heartbeat import When, is_open
from sdrdesk.screens.shell.hints import key_name
from sdrdesk.screens.shell.key_queue import KeyQueueApp, KeysMayGo
from sdrdesk.screens.shell.keys import clash_words, clashes, key, own_bindings
from sdrdesk.services.views.sync import StatusView, SyncEvent
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.frame import LeanCompositor
from sdrdesk.widgets.lines import Live, NoticeLine, SidesLine
from sdrdesk.widgets.text_field import is_text_field

_LOG = logging.getLogger(__name__)

LEAST_COLUMNS = 60
LEAST_ROWS = 20

Work = Callable[[], Coroutine[None, None, None]]
Answer = TypeVar("Answer")
Result = TypeVar("Result")


class TooSmall(Static):
    """Shown instead of a layout that does not fit."""

    def on_resize(self) -> None:
        """Give the terminal's size and the size needed."""
        size = self.app.size
        self.update(
            Content(
                f"This terminal is {size.width}×{size.height}. sdrdesk needs at least "
                f"{LEAST_COLUMNS}×{LEAST_ROWS}: make the window larger or the font smaller. "
                "Nothing is lost."
            )
        )


def _break_circle() -> None:
    """Forget the present worker in its own task.

    A worker refers to its task, the task to its context, and the context to the worker. Such a
    circle is freed by the garbage collector only, which seldom runs in a workbench (``memory.py``).
    """
    active_worker.set(None)  # type: ignore[arg-type]  # nothing here asks for the present worker


class Asking(Screen[Result]):
    """Calls the desk in a thread, in order, and shows its errors."""

    HELP: ClassVar[str] = ""
    """Markdown about this screen, for F1."""

    place: Workplace

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LeanCompositor()

    def read(self, group: str, ask: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        """Read something to show; a later read of the same group replaces this one."""
        # A function, not a coroutine: a worker cancelled before it starts leaves nothing behind.
        work: Work = partial(self._read, ask, then)
        _: Worker[None] = self.run_worker(
            work, name=group, group=group, exclusive=True, exit_on_error=False
        )

    def write(
        self,
        group: str,
        act: Callable[[], Answer],
        then: Callable[[Answer], None] | None = None,
        failed: Callable[[], None] | None = None,
    ) -> None:
        """Do something that must not be cancelled; writes run in the order of the keys."""
        work: Work = partial(self._write, act, then, failed)
        # The app owns it: a write goes on when its screen is closed.
        _: Worker[None] = self.app.run_worker(work, name=group, group=group, exit_on_error=False)

    async def _read(self, ask: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        _break_circle()
        try:
            answer = await asyncio.to_thread(ask)
        except SdrDeskError as error:
            self.show_error(error)
            return
        if self.is_open:
            then(answer)

    async def _write(
        self,
        act: Callable[[], Answer],
        then: Callable[[Answer], None] | None,
        failed: Callable[[], None] | None,
    ) -> None:
        _break_circle()
        try:
            async with self.place.writes:
                answer = await asyncio.to_thread(act)
        except SdrDeskError as error:
            self.show_error(error)
            if failed is not None and self.is_open:
                failed()
            return
        if then is not None and self.is_open:
            then(answer)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close this screen and what was opened above it; do nothing when it was closed before.

        Textual closes whichever screen is on top, and passes the result on each time it is called.
        """
        stack = self.app.screen_stack
        if self not in stack:
            return AwaitComplete()
        for _ in stack[stack.index(self) + 1 :]:
            self.app.pop_screen()
        return super().dismiss(result)

    def show_error(self, error: SdrDeskError) -> None:
        """Show what happened, what was kept and what to do next."""
        text = "\n".join(part for part in (error.kept, error.next_step) if part)
        what = without_field(error.what)
        message = f"{what}\n{text}" if text else what
        self.app.notify(message, severity="error", timeout=10, markup=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Log an unexpected error and tell the rep; everything else goes on."""
        if event.state is WorkerState.ERROR:
            event.stop()
            report_crash(self.app.notify, event.worker)

    def paint(self) -> None:
        """Draw what changed now, before the messages that wait and without waiting for a frame."""
        changed = {part for part in self._compositor.visible_widgets if part._repaint_required}
        for part in changed:
            part._repaint_required = False
        self._dirty_widgets |= changed
        self._on_timer_update()

    @property
    def is_open(self) -> bool:
        """True if answers can still be shown: it was not closed."""
        return is_open(self)

    @property
    def is_on_top(self) -> bool:
        """True if this is the top screen.

        Textual's ``is_current`` is also true of the screen right below a dialog.
        """
        stack = self.app.screen_stack
        return bool(stack) and stack[-1] is self

    @property
    def is_typing(self) -> bool:
        """True if keys go into a text field now."""
        return is_text_field(self.focused)


def without_field(message: str) -> str:
    """Return an error without the name of the field in brackets, which is for scripts."""
    return re.sub(r" \([a-z]+(_[a-z]+)*\)(?=\.$)", "", message)


def report_crash(notify: Callable[..., None], worker: Worker[object]) -> None:
    """Log an unexpected error of ``worker`` and notify the rep."""
    _LOG.error("worker %s failed", worker.name, exc_info=worker.error)
    notify(
        f"Something went wrong in {worker.name}. What you recorded is kept. "
        "The log file has the details; sdrdesk doctor shows where it is.",
        severity="error",
        timeout=10,
        markup=False,
    )


class DeskScreen(Asking[None]):
    """A whole screen of the workbench.

    Textual calls the handlers of every class in turn: a subclass must not call them again.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("f1", "help", "Help", "screen.help", "Keys and words of this screen"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self.place = place
        self.desk = place.desk
        self._was_shown = False

    @on(events.ScreenResume)
    def _keep_styles(self, event: events.ScreenResume) -> None:
        # The first time every widget was styled a moment ago, when it was mounted.
        event.refresh_styles = event.refresh_styles and self._was_shown
        self._was_shown = True

    def compose(self) -> ComposeResult:
        """Lay out the screen with the hidden message for small terminals."""
        yield from self.compose_body()
        yield TooSmall(id="too-small")

    def compose_body(self) -> ComposeResult:
        """Lay out the screen's own widgets."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Listen to the background sync, and for jumps of the clock."""
        self.place.news.subscribe(self, self.hear)
        self.place.jumps.subscribe(self, self.clock_jumped)
        if self.place.keymap:
            self._say_clashes()

    def _say_clashes(self) -> None:
        parts = {type(part) for part in self.query("*")} | {type(self.app)}
        bindings = own_bindings(type(self)) + [x for kind in parts for x in own_bindings(kind)]
        for clash in clashes(bindings, self.place.keymap, self.letters()):
            self.place.warn_once(self.app, clash_words(*clash))

    def every(self, seconds: int, act: Callable[[], None], when: When = "on top") -> None:
        """Call ``act`` every so many seconds while the screen is seen as ``when`` says."""
        self.place.beats.every(seconds, act, self, when)

    def on_unmount(self) -> None:
        """Look at nothing any more."""
        self.place.beats.leave(self)

    def letters(self) -> dict[str, str]:
        """Return the keys this screen handles without a binding, with their meaning."""
        return {}

    def hear(self, event: SyncEvent) -> None:
        """Handle an event of the background sync."""

    def clock_jumped(self, jump: ClockJump) -> None:
        """Show what is true now: after sleep, in another time zone, or by a clock that was set."""

    def explain_key(self, key: str, character: str) -> str:
        """Return what a key that does nothing on this screen does on others, ``""`` for nothing.

        Args:
            key: Textual's name of the key.
            character: what it types, ``""`` for nothing.
        """
        from sdrdesk.screens.shell.key_table import elsewhere

        words = elsewhere(key, self.place.keymap)
        for outcome in () if words else self.desk.outcomes():
            if outcome.hotkey == character:
                words = f"records {outcome.label} in a call"
        return f"{key_name(key)} {words}; here it does nothing." if words else ""

    def on_key(self, event: events.Key) -> None:
        """Say what a key does elsewhere when it does nothing here, instead of keeping silent."""
        # Outcome letters and other keys that a screen handles itself are stopped before.
        known = event.is_printable or event.key in ("delete", "f7", "f8")
        if known and not self.is_typing and event.key not in self.active_bindings:
            words = self.explain_key(event.key, event.character or "")
            if words:
                self.query("#notice, #rule").last(NoticeLine).say(Content(words))

    def say(self, text: Content | Live) -> None:
        """Show what was just done."""
        every_s = 5.0 if self.place.is_slow else 1.0
        self.query_one("#notice", NoticeLine).say(text, every_s=every_s)

    def show_state(self, status: StatusView) -> None:
        """Show the state line."""
        line = self.query_one("#state", SidesLine)
        line.left = status_text.state(status)
        line.right = status_text.who_and_when(status, self.desk.now())

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    def on_resize(self, event: events.Resize) -> None:
        """Show the message instead of a layout that does not fit."""
        small = event.size.width < LEAST_COLUMNS or event.size.height < LEAST_ROWS
        self.set_class(small, "-too-small")

    def action_help(self) -> None:
        """Open the help of this screen."""
        from sdrdesk.screens.shell.help import HelpScreen

        self.app.push_screen(HelpScreen(self, self.letters()))


def head(text: str) -> Static:
    """Return the heading of a dialog."""
    return Static(Content.styled(text, "bold $accent"), markup=False, classes="head")


def foot(text: str) -> Static:
    """Return the muted last lines of a dialog, such as its keys; they stay when it scrolls."""
    return Static(Content.styled(text, MUTED), markup=False, classes="foot")


class DeskModal(Asking[Result], ModalScreen[Result]):
    """A dialog above a screen; Escape closes it without a change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "close", "Back", "modal.back", "Close without a change"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self.place = place
        self.desk = place.desk
        self._writing = 0
        """Writes under way."""

    @property
    def holds_keys(self) -> bool:
        """True if keys wait for a write, which may close this dialog."""
        return self._writing > 0

    def write(
        self,
        group: str,
        act: Callable[[], Answer],
        then: Callable[[Answer], None] | None = None,
        failed: Callable[[], None] | None = None,
    ) -> None:
        """Do something that must not be cancelled, and hold the keys typed meanwhile."""
        self._writing += 1
        super().write(group, act, then, failed)

    async def _write(
        self,
        act: Callable[[], Answer],
        then: Callable[[Answer], None] | None,
        failed: Callable[[], None] | None,
    ) -> None:
        try:
            await super()._write(act, then, failed)
        finally:
            self._writing -= 1
            self.app.post_message(KeysMayGo())

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close, and hold the keys until the screen below has the result."""
        closed = super().dismiss(result)
        if isinstance(self.app, KeyQueueApp):
            self.app.hold_for_result()
        return closed

    def action_close(self) -> None:
        """Close without a change."""
        self.dismiss(None)
