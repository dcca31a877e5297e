"""Correcting an earlier outcome: which one, what it should have been, what changes, then Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import ReasonNeeded
from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.outcome.validation import needs_more
from sdrdesk.screens.forms.dialogs import preview_text
from sdrdesk.screens.forms.outcome_form import OutcomeForm
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ChoiceModal, TextModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.call import Corrected, OutcomeView
from sdrdesk.services.views.lead import LeadView
from sdrdesk.widgets.cells import shorten
from sdrdesk.widgets.note_field import NoteField

_NOTE = "note"
"""The choice that leaves the outcome as it is."""
_ROOM = 60
"""Cells for one outcome in the list."""

Done = Callable[[Corrected, Entry], None]


class WhichOutcomeModal(ChoiceModal):
    """Asks which of the rep's outcomes of a lead is to be corrected."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Correct", "which.choose", "Correct this outcome"),
    ]

    def __init__(self, place: Workplace, found: Sequence[OutcomeView]) -> None:
        options = [
            (item.activity_key, shorten(f"{item.when} · {item.label} {item.note}".strip(), _ROOM))
            for item in found
        ]
        super().__init__(place, "Correct which outcome of yours?", options, "↑↓ · ⏎ · esc back")


class RightOutcomeModal(ChoiceModal):
    """Asks what the outcome should have been."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Go on", "right.choose", "Go on with this outcome"),
    ]

    def __init__(
        self, place: Workplace, view: OutcomeView, outcomes: Sequence[Disposition]
    ) -> None:
        options = [(_NOTE, f"Still {view.label}: only the note")]
        options += [
            (outcome.key, outcome.label)
            for outcome in outcomes
            # The same once more only where it has a time or a reason that may be wrong.
            if outcome.key != view.disposition
            or needs_more(outcome, Entry(outcome.key, place.desk.now()))
        ]
        title = f"{view.label}, {view.lead_name}, {view.when}. It should be …"
        super().__init__(place, title, options, "↑↓ · ⏎ go on · esc back")


class NoteModal(DeskModal[str]):
    """Asks for the right note."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "save", "Go on", "right_note.save", "Go on with this note"),
    ]

    def __init__(self, place: Workplace, note: str) -> None:
        super().__init__(place)
        self._before = note

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        with VerticalScroll(classes="box"):
            yield head("The right note")
            yield NoteField(id="right-note")
            yield foot("\nctrl+s go on · esc back")

    def on_mount(self) -> None:
        """Start with the note there is."""
        field = self.query_one(NoteField)
        field.styles.height = 6
        field.text = self._before
        field.move_cursor(field.document.end)
        field.focus()

    def action_save(self) -> None:
        """Return the note."""
        self.dismiss(self.query_one(NoteField).text.strip())


