"""The call: who, what to say, and one key for how it went; then the next lead is on screen.

A lead comes up ready; Enter starts the clock (and the journal), an outcome key ends the call. So a
key hit twice can never dispose of a lead nobody called.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.disposition import Disposition, Flag
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.outcome import Entry
from sdrdesk.domain.outcome_needs import needs_more
from sdrdesk.screens import call_text, lead_text
from sdrdesk.screens.base import DeskScreen
from sdrdesk.screens.call_panes import CallPanes
from sdrdesk.screens.hints import hints_of
from sdrdesk.screens.keys import key
from sdrdesk.screens.keys_in_order import KeysMayGo
from sdrdesk.screens.workplace import Workplace
from sdrdesk.services.in_hand import InHand, Opened, open_lead, same_lead
from sdrdesk.services.views import (
    CallView,
    Dialled,
    Disposed,
    Handed,
    PracticeView,
    StatusView,
    SyncEvent,
    Undone,
)
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.outcome_bar import OutcomeBar

SAVE_AFTER_S = 0.3
"""From the first key typed to the journal; a second at most may be lost."""
WIDE = 120
"""Columns from which the three panes stand side by side."""


class CallScreen(DeskScreen):
    """One lead, from ready to recorded, and then the next."""

    CSS_PATH = "call.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]
    HELP = """\
# The call

`Enter` starts the call. One letter from the bottom lines records how it went, and the next lead
comes up, ready. While you type, letters are letters: `Esc` leaves the text, then the letter counts.

What you type is kept within a second, whatever happens to the machine or the window. It goes with
the outcome you choose next.

