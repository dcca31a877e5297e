"""The lead screen: timeline, colleagues and every number."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.place.dial_command import with_pause
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.call import text
from sdrdesk.screens.forms.correct import correct_of_lead, said
from sdrdesk.screens.forms.dialogs import ask_zone
from sdrdesk.screens.forms.duplicates import ask_duplicates
from sdrdesk.screens.forms.person_actions import PersonActions, person_keys
from sdrdesk.screens.forms.persona import ask_persona
from sdrdesk.screens.forms.undo import redo_last, say_whole, undo_last
from sdrdesk.screens.lead.why import WhyModal
from sdrdesk.screens.shell import lead_text, status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.screens.shell.looking import AGAIN_S, look_at
from sdrdesk.services.people.merge import Merged
from sdrdesk.services.views.call import Corrected, Redone, Undone
from sdrdesk.services.views.lead import LeadView
from sdrdesk.services.views.sync import StatusView, SyncEvent
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.paragraphs import Paragraphs

if TYPE_CHECKING:
    from sdrdesk.domain.outcome.types import Entry

_RENEW_EVERY_S = 30


class LeadScreen(PersonActions):
    """The lead with its timeline."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# The lead

The timeline shows everyone's activity, here and in the CRM, newest first. `…` is not sent yet, `!`
was refused (3 shows why).
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "call", "call", "lead.call", "Call this lead", footer=True),
        key(
            "I",
            "incoming",
            "incoming",
            "lead.incoming",
            "They are calling: take the call, nothing is dialled",
        ),
        key("escape,q", "back", "back", "lead.back", "Go back", footer=True),
        key("question_mark", "why", "why", "lead.why", "Explain its place", footer=True),
        key("T", "zone", "time zone", "lead.zone", "Set the time zone", footer=True),
        key("e", "persona", "persona", "lead.persona", f"Correct the persona, also in {CRM_NAME}"),
        key("u,ctrl+z", "undo", "undo", "lead.undo", "Undo the last action"),
        key("C", "correct", "correct", "lead.correct", "Correct an outcome of yours, or its note"),
        key("ctrl+y", "redo", "redo", "lead.redo", "Redo what was undone"),
        key("y", "copy", "copy number", "lead.copy", "Copy the number", footer=True),
        *person_keys("lead"),
        key(
            "D",
            "duplicates",
            "duplicates",
            "lead.dupes",
            f"Possible duplicates; merge one in {CRM_NAME}",
        ),
    ]

    def __init__(self, place: Workplace, lead_id: str) -> None:
        super().__init__(place)
        self._lead_id = lead_id
        self._lead: LeadView | None = None
        self._told = False
        """True if the rep has seen the comment on their call."""

    def compose_body(self) -> ComposeResult:
        """Lay out the lead."""
        yield SidesLine(id="title")
        yield SidesLine(id="state")
        yield NoticeLine(id="rule")
        with VerticalScroll(id="body"):
            yield Paragraphs(text.LABEL_CELLS, id="lead-text")
        yield NoticeLine(id="notice")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Read the lead."""
        self.query_one("#body").focus()
        self.every(_RENEW_EVERY_S, self.load)
        self.every(AGAIN_S, self._look, "in sight")

    def on_screen_resume(self) -> None:
        """Read the lead again, for example after a call."""
        self._look()
        self.load()

    def _look(self) -> None:
        look_at(self, self._lead_id)

    def clock_jumped(self, jump: ClockJump) -> None:  # noqa: ARG002 - the base class's signature
        """Read what is true now."""
        self.load()

    def hear(self, event: SyncEvent) -> None:
        """Read the lead again when the sync changed something, or a colleague took or left it."""
        if event.changed and self.is_on_top:
            self.load()

    def load(self) -> None:
        """Read the lead."""
        lead_id, desk = self._lead_id, self.desk
        self.read(
            "lead.load",
            lambda: (
                desk.leads.view(lead_id),
                desk.queue.standing(lead_id).rank,
                desk.queue.in_call().get(lead_id, ""),
                desk.status.view(),
            ),
            self._show,
        )

    def _show(self, answer: tuple[LeadView, int, str, StatusView]) -> None:
        lead, rank, held, status = answer
        self._lead = lead
        now = self.desk.now()
        title, state = self.query_one("#title", SidesLine), self.query_one("#state", SidesLine)
        title.left = text.title_left(lead, rank)
        title.right = lead_text.sla(lead.row, now)
        state.left = lead_text.place_and_number(lead, now)
        state.right = status_text.connection(status)
        if held:
            state.right = Content.styled(held, "$text-warning")
        self.query_one("#lead-text", Paragraphs).show(text.lead_pane(lead, now))
        self.query_one(KeyLine).hints = hints_of(self)
        if lead.row.comment and not self._told:
            self._told = True
            self.write("lead.told", lambda: self.desk.comments.told(lead.row.lead_id))

    @property
    def person_id(self) -> str:
        """The lead on screen."""
        return self._lead_id

    def person_changed(self) -> None:
        """Read the lead again."""
        self.load()

    def person_added(self, lead_id: str) -> None:
        """Open the person; back leads to this one."""
        self.app.push_screen(LeadScreen(self.place, lead_id))

    def action_call(self) -> None:
        """Call this lead."""
        from sdrdesk.screens.call.screen import CallScreen

        self.app.push_screen(CallScreen(self.place, self._lead_id))

    def action_incoming(self) -> None:
        """Take a call that came in from this lead."""
        from sdrdesk.screens.call.screen import CallScreen

        self.app.push_screen(CallScreen(self.place, self._lead_id, incoming=True))

    def action_why(self) -> None:
        """Show why it is in its place."""
        self.app.push_screen(WhyModal(self.place, self._lead_id))

    def action_zone(self) -> None:
        """Set the time zone."""
        ask_zone(self, self._lead_id, self.load)

    def action_persona(self) -> None:
        """Correct the persona."""
        ask_persona(self, self._lead_id, self.load)

    def action_duplicates(self) -> None:
        """Show possible duplicates, to merge one."""

        def then(done: Merged) -> None:
            self._lead_id = done.lead_id
            self.say(Content.assemble(("✓ ", "$text-success"), f"Merged: {done.name}"))
            self.load()

        ask_duplicates(self, self._lead_id, then)

    def action_correct(self) -> None:
        """Correct an outcome of yours, or its note."""

        def done(corrected: Corrected, _: Entry) -> None:
            self.say(said(corrected))
            self.place.kick()
            self.load()

        correct_of_lead(self, self._lead_id, done)

    def action_undo(self) -> None:
        """Undo the last action; the call of an outcome goes on."""
        from sdrdesk.screens.call.screen import CallScreen

        def then(undone: Undone) -> None:
            if undone.reopened:
                call = CallScreen(self.place, undone.lead_id, resumed=True, undone=undone)
                self.app.push_screen(call)
                return
            say_whole(self, undone.message, clean=undone.clean)
            self.load()

        undo_last(self, "lead.undo", then)

    def action_redo(self) -> None:
        """Do again what was undone last."""

        def then(redone: Redone) -> None:
            say_whole(self, redone.message)
            self.load()

        redo_last(self, "lead.redo", then)

    def action_copy(self) -> None:
        """Copy the number."""
        if self._lead is not None:
            row = self._lead.row
            self.app.copy_to_clipboard(with_pause(row.phone, row.extension))