class ConfirmCorrection(DeskModal[bool]):
    """Shows what a correction changes and what stays; Enter records it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Correct", "correct.save", "Record the correction"),
    ]

    def __init__(self, place: Workplace, planned: Corrected) -> None:
        super().__init__(place)
        self._planned = planned

    def compose(self) -> ComposeResult:
        """Lay out the changes."""
        planned = self._planned
        with VerticalScroll(classes="box"):
            yield head(f"Correct: {planned.before} → {planned.label}, {planned.lead_name}")
            yield Static(f"Will change in {CRM_NAME}", markup=False)
            yield Static(preview_text(planned.preview), markup=False)
            if planned.stays:
                yield Static("\nCannot be taken back, or stays by a rule", markup=False)
                stays = [Content.assemble(("! ", "$text-warning"), line) for line in planned.stays]
                yield Static(Content("\n").join(stays), markup=False)
            yield foot("\n⏎ correct it · esc leave it as it is")

    def action_save(self) -> None:
        """Record it."""
        self.dismiss(True)


def correct_of_lead(screen: DeskScreen, lead_id: str, done: Done) -> None:
    """Ask which outcome of a lead to correct, then correct it."""

    def ask(found: Sequence[OutcomeView]) -> None:
        if not found:
            screen.say(Content("You have recorded no outcome of this lead here."))
        elif len(found) == 1:
            correct_outcome(screen, found[0].activity_key, done)
        else:

            def then(chosen: str | None) -> None:
                if chosen is not None:
                    correct_outcome(screen, chosen, done)

            screen.app.push_screen(WhichOutcomeModal(screen.place, found), then)

    screen.read("correct.which", lambda: screen.desk.corrections.of_lead(lead_id), ask)


def correct_outcome(screen: DeskScreen, activity_key: str, done: Done) -> None:
    """Ask for the right outcome or note, show what changes, record it, then call ``done``."""
    _Correcting(screen, activity_key, done).begin()


class _Correcting:
    """The steps from the outcome to its correction."""

    def __init__(self, screen: DeskScreen, activity_key: str, done: Done) -> None:
        self._screen = screen
        self._key = activity_key
        self._done = done
        self._outcomes = screen.desk.outcomes()

    def begin(self) -> None:
        """Read the outcome and ask what it should have been."""
        corrections = self._screen.desk.corrections
        self._screen.read("correct.read", lambda: corrections.outcome(self._key), self._ask)

    def _ask(self, view: OutcomeView) -> None:
        def then(chosen: str | None) -> None:
            if chosen == _NOTE:
                self._ask_note(view)
            elif chosen is not None:
                self._ask_more(view, next(o for o in self._outcomes if o.key == chosen))

        self._screen.app.push_screen(
            RightOutcomeModal(self._screen.place, view, self._outcomes), then
        )

    def _ask_note(self, view: OutcomeView) -> None:
        def then(note: str | None) -> None:
            if note is not None:
                self._with_entry("", lambda entry: self._look(replace(entry, note=note)))

        self._screen.app.push_screen(NoteModal(self._screen.place, view.note), then)

    def _ask_more(self, view: OutcomeView, outcome: Disposition) -> None:
        desk = self._screen.desk

        def read() -> tuple[Entry, LeadView]:
            return desk.corrections.entry(self._key, outcome.key), desk.leads.view(view.lead_id)

        def ask(found: tuple[Entry, LeadView]) -> None:
            entry, lead = found
            if not needs_more(outcome, entry):
                self._look(entry)
                return

            def then(filled: Entry | None) -> None:
                if filled is not None:
                    self._look(filled)

            form = OutcomeForm(
                self._screen.place, lead, outcome, entry, saves=True, preview=self._lines
            )
            self._screen.app.push_screen(form, then)

        self._screen.read("correct.more", read, ask)

    def _lines(self, entry: Entry) -> Sequence[str]:
        try:
            planned = self._screen.desk.corrections.preview(self._key, entry)
        except ReasonNeeded:
            return ("A reason is asked for next.",)
        return (*planned.preview, *(f"! {line}" for line in planned.stays))

    def _with_entry(self, outcome: str, then: Callable[[Entry], None]) -> None:
        corrections = self._screen.desk.corrections
        self._screen.read("correct.entry", lambda: corrections.entry(self._key, outcome), then)

    def _look(self, entry: Entry, why: str = "") -> None:
        """Show what would change; a do-not-call that was sent needs a reason first."""

        def look() -> Corrected | ReasonNeeded:
            try:
                return self._screen.desk.corrections.preview(self._key, entry, why)
            except ReasonNeeded as needed:
                return needed

        def show(found: Corrected | ReasonNeeded) -> None:
            if isinstance(found, ReasonNeeded):
                self._ask_why(entry, found)
            else:
                self._confirm(entry, why, found)

        self._screen.read("correct.look", look, show)

    def _ask_why(self, entry: Entry, needed: ReasonNeeded) -> None:
        def then(why: str | None) -> None:
            if why is not None:
                self._look(entry, why)

        modal = TextModal(
            self._screen.place,
            f"Lift a do-not-call that {CRM_NAME} already has",
            "⏎ go on · esc leave it",
            question=f"Why may {needed.lead_name} be called again?",
        )
        self._screen.app.push_screen(modal, then)

    def _confirm(self, entry: Entry, why: str, planned: Corrected) -> None:
        corrections = self._screen.desk.corrections

        def then(yes: bool | None) -> None:
            if yes:
                self._screen.write(
                    "correct.record",
                    lambda: corrections.correct(self._key, entry, why, planned.stays),
                    lambda done: self._done(done, entry),
                )

        self._screen.app.push_screen(ConfirmCorrection(self._screen.place, planned), then)


def said(done: Corrected) -> Content:
    """Return the notice about a recorded correction."""
    change = done.label if done.before == done.label else f"{done.before} → {done.label}"
    return Content.assemble(("✓ ", "$text-success"), f"Corrected: {change}, {done.lead_name}")
