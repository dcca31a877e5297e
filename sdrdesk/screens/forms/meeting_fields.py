"""The fields of a hand-off: slots and note, and of a meeting also length and attendees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from sdrdesk.domain.outcome.types import Entry

_LABEL, _WIDEST_LABEL = 12, 24
"""Cells of the column of labels, at least and at most."""


class MeetingFields(Vertical):
    """Labelled fields, filled in from the call and from earlier calls.

    Args:
        entry: the outcome so far.
        email: the lead's, the first attendee.
        slots: (slot, label) of the qualification framework.
        known: slots filled in earlier calls.
        meets: whether there is a meeting, else it is a hand-off alone.
        questions: by slot, shown in its empty field.
    """

    DEFAULT_CSS = """
    MeetingFields { height: auto; }
    MeetingFields Horizontal { height: 1; }
    MeetingFields Label { width: 12; color: $foreground-muted; }
    MeetingFields Input { width: 1fr; }
    """

    def __init__(
        self,
        entry: Entry,
        email: str,
        slots: Sequence[tuple[str, str]],
        known: Mapping[str, str],
        *,
        meets: bool = True,
        questions: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self._questions = questions
        self._entry, self._meets = entry, meets
        said = {**known, **entry.qualify}
        labels = dict(slots)
        meeting = (
            ("minutes", "Minutes", str(entry.meeting_minutes)),
            ("attendees", "With", ", ".join(entry.attendees) or email),
        )
        self._rows = [
            *(meeting if meets else ()),
            *((f"slot-{s}", labels.get(s, s), said.get(s, "")) for s in {**labels, **said}),
        ]
        lines = entry.note.count("\n") + 1
        self._note_lines = f"{lines} lines, as you wrote them" if lines > 1 else ""
        if not self._note_lines:  # a field of one line would join the lines of a longer note
            self._rows.append(("note", "Note", entry.note))

    def compose(self) -> ComposeResult:
        """Lay out one line for each field."""
        widest = max(cell_len(label) for _, label, _ in self._rows)
        for name, label, value in self._rows:
            with Horizontal():
                shown = Label(label, markup=False)
                shown.styles.width = min(max(_LABEL, widest + 1), _WIDEST_LABEL)
                yield shown
                asked = self._questions.get(name.removeprefix("slot-"), "")
                yield Input(value, id=name, compact=True, placeholder=asked, select_on_focus=False)
        if self._note_lines:
            with Horizontal():
                yield Label("Note", markup=False)
                yield Static(self._note_lines, markup=False)

    def applied_to(self, entry: Entry) -> Entry:
        """Return ``entry`` with the values of the fields; emptied slots are left out."""
        text = {name: self.query_one(f"#{name}", Input).value.strip() for name, _, _ in self._rows}
        slots = {n.removeprefix("slot-"): v for n, v in text.items() if n.startswith("slot-") and v}
        entry = replace(entry, qualify=slots, note=text.get("note", self._entry.note))
        if not self._meets:
            return entry
        return replace(
            entry,
            meeting_minutes=_minutes(text["minutes"], self._entry.meeting_minutes),
            attendees=(text["attendees"],),
        )


def _minutes(text: str, usual: int) -> int:
    """Return the minutes; 0, which is refused later, for a text that is not a number."""
    if not text:
        return usual
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
