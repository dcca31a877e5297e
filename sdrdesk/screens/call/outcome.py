"""How the call went: recorded, shown before it is recorded, or taken back; then the next lead."""

from __future__ import annotations

from pathlib import PurePath

from textual.content import Content
from textual.widgets import Input

from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.outcome.validation import needs_more
from sdrdesk.screens.call.dial import DialledCall
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import key_name
from sdrdesk.services.desk.call_session import Opened, open_lead, same_lead
from sdrdesk.services.views.desk import Disposed, Handed, Undone
from sdrdesk.widgets.lines import NoticeLine
from sdrdesk.widgets.outcome_bar import OutcomeBar


class SettledCall(DialledCall):
    """Ends calls with an outcome and goes on."""

    def __init__(self, place: Workplace, lead_id: str, *, resumed: bool) -> None:
        super().__init__(place, lead_id, resumed=resumed)
        self._keys = {outcome.hotkey: outcome for outcome in self.desk.outcomes()}

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
        from sdrdesk.screens.forms.outcome_form import OutcomeForm

        def then(filled: Entry | None) -> None:
            if filled is not None and saves:
                self._record(filled)

        if self._opened is not None:
            form = OutcomeForm(self.place, self._opened.lead, outcome, entry, saves=saves)
            self.app.push_screen(form, then)

    def _preview(self, outcome: Disposition, entry: Entry) -> None:
        from sdrdesk.screens.forms.dialogs import PreviewModal

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
        self.place.settled_at = self.desk.now()
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
        if self.is_typing:
            # Elsewhere this key takes back what was typed: nobody means a call of before by it.
            undo = key_name(self.place.keymap.get("call.undo", "ctrl+z"))
            self._say(Content(f"esc leaves the text; then {undo} takes the last outcome back."))
            return
        from sdrdesk.screens.forms.undo import take_back

        here = self._hand.lead_id

        def then(undone: Undone) -> None:
            self._say(Content(("✓ " if undone.clean else "! ") + undone.message))
            if self._call is None:
                self._taken_back = undone if undone.leads == 1 else None
                # Of many leads none is the one to go back to.
                self._open(undone.lead_id if undone.leads == 1 else here)
            else:
                self._settle()

        self._changing = True
        take_back(self, "call.undo", then, self._settle)


def recorded_text(done: Disposed) -> Content:
    """Return what was recorded and until when undo leaves no trace."""
    until = f"{done.undo_until.astimezone():%H:%M:%S}"
    return Content.assemble(
        ("✓ ", "$text-success"),
        (done.label, "bold"),
        f" · {done.lead_name} · undo without a trace until {until}",
    )
