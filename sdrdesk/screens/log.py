"""A day: totals per rep, then everything that was done, down to the note and to the lead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens import log_text, status_text
from sdrdesk.screens.base import DeskScreen
from sdrdesk.screens.hints import hints_of
from sdrdesk.screens.keys import key
from sdrdesk.screens.workplace import Workplace
from sdrdesk.services.views import LogEntry, LogView, StatusView, SyncEvent
from sdrdesk.widgets.line_list import LineList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine

TEAM = "all"


class LogScreen(DeskScreen):
    """The day's activity log."""

    CSS_PATH = "log.tcss"
    HELP = """\
# The day's log

A *dial* is every call logged. A *connect* reached a person. A *conversation* is a connect with the
person wanted, long enough to count. Days begin and end in the rep's time zone.

`✓` is at the CRM, `…` is still on this machine, `!` was refused.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "open", "open", "log.open", "Open the lead of this line", footer=True),
        key(
            "left_square_bracket",
            "day(-1)",
            "day before",
            "log.before",
            "The day before",
            footer=True,
        ),
        key(
            "right_square_bracket", "day(1)", "day after", "log.after", "The day after", footer=True
        ),
        key("0", "today", "today", "log.today", "Today", footer=True),
        key(
            "r", "rep", "me / team", "log.rep", "Switch between my day and the team's", footer=True
        ),
        key("escape", "app.mode('queue')", "queue", "log.back", "Back to the queue", footer=True),
        key("q", "app.quit", "quit", "log.quit", "Quit; nothing is lost"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._day = self._present_day()
        self._rep = TEAM
        self._lines: dict[str, LogEntry] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the log."""
        yield SidesLine(id="title")
        yield SidesLine(id="state")
        yield NoticeLine(id="rule")
        yield Static(id="totals", markup=False)
        yield NoticeLine(id="notice")
        yield LineList(id="lines")
        yield Static(id="note", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(LineList).focus()

    def on_screen_resume(self) -> None:
        """Read the day again."""
        self.load()

    def load(self) -> None:
        """Read the day."""
        day, rep = self._day, self._rep
        self.read("log.load", lambda: (self.desk.log(day, rep), self.desk.status()), self._show)

    def _show(self, answer: tuple[LogView, StatusView]) -> None:
        log, status = answer
        title, state = self.query_one("#title", SidesLine), self.query_one("#state", SidesLine)
        who = "the team" if self._rep == TEAM else "my day"
        title.left = status_text.title("Log", f"· {self._day:%a %d %b %Y} · {who}")
        title.right = Content(log.time_zone)
        state.left = status_text.state(status)
        state.right = status_text.who_and_when(status, self.desk.now())
        self.query_one("#totals", Static).update(log_text.totals(log, self.size.width - 2))
        self._lines = {entry.activity_key: entry for entry in log.activities}
        self.query_one(LineList).show(log_text.lines(log, self.size.width))
        self.set_class(not log.activities, "-empty")
        self.query_one(KeyLine).hints = hints_of(self)

    @on(LineList.Moved)
    def _show_note(self, event: LineList.Moved) -> None:
        event.stop()
        entry = self._lines.get(event.key)
        self.query_one("#note", Static).update(log_text.note(entry))

    def action_open(self) -> None:
        """Open the lead of this line."""
        from sdrdesk.screens.lead import LeadScreen

        entry = self._lines.get(self.query_one(LineList).key)
        if entry is not None and entry.lead_id:
            self.app.push_screen(LeadScreen(self.place, entry.lead_id))

    def action_day(self, by: int) -> None:
        """Go to another day; there is nothing after today."""
        self._day = min(self._day + timedelta(days=by), self._present_day())
        self.load()

    def action_today(self) -> None:
        """Go to today."""
        self._day = self._present_day()
        self.load()

    def action_rep(self) -> None:
        """Switch between my day and the team's."""
        self._rep = "" if self._rep == TEAM else TEAM
        self.load()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - the base class's signature
        """Draw for the new width."""
        if self.is_current:
            self.load()

    def hear(self, event: SyncEvent) -> None:
        """Take in what arrived."""
        if event.changed and self.is_current:
            self.load()

    def _present_day(self) -> date:
        return self.desk.now().astimezone().date()
