"""Typing during a call: the note and the qualification slots, saved as they type."""

from __future__ import annotations

from textual import on
from textual.content import Content
from textual.widgets import Input, TextArea

from sdrdesk.domain.text.humanize import plural
from sdrdesk.screens.call.base import CallBase
from sdrdesk.services.views.call import CallView
from sdrdesk.widgets.note_field import LONGEST, NoteField

_SAVE_AFTER_S = 0.3
"""From the first key typed to the journal; at most a second may be lost."""


class WritingInCall(CallBase):
    """Keeps what is typed."""

    def _fill(self) -> None:
        with self.prevent(Input.Changed, TextArea.Changed):
            if self._note.text != self.session.note:
                self._note.load_text(self.session.note)
                self._note.move_cursor(self._note.document.end)
            self._panes.notes.values = self.session.qualify

    def _restore_note(self, call: CallView) -> None:
        """Fill in the note and slots of the outcome that was undone."""
        undone, self._undone = self._undone, None
        untouched = call.note == call.first_line and not call.qualify
        if undone is not None and undone.lead_id == call.lead_id and untouched:
            self.session.note = undone.note or call.note
            self.session.qualify = dict(undone.qualify)
            self._save_soon()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._panes.show_script()
        self._keep_text()

    @on(TextArea.Changed)
    def _noted(self, event: TextArea.Changed) -> None:
        event.stop()
        self._keep_text()

    @on(NoteField.Full)
    def _full(self, event: NoteField.Full) -> None:
        event.stop()
        left_out = f"{event.left_out:,} {plural(event.left_out, 'character')} left out"
        words = f"! The note is full ({LONGEST:,} characters): {left_out}."
        self.say(Content.styled(words, "$text-warning"))

    def _keep_text(self) -> None:
        self._take_text()
        if self.session.call is not None:
            self._save_soon()

    def _take_text(self) -> None:
        self.session.note = self._note.text
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
        if not self._panes.notes.focus_after(event.input):
            self._panes.take_keys()

    def action_facts(self) -> None:
        """Fill the qualification slots."""
        if self.session.call is not None:
            self._panes.fill_notes()
