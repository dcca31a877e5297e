"""From a lead that is ready to a call that is on: which lead, which number, which phone."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Input

from sdrdesk.screens.call import text
from sdrdesk.screens.call.journal import JournalledCall
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.services.desk.call_session import Opened, open_lead
from sdrdesk.services.views.desk import (
    CallView,
    Dialled,
    PracticeView,
    StatusView,
    SyncEvent,
    Undone,
)
from sdrdesk.widgets.lines import NoticeLine

CATCH_UP_S = 0.05
LOOK_AHEAD_S = 5.0
"""How often the lead after this one is chosen anew. See ``services.queue.next_lead.GOOD_FOR``."""


class DialledCall(JournalledCall):
    """Opens leads, starts calls and dials."""

    def __init__(self, place: Workplace, lead_id: str, *, resumed: bool) -> None:
        super().__init__(place, lead_id)
        self._start_at_once = True
        self._resumed = resumed
        self._taken_back: Undone | None = None
        """The outcome that was taken back last: what was written with it is written again."""

    def on_mount(self) -> None:
        """Open the lead."""
        self.set_interval(0.5, self._tick)
        self.set_interval(LOOK_AHEAD_S, self._look_ahead)
        self._open(self._hand.lead_id)

    # -- a lead comes up --------------------------------------------------------------------------

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
        # Once it is painted: the next lead does not wait for counts, nor for who comes after it.
        self.set_timer(CATCH_UP_S, self._catch_up)
        if self._start_at_once:
            self._start_at_once = False
            self._begin()
        else:
            self._settle()

    def _catch_up(self) -> None:
        lead_id = self._hand.lead_id

        def ask() -> StatusView:
            self.desk.outcome.look_ahead(lead_id)  # first: the outcome's key may come soon
            return self.desk.status.view()

        self.read("call.status", ask, self._show_status)

    def _look_ahead(self) -> None:
        """Choose the lead after this one: an outcome's key must not wait for that."""
        lead_id = self._hand.lead_id
        if self._opened is not None and self.is_on_top:
            self.read("call.ahead", lambda: self.desk.outcome.look_ahead(lead_id), lambda _: None)

    def hear(self, event: SyncEvent) -> None:
        """Choose anew after what a sync brought."""
        super().hear(event)
        if event.changed:
            self._look_ahead()

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

    # -- the call begins --------------------------------------------------------------------------

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
            lambda: self.desk.call.start(lead_id, number),
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
        self._write_again(call)
        if self._resumed and (call.note or call.qualify):
            self._say(Content("Back in the call you were in; nothing is lost."))
        again, self._resumed = self._resumed, False
        self._panes.show_script()
        self._tick()
        if self._status is not None and self._status.block is not None:
            # A call ends a pause of the block.
            self.read("call.status", lambda: self.desk.status.view(), self._show_status)
        lead_id, number = call.lead_id, call.number
        if not again:  # a call that was cut off was dialled already
            self.read("call.dial", lambda: self.desk.phone.dial(lead_id, number), self._dialled)
        self.read(
            "call.practice", lambda: self.desk.phone.practice(lead_id, number), self._practise
        )

    def action_talk(self) -> None:
        """Let the clock tell how long somebody has been on the line; again takes it back."""
        if self._call is None:
            return
        talking = self._call.talking_at is None
        self.write("call.talk", lambda: self.desk.call.talk(talking), self._talking)

    def _talking(self, call: CallView | None) -> None:
        if call is not None and self._call is not None and call.lead_id == self._call.lead_id:
            self._hand.call = self._call._replace(talking_at=call.talking_at)
            self._tick()

    def _write_again(self, call: CallView) -> None:
        back, self._taken_back = self._taken_back, None
        fresh = call.note == call.first_line and not call.qualify
        if back is not None and back.lead_id == call.lead_id and fresh:
            self._fill(back.note or call.note, dict(back.qualify))
            self._save_soon()

    def _dialled(self, answer: Dialled) -> None:
        if answer.how == "clipboard":
            self.app.copy_to_clipboard(answer.number)
        if answer.failed:
            self._say(Content.styled(f"! {answer.said}", "$text-warning"))
        elif answer.said:
            self._say(Content(answer.said))

    def _practise(self, view: PracticeView | None) -> None:
        if view is not None:
            said = text.practice(view)
            self._answer(said)  # whole, until another answer or esc; and in short for longer
            self.query_one("#rule", NoticeLine).say(said, 60)

    # -- numbers ----------------------------------------------------------------------------------

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
        self.app.copy_to_clipboard(self._hand.keys)
        self._say(Content(f"Copied {self._hand.keys}"))
