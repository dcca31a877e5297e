"""The team's reports: charts, then every number as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from sdrdesk.screens.log.definitions import DefinitionsModal
from sdrdesk.screens.log.names import ORDER, choose_report
from sdrdesk.screens.log.rep import RepModal
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import EARLIER, LATER, key
from sdrdesk.services.reports.behind import Numbers
from sdrdesk.services.reports.registry import Report, ReportName
from sdrdesk.services.reports.tables import Sheet, text_lines
from sdrdesk.widgets.bar_picture import BarPicture, Bars
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine

SPANS: Final = (("a day", 1), ("7 days", 7), ("30 days", 30), ("a quarter", 92))
"""Name and days of each period."""


class ReportScreen(DeskScreen):
    """One report over some days."""

    CSS_PATH = "reports.tcss"
    HELP = """\
# Reports

The whole team's work: the CRM as of the last sync, and what is still unsent here. Shares come with
an interval, wider with fewer cases; reps are not ranked.

⏎ opens the leads behind a number, which can be saved as a view, assigned, or exported. `P` chooses
whose work counts, `%` adds the days before. `,` lists all reports, tab goes on to the next one.

The arrows scroll, also to the right. `?` shows the definitions. `sdrdesk report` prints the same,
or writes it to a file.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("S", "show('speed')", "speed", "report.speed", "Speed to lead", footer=True),
        key(
            "L", "show('sla')", "SLA", "report.sla", "Marketing and sales, both sides", footer=True
        ),
        key("H", "show('rhythm')", "times", "report.rhythm", "Hours, weekdays, trend", footer=True),
        key("F", "show('funnel')", "funnel", "report.funnel", "Lead to customer", footer=True),
        key("M", "span", "period", "report.span", "A day, 7, 30 days, a quarter", footer=True),
        key("question_mark", "define", "definitions", "report.define", "Definitions", footer=True),
        key("tab", "next(1)", "next report", "report.next", "The next report"),
        key("enter", "behind", "leads", "report.behind", "The leads behind a number", footer=True),
        key("P", "whose", "whose", "report.whose", "Count everybody, a team or a rep"),
        key("percent_sign", "compare", "compare", "report.compare", "With the days before, or not"),
        key("comma", "choose", "all reports", "report.choose", "Choose a report from a list"),
        key("U", "show('outcomes')", "outcomes", "report.outcomes", "Outcomes, by rep"),
        key("K", "show('scripts')", "scripts", "report.scripts", "Results by script"),
        key(EARLIER, "go(-1)", "earlier", "report.earlier", "As many days earlier"),
        key(LATER, "go(1)", "later", "report.later", "As many days later"),
        key("escape,q", "back", "back", "report.back", "Go back"),
    ]

    def __init__(
        self, place: Workplace, name: ReportName = "speed", last: date | None = None
    ) -> None:
        super().__init__(place)
        self._name: ReportName = name
        self._last = last or self._present_day()
        self._at = 1
        self._whose, self._who = "", ""
        self._against = False
        self._report: Report | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the report."""
        yield SidesLine(id="title")
        yield NoticeLine(id="rule")
        yield ScrollableContainer(id="body")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Read the report."""
        self.query_one("#body").focus()
        self.load()

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the report."""
        if self._name == "week":
            monday = self._last - timedelta(days=self._last.weekday())
            return monday, monday + timedelta(days=6)
        return self._last - timedelta(days=SPANS[self._at][1] - 1), self._last

    def load(self) -> None:
        """Read the report."""
        name, (first, last) = self._name, self.days
        whose, against = self._whose, self._against
        self.query_one("#rule", NoticeLine).say(Content("counting …"))
        self.read(
            "report.load",
            lambda: self.desk.reports.make(name, first, last, whose, against=against),
            self._show,
        )

    async def _fill(self, report: Report) -> None:
        body = self.query_one("#body", ScrollableContainer)
        async with self.batch():
            await body.remove_children()
            await body.mount_all(_parts(report))
        body.scroll_home(animate=False)

    def _show(self, report: Report) -> None:
        title = self.query_one("#title", SidesLine)
        first, last = self.days
        days = f"{first:%d %b}–{last:%d %b %Y}" if first != last else f"{last:%a %d %b %Y}"
        own = self._name == "fit"  # outcomes take longer than these days; its line says which
        title.left = status_text.title(report.sheet.title, "" if own else f"· {days}")
        whose = f"{self._who} · " if self._who else ""
        span = "a week" if self._name == "week" else SPANS[self._at][0]
        title.right = Content(f"{whose}[ ] {span}")
        self._report = report
        self.query_one("#rule", NoticeLine).hush()
        self.query_one(KeyLine).hints = hints_of(self)
        _: Worker[None] = self.run_worker(
            partial(self._fill, report),
            name="report.fill",
            group="report.fill",
            exclusive=True,
            exit_on_error=False,
        )

    def action_show(self, name: ReportName) -> None:
        """Show another report of the same days."""
        self._name = name
        self.load()

    def action_next(self, by: int) -> None:
        """Go on to the next report."""
        self.action_show(ORDER[(ORDER.index(self._name) + by) % len(ORDER)])

    def action_choose(self) -> None:
        """Choose a report from a list."""
        choose_report(self, self.action_show)

    def action_compare(self) -> None:
        """Add the days before, or leave them out again."""
        self._against = not self._against
        self.load()

    def action_whose(self) -> None:
        """Choose whose work counts."""
        self.read("report.reps", lambda: self.desk.log.reps(), self._ask_whose)

    def _ask_whose(self, reps: list[tuple[str, str]]) -> None:
        names = {"": "all reps", **dict(reps)}

        def then(whose: str | None) -> None:
            if whose is not None:
                self._whose, self._who = whose, names[whose] if whose else ""
                self.load()

        modal = RepModal(self.place, list(names.items()), self._whose, "Whose work?")
        self.app.push_screen(modal, then)

    def action_behind(self) -> None:
        """Choose a number and open its leads."""
        report = self._report
        if report is not None:
            self.read("report.numbers", report.numbers, self._ask_number)

    def _ask_number(self, numbers: Numbers) -> None:
        from sdrdesk.screens.log.behind import BehindScreen

        if not numbers or self._report is None:
            self.query_one("#rule", NoticeLine).say(Content("No leads are behind this report."))
            return
        about = f"{self._report.sheet.title}, {self._report.sheet.about}"
        known = {number.name: number for number in numbers}
        lines = [(name, f"{len(one.lead_ids):>5}  {name}") for name, one in known.items()]

        def then(name: str | None) -> None:
            if name is not None:
                self.app.push_screen(BehindScreen(self.place, known[name], about))

        self.app.push_screen(
            RepModal(self.place, lines, lines[0][0], "Leads of which number?"), then
        )

    def action_go(self, by: int) -> None:
        """Go one period earlier or later, at most to today."""
        step = 7 if self._name == "week" else SPANS[self._at][1]
        wanted = self._last + timedelta(days=by * step)
        self._last = min(wanted, self._present_day())
        self.load()

    def action_span(self) -> None:
        """Choose the next longer period, after the longest the shortest."""
        self._at = (self._at + 1) % len(SPANS)
        self.load()

    def action_define(self) -> None:
        """Show the definitions."""
        self.app.push_screen(DefinitionsModal(self.place))

    def _present_day(self) -> date:
        return self.place.desk.now().astimezone().date()


def _parts(report: Report) -> list[Widget]:
    """Return the tables that come first, the charts, then the other tables."""
    sheet = report.sheet
    found: list[Widget] = []
    if sheet.first:
        found.append(_tables(replace(sheet, tables=sheet.tables[: sheet.first], notes=())))
        sheet = replace(sheet, tables=sheet.tables[sheet.first :], about="")
    for picture in report.pictures:
        if not any(any(series.values) for series in picture.series):
            continue
        drawn = BarPicture(picture.labels, [Bars(s.name, s.values) for s in picture.series])
        legend = Content.assemble((picture.title, "bold"), "   ", drawn.legend)
        found += [Static(legend, markup=False, classes="legend"), drawn]
    return [*found, _tables(sheet)]


def _tables(sheet: Sheet) -> Static:
    # Without the title: the screen has it.
    lines = list(text_lines(sheet, definitions=False))[1:]
    return Static(Content("\n".join(lines)), markup=False, classes="tables")
