"""The call screen: the lead, the script, the note, and one key per outcome; then the next lead.

A lead comes up ready; Enter starts the clock and the journal, an outcome key ends the call. So a
key pressed twice never records an outcome for a lead that was not called. ``CallSession`` holds the
lead and the call; this screen draws it and runs its slow parts off the UI thread.
"""

from __future__ import annotations

from pathlib import PurePath

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.block.block import endings
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.outcome.validation import needs_more
from sdrdesk.screens.block.notice import show_over, tell_once
from sdrdesk.screens.call import keys, text
from sdrdesk.screens.call.panes import CallPanes
from sdrdesk.screens.call.phone import answer, dial, practise, report_meeting
from sdrdesk.screens.shell import lead_text
from sdrdesk.screens.shell.auto_start import AutoStart
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of, key_name
from sdrdesk.screens.shell.key_queue import KeysMayGo
from sdrdesk.screens.shell.keys import outcome_letters
from sdrdesk.services.desk.call_session import CallSession, OpenedLead, Recorded
from sdrdesk.services.views.desk import CallView, StatusView, SyncEvent, Undone
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.outcome_bar import OutcomeBar

_SAVE_AFTER_S = 0.3
"""From the first key typed to the journal; at most a second may be lost."""
_CATCH_UP_S = 0.05
_LOOK_AHEAD_S = 5.0
"""How often the next lead is chosen again. See ``services.queue.next_lead.GOOD_FOR``."""
_NEWS_AFTER_S = 1.0
"""From an event of the sync to the state line: several in a row are read once, and counting must
not delay an outcome key."""


