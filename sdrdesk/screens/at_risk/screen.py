"""At risk in the next hours, and settling many leads at once before leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.catalog import OTHER, Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.at_risk import text as at_risk_text
from sdrdesk.screens.forms.person_actions import person_keys
from sdrdesk.screens.lead.actions import LeadActions
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.lead.at_risk import AtRiskView
from sdrdesk.services.views.desk import SyncEvent
from sdrdesk.widgets.lead_list import PAGE_ROWS, LeadList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine

_USUAL_HOURS = 3
_MOST_HOURS = 24
_RENEW_EVERY_S = 30.0


class AtRiskScreen(LeadActions):
    """Callbacks, SLAs and calling windows that end in the next hours, the soonest first."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# At risk

Callbacks, SLAs of first calls and calling windows of your best leads that end while you are away.
The soonest is on top; times are yours.

Mark leads with space (ctrl+a: all), then one key settles them together; `R` does the same to the
next ones. All of it works offline and goes out with the next sync; one `u` undoes all that one key
did. `W` writes an opening note for the next call (`✎`).
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "mark", "mark", "travel.mark", "Mark the lead, or unmark it", footer=True),
        key("z", "snooze", "snooze", "travel.snooze", "Snooze the leads", footer=True),
        key("l", "nurture", "nurture", "travel.nurture", "To nurture, without a call", footer=True),
        key(
            "d", "disqualify", "disqualify", "travel.disqualify",
            "Disqualify without a call, with a reason", footer=True,
        ),
        key(
            "W", "line", "opening note", "travel.line", "Opening note for the next call",
            footer=True,
        ),
        key("R", "repeat", "repeat", "travel.repeat", "Repeat the last on these", footer=True),
        key("p", "pin", "pin", "travel.pin", "Pin for the next block, or unpin"),
        key("e", "persona", "persona", "travel.persona", f"Set a persona, also in {CRM_NAME}"),
        key("s", "skip", "skip", "travel.skip", "Skip for an hour"),
        key("ctrl+a", "mark_all", "mark all", "travel.mark_all", "Mark all leads, or unmark all"),
        key("enter", "call", "call", "travel.call", "Call the lead under the cursor"),
        key("question_mark", "why", "why", "travel.why", "Why the lead is in this place"),
        key("o", "open", "open", "travel.open", "Open the lead: timeline, colleagues, numbers"),
        key("u,ctrl+z", "undo", "undo", "travel.undo", "Undo the last action, for all its leads"),
        key("ctrl+y", "redo", "redo", "travel.redo", "Redo what was undone"),
        key("right_square_bracket", "hours(1)", "more", "travel.more", "An hour more"),
        key("left_square_bracket", "hours(-1)", "less", "travel.less", "An hour less"),
        *person_keys("travel"),
        key("escape,q", "back", "back", "travel.back", "Unmark all, then leave"),
    ]  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._hours = _USUAL_HOURS
        self._view: AtRiskView | None = None
        self._to_top = False
        """Whether the list that is being read is shown from its top."""

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
        """Focus the list."""
        self.query_one(LeadList).focus()
        self.set_interval(_RENEW_EVERY_S, self._renew)

    def on_screen_resume(self) -> None:
        """Catch up with other screens."""
        self.resume()

    def clock_jumped(self, jump: ClockJump) -> None:  # noqa: ARG002 - the base class's signature
        """Read what is at risk now."""
        self._renew(hidden=True)

    def _renew(self, *, hidden: bool = False) -> None:
        """Read again: windows close and promises come due by themselves."""
        leads = self.query_one(LeadList)
        self._to_top = leads.cursor == 0 and not leads.marked
        if hidden or self.is_on_top:
            self.load()

    def load(self, *, first: bool = False) -> None:  # noqa: ARG002 - the queue's alone
        """Read the leads at risk again; the cursor stays on its lead."""
        hours = self._hours
        self.read("travel.load", lambda: self.desk.at_risk.ahead(hours), self._show)
        self.read("travel.status", lambda: self.desk.status.view(), self.show_state)

    def _show(self, view: AtRiskView) -> None:
        self._view = view
        now = self.desk.now()
        leads = self.query_one(LeadList)
        ids = [found.row.lead_id for found in view.rows]
        here, cursor = ("", 0) if self._to_top else (leads.lead_id, leads.cursor)
        self._to_top = False
        lines = [at_risk_text.line(found, now) for found in view.rows]
        pages = {
            start // PAGE_ROWS: lines[start : start + PAGE_ROWS]
            for start in range(0, len(lines), PAGE_ROWS)
        }
        leads.show_order(ids, pages, ids.index(here) if here in ids else cursor)
        self.set_class(not ids, "-empty")
        self.query_one("#empty", Static).update(
            f"Nothing due in the next {self._hours} h: no callback, no SLA, no closing window of "
            "your best leads. ] looks further ahead."
        )
        counts = at_risk_text.counts(view)
        self.query_one("#title", SidesLine).left = status_text.title(
            "At risk", f"· next {self._hours} h to {at_risk_text.moment(view.until, now)}: {counts}"
        )
        self.query_one(KeyLine).hints = hints_of(self)
        self._show_detail()

    @on(LeadList.Moved)
    def _moved(self, event: LeadList.Moved) -> None:
        event.stop()
        self._show_detail()

    def _show_detail(self) -> None:
        here = self.here
        rows = self._view.rows if self._view else ()
        found = next((item for item in rows if item.row.lead_id == here), None)
        text = at_risk_text.detail(found, self.desk.now()) if found is not None else Content("")
        self.query_one("#detail", Static).update(text)

    def hear(self, event: SyncEvent) -> None:
        """Load what a sync changed."""
        if event.changed:
            self.load()
        else:
            self.read("travel.status", lambda: self.desk.status.view(), self.show_state)

    # -- keys -----------------------------------------------------------------------------------

    def action_hours(self, by: int) -> None:
        """Look further ahead, or less far."""
        self._hours = max(1, min(_MOST_HOURS, self._hours + by))
        self.load()

    def action_mark_all(self) -> None:
        """Mark all leads, or unmark all."""
        self.query_one(LeadList).mark_all()

    def action_call(self) -> None:
        """Call the lead under the cursor."""
        if self.here:
            self.open_call(self.here)

    def action_back(self) -> None:
        """Unmark all, then leave."""
        leads = self.query_one(LeadList)
        if leads.marked:
            leads.unmark()
        else:
            self.dismiss()

    def action_nurture(self) -> None:
        """Put the leads to nurture without a call."""
        self._settle(Flag.NURTURE, "To nurture")

    def action_disqualify(self) -> None:
        """Disqualify the leads without a call, with a reason."""
        self._settle(Flag.WITHOUT_CALL, "Disqualified")

    def _settle(self, flag: Flag, said: str) -> None:
        outcome = next((item for item in self.desk.outcomes() if item.is_(flag)), None)
        chosen = self.chosen
        if outcome is None:
            self.say(Content("Your team has no outcome for that."))
        elif chosen and outcome.reasons:
            from sdrdesk.screens.at_risk.triage import ReasonModal, other_reason

            def then(reason: str | None) -> None:
                if reason == OTHER:
                    self.app.push_screen(other_reason(self.place, outcome), in_words)
                elif reason is not None:
                    self._record(outcome, chosen, reason, said)

            def in_words(words: str | None) -> None:
                if words:
                    self._record(outcome, chosen, f"{OTHER}: {words}", said)

            self.app.push_screen(ReasonModal(self.place, outcome, len(chosen)), then)
        elif chosen:
            self._record(outcome, chosen, "", said)

    def _record(self, outcome: Disposition, chosen: Sequence[str], reason: str, said: str) -> None:
        told = set[str]()

        def settle(lead_id: str) -> None:
            entry = Entry(outcome.key, self.desk.now(), reason=reason, without_call=True)
            problem = self.desk.outcome.record(lead_id, entry).problem
            if problem and problem not in told:  # once for all leads
                told.add(problem)
                self.app.notify(problem, severity="warning", timeout=10, markup=False)

        label = f" ({outcome.reason_label(reason.partition(':')[0])})" if reason else ""
        self.act(chosen, settle, f"{said}{label}")

    def action_persona(self) -> None:
        """Set the persona of the leads."""
        from sdrdesk.screens.forms.persona import PersonaModal

        chosen = self.chosen

        def then(persona: str | None) -> None:
            if persona is not None:
                said = f"Persona {persona}" if persona else "Persona inferred again"
                self.act(
                    chosen, lambda lead_id: self.desk.decisions.set_persona(lead_id, persona), said
                )

        def ask(personas: Sequence[str]) -> None:
            self.app.push_screen(PersonaModal(self.place, personas, ""), then)

        if chosen:
            self.read("travel.personas", lambda: self.desk.decisions.personas(), ask)

    def action_line(self) -> None:
        """Write the opening note for the next call of the leads."""
        from sdrdesk.screens.at_risk.triage import opening_note

        chosen = self.chosen
        rows = self._view.rows if self._view else ()
        lines = {found.row.lead_id: found.first_line for found in rows}

        def then(text: str | None) -> None:
            if text is not None:
                said = f'Opening note "{text}"' if text else "Opening note removed"
                write = self.desk.decisions.set_first_line
                self.act(chosen, lambda lead_id: write(lead_id, text), said)

        if chosen:
            self.app.push_screen(opening_note(self.place, lines.get(chosen[0], "")), then)