Numbers answer objections. `F2` and a letter show what an outcome would change at the CRM, without
recording anything.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "enter",
            "start",
            "start, note",
            "call.start",
            "Start the call, then write its note",
            footer=True,
        ),
        key("escape", "back", "back", "call.back", "Leave the text, then the call", footer=True),
        key("f", "facts", "facts", "call.facts", "Fill the qualification slots", footer=True),
        key("ctrl+z", "undo", "undo last", "call.undo", "Take back the last outcome", footer=True),
        key(
            "f2",
            "preview",
            "preview",
            "call.preview",
            "Show what an outcome changes upstream",
            footer=True,
        ),
        key("right", "tab(1)", "next pane", "call.next_tab", "Next of Script, Lead, Notes"),
        key(
            "left",
            "tab(-1)",
            "previous pane",
            "call.previous_tab",
            "Previous of Script, Lead, Notes",
        ),
        key(
            "full_stop",
            "number",
            "next number",
            "call.number",
            "Use the lead's next number; in a call, dial it after this outcome",
        ),
        key(
            "y",
            "copy",
            "copy number",
            "call.copy",
            "Copy the number to the clipboard, also over SSH",
        ),
        key("f6", "block", "block", "call.block", "Start, pause or end a call block"),
        key("n", "fresh", "new lead next", "call.fresh", "Take the fresh lead after this call"),
    ]

    def __init__(self, place: Workplace, lead_id: str, *, resumed: bool = False) -> None:
        super().__init__(place)
        self._hand = InHand(lead_id)
        self._start_at_once = True
        self._resumed = resumed
        self._status: StatusView | None = None
        self._changing = False
        """Whether the lead or the call is being changed, off the UI thread: what is typed
        meanwhile is meant for what comes, and waits for it."""
        self._recording = False
        self._save_due = False
        self._next = ""
        self._keys = {outcome.hotkey: outcome for outcome in self.desk.outcomes()}

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
        self._open(self._hand.lead_id)

    @property
    def _panes(self) -> CallPanes:
        return self.query_one(CallPanes)

    @property
    def _opened(self) -> Opened | None:
        return self._hand.opened

    @property
    def _call(self) -> CallView | None:
        return self._hand.call

    # -- opening a lead -------------------------------------------------------------------------

    @property
    def holds_keys(self) -> bool:
        """Whether keys wait for what the one before them set going."""
        return self._changing

    def _settle(self) -> None:
        self._changing = False
        self.post_message(KeysMayGo())

    def show_error(self, error: SdrDeskError) -> None:
        """Say it, and go on with the lead that is on screen."""
        super().show_error(error)
        self._settle()

    def _open(self, lead_id: str) -> None:
        self._changing = True
        self.read("call.open", lambda: open_lead(self.desk, lead_id), self._show)

    def _show(self, opened: Opened) -> None:
        self._hand.take(opened)
        self._recording = False
        self._answer(None)
        self.query_one("#rule", NoticeLine).hush()
        if not self._start_at_once:
            self._fill("", {})
            self._set_ready(True)
        self._panes.open(opened.lead, opened.script, self.desk.now())
        self._tick()
        # The next lead does not wait for the counts of the state line.
        self.read("call.status", self.desk.status, self._show_status)
        if self._start_at_once:
            self._start_at_once = False
            self._begin()
        else:
            self._settle()

    def _fill(self, note: str, qualify: dict[str, str]) -> None:
        field = self.query_one("#note", Input)
        with self.prevent(Input.Changed):
            field.value = note
            self._panes.notes.values = qualify

    def _set_ready(self, ready: bool) -> None:
        # Not ``disabled``, which would style every field anew between two calls.
        for field in self.query(Input):
            field.can_focus = not ready
        if ready and self.is_typing:
            self.set_focus(None)
        self.query_one("#note", Input).placeholder = (
            "" if ready else "note (⏎ to write; goes with the outcome)"
        )
        self._show_keys()

    def action_start(self) -> None:
        """Start the call; when it is on, write the note."""
        if self._call is not None:
            self.query_one("#note", Input).focus()
        elif self._opened is not None:
            self._begin()

    def _begin(self) -> None:
        self._changing = True
        lead_id, number = self._hand.lead_id, self._hand.number
        self.write(
            "call.start",
            lambda: self.desk.start_call(lead_id, number),
            self._started,
            lambda: self._set_ready(True),
        )

    def _started(self, call: CallView) -> None:
        self._settle()
        if call.lead_id != self._hand.lead_id:
            return
        if not call.mine:
            self._say(Content.styled("! Another window is on this call.", "$text-warning"))
            return
        self._hand.call = call
        self._set_ready(False)
        self._fill(call.note, dict(call.qualify))
        if self._resumed and (call.note or call.qualify):
            self._say(Content("Back in the call you were in; nothing is lost."))
        again, self._resumed = self._resumed, False
        self._panes.show_script()
        self._tick()
        if self._status is not None and self._status.block is not None:
            # A call ends a pause of the block.
            self.read("call.status", self.desk.status, self._show_status)
        lead_id, number = call.lead_id, call.number
        if not again:  # a call that was cut off was dialled already
            self.read("call.dial", lambda: self.desk.dial(lead_id, number), self._dialled)
        self.read("call.practice", lambda: self.desk.practice(lead_id, number), self._practise)

    def _dialled(self, answer: Dialled) -> None:
        if answer.how == "clipboard":
            self.app.copy_to_clipboard(answer.number)
        if answer.failed:
            self._say(Content.styled(f"! {answer.said}", "$text-warning"))
        elif answer.said:
            self._say(Content(answer.said))

    def _practise(self, view: PracticeView | None) -> None:
        if view is not None:
            said = call_text.practice(view)
            self._answer(said)  # whole, until another answer or esc; and in short for longer
            self.query_one("#rule", NoticeLine).say(said, 60)

    # -- drawing --------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self._opened is None or not self.is_current:
            return
        now = self.desk.now()
        lead = self._opened.lead
        title, state = self.query_one("#title", SidesLine), self.query_one("#state", SidesLine)
        title.left = call_text.title_left(lead)
        block = self._status.block if self._status else None
        title.right = call_text.title_right(
            self._call.started_at if self._call else None, now, block, self.size.width
        )
        state.left = call_text.state_left(lead, self._hand.number_text, now)
        if self._status is not None:
            state.right = call_text.state_right(lead, self._status, now)
        self.query_one(KeyLine).banner = lead_text.fresh_banner(
            self.place.fresh, now, chosen=self._next
        )

    def _show_keys(self) -> None:
        label = "start" if self._call is None else "note"
        self.query_one(KeyLine).hints = tuple(
            hint._replace(label=label) if hint.action == "screen.start" else hint
            for hint in hints_of(self)
        )

    def _say(self, text: Content) -> None:
        self.query_one("#notice", NoticeLine).say(text)

    def _answer(self, text: Content | None) -> None:
        # A class on the screen would style every widget of it anew, twice a call.
        self.query_one("#answer", Static).set_class(text is not None, "-said").update(
            text or Content("")
        )

    def letters(self) -> dict[str, str]:
        """Return the outcome letters and the numbers of objections: they come before any key."""
        outcomes = {letter: f"outcome {item.label}" for letter, item in self._keys.items()}
        return outcomes | dict.fromkeys("0123456789", "an objection")

    # -- keys -----------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Take outcome letters and objection numbers; text fields keep theirs to themselves."""
        if self.is_typing or event.character is None:
            return
        if event.character in self._keys:
            event.stop()
            self.action_outcome(self._keys[event.character].key)
        elif event.character.isdigit():
            event.stop()
            if self._opened is not None:
                self._answer(call_text.objection(self._opened.script, event.character))

    def action_tab(self, by: int) -> None:
        """Go to the next or previous pane."""
        self._answer(None)
        self._panes.step(by)

    def action_facts(self) -> None:
        """Fill the qualification slots."""
        if self._call is not None:
            self._panes.fill_notes()

    def action_number(self) -> None:
        """Use the next number that may be dialled: now, or after this call's outcome."""
        if self._opened is None:
            return
        if self._call is None:
            self._hand.step()
            self._tick()
            return
        self._hand.step_after()
        then = self._hand.then_number
        if then:
            self._next = ""
            self._say(Content(f"After this outcome the same lead: {self._hand.display(then)}"))
        else:
            self._say(Content("No other number: after this outcome the next lead."))

    def action_copy(self) -> None:
        """Copy the number to the clipboard."""
        self.app.copy_to_clipboard(self._hand.number)
        self._say(Content(f"Copied {self._hand.number}"))

    def action_preview(self) -> None:
        """Arm the outcome keys to show instead of record."""
        bar = self.query_one(OutcomeBar)
        bar.armed = not bar.armed
        self._say(
            Content("Press an outcome to see what it would change; nothing is recorded. esc ends.")
            if bar.armed
            else Content("")
        )

    def action_fresh(self) -> None:
        """Take the lead that converted just now: now when ready, else after this call."""
        if self.place.fresh is None:
            return
        lead_id = self.place.fresh.lead_id
        if self._call is None:
            self.place.fresh = None
            self._open(lead_id)
        else:
            self._next, self._hand.then_number = lead_id, ""
            self._tick()

    def action_block(self) -> None:
        """Start a call block; of one that runs, show how it goes, pause it or end it."""
        from sdrdesk.screens.block import open_block

        def then(said: Content) -> None:
            self._say(said)
            self.read("call.status", self.desk.status, self._show_status)

        open_block(self, self._status.block if self._status else None, then)

    def action_back(self) -> None:
        """Leave the text, then the answer, then the call."""
        bar = self.query_one(OutcomeBar)
        if self.is_typing:
            self._panes.take_keys()
        elif bar.armed:
            bar.armed = False
            self.query_one("#notice", NoticeLine).hush()
        elif self.query_one("#answer", Static).has_class("-said"):
            self._answer(None)
        elif self._call is not None and self._has_text:
            self._ask_before_leaving()
        else:
            self._leave()

    def _ask_before_leaving(self) -> None:
        from sdrdesk.screens.ask import LeaveModal

        def then(leave: bool | None) -> None:
            if leave:
                self._leave()

        self.app.push_screen(LeaveModal(self.place), then)

    def _leave(self) -> None:
        if self._call is not None:
            self.write("call.end", self.desk.end_call)
        self.dismiss()

    # -- the journal ----------------------------------------------------------------------------

    @property
    def _has_text(self) -> bool:
        typed = self.query_one("#note", Input).value.strip()
        line = self._call.first_line.strip() if self._call is not None else ""
        return bool((typed and typed != line) or self._panes.notes.values)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id != "note":
            self._panes.show_script()
        if self._call is not None and not self._save_due:
            self._save_due = True
            self.set_timer(SAVE_AFTER_S, self._save)

    @on(Input.Submitted)
    def _written(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "note" or not self._panes.notes.focus_after(event.input):
            self._panes.take_keys()

    def _save(self) -> None:
        self._save_due = False
        # While an outcome is being recorded the note is on its way with it.
        if self._call is None or self._opened is None or self._recording:
            return
        note, qualify = self.query_one("#note", Input).value, self._panes.notes.values
        script_id = self._opened.script.script_id
        self.write("call.save", lambda: self.desk.save_call(note, qualify, script_id))

    # -- outcomes -------------------------------------------------------------------------------

    def action_outcome(self, key: str) -> None:
        """Record an outcome, ask for what it needs, or show what it would change."""
        if self._opened is None or self._recording:
            return
        outcome = self._outcome(key)
        bar = self.query_one(OutcomeBar)
        if self._call is None and not outcome.is_(Flag.WITHOUT_CALL) and not bar.armed:
            self._say(Content.assemble(("⏎", "bold $accent"), " starts the call first."))
            return
        entry = self._entry(outcome)
        if needs_more(outcome, entry):
            self._open_form(outcome, entry, saves=not bar.armed)
        elif bar.armed:
            self._preview(outcome, entry)
        else:
            self._record(entry)
        bar.armed = False

    def _outcome(self, key: str) -> Disposition:
        return next(outcome for outcome in self._keys.values() if outcome.key == key)

    def _entry(self, outcome: Disposition) -> Entry:
        note = self.query_one("#note", Input).value.strip()
        return self._hand.entry(outcome, note, self._panes.notes.values, self.desk.now())

    def _open_form(self, outcome: Disposition, entry: Entry, *, saves: bool) -> None:
        from sdrdesk.screens.outcome_form import OutcomeForm

        def then(filled: Entry | None) -> None:
            if filled is not None and saves:
                self._record(filled)

        if self._opened is not None:
            form = OutcomeForm(self.place, self._opened.lead, outcome, entry, saves=saves)
            self.app.push_screen(form, then)

    def _preview(self, outcome: Disposition, entry: Entry) -> None:
        from sdrdesk.screens.ask import PreviewModal

        self.app.push_screen(PreviewModal(self.place, self._hand.lead_id, outcome, entry))

    def _record(self, entry: Entry) -> None:
        self._recording = self._changing = True
        hand, wanted, lead_id = self._hand, self._next, self._hand.lead_id
        outcome = self._outcome(entry.disposition)

        def act() -> tuple[Disposed, Opened | None]:
            done = self.desk.dispose(lead_id, entry)
            # The next lead is read in the same breath: it must be on screen at once.
            same = None if wanted else same_lead(self.desk, hand, outcome, entry.number)
            after = wanted or done.next_lead_id
            return done, same or (open_lead(self.desk, after) if after else None)

        self.write("call.record", act, self._recorded, self._not_recorded)

    def _not_recorded(self) -> None:
        self._recording = False
        self._save()

    def _recorded(self, answer: tuple[Disposed, Opened | None]) -> None:
        done, opened = answer
        said = recorded_text(done)
        self._tell_meeting(done)
        self.place.said = said
        self._hand.call = None
        if self._next or (self.place.fresh and self.place.fresh.lead_id == done.lead_id):
            self.place.fresh = None
        self._next = ""
        if opened is None:
            self._settle()
            self.dismiss()
            return
        self._show(opened)
        self._say(said)
        if done.meeting_file:
            # In the line and not above the keys, which the rep needs for the next lead already.
            name = "/".join(PurePath(done.meeting_file).parts[-2:])
            self.query_one("#rule", NoticeLine).say(Content(f"Calendar file: {name}"), 10)

    def _tell_meeting(self, done: Disposed) -> None:
        if done.problem:
            self.app.notify(done.problem, severity="warning", timeout=10, markup=False)
        if not done.meeting_file:
            return
        if self.desk.has_booking_page():
            lead_id = done.lead_id
            self.write("call.page", lambda: self.desk.open_booking_page(lead_id), self._page_opened)

    def _page_opened(self, answer: Handed) -> None:
        if answer.failed:
            self.app.notify(answer.said, severity="warning", markup=False)

    def action_undo(self) -> None:
        """Take back the last outcome; when no call is on, its lead comes back up."""

        def then(undone: Undone) -> None:
            self._say(Content(("✓ " if undone.clean else "! ") + undone.message))
            if self._call is None:
                self._open(undone.lead_id)
            else:
                self._settle()

        self._changing = True
        self.write("call.undo", self.desk.undo, then)

    # -- news -----------------------------------------------------------------------------------

    def hear(self, event: SyncEvent) -> None:  # noqa: ARG002 - any news may change the line
        """Keep the state line true; the lead, the text and the focus stay where they are."""
        self.read("call.status", self.desk.status, self._show_status)

    def _show_status(self, status: StatusView) -> None:
        self._status = status
        self._tick()


def recorded_text(done: Disposed) -> Content:
    """Return what was recorded and until when undo leaves no trace."""
    until = f"{done.undo_until.astimezone():%H:%M:%S}"
    return Content.assemble(
        ("✓ ", "$text-success"),
        (done.label, "bold"),
        f" · {done.lead_name} · undo without a trace until {until}",
    )
