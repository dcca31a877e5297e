"""At risk in the next hours, and settling many leads at once before leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

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
from sdrdesk.screens.at_risk.triage import ReasonModal, opening_note, other_reason
from sdrdesk.screens.forms.person_actions import person_keys
from sdrdesk.screens.forms.persona import PersonaModal
from sdrdesk.screens.lead.actions import LeadActions
from sdrdesk.screens.lead.plan import ask_moment, mark_by
from sdrdesk.screens.log.rep import teams_of
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import EARLIER, LATER, key
from sdrdesk.services.lead.at_risk import AtRiskRow, AtRiskView
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.lead_line import LeadLine
from sdrdesk.widgets.lead_list import PAGE_ROWS, LeadList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.still_text import StillText

_USUAL_HOURS = 3
_MOST_HOURS = 336
_RENEW_EVERY_S = 60
"""Times are shown by the minute."""


class _Loaded(NamedTuple):
    """The leads at risk with the rows to paint first."""

    view: AtRiskView
    pages: dict[int, list[AtRiskRow]]
    """By the place of their first row."""
    cursor: int
    named: bool
    """True if the end is a moment that the rep named, and has not come yet."""


class AtRiskScreen(LeadActions):
    """Callbacks, SLAs and calling windows that end in the next hours, the soonest first."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# At risk

Callbacks, SLAs of first calls and calling windows of all your leads that end while you are away.
The soonest is on top; times are yours. `G` looks ahead to a moment: "tomorrow 18:00 Lisbon".