class CallScreen(DeskScreen):
    """One lead, from ready to recorded, and then the next."""

    CSS_PATH = "screen.tcss"
    HELP = keys.HELP
    BINDINGS = keys.BINDINGS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - as Textual declares it

    def __init__(self, place: Workplace, lead_id: str, *, resumed: bool = False) -> None:
        super().__init__(place)
        self.session = CallSession(self.desk, lead_id)
        self._outcomes = {outcome.hotkey: outcome for outcome in self.desk.outcomes()}
        self._status: StatusView | None = None
        self._first = True
        """Whether the lead is the one the screen was opened for: its call starts at once."""
        self._resumed = resumed
        self._undone: Undone | None = None
        """The outcome undone last: its note is filled in again."""
        self._changing = False
        """Whether the lead or the call is being changed off the UI thread: keys typed meanwhile are
        meant for the result, and wait for it."""
        self._recording = False
        """Whether an outcome is being recorded, with the note."""
        self._save_due = self._news_due = False
        if place.auto_start is None:
            place.auto_start = AutoStart(self.desk.auto_start_s())
        self._auto = place.auto_start
        self._auto.hold()

    def compose_body(self) -> ComposeResult:
        """Lay out the call."""
        yield SidesLine(id="title")
        yield SidesLine(id="state")
        yield NoticeLine(id="rule")
        yield CallPanes(tuple(self.desk.qualify_slots()), id="all-panes")
        yield Static(id="answer", markup=False)
        with Horizontal(id="note-line"):
            yield Static(">", id="prompt", markup=False)
            yield Input(id="note", compact=True, select_on_focus=False)
        yield NoticeLine(id="notice")
        yield OutcomeBar(self.desk.outcomes(), id="outcomes")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Open the lead."""
        self.set_interval(0.5, self._tick)
        self.set_interval(_LOOK_AHEAD_S, self._look_ahead)
        self._open(self.session.lead_id)

    @property
    def _panes(self) -> CallPanes:
        return self.query_one(CallPanes)

    @property
    def _note(self) -> Input:
        return self.query_one("#note", Input)

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
            self._choose(outcome)
        elif event.character.isdigit():
            event.stop()
            if self.session.opened is not None:
                answer(self, text.objection(self.session.opened.script, event.character))

    @property
    def holds_keys(self) -> bool:
        """Whether keys wait for the lead or the call to change."""
        return self._changing

    def _release_keys(self) -> None:
        self._changing = False
        self.post_message(KeysMayGo())

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
        if session.opened is not None and self.is_on_top:
            lead, status = session.opened.lead, self._status
            block = status.block if status else None
            title, state = self.query_one("#title", SidesLine), self.query_one("#state", SidesLine)
            title.left = text.title_left(lead)
            title.right = text.title_right(
                session.call, now, block, self.size.width, starts_in_s, self.place.settled_at
            )
            state.left = text.state_left(lead, session.number_text, now)
            if status is not None:
                state.right = text.state_right(lead, status, now)
            self.query_one(KeyLine).banner = lead_text.fresh_banner(
                self.place.fresh, now, chosen=session.next_lead_id
            )
            rule = self.query_one("#rule", NoticeLine)
            show_over(self, rule, block, "call.block f6")
            if session.call is None and not self._changing:
                tell_once(self, rule, block, "call.block f6")
        if starts_in_s == 0 and not self._changing:
            self._start()

    def _set_ready(self, ready: bool) -> None:
        # Not ``disabled``, which would style every field again between two calls.
        for field in self.query(Input):
            field.can_focus = not ready
        if ready and self.is_typing:
            self.set_focus(None)
        self._note.placeholder = "" if ready else "note (⏎ to write; goes with the outcome)"
        label = "start" if ready else "note"
        self.query_one(KeyLine).hints = tuple(
            hint._replace(label=label) if hint.action == "screen.start" else hint
            for hint in hints_of(self)
        )

    def _fill(self) -> None:
        with self.prevent(Input.Changed):
            self._note.value = self.session.note
            self._panes.notes.values = self.session.qualify

    # -- a lead comes up ------------------------------------------------------------------------

    def _open(self, lead_id: str) -> None:
        self._changing = True
        self.read("call.open", lambda: self.session.open(lead_id), self._show)

    def _show(self, opened: OpenedLead) -> None:
        self._auto.hold()
        self.session.take(opened)
        self._recording = False
        answer(self, None)
        self.query_one("#rule", NoticeLine).hush()
        if not self._first:
            self._fill()
            self._set_ready(True)
        self._panes.open(opened.lead, opened.script, self.desk.now())
        self._tick()
        # After painting: the next lead does not wait for counts, nor for the lead after it.
        self.set_timer(_CATCH_UP_S, self._catch_up)
        if self._first:
            self._first = False
            self._start()
        else:
            self._release_keys()

    def _catch_up(self) -> None:
        lead_id = self.session.lead_id

        def ask() -> StatusView:
            self.desk.outcome.look_ahead(lead_id)  # first: an outcome key may come soon
            return self.desk.status.view()

        self.read("call.status", ask, self._show_status)

    def _look_ahead(self) -> None:
        """Choose the next lead, so that an outcome key does not wait for it."""
        lead_id = self.session.lead_id
        if self.session.opened is not None and self.is_on_top:
            self.read("call.ahead", lambda: self.desk.outcome.look_ahead(lead_id), lambda _: None)

    def action_fresh(self) -> None:
        """Open the lead that converted just now, or call it after this call."""
        fresh = self.place.fresh
        if fresh is None:
            return
        if self.session.call is None:
            self.place.fresh = None
            self._open(fresh.lead_id)
        else:
            self.session.call_next(fresh.lead_id)
            self._tick()

    def action_number(self) -> None:
        """Use the lead's next number now, or after this call's outcome."""
        self._auto.hold()
        session = self.session
        if session.opened is None:
            return
        if session.call is None:
            session.step_number()
            self._tick()
            return
        session.step_next_number()
        number = session.next_number
        self.say(
            Content(f"After this outcome, the same lead at {session.display(number)}")
            if number
            else Content("No other number: the next lead after this outcome.")
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
            self._start()

    def _start(self) -> None:
        self._auto.hold()
        self._changing = True
        self.write("call.start", self.session.start, self._started, lambda: self._set_ready(True))

    def _started(self, call: CallView) -> None:
        self._release_keys()
        session = self.session
        if not session.began(call):
            if not call.mine:
                self.say(Content.styled("! Another window is on this call.", "$text-warning"))
            return
        self._set_ready(False)
        self._restore_note(call)
        self._fill()
        if self._resumed and (call.note or call.qualify):
            self.say(Content("Back in your call; nothing is lost."))
        again, self._resumed = self._resumed, False
        self._panes.show_script()
        self._tick()
        if self._status is not None and self._status.block is not None:
            self._read_status()  # a call resumes a paused block
        if not again:  # an interrupted call was dialled already
            dial(self, call)
        practise(self, call)

    def _restore_note(self, call: CallView) -> None:
        """Fill in the note and slots of the outcome that was undone."""
        undone, self._undone = self._undone, None
        untouched = call.note == call.first_line and not call.qualify
        if undone is not None and undone.lead_id == call.lead_id and untouched:
            self.session.note = undone.note or call.note
            self.session.qualify = dict(undone.qualify)
            self._save_soon()

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

    # -- note and slots -------------------------------------------------------------------------

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._take_text()
        if event.input.id != "note":
            self._panes.show_script()
        if self.session.call is not None:
            self._save_soon()

    def _take_text(self) -> None:
        self.session.note = self._note.value
        self.session.qualify = self._panes.notes.values

    def _save_soon(self) -> None:
        if not self._save_due:
            self._save_due = True
            self.set_timer(_SAVE_AFTER_S, self._save)

    def _save(self) -> None:
        self._save_due = False
        session = self.session
        if session.call is None or self._recording:
            return
        note, qualify = session.note, session.qualify
        self.write("call.save", lambda: session.save(note, qualify))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "note" or not self._panes.notes.focus_after(event.input):
            self._panes.take_keys()

    def action_facts(self) -> None:
        """Fill the qualification slots."""
        if self.session.call is not None:
            self._panes.fill_notes()

    # -- the outcome ----------------------------------------------------------------------------

    def action_outcome(self, key: str) -> None:
        """Record an outcome by its key, ask for what it needs, or preview it."""
        self._choose(self._outcome(key))

    def _outcome(self, key: str) -> Disposition:
        return next(outcome for outcome in self._outcomes.values() if outcome.key == key)

    def _choose(self, outcome: Disposition) -> None:
        opened = self.session.opened
        if opened is None or self._recording:
            return
        bar = self.query_one(OutcomeBar)
        previews, bar.armed = bar.armed, False
        if self.session.call is None and not outcome.is_(Flag.WITHOUT_CALL) and not previews:
            self.say(Content.assemble(("⏎", "bold $accent"), " starts the call first."))
            return
        self._take_text()
        entry = self.session.entry(outcome)
        if needs_more(outcome, entry):
            from sdrdesk.screens.forms.outcome_form import OutcomeForm

            def then(filled: Entry | None) -> None:
                if filled is not None and not previews:
                    self._record(outcome, filled)

            form = OutcomeForm(self.place, opened.lead, outcome, entry, saves=not previews)
            self.app.push_screen(form, then)
        elif previews:
            from sdrdesk.screens.forms.dialogs import PreviewModal

            self.app.push_screen(PreviewModal(self.place, self.session.lead_id, outcome, entry))
        else:
            self._record(outcome, entry)

    def action_preview(self) -> None:
        """Make the next outcome key show a preview instead of recording, or undo that."""
        bar = self.query_one(OutcomeBar)
        bar.armed = not bar.armed
        words = "Press an outcome to preview it; nothing is recorded. esc cancels."
        self.say(Content(words if bar.armed else ""))

    def _record(self, outcome: Disposition, entry: Entry) -> None:
        self._recording = self._changing = True
        session = self.session
        self.write(
            "call.record", lambda: session.record(outcome, entry), self._recorded, self._failed
        )

    def _failed(self) -> None:
        self._recording = False
        self._save()

    def _recorded(self, recorded: Recorded) -> None:
        done, opened = recorded
        place = self.place

        def said() -> Content:
            return text.recorded(done, self.desk.now())

        place.said, place.settled_at = said, self.desk.now()
        report_meeting(self, done)
        if self.session.next_lead_id or (place.fresh and place.fresh.lead_id == done.lead_id):
            place.fresh = None
        if opened is None:
            self.session.call = None
            self._release_keys()
            self.dismiss()
            return
        self._show(opened)
        self.say(said)
        self._auto.begin(self.desk.now())
        self._tick()
        if done.meeting_file:
            # On the rule: the lines above the keys are needed for the next lead.
            name = "/".join(PurePath(done.meeting_file).parts[-2:])
            self.query_one("#rule", NoticeLine).say(Content(f"Calendar file: {name}"), 10)

    def action_undo(self) -> None:
        """Undo the last outcome; when no call is on, its lead comes back up."""
        if self.is_typing:
            # In other programs this key undoes typing: do not undo an earlier call by it.
            undo = key_name(self.place.keymap.get("call.undo", "ctrl+z"))
            self.say(Content(f"esc finishes the note; then {undo} undoes the last outcome."))
            return
        from sdrdesk.screens.forms.undo import undo_last

        here = self.session.lead_id

        def then(undone: Undone) -> None:
            self.say(Content(("✓ " if undone.clean else "! ") + undone.message))
            if self.session.call is None:
                self._undone = undone if undone.leads == 1 else None
                # After undoing many leads, stay on this one.
                self._open(undone.lead_id if undone.leads == 1 else here)
            else:
                self._release_keys()

        self._changing = True
        undo_last(self, "call.undo", then, self._release_keys)

    # -- automatic start ------------------------------------------------------------------------

    @property
    def _may_start(self) -> bool:
        """Whether nothing needs the rep: no dialog, no pause, no block that could end."""
        block = self._status.block if self._status else None
        return (
            self.is_on_top
            and self.session.call is None
            and self.session.number_text != ""
            and (
                block is None
                or (
                    block.block.pause is None
                    and not endings(block.block, block.done, self.desk.now())
                )
            )
        )

    def on_screen_suspend(self) -> None:
        """Wait for Enter after a dialog above the lead."""
        self._auto.hold()

    def action_tab(self, by: int) -> None:
        """Go to the next or previous pane; a rep who reads is not interrupted by a call."""
        self._auto.hold()
        answer(self, None)
        self._panes.step(by)

    def action_pause(self) -> None:
        """Pause the automatic start, or resume it."""
        delay_s = self._auto.delay_s
        if not delay_s:
            self.say(Content("Enter starts each call; + starts the next ones automatically."))
            return
        self._auto.pause_or_resume(self.desk.now())
        self._say_pace(
            "Automatic start paused; space resumes it."
            if self._auto.paused
            else f"Calls start {delay_s} s after an outcome."
        )

    def action_pace(self, by_s: int) -> None:
        """Start the next calls later or sooner."""
        self._auto.change(by_s, self.desk.now())
        delay_s = self._auto.delay_s
        self._say_pace(
            f"The next call starts {delay_s} s after an outcome."
            if delay_s
            else "Only Enter starts the next call."
        )

    def _say_pace(self, words: str) -> None:
        if self.session.call is not None:
            self._auto.hold()
        self.say(Content(words))
        self._tick()

    # -- block, sync, leaving -------------------------------------------------------------------

    def action_block(self) -> None:
        """Start a call block, or open the running one."""
        from sdrdesk.screens.block.dialogs import open_block

        def then(said: Content) -> None:
            self.say(said)
            self._read_status()

        open_block(self, self._status.block if self._status else None, then)

    def hear(self, event: SyncEvent) -> None:
        """Update the state line and the next lead; lead, text and focus stay."""
        if not self._news_due:
            self._news_due = True
            self.set_timer(_NEWS_AFTER_S, self._read_status)
        if event.changed:
            self._look_ahead()

    def _read_status(self) -> None:
        self._news_due = False
        self.read("call.status", lambda: self.desk.status.view(), self._show_status)

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
            from sdrdesk.screens.forms.dialogs import LeaveModal

            self.app.push_screen(LeaveModal(self.place), self._leave)
        else:
            self._leave(True)

    def _leave(self, leave: bool | None) -> None:
        if not leave:
            return
        if self.session.call is not None:
            self.write("call.end", self.session.end)
        self.dismiss()
