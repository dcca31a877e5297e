"""The command palette: screens, keys of this screen, outcomes of a call, and leads."""

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
from sdrdesk.services.views.desk import QueueRow

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
        app = self.app
        for mode, words in (
            ("queue", "Whom to call now"),
            ("log", "The day's activity"),
            ("sync", "To send, refused, sent"),
        ):
            run = partial(app.run_action, f"app.mode({mode!r})")
            yield _Command(f"Go: {mode.capitalize()}", words, run)
        screen = self._desk_screen
        if screen is None:
            return
        yield _Command("Go: Reports", "Speed, SLA, times, funnel, as charts", self._reports)
        yield _Command("Go: Import", "Import people from a file", self._import)
        yield _Command("Go: Welcome", "The keys for a first day", self._welcome)
        for active in list(screen.active_bindings.values()):
            binding = active.binding
            if active.node is screen and active.enabled and binding.id:
                action = binding.action if "." in binding.action else f"screen.{binding.action}"
                yield _Command(
                    f"Do: {binding.description}", binding.tooltip, partial(app.run_action, action)
                )
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
            score = matcher.match(command.title)
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

    def _import(self) -> None:
        from sdrdesk.screens.people.screen import ImportScreen

        self.app.push_screen(ImportScreen(self._place))

    def _welcome(self) -> None:
        from sdrdesk.screens.shell.welcome import WelcomeModal

        self.app.push_screen(WelcomeModal(self._place))

    def _open(self, lead_id: str) -> None:
        from sdrdesk.screens.lead.screen import LeadScreen

        self.app.push_screen(LeadScreen(self._place, lead_id))
