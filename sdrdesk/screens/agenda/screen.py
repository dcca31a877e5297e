"""The agenda: promised callbacks, booked meetings and other tasks, mine and the team's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.meeting_result import MeetingResult
from sdrdesk.screens.agenda import text
from sdrdesk.screens.call.screen import CallScreen
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.log.rep import teams_of
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ConfirmModal, TextModal
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import EARLIER, LATER, key
from sdrdesk.screens.shell.list_screen import ListScreen
from sdrdesk.services.agenda.service import AgendaItem, AgendaView, Span
from sdrdesk.services.two_zones import there_and_here
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.line_list import LineList
from sdrdesk.widgets.lines import KeyLine, SidesLine

_SPANS: Final[tuple[tuple[Span, str], ...]] = (
    ("today", "today"),
    ("tomorrow", "tomorrow"),
    ("week", "7 days"),
    ("all", "all days"),
)
_WHOSE: Final = ("mine and team", "mine", "everybody")
_RESULTS: Final[dict[str, MeetingResult]] = {
    "1": "held",
    "2": "no-show",
    "3": "moved",
    "4": "cancelled",
}
"""On the line of a meeting that has begun, numbers say what became of it."""


class AgendaScreen(ListScreen):
    """Promised callbacks and booked meetings, the earliest first."""

    CSS_PATH = "screen.tcss"
    HELP = f"""\
# Agenda

Promised callbacks (`☎`) and booked meetings (`★`), the earliest first; times are yours. A call task
in {CRM_NAME} is a promise too, no matter who made it. *Team* means that anybody may keep it.

The call that keeps a promise completes its task in {CRM_NAME}.

E-mail tasks (`✉`) and to-dos (`□`) of {CRM_NAME} are there too: `1` marks one as done, `2` moves
it (asks for the new time), here and in {CRM_NAME}. Undo is `u` in the queue.