Mark leads with space (ctrl+a: all, `&`: all "whose window closes before I land"), then one key
settles them together; `R` does the same to the next ones. All of it works offline and goes out
with the next sync; one `u` undoes all that one key did. `W` writes an opening note for the next
call (`✎`).
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
        key("G", "plan", "until", "travel.plan", "Look ahead to a moment: tomorrow 18:00 Lisbon"),
        key(
            "ampersand", "mark_by", "mark all …", "travel.mark_by",
            "Mark all that meet a condition: window closes before I land",
        ),
        key("enter", "call", "call", "travel.call", "Call the lead under the cursor"),
        key("question_mark", "why", "why", "travel.why", "Explain the lead's place"),
        key("o", "open", "open", "travel.open", "Open the lead: timeline, colleagues, numbers"),
        key("u,ctrl+z", "undo", "undo", "travel.undo", "Undo the last action, for all its leads"),
        key("ctrl+y", "redo", "redo", "travel.redo", "Redo what was undone"),
        key(LATER, "hours(1)", "more", "travel.more", "An hour more"),
        key(EARLIER, "hours(-1)", "less", "travel.less", "An hour less"),
        key("P", "whose", "whose", "travel.whose", "All of your queue, or those of a team"),
        *person_keys("travel"),
        key("escape,q", "back", "back", "travel.back", "Unmark all, then leave"),
    ]  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._hours = _USUAL_HOURS
        self._until: datetime | None = None
        """A moment the rep named, ``None`` for hours from now."""
        self._whose = 0
        self._teams: list[tuple[str, str]] = [("", "")]
        """Value and name of each team that ``P`` shows; the first is everybody."""
        self._view: AtRiskView | None = None
        self._rows: dict[str, AtRiskRow] = {}
        """The rows read so far, by lead."""
        self._to_top = False
        """True if the list that is being read is shown from its top."""

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        yield SidesLine(id="title")
        yield SidesLine(id="state", whole=True)
        yield NoticeLine(id="rule")
        yield LeadList(self.desk.now, id="leads")
        yield StillText(id="empty", markup=False)
        yield NoticeLine(id="notice")
        yield StillText(id="detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Focus the list."""
        leads = self.query_one(LeadList)
        leads.focus()
        self.every(1, leads.beat)
        self.every(_RENEW_EVERY_S, self._renew)
        self.read("travel.teams", lambda: teams_of(self.desk), self._teams.extend)

    def on_screen_resume(self) -> None:
        """Catch up with other screens."""
        self.resume()

    def clock_jumped(self, jump: ClockJump) -> None:  # noqa: ARG002 - the base class's signature
        """Read what is at risk now."""
        self._renew(hidden=True)

    def _renew(self, *, hidden: bool = False) -> None:
        """Read again: windows close and promises come due on their own."""
        leads = self.query_one(LeadList)
        self._to_top = leads.cursor == 0 and not leads.marked
        if hidden or self.is_on_top:
            self.load()

    def load(self, *, first: bool = False) -> None:  # noqa: ARG002 - the queue's alone
        """Read the leads at risk again; the cursor stays on its lead."""
        hours, named, leads = self._hours, self._until, self.query_one(LeadList)
        team = self._teams[self._whose][0]
        here, cursor = ("", 0) if self._to_top else (leads.lead_id, leads.cursor)

        def ask() -> _Loaded:
            now = self.desk.now()
            later = named is not None and named > now
            until = named if named and later else now + timedelta(hours=hours)
            whose = self.desk.log.members(team) if team else None
            view = self.desk.at_risk.ahead(until, whose)
            ids = view.ids
            place = ids.index(here) if here in ids else min(cursor, max(0, len(ids) - 1))
            page = place // PAGE_ROWS
            starts = [number * PAGE_ROWS for number in {max(0, page - 1), page}]
            pages = {x: self.desk.at_risk.rows(view, x, x + PAGE_ROWS) for x in starts}
            return _Loaded(view, pages, place, later)

        self.read("travel.load", ask, self._show)
        self.read("travel.status", lambda: self.desk.status.view(), self.show_state)

    def _show(self, loaded: _Loaded) -> None:
        view, now = loaded.view, self.desk.now()
        self._view, self._to_top, self._rows = view, False, {}
        leads = self.query_one(LeadList)
        pages = {start // PAGE_ROWS: self._lines(rows) for start, rows in loaded.pages.items()}
        leads.show_order(view.ids, pages, loaded.cursor)
        self.set_class(not view.leads, "-empty")
        moment = at_risk_text.moment(view.until, now)
        until = f"until {moment}" if loaded.named else f"in the next {self._hours} h"
        self.query_one("#empty", Static).update(
            f"Nothing due {until}: no callback, no SLA, no closing window. ] looks further ahead."
        )
        span = f"until {moment}" if loaded.named else f"next {self._hours} h to {moment}"
        span += f" · {self._teams[self._whose][1]}" if self._whose else ""
        self.query_one("#title", SidesLine).left = status_text.title(
            "At risk", f"· {span}: {at_risk_text.counts(view)}"
        )
        self.query_one(KeyLine).hints = hints_of(self)
        self._show_detail()

    def _lines(self, rows: Sequence[AtRiskRow]) -> list[LeadLine]:
        self._rows |= {found.row.lead_id: found for found in rows}
        now = self.desk.now()
        return [at_risk_text.line(found, now) for found in rows]

    @on(LeadList.PageWanted)
    def _fetch_page(self, event: LeadList.PageWanted) -> None:
        event.stop()
        view, leads = self._view, self.query_one(LeadList)
        if view is None:
            return

        def then(rows: list[AtRiskRow]) -> None:
            leads.put_page(event.turn, event.first, self._lines(rows))
            self._show_detail()

        group = f"travel.page.{event.first}"
        self.read(group, lambda: self.desk.at_risk.rows(view, event.first, event.after), then)

    @on(LeadList.Moved)
    def _moved(self, event: LeadList.Moved) -> None:
        event.stop()
        self._show_detail()

    def _show_detail(self) -> None:
        found = self._rows.get(self.here)
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
        if self._until is not None:
            left_h = (self._until - self.desk.now()) / timedelta(hours=1)
            self._hours, self._until = round(left_h), None
        self._hours = max(1, min(_MOST_HOURS, self._hours + by))
        self.load()

    def action_whose(self) -> None:
        """Show all leads of the queue, or those of the next team."""
        if len(self._teams) == 1:
            self.say(Content("No teams are named in team.toml."))
            return
        self._whose = (self._whose + 1) % len(self._teams)
        self.load()

    def action_plan(self) -> None:
        """Look ahead to a moment in words."""

        def then(moment: datetime | None) -> None:
            self._until = moment
            self.load()

        ask_moment(self, "Look ahead until …", then)

    def action_mark_by(self) -> None:
        """Mark all leads that meet conditions in words."""
        if self._view is not None:
            mark_by(self, self._view.ids, landing=self._view.until)

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
        chosen = self.chosen
        before = self._rows[chosen[0]].first_line if chosen and chosen[0] in self._rows else ""

        def then(text: str | None) -> None:
            if text is not None:
                said = f'Opening note "{text}"' if text else "Opening note removed"
                write = self.desk.decisions.set_first_line
                self.act(chosen, lambda lead_id: write(lead_id, text), said)

        if chosen:
            self.app.push_screen(opening_note(self.place, before), then)
