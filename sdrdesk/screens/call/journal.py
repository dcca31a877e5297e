"""What the rep types in a call is kept as it is typed, whatever happens to the machine."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from sdrdesk.screens.call.layout import CallSheet
from sdrdesk.screens.shell.context import Workplace

SAVE_AFTER_S = 0.3
"""From the first key typed to the journal; a second at most may be lost."""


class JournalledCall(CallSheet):
    """Writes note and slots to the journal of the call in progress."""

    def __init__(self, place: Workplace, lead_id: str) -> None:
        super().__init__(place, lead_id)
        self._recording = False
        """Whether an outcome is being recorded: what was typed is on its way with it."""
        self._save_due = False

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
        if self._call is not None:
            self._save_soon()

    def _save_soon(self) -> None:
        if not self._save_due:
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
        self.write("call.save", lambda: self.desk.call.save(note, qualify, script_id))
