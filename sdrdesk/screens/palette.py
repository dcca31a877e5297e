"""The command palette: actions of this screen, outcomes of a call, screens, themes, and leads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import key_name
from sdrdesk.screens.shell.welcome import WelcomeModal
from sdrdesk.services.views.queue import QueueRow

_MOST_LEADS = 20
_SHORTEST_SEARCH = 2


class _Command(NamedTuple):
    title: str
    words: str
    run: Callable[[], object]


class DeskCommands(Provider):
    """All commands by name."""

    @property
    def _desk_screen(self) -> DeskScreen | None:
        return self.screen if isinstance(self.screen, DeskScreen) else None

    def _commands(self) -> Iterator[_Command]:
        """Yield what works here, then the outcomes of a call, the screens and the themes."""
        app, screen = self.app, self._desk_screen
        if screen is not None:
            yield from self._actions(screen)
        for mode, words in (
            ("queue", "Whom to call now"),
            ("log", "The day's activity"),
            ("sync", "To send, refused, sent"),
        ):
            run = partial(app.run_action, f"app.mode({mode!r})")
            yield _Command(f"Go: {mode.capitalize()}", words, run)
        if screen is not None:
            yield _Command("Go: Reports", "Speed, SLA, times, funnel, as charts", self._reports)
            yield _Command("Go: While you were away", "Changes by others meanwhile", self._away)
            yield _Command("Go: Import", "Import people from a file", self._import)
            yield _Command("Go: Welcome", "The keys for a first day", self._welcome)
        for theme in screen.place.themes if screen is not None else ():
            words = "In use" if theme == app.theme else "Until you quit; config.toml keeps one"
            yield _Command(f"Theme: {theme}", words, partial(setattr, app, "theme", theme))

    def _actions(self, screen: DeskScreen) -> Iterator[_Command]:
        app = self.app
        for active in list(screen.active_bindings.values()):
            binding = active.binding
            if binding.id == "screen.help":
                continue  # the footer has it
            if active.node is screen and active.enabled and binding.id:
                action = binding.action if "." in binding.action else f"screen.{binding.action}"
                words = f"Key {key_name(binding.key)} · {binding.description}"
                yield _Command(binding.tooltip, words, partial(app.run_action, action))
        if hasattr(screen, "action_outcome"):
            for outcome in screen.desk.outcomes():
                action = f"screen.outcome({outcome.key!r})"
                yield _Command(
                    f"Outcome: {outcome.label}",
                    f"Key {outcome.hotkey}",
                    partial(app.run_action, action),
                )

    async def discover(self) -> Hits:
        """Offer the commands that work here."""
        seen: set[str] = set()
        for command in self._commands():
            if command.title not in seen:
                seen.add(command.title)
                yield DiscoveryHit(command.title, command.run, help=command.words)

    async def search(self, query: str) -> Hits:
        """Offer matching commands, then matching leads."""
        matcher = self.matcher(query)
        seen: set[str] = set()
        for command in self._commands():
            score = max(matcher.match(command.title), matcher.match(command.words))
            if score > 0 and command.title not in seen:
                seen.add(command.title)
                yield Hit(score, matcher.highlight(command.title), command.run, help=command.words)
        for row in await self._leads(query):
            words = " · ".join(part for part in (row.company, row.phone_text) if part)
            # Content, not markup: the name comes from the CRM.
            yield Hit(
                0.5,
                Content(f"Lead: {row.name}"),
                partial(self._open, row.lead_id),
                text=row.name,
                help=words,
            )

    async def _leads(self, query: str) -> list[QueueRow]:
        screen = self._desk_screen
        if screen is None or len(query.strip()) < _SHORTEST_SEARCH:
            return []
        desk = screen.desk

        def ask() -> list[QueueRow]:
            return desk.queue.rows(desk.views.queue("all", find=query.strip()), 0, _MOST_LEADS)

        try:
            return await asyncio.to_thread(ask)
        except SdrDeskError:
            return []  # the screen itself reports the error

    @property
    def _place(self) -> Workplace:
        return cast(DeskScreen, self._desk_screen).place

    def _reports(self) -> None:
        from sdrdesk.screens.log.reports import ReportScreen

        self.app.push_screen(ReportScreen(self._place))

    def _away(self) -> None:
        from sdrdesk.screens.sync.away import AwayScreen

        self.app.push_screen(AwayScreen(self._place))

    def _import(self) -> None:
        from sdrdesk.screens.people.screen import ImportScreen

        self.app.push_screen(ImportScreen(self._place))

    def _welcome(self) -> None:
        self.app.push_screen(WelcomeModal(self._place))

    def _open(self, lead_id: str) -> None:
        from sdrdesk.screens.lead.screen import LeadScreen

        self.app.push_screen(LeadScreen(self._place, lead_id))
