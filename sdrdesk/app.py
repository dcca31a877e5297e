"""The Textual app: modes, themes, keys, and the background sync.

Screens other than the queue are imported when they are opened, not before the first row.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.console import RenderableType
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App
from textual.binding import BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.filter import Monochrome
from textual.screen import ModalScreen, Screen
from textual.signal import Signal
from textual.worker import Worker, WorkerState

from sdrdesk.config import NoticeSettings
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.memory import IdleCollector
from sdrdesk.screens.queue.screen import QueueScreen
from sdrdesk.screens.shell.base import report_crash
from sdrdesk.screens.shell.clock_watch import ClockWatch
from sdrdesk.screens.shell.context import Workplace, is_remote
from sdrdesk.screens.shell.heartbeat import Heartbeat
from sdrdesk.screens.shell.key_queue import KeyQueueApp
from sdrdesk.screens.shell.keys import key, outcome_letters
from sdrdesk.screens.shell.notices import Notices
from sdrdesk.screens.shell.rule_watch import RuleWatch
from sdrdesk.screens.shell.sync_runner import SyncHappened, SyncRunner
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.themes import THEMES, made, theme_or_default
from sdrdesk.widgets.style_sheet import KeptStylesheet
from sdrdesk.widgets.terminal_picture import TerminalPicture
from sdrdesk.widgets.text_field import is_text_field

if TYPE_CHECKING:
    from sdrdesk.services.desk.protocol import BackgroundSync, Desk
    from sdrdesk.theme_files import OwnThemes

_THREADS = 3
"""Threads that call the desk: one write, one read, and one for a slow read such as a report. Each
keeps its own memory: with six of them a day of calls took 40 MiB more."""
_QUIT_WAIT_S = 6.0
"""Longest quitting waits for writes; one waits at most five seconds for a busy database."""
_MOST_WARNINGS = 2
"""Warnings about the keymap at the start; more would cover the leads."""


def _palette() -> type[Provider]:
    # Imported when the palette is first opened, not before the first row.
    from sdrdesk.screens.palette import DeskCommands

    return DeskCommands


class SdrDeskApp(KeyQueueApp):
    """The workbench.

    Args:
        desk: the services.
        sync: the background sync, ``None`` for none.
        theme: name of the theme, ``""`` for the default; an unknown one is reported once.
        own_themes: the rep's own ones, and what is wrong with files of others.
        first_run: greet the rep with the most important keys.
        keymap: binding id to key, from the config.
        tidying: decides when to collect garbage, ``None`` leaves it to the interpreter.
        notices: what to ring and notify for, ``None`` for nothing.
        line: how the terminal is connected: ``[ui] line`` of the settings.
    """

    TITLE = "sdrdesk"
    CSS_PATH = "app.tcss"
    DEFAULT_MODE = "queue"
    COMMANDS: ClassVar = {_palette}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("1", "mode('queue')", "Queue", "app.queue", "Go to the queue"),
        key("2", "mode('log')", "Log", "app.log", "Go to the day's activity log"),
        key("3", "mode('sync')", "Sync", "app.sync", "Go to the sync screen"),
        replace(
            key("ctrl+c", "leave", "Quit", "app.leave", "Quit, or copy the selected text"),
            priority=True,
        ),
    ]

    _colours: dict[str, dict[str, str]] | None = None
    """By theme."""

    def __init__(
        self,
        desk: Desk,
        sync: BackgroundSync | None,
        *,
        theme: str,
        own_themes: OwnThemes | None = None,
        first_run: bool = False,
        keymap: Mapping[str, str] | None = None,
        tidying: IdleCollector | None = None,
        notices: NoticeSettings | None = None,
        line: str = "fast",
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        self._tidying = tidying
        self._picture = TerminalPicture()
        themes = (*THEMES, *map(made, own_themes.themes if own_themes else ()))
        self.place = Workplace(
            desk,
            sync,
            Signal[SyncEvent](self, "news"),
            Signal[ClockJump](self, "jumps"),
            Heartbeat(self),
            keymap=dict(keymap or {}),
            themes=tuple(one.name for one in themes),
        )
        if line == "slow" or (line == "auto" and is_remote(os.environ)):
            # Only here: elsewhere the first row need not wait for it.
            from sdrdesk.screens.shell.slow_line import SlowLine

            self.place.line = SlowLine(self, counts_as_slow=line == "slow")
        self._clocks = ClockWatch(self, self.place)
        self._rules = RuleWatch(self, self.place, lambda: tidying is not None and tidying.is_idle)
        self._first_run = first_run
        self._heard_last: SyncEvent | None = None
        self._notices = Notices(self, desk, notices) if notices is not None else None
        self._runner = SyncRunner(self, sync) if sync is not None else None
        for theme_object in themes:
            self.register_theme(theme_object)
        if self.no_color:
            theme = self._take_colours_away()
        name, unknown = theme_or_default(theme, self.available_themes)
        wrong = [str(one) for one in own_themes.problems] if own_themes else []
        self._theme_problems = [*wrong, unknown] if unknown else wrong
        # Before the first style sheet is read: with other colours it would be read again.
        self.set_reactive(App.theme, name)
        self._colours = {}
        self.stylesheet = KeptStylesheet(variables=self.get_css_variables())
        self.add_mode("queue", lambda: QueueScreen(self.place))
        self.add_mode("log", self._log_screen)
        self.add_mode("sync", self._sync_screen)
        if keymap:
            self.set_keymap(dict(keymap))

    def get_css_variables(self) -> dict[str, str]:
        """Return the colours of the theme, worked out once for each."""
        if self._colours is None:
            return {}  # Textual asks before the theme is chosen
        if self.theme not in self._colours:
            self._colours[self.theme] = super().get_css_variables()
        self.theme_variables = self._colours[self.theme]
        return self.theme_variables.copy()

    def _take_colours_away(self) -> str:
        """Return the theme whose backgrounds tell what to reverse."""
        from sdrdesk.widgets.no_colour import NoColour  # few set NO_COLOR

        theme = THEMES[0]
        kept = [one for one in self._filters if not isinstance(one, Monochrome)]
        self._filters = [*kept, NoColour(str(theme.background))]
        return theme.name

    def _log_screen(self) -> Screen[None]:
        from sdrdesk.screens.log.screen import LogScreen

        return LogScreen(self.place)

    def _sync_screen(self) -> Screen[None]:
        from sdrdesk.screens.sync.screen import SyncScreen

        return SyncScreen(self.place)

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """The screens that show through the one on top.

        Textual counts the one below as well when nothing shows through: a hidden screen would be
        drawn, and the whole screen on top of it again at each of its changes.
        """
        stack = self._screen_stack
        hides = bool(stack) and stack[-1].styles.background.a == 1
        return [] if hides else super()._background_screens

    def on_mount(self) -> None:
        """Set the theme and greet."""
        for words in self._theme_problems:
            self.notify(words, severity="warning", markup=False)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "desk"))
        self._answer_signals()
        self.app_resume_signal.subscribe(self, self._draw_again, immediate=True)
        if self._first_run:
            from sdrdesk.screens.shell.welcome import WelcomeModal

            self.call_after_refresh(self.push_screen, WelcomeModal(self.place))

    def _look(self) -> None:
        self._clocks.look()
        if self._tidying is not None:
            self._tidying.look()

    def on_queue_screen_painted(self) -> None:
        """Start the background sync and the checks that waited for the first row."""
        if self._tidying is not None:
            self._tidying.begin()
        self._clocks.begin()
        self._rules.begin()
        self.place.beats.every(1, self._look)
        self.place.beats.begin()
        if self._runner is not None:
            self._runner.start()
        if self._notices is not None:
            self._notices.begin(self.place)
        if self.place.keymap:
            _: Worker[None] = self.run_worker(
                self._check_keymap, name="keymap", thread=True, exit_on_error=False
            )

    def _check_keymap(self) -> None:
        from sdrdesk.screens.shell.all_keys import keymap_problems

        letters = outcome_letters(self.place.desk.outcomes())
        problems = keymap_problems(self.place.keymap, type(self), letters)
        if len(problems) > _MOST_WARNINGS:
            left = len(problems) - _MOST_WARNINGS + 1
            more = f"Your keymap has {left} more problems: `sdrdesk keys` lists them."
            problems = [*problems[: _MOST_WARNINGS - 1], more]
        for words in problems:
            self.call_from_thread(self.place.warn_once, self, words)

    async def on_exit_app(self) -> None:
        """Finish the writes of earlier keys: Textual cancels those that wait for their turn."""
        await asyncio.sleep(0)  # a new write asks for its turn only when it runs
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_QUIT_WAIT_S), self.place.writes:
                pass

    async def on_unmount(self) -> None:
        """Restore the window's title, and stop the background sync."""
        if self._notices is not None:
            self._notices.end()
        if self._runner is not None:
            self._runner.stop()
        if self.place.line is not None:
            await self.place.line.last_answer()

    def on_sync_happened(self, message: SyncHappened) -> None:
        """Publish the event to the screens; that the CRM is still out of reach is no news."""
        event, before = message.event, self._heard_last
        self._heard_last = event
        if event.kind not in ("offline", "unavailable") or event != before:
            self.place.news.publish(event)

    def agent_did(self, words: str) -> None:
        """Show what an agent recorded; called in another thread."""
        self.post_message(SyncHappened(SyncEvent("progress", words, changed=True)))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Report the failure of a write that outlived its screen."""
        if event.state is WorkerState.ERROR:
            report_crash(self.notify, event.worker)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        update: object = renderable  # typed as if it could only be one of Rich's
        if isinstance(update, CompositorUpdate):
            draws = self._running and not self._closed and not self._batch_count
            if draws and self.place.line is not None and self.place.line.take(update):
                self.post_display_hook()
                return
            update = self._picture.update(update)
            if draws and isinstance(renderable, ChopsUpdate) and self._write_changes(update):
                return
        super()._display(screen, cast("RenderableType | None", update))

    def _write_changes(self, update: CompositorUpdate) -> bool:
        """Write a frame without moving the cursor, which only a text field needs."""
        driver = self._driver
        if driver is None or self.is_headless or is_text_field(self.focused):
            return False
        if text := update.render_segments(self.console):
            self._begin_update()
            driver.write(text)
            self._end_update()
        self.post_display_hook()
        return True

    def _draw_again(self, _: object) -> None:
        """Draw every cell: the shell wrote to the terminal while the workbench was suspended."""
        if self.place.line is not None:
            self.place.line.forget()
        frame = self.screen._compositor.render_update(
            full=True, screen_stack=self._background_screens
        )
        self._display(self.screen, frame)

    def on_cursor_position(self) -> None:
        """Draw the next piece of the picture on a slow line."""
        if self.place.line is not None:
            self.place.line.answered()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep a dialog open until it is answered."""
        if action == "mode" and isinstance(self.screen, ModalScreen):
            return False
        return super().check_action(action, parameters)

    async def on_event(self, event: events.Event) -> None:
        """Note the time of the last key."""
        if self._tidying is not None and isinstance(event, events.Key):
            self._tidying.key()
        await super().on_event(event)

    async def action_mode(self, mode: str) -> None:
        """Go to one of the main screens."""
        if mode != self.current_mode:
            await self.switch_mode(mode)

    def action_leave(self) -> None:
        """Copy the selection of a text field, else quit."""
        field: object = self.focused
        if is_text_field(field) and field.selected_text:
            self.copy_to_clipboard(field.selected_text)
        else:
            self.exit()

    def _answer_signals(self) -> None:
        """Quit cleanly when the terminal or the system sends a signal.

        The default remains on platforms and threads that cannot handle signals.
        """
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
                loop.add_signal_handler(getattr(signal, name), self.exit)
