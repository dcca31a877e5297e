"""The call screen: the lead, the script, the note, and one key per outcome; then the next lead.

A lead comes up ready; Enter starts the clock and the journal, an outcome key ends the call. So a
key pressed twice never records an outcome for a lead that was not called. ``CallSession`` holds the
lead and the call; this screen draws it and runs its slow parts off the UI thread.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.block.dialogs import open_block
from sdrdesk.screens.block.notice import show_over, tell_once
from sdrdesk.screens.call import keys, text
from sdrdesk.screens.call.aside import SettingAside
from sdrdesk.screens.call.claim import ClaimOfCall
from sdrdesk.screens.call.outcomes import OutcomeOfCall
from sdrdesk.screens.call.pace import PaceOfCalls
from sdrdesk.screens.call.panes import CallPanes
from sdrdesk.screens.call.phone import PhoneTold, answer, dial, hear, practise
from sdrdesk.screens.forms.dialogs import LeaveModal
from sdrdesk.screens.forms.undo import say_whole
from sdrdesk.screens.shell import lead_text, offers
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import outcome_letters
from sdrdesk.screens.shell.looking import AGAIN_S, look_at
from sdrdesk.services.desk.call_session import OpenedLead
from sdrdesk.services.queue.next_lead import LOOK_EVERY_S
from sdrdesk.services.views.call import CallView
from sdrdesk.services.views.lead import LeadView
from sdrdesk.services.views.queue import Standing
from sdrdesk.services.views.sync import StatusView, SyncEvent
from sdrdesk.widgets.ages import counts_seconds
from sdrdesk.widgets.lines import KeyHint, KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.outcome_bar import OutcomeBar

if TYPE_CHECKING:
    from sdrdesk.services.feed.offers import OfferView

_CATCH_UP_S = 0.05
_NEWS_AFTER_S = 1.0
"""From an event of the sync to the state line: several in a row are read once, and counting must
not delay an outcome key."""

_NO_OTHER = "There is no other number to dial."


class CallScreen(OutcomeOfCall, SettingAside, PaceOfCalls, ClaimOfCall):
    """One lead, from ready to recorded, and then the next."""

    CSS_PATH = "screen.tcss"
    HELP = keys.HELP
    BINDINGS = keys.BINDINGS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - as Textual declares it

    def compose_body(self) -> ComposeResult:
        """Lay out the call."""
        yield SidesLine(id="title")
        yield SidesLine(id="state")
        yield NoticeLine(id="rule")
        yield CallPanes(self.desk.qualification.chosen.slots, id="all-panes")
        yield Static(id="answer", markup=False)
        yield NoticeLine(id="notice")
        yield OutcomeBar(self.desk.outcomes(), id="outcomes")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Open the lead."""
        self.every(1, self._beat, "in sight")
        self.every(LOOK_EVERY_S, self._look_ahead)
        self.every(AGAIN_S, self._look, "in sight")
        self._open(self.session.lead_id)

    # -- keys -----------------------------------------------------------------------------------

    def letters(self) -> dict[str, str]:
        """Return the outcome letters and objection numbers, which come before any binding."""
        return outcome_letters(self._outcomes.values())

    def on_key(self, event: events.Key) -> None:
        """Handle outcome letters and objection numbers outside of text fields."""
        if self.is_typing or event.character is None:
            return
        if outcome := self._outcomes.get(event.character):
            event.stop()
            event.prevent_default()
            self._choose(outcome)
        elif event.character.isdigit():
            event.stop()
            event.prevent_default()
            if self.session.opened is not None:
                answer(self, text.objection(self.session.opened.script, event.character))

    def explain_key(self, key: str, character: str) -> str:
        """Return what a key without a meaning here does, or the outcome it may be meant for."""
        outcome = self._outcomes.get(character.swapcase())
        if outcome is None:
            return super().explain_key(key, character)
        leave = " · Esc leaves the call" if key == "q" else ""
        return f"{outcome.hotkey} records {outcome.label}{leave}"

    def show_error(self, error: SdrDeskError) -> None:
        """Show it, and go on with the lead on screen."""
        super().show_error(error)
        self._release_keys()

    # -- drawing --------------------------------------------------------------------------------

    def _tick(self) -> None:
        now, session = self.desk.now(), self.session
        starts_in_s = self._auto.left_s(now)
        if starts_in_s is not None and not self._may_start:
            self._auto.hold()
            starts_in_s = None
        if session.opened is not None and self.is_open:
            self._draw_lines(session.opened.lead, now, starts_in_s)
        if session.opened is not None and self.is_on_top:
            block = self._status.block if self._status else None
            rule = self.query_one("#rule", NoticeLine)
            show_over(self, rule, block, "call.block f6")
            if not rule.standing.plain:
                rule.standing = lead_text.zone_conflict(session.opened.lead, now)
            if session.call is None and not self._changing:
                tell_once(self, rule, block, "call.block f6")
            self._show_keys()
        if starts_in_s == 0 and not self._changing:
            self._start(automatic=True)

    def _draw_lines(self, lead: LeadView, now: datetime, starts_in_s: int | None) -> None:
        """Draw clocks and ages, also below a form: the rep still reads them."""
        session, status = self.session, self._status
        title, state = self.query_one("#title", SidesLine), self.query_one("#state", SidesLine)
        title.left = text.title_left(lead, self._rank)
        title.right = self._clock(now, starts_in_s)
        if status is not None:
            state.right = text.state_right(lead, status, now)
        room = state.content_size.width - state.right.cell_length - 2
        state.left = text.state_left(lead, session.number_text, now, room)
        if status is not None:
            due_at = status.next_callback_at
            if due_at is not None and due_at <= now and due_at != self._due_read:
                self._due_read = due_at
                self._read_status()
                self._look_ahead()
        keys_line = self.query_one(KeyLine)
        keys_line.banner = offers.banner(self) or lead_text.fresh_banner(
            self.place.fresh, now, chosen=session.next_lead_id, opened=session.lead_id
        )
        lines = state.left, state.right, keys_line.banner
        self._by_second = any(counts_seconds(line.plain) for line in lines)
        if self._drawn_at and self._drawn_at != (drawn_at := text.minutes(lead, now)):
            self._drawn_at = drawn_at
            self.person_changed()  # the script says the age too

    def _clock(self, now: datetime, starts_in_s: int | None = None) -> Content:
        session, status = self.session, self._status
        return text.title_right(
            session.call,
            self._clock_at(now),
            status.block if status else None,
            self.size.width,
            starts_in_s,
            self.place.settled_at,
            starting=self._starting,
            length_s=session.ended_s,
        )

    def _set_ready(self, ready: bool) -> None:
        # Not ``disabled``, which would style every field again between two calls.
        for field in (*self._panes.notes.fields, self._note):
            field.can_focus = not ready
        if ready and self.is_typing:
            self.set_focus(None)
        self._note.placeholder = (
            "" if ready else "note (⏎ to write, esc when done; goes with the outcome)"
        )
        self._show_keys()

    def _show_keys(self) -> None:
        """Show the keys of the moment: ready, ringing, talking, or writing."""
        call, opened = self.session.call, self.session.opened
        talking = call is not None and call.talking_at is not None
        field = self.focused if self.is_typing else None
        moment: object = (call is None, talking, field, id(opened))
        if moment != self._keys_of:
            self._keys_of = moment
            self.query_one(KeyLine).hints = self._hints(call, opened)

    def _hints(self, call: CallView | None, opened: OpenedLead | None) -> tuple[KeyHint, ...]:
        if self.is_typing:
            return keys.WRITING if self._note.has_focus else keys.FILLING
        order = keys.READY if call is None else keys.TALKING if call.talking_at else keys.RINGING
        moment = order, self.focused  # a field takes some keys for itself
        if moment not in self._kept_hints:
            self._kept_hints[moment] = hints_of(self, self._outcomes, order=order, rest=False)
        hints = self._kept_hints[moment]
        if call is None:
            return hints
        renamed = {"screen.start": "note"}
        if call.talking_at is not None:
            renamed["screen.talk"] = "still ringing"
        hints = tuple(hint._replace(label=renamed.get(hint.action, hint.label)) for hint in hints)
        answers = opened is not None and text.has_objections(opened.script)
        at = order.split().index("1-9")
        return (*hints[:at], keys.ANSWERS, *hints[at:]) if answers else hints

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        self._show_keys()

    # -- a lead comes up ------------------------------------------------------------------------

    def _open(self, lead_id: str) -> None:
        self._changing = True
        self.read("call.open", lambda: self.session.open(lead_id), self._show)

    def _show(self, opened: OpenedLead) -> None:
        self._auto.hold()
        self.session.take(opened)
        self._recording = False
        self._rank, self._drawn_at = 0, text.minutes(opened.lead, self.desk.now())
        answer(self, None)
        self.query_one("#rule", NoticeLine).hush()
        if not self._first:
            self._incoming = False
            self._fill()
            self._set_ready(True)
        self._panes.open(opened.lead, opened.script, self.desk.now())
        self._tick()
        # After painting: the next lead does not wait for counts, nor for the lead after it.
        self.set_timer(_CATCH_UP_S, self._catch_up)
        if self._first or self.session.lead_id in self.place.reopen:
            self._first = False
            self._start()
        else:
            self._release_keys()

    def _look(self) -> None:
        look_at(self, self.session.lead_id)

    def _catch_up(self) -> None:
        self._look()
        lead_id, call = self.session.lead_id, self.session.call
        if self.session.opened is not None and self.session.opened.ahead:
            self.person_changed()

        def ask() -> tuple[OpenedLead | None, Standing, StatusView]:
            following = self.session.look_ahead()  # first: an outcome key may come soon
            return following, self.desk.queue.standing(lead_id), self.desk.status.view()

        def then(found: tuple[OpenedLead | None, Standing, StatusView]) -> None:
            following, standing, status = found
            self._prepare(following)
            self._show_standing(lead_id, standing)
            self._show_status(status)
            if status.block is not None and self.session.call is not call:
                self._read_status()  # a call that started meanwhile resumed a paused block

        self.read("call.status", ask, then)

    def _look_ahead(self) -> None:
        """Choose and lay out the next lead: an outcome key waits for neither. Rank again."""
        if self.session.opened is None or not self.is_on_top:
            return
        lead_id = self.session.lead_id

        def then(found: tuple[OpenedLead | None, Standing]) -> None:
            self._prepare(found[0])
            self._show_standing(lead_id, found[1])

        self.read(
            "call.ahead",
            lambda: (self.session.look_ahead(), self.desk.queue.standing(lead_id)),
            then,
        )

    def _prepare(self, following: OpenedLead | None) -> None:
        if following is not None:
            self._panes.prepare(following.lead, following.script, self.desk.now())

    def _show_standing(self, lead_id: str, standing: Standing) -> None:
        if lead_id == self.session.lead_id:
            self._rank = standing.rank
            self._warn(standing.in_call)
            self._tick()

    def action_fresh(self) -> None:
        """Open the lead that is offered or converted just now, or call it after this call."""
        if offers.take(self, self._next_is):
            return
        fresh = self.place.fresh
        if fresh is None:
            return
        if self.session.call is None:
            self.place.fresh = None
            self._open(fresh.lead_id)
        else:
            self.session.call_next(fresh.lead_id)
            self._tick()

    def _next_is(self, lead_id: str) -> None:
        """Open a lead that was taken, or call it after this call."""
        if self.session.call is None:
            self._open(lead_id)
        else:
            self.session.call_next(lead_id)
            self.say(Content("Yours now, and next after this call."))
            self._tick()

    def action_number(self) -> None:
        """Use the lead's next number now, or after this call's outcome."""
        self._auto.hold()
        session = self.session
        if session.opened is None:
            return
        if session.call is None:
            before = session.number
            session.step_number()
            self._tick()
            if session.number == before:
                self.say(Content(_NO_OTHER))
            return
        before = session.next_number
        session.step_next_number()
        number = session.next_number
        self.say(
            Content(f"After this outcome, the same lead at {session.display(number)}")
            if number
            else Content(
                "The next lead after this outcome."
                if before
                else "There is no other number to dial."
            )
        )

    def action_copy(self) -> None:
        """Copy the number to the clipboard."""
        self.app.copy_to_clipboard(self.session.dial_text)
        self.say(Content(f"Copied {self.session.dial_text}"))

    # -- the call -------------------------------------------------------------------------------

    def action_start(self) -> None:
        """Start the call; during the call, write the note."""
        if self.session.call is not None:
            self._note.focus()
        elif self.session.opened is not None:
            self._incoming = False  # also after an incoming one that was not taken after all
            self._start()

    def _start(self, *, anyway: bool = False, automatic: bool = False) -> None:
        self._auto.hold()
        self._changing = self._starting = True
        undone = self.place.reopen.pop(self.session.lead_id, "")
        number = self.session.number_like(self._caller) if self._incoming else ""

        def start() -> tuple[CallView, bool]:
            if self._incoming:
                return self.session.take_incoming(number, anyway=anyway), False
            again = self.desk.call.reopen(undone) if undone else None
            return again or self.session.start(anyway=anyway), again is not None

        def then(answer: tuple[CallView, bool]) -> None:
            self._release_keys()
            self._starting = False
            call, goes_on = answer
            if call.mine:
                self._incoming = False
                self._started(call, goes_on=goes_on)
            else:
                self._set_ready(True)
                self._is_taken(call, automatic=automatic)

        def failed() -> None:
            self._starting = self._incoming = False
            self._set_ready(True)

        self.write("call.start", start, then, failed)

    def action_incoming(self) -> None:
        """Take a call that came in from this lead: nothing is dialled."""
        if self.session.call is None and self.session.opened is not None:
            self._incoming = True
            self._start()

    def _started(self, call: CallView, *, goes_on: bool = False) -> None:
        session, undone = self.session, self._undone
        if not session.began(call):
            return
        self._set_ready(False)
        notice = self.query_one("#notice", NoticeLine)
        if notice.notice == text.START_FIRST:
            notice.hush()
        self._restore_note(call)
        self._fill()
        again, self._resumed = self._resumed or goes_on, False
        if undone is not None and undone.reopened:
            say_whole(self, undone.message)
        elif again and (call.note or call.qualify):
            self.say(Content("Back in your call; nothing is lost."))
        self._panes.show_script()
        self._tick()
        if self._status is not None and self._status.block is not None:
            self._read_status()  # a call resumes a paused block
        if call.incoming:
            return
        if not again:  # an interrupted call was dialled already
            dial(self, call)
        if undone is None:
            practise(self, call)

    def on_phone_told(self, told: PhoneTold) -> None:
        """Show what the phone says of the call."""
        hear(self, told, self.action_talk)

    def action_talk(self) -> None:
        """Start the talk time, or go back to ring time."""
        if self.session.call is None:
            return
        talking = self.session.call.talking_at is None
        self.write("call.talk", lambda: self.desk.call.talk(talking), self._talking)

    def _talking(self, now: CallView | None) -> None:
        call = self.session.call
        if now is not None and call is not None and now.lead_id == call.lead_id:
            self.session.call = call._replace(talking_at=now.talking_at)
            self._tick()

    def action_tab(self, by: int) -> None:
        """Go to the next or previous pane; a rep who reads is not interrupted by a call."""
        self._auto.hold()
        answer(self, None)
        self._panes.step(by)

    # -- block, sync, leaving -------------------------------------------------------------------

    def action_block(self) -> None:
        """Start a call block, or open the running one."""

        def then(said: Content) -> None:
            self.say(said)
            self._read_status()

        self._with_status(lambda status: open_block(self, status.block, then))

    def hear(self, event: SyncEvent) -> None:
        """Update the state line and the next lead; lead, text and focus stay."""
        if not self._news_due:
            self._news_due = True
            self.set_timer(_NEWS_AFTER_S, self._read_status)
        if event.changed:
            self._look_ahead()

    def _read_status(self) -> None:
        self._news_due = False

        def ask() -> tuple[StatusView, OfferView | None]:
            return self.desk.status.view(), offers.offered(self)

        def then(found: tuple[StatusView, OfferView | None]) -> None:
            self.place.offer = found[1]
            self._show_status(found[0])

        self.read("call.status", ask, then)

    def _show_status(self, status: StatusView) -> None:
        self._status = status
        self._tick()

    def action_back(self) -> None:
        """Leave the text, then the answer, then the call."""
        bar = self.query_one(OutcomeBar)
        if self.is_typing:
            self._panes.take_keys()
        elif bar.armed:
            bar.armed = False
            self.query_one("#notice", NoticeLine).hush()
        elif self.query_one("#answer", Static).has_class("-said"):
            answer(self, None)
        elif self.session.call is not None and self.session.has_text:
            self.app.push_screen(LeaveModal(self.place), self._leave)
        else:
            self._leave(True)

    def _leave(self, leave: bool | None) -> None:
        if not leave:
            return
        if self.session.call is not None:
            self.write("call.end", self.session.end)
        self.place.reopen.clear()  # a lead that is opened later is called again
        self.dismiss()
