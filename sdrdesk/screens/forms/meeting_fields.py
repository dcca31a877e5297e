"""The fields of a hand-off: slots and note, and of a meeting also length and attendees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from sdrdesk.domain.outcome.qualification import Qualification
from sdrdesk.domain.outcome.types import Entry

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_LABEL, _WIDEST_LABEL = 12, 24
"""Cells of the column of labels, at least and at most."""


class MeetingFields(Vertical):
    """Labelled fields, filled in from the call and from earlier calls.

    Args:
        entry: the outcome so far.
        email: the lead's, the first attendee.
        slots: the questions the team qualifies leads by.
        known: slots filled in earlier calls.
        meets: whether there is a meeting, else it is a hand-off alone.
    """

    DEFAULT_CSS = """
    MeetingFields { height: auto; }
    MeetingFields Horizontal { height: 1; }
    MeetingFields Label { color: $foreground-muted; }
    MeetingFields Input { width: 1fr; }
    """

    def __init__(
        self,
        entry: Entry,
        email: str,
        slots: Qualification,
        known: Mapping[str, str],
        *,
        meets: bool = True,
    ) -> None:
        super().__init__()
        self._entry, self._meets = entry, meets
        said = {**known, **entry.qualify}
        self._questions = {f"slot-{slot.key}": slot.question for slot in slots.chosen.slots}
        # Of another set, only what an identifier can name; the hand-off note has the others too.
        others = (key for key in said if _KEY.fullmatch(key))
        keys = dict.fromkeys([*(key for key, _ in slots.pairs), *others])
        meeting = (
            ("minutes", "Minutes", str(entry.meeting_minutes)),
            ("attendees", "With", ", ".join(entry.attendees) or email),
        )
        self._rows = [
            *(meeting if meets else ()),
            *((f"slot-{key}", slots.label(key), said.get(key, "")) for key in keys),
        ]
        lines = entry.note.count("\n") + 1
        self._note_lines = f"{lines} lines, as you wrote them" if lines > 1 else ""
        if not self._note_lines:  # a field of one line would join the lines of a longer note
            self._rows.append(("note", "Note", entry.note))

    def compose(self) -> ComposeResult:
        """Lay out one line for each field."""
        widest = max((Content(label).cell_length for _, label, _ in self._rows), default=0)
        width = min(max(_LABEL, widest + 1), _WIDEST_LABEL)
        for name, label, value in self._rows:
            with Horizontal():
                head = Label(label, markup=False)
                head.styles.width = width
                yield head
                yield Input(
                    value,
                    id=name,
                    compact=True,
                    select_on_focus=False,
                    placeholder=self._questions.get(name, ""),
                )
        if self._note_lines:
            with Horizontal():
                head = Label("Note", markup=False)
                head.styles.width = width
                yield head
                yield Static(self._note_lines, markup=False)

    def applied_to(self, entry: Entry) -> Entry:
        """Return ``entry`` with the values of the fields; emptied slots are left out."""
        text = {name: self.query_one(f"#{name}", Input).value.strip() for name, _, _ in self._rows}
        slots = {n.removeprefix("slot-"): v for n, v in text.items() if n.startswith("slot-") and v}
        known = (entry.qualified_before or {}).items()
        before = {key: said for key, said in known if f"slot-{key}" not in text}
        entry = replace(entry, qualify=slots, qualified_before=before)
        entry = replace(entry, note=text.get("note", self._entry.note))
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
