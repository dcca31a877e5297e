"""What the next hours will break, and settling many leads at once before leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.screens.at_risk import text as travel_text
from sdrdesk.screens.lead.actions import LeadActs
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.lead.at_risk import TravelView
from sdrdesk.services.views.desk import StatusView, SyncEvent
from sdrdesk.widgets.lead_list import PAGE_ROWS, LeadList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine

USUAL_HOURS = 3
"""A train, a meeting with lunch, an afternoon."""
MOST_HOURS = 24


class TravelScreen(LeadActs):
    """Promises, SLAs and call windows that do not outlast the next hours, the soonest first."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# The hours ahead

Everything here breaks while you are away: a promise to call back, the SLA of a first call, a call
window that closes (of your best leads). The soonest is on top; times are yours.

Mark leads with space (ctrl+a: all), then one key settles them together; `.` does the same again to
the next ones. All of it works offline, goes out with the next sync, and one `u` takes back all
that one key did. `w` writes what you want to say first: the note of the next call begins with it
(`✎`).
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "mark", "mark", "travel.mark", "Mark the lead, or let it go", footer=True),
        key("z", "snooze", "snooze", "travel.snooze", "Let the leads rest", footer=True),
        key("n", "nurture", "nurture", "travel.nurture", "Put to nurture, no call", footer=True),
        key(
            "d",
            "disqualify",
            "disqualify",
            "travel.disqualify",
            "Disqualify without a call, with a reason",
            footer=True,
        ),
        key("w", "line", "first line", "travel.line", "Write the next call's line", footer=True),
        key("full_stop", "repeat", "repeat", "travel.repeat", "Do it again to these", footer=True),
        key("p", "pin", "pin", "travel.pin", "Pin for the next block, or let go"),
        key("e", "persona", "persona", "travel.persona", "Assign a persona, here and upstream"),
        key("s", "skip", "skip", "travel.skip", "Put aside for an hour"),
        key("ctrl+a", "mark_all", "mark all", "travel.mark_all", "Mark all leads, or let all go"),
        key("enter", "call", "call", "travel.call", "Call the lead under the cursor"),
        key("question_mark", "why", "why", "travel.why", "Why the lead is where it is"),
        key("o", "open", "open", "travel.open", "Open the lead: timeline, colleagues, numbers"),
        key("u", "undo", "undo", "travel.undo", "Take back what was done last, of all leads"),
        key("right_square_bracket", "hours(1)", "more", "travel.more", "Look an hour further"),
        key("left_square_bracket", "hours(-1)", "less", "travel.less", "Look an hour less far"),
        key("escape,q", "back", "back", "travel.back", "Let go of all marks, then leave"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._hours = USUAL_HOURS
        self._view: TravelView | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        yield SidesLine(id="title")
        yield SidesLine(id="state")
        yield NoticeLine(id="rule")
        yield LeadList(self.desk.now, id="leads")
        yield Static(id="empty", markup=False)
        yield NoticeLine(id="notice")
        yield Static(id="detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Read what breaks."""
        self.query_one(LeadList).focus()

    def on_screen_resume(self) -> None:
        """Catch up with what happened on other screens."""
        if self.place.said is not None:
            self.say(self.place.said)
            self.place.said = None
        self.load()

    def load(self, *, first: bool = False) -> None:  # noqa: ARG002 - the queue's alone
        """Read what breaks again; the cursor stays on its lead."""
        hours = self._hours
        self.read("travel.load", lambda: self.desk.travel(hours), self._show)
        self.read("travel.status", self.desk.status, self._show_status)

    def _show(self, view: TravelView) -> None:
        self._view = view
        now = self.desk.now()
        leads = self.query_one(LeadList)
        ids = [found.row.lead_id for found in view.rows]
        here, cursor = leads.lead_id, leads.cursor
        lines = [travel_text.line(found, now) for found in view.rows]
        pages = {
            start // PAGE_ROWS: lines[start : start + PAGE_ROWS]
            for start in range(0, len(lines), PAGE_ROWS)
        }
        leads.show_order(ids, pages, ids.index(here) if here in ids else cursor)
        self.set_class(not ids, "-empty")
        self.query_one("#empty", Static).update(
            f"Nothing breaks in the next {self._hours} h: no promise falls due, no SLA runs out, "
            "and no window of your best leads closes. ] looks further."
        )
        self.query_one("#title", SidesLine).left = status_text.title(
            "Hours ahead", f"· until {view.until.astimezone():%H:%M} · {travel_text.counts(view)}"
        )
        self.query_one(KeyLine).hints = hints_of(self)
        self._show_detail()

    def _show_status(self, status: StatusView) -> None:
        state = self.query_one("#state", SidesLine)
        state.left = status_text.state(status)
        state.right = status_text.who_and_when(status, self.desk.now())

    @on(LeadList.Moved)
    def _moved(self, event: LeadList.Moved) -> None:
        event.stop()
        self._show_detail()

    def _show_detail(self) -> None:
        here = self.here
        rows = self._view.rows if self._view else ()
        found = next((item for item in rows if item.row.lead_id == here), None)
        text = travel_text.detail(found) if found is not None else Content("")
        self.query_one("#detail", Static).update(text)

    def hear(self, event: SyncEvent) -> None:
        """Take in what a sync changed."""
        if event.changed:
            self.load()
        else:
            self.read("travel.status", self.desk.status, self._show_status)

    # -- keys -----------------------------------------------------------------------------------

    def action_hours(self, by: int) -> None:
        """Look further, or less far."""
        self._hours = max(1, min(MOST_HOURS, self._hours + by))
        self.load()

    def action_mark_all(self) -> None:
        """Mark all leads, or let all go."""
        self.query_one(LeadList).mark_all()

    def action_call(self) -> None:
        """Call the lead under the cursor."""
        if self.here:
            self.open_call(self.here)

    def action_back(self) -> None:
        """Let go of the marks, then leave."""
        leads = self.query_one(LeadList)
        if leads.marked:
            leads.unmark()
        else:
            self.dismiss()

    def action_nurture(self) -> None:
        """Put the leads to nurture without a call."""
        self._settle(Flag.NURTURE, "put to nurture")

    def action_disqualify(self) -> None:
        """Disqualify the leads without a call, with a reason."""
        self._settle(Flag.WITHOUT_CALL, "disqualified")

    def _settle(self, flag: Flag, said: str) -> None:
        outcome = next((item for item in self.desk.outcomes() if item.is_(flag)), None)
        chosen = self.chosen
        if outcome is None:
            self.say(Content("Your team has no outcome for that."))
        elif chosen and outcome.reasons:
            from sdrdesk.screens.at_risk.triage import ReasonModal

            def then(reason: str | None) -> None:
                if reason is not None:
                    self._record(outcome, chosen, reason, said)

            self.app.push_screen(ReasonModal(self.place, outcome, len(chosen)), then)
        elif chosen:
            self._record(outcome, chosen, "", said)

    def _record(self, outcome: Disposition, chosen: Sequence[str], reason: str, said: str) -> None:
        told = set[str]()

        def settle(lead_id: str) -> None:
            entry = Entry(outcome.key, self.desk.now(), reason=reason, without_call=True)
            problem = self.desk.dispose(lead_id, entry).problem
            if problem and problem not in told:  # the same for each lead: once is enough
                told.add(problem)
                self.app.notify(problem, severity="warning", timeout=10, markup=False)

        label = f": {outcome.reason_label(reason)}" if reason else ""
        self.act(chosen, settle, f"{said}{label}")

    def action_persona(self) -> None:
        """Assign a persona to the leads."""
        from sdrdesk.screens.forms.persona import PersonaModal

        chosen = self.chosen

        def then(persona: str | None) -> None:
            if persona is not None:
                said = f"set to {persona}" if persona else "left to the rules again"
                self.act(chosen, lambda lead_id: self.desk.set_persona(lead_id, persona), said)

        def ask(personas: Sequence[str]) -> None:
            self.app.push_screen(PersonaModal(self.place, personas, ""), then)

        if chosen:
            self.read("travel.personas", self.desk.personas, ask)

    def action_line(self) -> None:
        """Write the first line of the next call of the leads."""
        from sdrdesk.screens.at_risk.triage import LineModal

        chosen = self.chosen
        rows = self._view.rows if self._view else ()
        lines = {found.row.lead_id: found.first_line for found in rows}

        def then(text: str | None) -> None:
            if text is not None:
                said = f"begins with: {text}" if text else "has no first line any more"
                many = f"begin with: {text}" if text else "have no first line any more"
                write = self.desk.set_first_line
                self.act(chosen, lambda lead_id: write(lead_id, text), said, many)

        if chosen:
            self.app.push_screen(LineModal(self.place, lines.get(chosen[0], "")), then)