Your meetings of the last two weeks come first until somebody says what became of them: `1` held,
`2` no-show, `3` moved (asks for the new time), `4` cancelled, here and in {CRM_NAME}. A no-show is
back in the queue at once, with the script for a missed meeting. `u` in the queue undoes it.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "call", "call", "agenda.call", "Call the lead of this line", footer=True),
        key("o", "open", "open", "agenda.open", "Open the lead of this line", footer=True),
        key(EARLIER, "span(-1)", "nearer", "agenda.less", "Fewer days", footer=True),
        key(LATER, "span(1)", "further", "agenda.more", "More days", footer=True),
        key(
            "P", "whose", "whose", "agenda.whose", "Mine, everybody's, those of a team", footer=True
        ),
        key("delete", "remove", "remove", "agenda.promise", "Remove the callback", footer=True),
        key("escape,q", "back", "back", "agenda.back", "Back"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._span = 2
        self._whose = 0
        self._teams: list[tuple[str, str]] = []
        """Value and name of each team of ``team.toml``; they come after everybody."""
        self._items: dict[str, AgendaItem] = {}

    def on_mount(self) -> None:
        """Read the teams."""
        self.read("agenda.teams", lambda: teams_of(self.desk), self._teams.extend)

    def load(self) -> None:
        """Read the agenda."""
        span, everybody = _SPANS[self._span][0], self._whose >= len(_WHOSE) - 1
        team = self._team[0]

        def ask() -> AgendaView:
            view = self.desk.agenda.view(span, everybody=everybody)
            if not team:
                return view
            members = self.desk.log.members(team)
            return view._replace(items=tuple(i for i in view.items if i.row.owner_id in members))

        self.read("agenda.load", ask, self._show)
        self.read("agenda.status", lambda: self.desk.status.view(), self.show_state)

    def _show(self, view: AgendaView) -> None:
        items = [item for item in view.items if self._whose != 1 or item.whose == "mine"]
        self._items = {item.row.key: item for item in items}
        days, whose = _SPANS[self._span][1], self._team[1]
        shown = f"· {days} · {whose} · {text.counts(items)}"
        self.query_one("#title", SidesLine).left = status_text.title("Agenda", shown)
        self.query_one(LineList).show(text.lines(items, self.desk.now()))
        self.query_one(KeyLine).hints = hints_of(self)
        self.show_detail()

    @property
    def _here(self) -> AgendaItem | None:
        return self._items.get(self.here)

    def show_detail(self) -> None:
        """Show the facts of the line under the cursor."""
        item = self._here
        shown = Content("Nothing is promised or booked in these days. ] shows more.")
        if item is not None:
            shown = text.detail(item, self.desk.now())
        self.query_one("#detail", Static).update(shown)

    def hear(self, event: SyncEvent) -> None:
        """Load what a sync changed."""
        if event.changed:
            self.load()

    # -- keys -----------------------------------------------------------------------------------

    def action_span(self, by: int) -> None:
        """Show more days, or fewer."""
        self._span = max(0, min(len(_SPANS) - 1, self._span + by))
        self.load()

    def action_whose(self) -> None:
        """Show mine, the team's too, everybody's, or those of a team of ``team.toml``."""
        self._whose = (self._whose + 1) % (len(_WHOSE) + len(self._teams))
        self.load()

    @property
    def _team(self) -> tuple[str, str]:
        """Value and words of what is shown; the value is ``""`` where it is no team."""
        return [*(("", words) for words in _WHOSE), *self._teams][self._whose]

    def action_call(self) -> None:
        """Call the lead of this line."""
        if item := self._here:
            self.app.push_screen(CallScreen(self.place, item.row.lead_id))

    def action_open(self) -> None:
        """Open the lead of this line."""
        if item := self._here:
            self.app.push_screen(LeadScreen(self.place, item.row.lead_id))

    def action_remove(self) -> None:
        """Ask, then remove the callback of this line."""
        item = self._here
        if item is None or item.row.kind != "callback":
            return
        lead_id, name = item.row.lead_id, item.row.name

        def then(sure: bool | None) -> None:
            if sure:
                self.write(
                    "agenda.remove",
                    lambda: self.desk.decisions.close_callback(lead_id),
                    lambda _: self._removed(name),
                )

        words = "The promise ends without a call, also in the CRM. u in the queue undoes it."
        title = f"Remove the callback of {name}?"
        self.app.push_screen(ConfirmModal(self.place, title, words, "remove"), then)

    def on_key(self, event: Key) -> None:
        """Take a number as what became of the meeting or the task on this line."""
        item = self._here
        if item is not None and item.row.kind in ("email", "todo") and event.key in ("1", "2"):
            event.stop()
            event.prevent_default()
            self._finish(item) if event.key == "1" else self._move(item)
            return
        if item is None or not item.ask or event.key not in _RESULTS:
            return
        event.stop()
        event.prevent_default()
        result = _RESULTS[event.key]
        if result == "moved":
            self._ask_new_time(item)
            return
        self._say_result(item.row.key, result, None)

    def _finish(self, item: AgendaItem) -> None:
        def done(name: str) -> None:
            self.say(Content.assemble(("✓ ", "$text-success"), f"Done: the task of {name}"))
            self.place.kick()
            self.load()

        self.write("agenda.task", lambda: self.desk.decisions.finish_task(item.row.key), done)

    def _move(self, item: AgendaItem) -> None:
        row = item.row

        def moved(name: str) -> None:
            self.say(Content.assemble(("✓ ", "$text-success"), f"Moved: the task of {name}"))
            self.place.kick()
            self.load()

        def then(words: str | None) -> None:
            if words:
                self.write(
                    "agenda.when",
                    lambda: self.desk.outcome.when(row.lead_id, words),
                    lambda at: self.write(
                        "agenda.task", lambda: self.desk.decisions.move_task(row.key, at), moved
                    ),
                )

        title = f"New time of the task of {row.name}"
        foot = "in their time zone · ⏎ save · esc back"
        self._ask_time(row.lead_id, row.zone, title, foot, then)

    def _ask_new_time(self, item: AgendaItem) -> None:
        row = item.row

        def then(words: str | None) -> None:
            if words:
                self.write(
                    "agenda.when",
                    lambda: self.desk.outcome.when(row.lead_id, words),
                    lambda at: self._say_result(row.key, "moved", at),
                )

        title = f"New time of the meeting with {row.name}"
        foot = "in their time zone · ⏎ save · esc back"
        self._ask_time(row.lead_id, row.zone, title, foot, then)

    def _ask_time(
        self, lead_id: str, zone: str, title: str, foot: str, then: Callable[[str | None], None]
    ) -> None:
        def means(text: str) -> str:
            at = self.desk.outcome.when(lead_id, text)
            return there_and_here(at, zone, now=self.desk.now())

        modal = TextModal(self.place, title, foot, example="thu 10:00", means=means)
        self.app.push_screen(modal, then)

    def _say_result(self, key: str, result: MeetingResult, at: datetime | None) -> None:
        def done(said: str) -> None:
            self.say(Content.assemble(("✓ ", "$text-success"), said))
            self.place.kick()
            self.load()

        self.write("agenda.result", lambda: self.desk.meetings.say(key, result, at), done)

    def _removed(self, name: str) -> None:
        self.say(Content(f"Callback removed: {name}"))
        self.load()
