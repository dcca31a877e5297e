"""The activity log of a day: numbers per rep, the calls behind a number, their notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.text.humanize import plural
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.log import text
from sdrdesk.screens.log.definitions import DefinitionsModal
from sdrdesk.screens.log.names import choose_report
from sdrdesk.screens.log.rep import RepModal
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import EARLIER, LATER, key
from sdrdesk.services.views.call import Corrected
from sdrdesk.services.views.log import LogEntry, LogView, keys_of
from sdrdesk.services.views.sync import StatusView, SyncEvent
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.long_list import LongList
from sdrdesk.widgets.number_table import NumberTable

if TYPE_CHECKING:
    from sdrdesk.domain.outcome.types import Entry
    from sdrdesk.services.reports.registry import ReportName

TEAM = "all"
_WALL_S = 10.0
"""Between two looks at how long leads wait; colleagues' doings come when they change."""


class ListedNumber(NamedTuple):
    """The number whose calls are listed."""

    owner_id: str
    """``text.TEAM_KEY`` for the team, ``""`` for calls without an owner."""
    number: str

    def holds(self, entry: LogEntry) -> bool:
        """Return whether the number counts this call."""
        return self.owner_id in (text.TEAM_KEY, entry.owner_id) and self.number in entry.counted


class LogScreen(DeskScreen):
    """The day's activity log."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# The day's log

Choose a number with the arrows; ⏎ shows the calls behind it, ⏎ on a call its whole note, ⏎ again
its lead. Esc goes back one step.

A *dial* is every call logged. A *connect* reached a person. A *conversation* is a connect with the
right person, long enough to count. *no call* are leads closed without a call, *kept* the callbacks
kept of those due. Days begin and end in each rep's time zone.

`✓` is in the CRM, `…` is not sent yet, `!` was refused.

With the team feed, the top shows who is calling, in a block or paused, of those who agreed to be
shown, and how long fresh leads wait. `↻` is a step of round robin; ⏎ on it opens the lead.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "enter", "open", "open", "log.open", "Calls behind a number; note of a call",
            footer=True,
        ),
        key(
            EARLIER, "day(-1)", "day before", "log.before", "The day before",
            footer=True,
        ),
        key(
            LATER, "day(1)", "day after", "log.after", "The day after", footer=True
        ),
        key("P", "rep", "rep", "log.rep", "Show the team's day, mine or a rep's", footer=True),
        key("S", "report('speed')", "speed", "log.speed", "Speed to lead", footer=True),
        key("question_mark", "define", "definitions", "log.define", "Definitions", footer=True),
        key("L", "report('sla')", "SLA", "log.sla", "Marketing and sales, both sides"),
        key("H", "report('rhythm')", "times", "log.rhythm", "Hours, weekdays, trend of meetings"),
        key("F", "report('funnel')", "funnel", "log.funnel", "From lead to customer"),
        key("K", "report('scripts')", "scripts", "log.scripts", "Results by script"),
        key("comma", "choose", "all reports", "log.choose", "Choose a report from a list"),
        key("C", "correct", "correct", "log.correct", "Correct an outcome of yours, or its note"),
        key("tab", "switch", "numbers / calls", "log.switch", "Between the numbers and the calls"),
        key("0", "today", "today", "log.today", "Today"),
        key("B", "order", "best first", "log.order", "Order reps by meetings set, or by name"),
        key("escape", "back", "back", "log.back", "One step back, at last to the queue"),
        key("q", "app.quit", "quit", "log.quit", "Quit; nothing is lost"),
    ]  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._day = self._today = self._present_day()
        self._rep = TEAM
        self._who = "the team"
        self._log: LogView | None = None
        self._behind: ListedNumber | None = None
        self._shown: Sequence[LogEntry] = ()
        self._steps: tuple[LogEntry, ...] = ()
        self._by_meetings = False

    def compose_body(self) -> ComposeResult:
        """Lay out the log."""
        yield SidesLine(id="title")
        yield SidesLine(id="state", whole=True)
        yield Static(id="wall", markup=False)
        yield NoticeLine(id="rule")
        yield NumberTable(text.COLUMNS, id="numbers")
        yield Static(id="hours", markup=False)
        yield SidesLine(id="behind")
        yield LongList(id="calls")
        yield Static(id="note", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Focus the numbers."""
        self.query_one(NumberTable).focus()
        self.set_interval(_WALL_S, self._read_wall)

    def on_screen_resume(self) -> None:
        """Read the day, also when coming back."""
        self.load()

    def clock_jumped(self, jump: ClockJump) -> None:  # noqa: ARG002 - the base class's signature
        """Go on to the new day when today was on screen."""
        if self._day == self._today:
            self._day = self._today = self._present_day()
        self.load()

    def load(self) -> None:
        """Read the day."""
        day, rep = self._day, self._rep

        def found() -> tuple[LogView, tuple[LogEntry, ...], StatusView]:
            log = self.desk.log.day(day, rep)
            steps = self.desk.wall.steps(log, everybody=rep == TEAM)
            return log, text.step_entries(steps), self.desk.status.view()

        self.read("log.load", found, self._show)
        self._read_wall()

    def _read_wall(self) -> None:
        """Read who is calling now and which leads wait; only today has a wall."""
        if not self.is_on_top:
            return
        wall = self.desk.wall.now if self._day == self._today else list
        self.read("log.wall", wall, self._show_wall)

    def _show_wall(self, lines: list[str]) -> None:
        self._say("#wall", Content("\n".join(lines)))
        self.query_one("#wall").display = bool(lines)

    def _say(self, selector: str, words: Content) -> None:
        """Show text; the same text again would cost a layout of the screen."""
        line = self.query_one(selector, Static)
        if not (isinstance(line.content, Content) and words.is_same(line.content)):
            line.update(words)

    def _show(self, answer: tuple[LogView, tuple[LogEntry, ...], StatusView]) -> None:
        self._log, self._steps, status = answer
        title = self.query_one("#title", SidesLine)
        title.left = status_text.title("Log", f"· {self._day:%a %d %b %Y} · {self._who}")
        title.right = Content(self._log.time_zone)
        self.show_state(status)
        self._draw()

    def _draw(self) -> None:
        log = self._log
        if log is None:
            return
        self.query_one(NumberTable).show(
            text.rows(log, by_meetings=self._by_meetings),
            text.TAIL,
            text.name_cells(self.size.width),
        )
        self._say("#hours", text.hours(log))
        behind = self._behind
        self._shown = (
            tuple(entry for entry in log.activities if behind.holds(entry))
            if behind
            else text.with_steps(log.activities, self._steps)
        )
        clocks, shown = text.zones(log), self._shown

        def draw(at: int) -> Content:
            # For the width of the screen when the line is drawn.
            return text.line(shown[at], clocks, self.size.width)

        self.query_one(LongList).show(keys_of(shown), draw)
        self._say_behind(log)
        self.set_class(not (log.activities or self._steps), "-empty")
        self.query_one(KeyLine).hints = hints_of(self)

    def _say_behind(self, log: LogView) -> None:
        line = self.query_one("#behind", SidesLine)
        behind = self._behind
        if behind is None:
            calls = len(log.activities)
            what = f"All calls, {calls}" if calls else "No calls on this day"
            if self._steps:
                what += f" · round robin, {len(self._steps)} {plural(len(self._steps), 'step')}"
        else:
            who = next((rep.name for rep in log.reps if rep.owner_id == behind.owner_id), "Team")
            what = f"{who}: {text.NUMBERS[behind.number]}, {len(self._shown)}"
        line.left = Content.styled(what, "bold")
        line.right = Content.styled(
            "by meetings set" if self._by_meetings else "tab numbers / calls", MUTED
        )

    @on(LongList.Moved)
    def _show_note(self, event: LongList.Moved) -> None:
        event.stop()
        calls = self.query_one(LongList)
        entry = self._shown[calls.cursor] if calls.key else None
        self._say("#note", text.note(entry))

    @on(NumberTable.Opened)
    @on(LongList.Opened)
    def _opened(self, event: NumberTable.Opened | LongList.Opened) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the calls of a number, or the note of a call."""
        table, calls = self.query_one(NumberTable), self.query_one(LongList)
        if table.has_focus and self._log is not None:
            self._behind = ListedNumber(table.row, table.column)
            self._draw()
            if self._shown:
                calls.focus()
        elif calls.key and self._log is not None:
            self._open_entry(self._log, self._shown[calls.cursor])

    def _open_entry(self, log: LogView, entry: LogEntry) -> None:
        """Open a call's note, or the lead of a step of round robin."""
        if entry.kind == text.STEP:
            from sdrdesk.screens.lead.screen import LeadScreen

            self.app.push_screen(LeadScreen(self.place, entry.lead_id))
            return
        from sdrdesk.screens.log.note import NoteScreen

        calls = [other for other in self._shown if other.kind != text.STEP]
        choose = self.query_one(LongList).choose
        self.app.push_screen(
            NoteScreen(self.place, calls, calls.index(entry), text.zones(log), choose)
        )

    def action_correct(self) -> None:
        """Correct the chosen outcome, or its note."""
        from sdrdesk.screens.forms.correct import correct_outcome, said

        def done(corrected: Corrected, _: Entry) -> None:
            self.query_one("#rule", NoticeLine).say(said(corrected))
            self.place.kick()
            self.load()

        calls = self.query_one(LongList)
        is_step = calls.key and self._shown[calls.cursor].kind == text.STEP
        if calls.key and calls.has_focus and not is_step:
            correct_outcome(self, calls.key, done)
        else:
            self.query_one("#rule", NoticeLine).say(Content("Choose a call first (tab)."))

    def action_back(self) -> None:
        """Go back to the numbers, then to the queue."""
        table = self.query_one(NumberTable)
        if self._behind is not None:
            self._behind = None
            self._draw()
            table.focus()
        else:
            self.app.call_later(self.app.run_action, "mode('queue')")

    def action_switch(self) -> None:
        """Go to the calls, or to the numbers."""
        table, calls = self.query_one(NumberTable), self.query_one(LongList)
        (calls if table.has_focus else table).focus()

    def action_order(self) -> None:
        """Sort reps by meetings set, or by name again."""
        self._by_meetings = not self._by_meetings
        self._draw()

    def action_report(self, name: ReportName) -> None:
        """Open a report that ends with this day."""
        # Not at the top: the charts load Plotext.
        from sdrdesk.screens.log.reports import ReportScreen

        self.app.push_screen(ReportScreen(self.place, name, self._day))

    def action_choose(self) -> None:
        """Choose a report from a list."""
        choose_report(self, self.action_report)

    def action_define(self) -> None:
        """Show the definitions."""
        self.app.push_screen(DefinitionsModal(self.place))

    def action_day(self, by: int) -> None:
        """Go to another day, at most to today."""
        self._today = self._present_day()
        self._day = min(self._day + timedelta(days=by), self._today)
        self.load()

    def action_today(self) -> None:
        """Go to today."""
        self._day = self._today = self._present_day()
        self.load()

    def action_rep(self) -> None:
        """Choose whose day."""
        self.read("log.reps", lambda: self.desk.log.reps(), self._ask_rep)

    def _ask_rep(self, reps: list[tuple[str, str]]) -> None:
        names = {TEAM: "the team", "": "my day", **dict(reps)}

        def then(rep: str | None) -> None:
            if rep is not None:
                self._rep, self._who, self._behind = rep, names[rep], None
                self.load()

        self.app.push_screen(RepModal(self.place, list(names.items()), self._rep), then)

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - the base class's signature
        """Draw for the new width."""
        if self.is_on_top:
            self._draw()

    def hear(self, event: SyncEvent) -> None:
        """Load what a sync changed, and what colleagues do now."""
        if event.changed and self.is_on_top:
            self.load()
        elif event.kind == "team":
            self._read_wall()

    def _present_day(self) -> date:
        return self.desk.now().astimezone().date()
