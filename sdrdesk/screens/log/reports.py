"""The team's reports: charts, then every number as a table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.reports.registry import Report, ReportName
from sdrdesk.services.reports.tables import text_lines
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
        key("U", "show('outcomes')", "outcomes", "report.outcomes", "Outcomes, by rep"),
        key("K", "show('scripts')", "scripts", "report.scripts", "Results by script"),
        key("left_square_bracket", "go(-1)", "earlier", "report.earlier", "As many days earlier"),
        key("right_square_bracket", "go(1)", "later", "report.later", "As many days later"),
        key("escape,q", "back", "back", "report.back", "Go back"),
    ]

    def __init__(
        self, place: Workplace, name: ReportName = "speed", last: date | None = None
    ) -> None:
        super().__init__(place)
        self._name: ReportName = name
        self._last = last or self._present_day()
        self._at = 1

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
        return self._last - timedelta(days=SPANS[self._at][1] - 1), self._last

    def load(self) -> None:
        """Read the report."""
        name, (first, last) = self._name, self.days
        self.query_one("#rule", NoticeLine).say(Content("counting …"))
        self.read("report.load", lambda: self.desk.reports.make(name, first, last), self._show)

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
        title.left = status_text.title(report.sheet.title, f"· {days}")
        title.right = Content(f"[ ] {SPANS[self._at][0]}")
        self.query_one("#rule", NoticeLine).hush()
        self.query_one(KeyLine).hints = hints_of(self)
        self.run_worker(self._fill(report), name="report.fill", group="report.fill", exclusive=True)

    def action_show(self, name: ReportName) -> None:
        """Show another report of the same days."""
        self._name = name
        self.load()

    def action_go(self, by: int) -> None:
        """Go one period earlier or later, at most to today."""
        wanted = self._last + timedelta(days=by * SPANS[self._at][1])
        self._last = min(wanted, self._present_day())
        self.load()

    def action_span(self) -> None:
        """Choose the next longer period, after the longest the shortest."""
        self._at = (self._at + 1) % len(SPANS)
        self.load()

    def action_define(self) -> None:
        """Show the definitions."""
        from sdrdesk.screens.log.definitions import DefinitionsModal

        self.app.push_screen(DefinitionsModal(self.place))

    def _present_day(self) -> date:
        return self.place.desk.now().astimezone().date()


def _parts(report: Report) -> list[Widget]:
    """Return the charts, then the tables."""
    found: list[Widget] = []
    for picture in report.pictures:
        if not any(any(series.values) for series in picture.series):
            continue
        drawn = BarPicture(picture.labels, [Bars(s.name, s.values) for s in picture.series])
        legend = Content.assemble((picture.title, "bold"), "   ", drawn.legend)
        found += [Static(legend, markup=False, classes="legend"), drawn]
    # Without the title: the screen has it.
    lines = list(text_lines(report.sheet, definitions=False))[1:]
    found.append(Static(Content("\n".join(lines)), markup=False, classes="tables"))
    return found
