"""The outcome of a call: record it, ask for what it needs, preview it, undo and redo it."""

from __future__ import annotations

from pathlib import PurePath

from textual.content import Content

from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.outcome.validation import needs_more
from sdrdesk.screens.call import text
from sdrdesk.screens.call.phone import report_meeting
from sdrdesk.screens.call.writing import WritingInCall
from sdrdesk.screens.forms.dialogs import PreviewModal
from sdrdesk.screens.forms.undo import redo_last, say_whole, undo_last
from sdrdesk.screens.shell.hints import key_name
from sdrdesk.services.desk.call_session import Recorded
from sdrdesk.services.views.call import Redone, Undone
from sdrdesk.widgets.lines import NoticeLine
from sdrdesk.widgets.outcome_bar import OutcomeBar


class OutcomeOfCall(WritingInCall):
    """Ends the call with an outcome."""

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
            self.say(text.START_FIRST)
            return
        self._take_text()
        entry = self.session.entry(outcome)
        if needs_more(outcome, entry, self.desk.qualification):
            from sdrdesk.screens.forms.outcome_form import OutcomeForm

            def then(filled: Entry | None) -> None:
                if filled is not None and not previews:
                    self._record(outcome, filled)
                else:
                    self._goes_on()

            if self.session.call is not None and not previews:
                self.session.asked_s = entry.duration_s  # the call is over, for the clock too
            form = OutcomeForm(self.place, opened.lead, outcome, entry, saves=not previews)
            self.app.push_screen(form, then)
            self._tick()
        elif previews:
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

    def _goes_on(self) -> None:
        self.session.asked_s = None
        self._tick()

    def _failed(self) -> None:
        self._recording = False
        self._goes_on()
        self._save()

    def _recorded(self, recorded: Recorded) -> None:
        done, opened = recorded
        place = self.place

        recorded_at = self.desk.now()

        def said() -> Content:
            now, released = self.desk.now(), place.released_at
            left = released is None or released < recorded_at
            return text.recorded(done, now, may_undo=left)

        place.said, place.settled_at = said, self.desk.now()
        place.called_last = done.lead_id
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
        if self._auto.delay_s:
            self._tick()
        if done.advice:
            advice = Content.styled(f"! {done.lead_name}: {done.advice}", "$text-warning")
            self.query_one("#rule", NoticeLine).say(advice, 10)
        if done.meeting_file:
            # On the rule: the lines above the keys are needed for the next lead.
            name = "/".join(PurePath(done.meeting_file).parts[-2:])
            self.query_one("#rule", NoticeLine).say(Content(f"Calendar file: {name}"), 10)
        self.paint()  # the rep waits for the next lead, and for nothing else that is due

    def action_undo(self) -> None:
        """Undo the last outcome; when no call is on, its lead comes back up."""
        if self.is_typing:
            # In other programs this key undoes typing: do not undo an earlier call by it.
            undo = key_name(self.place.keymap.get("call.undo", "ctrl+z"))
            self.say(Content(f"esc finishes the note; then {undo} undoes the last outcome."))
            return
        here = self.session.lead_id

        def then(undone: Undone) -> None:
            if self.session.call is not None:
                say_whole(self, undone.message, clean=undone.clean)
                if undone.clean and undone.activity_key:
                    # Its call goes on after this one.
                    self.place.reopen[undone.lead_id] = undone.activity_key
                    self.session.call_next(undone.lead_id)
                self._release_keys()
                return
            one = undone.leads == 1
            self._undone = undone if one else None
            self._resumed = undone.reopened
            self._first = undone.reopened
            if not undone.reopened:
                say_whole(self, undone.message, clean=undone.clean)
            # After undoing many leads, stay on this one.
            self._open(undone.lead_id if one else here)

        self._changing = True
        undo_last(self, "call.undo", then, self._release_keys)

    def action_redo(self) -> None:
        """Do again what was undone last, and go on as after it."""
        session, here = self.session, self.session.lead_id

        def then(redone: Redone) -> None:
            done = redone.done
            if done is None or (session.call is not None and done.lead_id != here):
                say_whole(self, redone.message)
                self._release_keys()
            elif done.next_lead_id is None:
                self._recorded(Recorded(done, None))
            else:
                following = done.next_lead_id
                self.read(
                    "call.open",
                    lambda: session.open(following),
                    lambda opened: self._recorded(Recorded(done, opened)),
                )

        self._changing = self._recording = True

        def left() -> None:
            self._recording = False
            self._release_keys()

        redo_last(self, "call.redo", then, left)
