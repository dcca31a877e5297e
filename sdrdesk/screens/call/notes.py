"""The notes pane of a call: qualification slots and earlier notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from sdrdesk.domain.outcome.qualification import Slot
from sdrdesk.widgets.paragraphs import Paragraph, Paragraphs

_LABEL_CELLS = 11


class NotesPane(VerticalScroll):
    """One line per slot; Enter goes to the next one."""

    def __init__(self, slots: Sequence[Slot], *, id: str, classes: str) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._slots = tuple(slots)
        self._others: dict[str, str] = {}
        """Answers of a call that began under another set: no field here, and not lost."""

    def compose(self) -> ComposeResult:
        """Lay out the slots and the notes."""
        widest = max((len(slot.label) for slot in self._slots), default=0)
        for slot in self._slots:
            with Horizontal(classes="slot"):
                label = Static(slot.label, markup=False, classes="slot-label")
                label.styles.width = max(_LABEL_CELLS, widest + 1)
                yield label
                yield Input(
                    id=f"slot-{slot.key}",
                    compact=True,
                    select_on_focus=False,
                    placeholder=slot.question,
                )
        yield Static("f fill in · ⏎ next · esc done", id="slots-hint", markup=False)
        yield Paragraphs(7, id="past-notes")

    @property
    def fields(self) -> list[Input]:
        """The fields of the slots, in order."""
        return [self._field(slot.key) for slot in self._slots]

    @property
    def values(self) -> dict[str, str]:
        """The values by slot, without empty ones."""
        typed = {slot.key: self._field(slot.key).value.strip() for slot in self._slots}
        return self._others | {key: text for key, text in typed.items() if text}

    @values.setter
    def values(self, qualify: Mapping[str, str]) -> None:
        for slot in self._slots:
            self._field(slot.key).value = qualify.get(slot.key, "")
        mine = {slot.key for slot in self._slots}
        self._others = {key: text for key, text in qualify.items() if key not in mine}

    def show_past(self, notes: Sequence[Paragraph]) -> None:
        """Show the notes of earlier calls."""
        self.query_one("#past-notes", Paragraphs).show(notes)

    def focus_first(self) -> None:
        """Focus the first empty slot."""
        fields = self.fields
        empty = next((field for field in fields if not field.value), fields[0] if fields else None)
        if empty is not None:
            empty.focus()

    def focus_after(self, field: Input) -> bool:
        """Focus the slot after ``field``; return False after the last."""
        fields = self.fields
        place = fields.index(field) + 1 if field in fields else len(fields)
        if place < len(fields):
            fields[place].focus()
        return place < len(fields)

    def _field(self, slot: str) -> Input:
        return self.query_one(f"#slot-{slot}", Input)
