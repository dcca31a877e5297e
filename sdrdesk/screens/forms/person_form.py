"""The form of a person's data: name, title, e-mail, numbers, company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.people.edit import EDIT_FIELDS, FIELD_LABELS, LONGEST
from sdrdesk.screens.shell.base import DeskModal, Result, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.lead.edits import Edited

_ECHO_AFTER_S = 0.1


class PersonForm(DeskModal[Result]):
    """Fields of a person, with what was understood below them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "field(1)", "Next field", "person.next_field", "Go to the next field"),
        key("up", "field(-1)", "Previous field", "person.previous_field", "Go to the field above"),
    ]
    TITLE_WORDS = ""
    FOOT_WORDS = ""

    def __init__(self, place: Workplace, values: Mapping[str, str]) -> None:
        super().__init__(place)
        self._values = values
        self._timer: Timer | None = None
        self._asked: dict[str, str] | None = None
        """The text of the echo under way; ``None`` when its answer is not wanted any more."""
        self._saving = False

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with VerticalScroll(classes="box"):
            yield head(self.TITLE_WORDS)
            for name, field in EDIT_FIELDS.items():
                with Horizontal(classes="field"):
                    label = f"{FIELD_LABELS[field]:<11}"
                    yield Static(Content.styled(label, "bold"), markup=False)
                    yield Input(
                        self._values.get(name, ""),
                        id=name,
                        compact=True,
                        max_length=LONGEST + 1,
                        select_on_focus=False,
                    )
            yield Static(id="understood", markup=False)
            yield foot(f"\n{self.FOOT_WORDS}")

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query_one(f"#{next(iter(EDIT_FIELDS))}", Input).focus()

    def given(self) -> dict[str, str]:
        """Return the fields that differ from what was filled in."""
        typed = {name: self.query_one(f"#{name}", Input).value for name in EDIT_FIELDS}
        return {name: text for name, text in typed.items() if text != self._values.get(name, "")}

    def understood(self, given: dict[str, str]) -> str:
        """Return what will be saved, in words. Blocks. Raises UsageError."""
        raise NotImplementedError

    def save(self, given: dict[str, str]) -> Result:
        """Save it. Blocks. Raises SdrDeskError."""
        raise NotImplementedError

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._asked = None  # an answer under way is about an earlier text
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_ECHO_AFTER_S, self._echo)

    def _echo(self) -> None:
        if not self.is_open or not self.is_on_top:
            return  # closed before the echo was due
        given = self._asked = self.given()

        def ask() -> Content:
            try:
                return Content(self.understood(given) if given else "")
            except UsageError as error:
                return Content.styled(f"! {error.what} {error.next_step}", "$text-warning")

        def then(echo: Content) -> None:
            if self._asked is given:
                self.query_one("#understood", Static).update(echo)

        self.read("person.echo", ask, then)

    def tell(self, words: Content) -> None:
        """Say something below the fields, until something else is typed."""
        self._asked = None
        if self._timer is not None:
            self._timer.stop()
        self.query_one("#understood", Static).update(words)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Save; what cannot be used stays in the form, with a message."""
        given = self.given()
        if self._saving:
            return
        if not given:
            self.dismiss(None)
            return
        self._saving = True

        def failed() -> None:
            self._saving = False

        def saved(result: Result) -> None:
            self.dismiss(result)

        self.write("person.save", lambda: self.save(given), saved, failed)

    def action_field(self, by: int) -> None:
        """Go to the next or previous field."""
        if by > 0:
            self.focus_next(Input)
        else:
            self.focus_previous(Input)


class EditForm(PersonForm[Edited]):
    """Corrects a person."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Save", "edit.save", f"Save, also in {CRM_NAME}"),
    ]
    TITLE_WORDS = "Edit this person"
    FOOT_WORDS = f"⏎ save, also in {CRM_NAME} · ↑↓ fields · esc back"

    def __init__(self, place: Workplace, lead_id: str, values: Mapping[str, str]) -> None:
        super().__init__(place, values)
        self._lead_id = lead_id

    def understood(self, given: dict[str, str]) -> str:
        """Return the changes in words."""
        made = self.desk.edits.plan(self._lead_id, given)
        return " · ".join((*(edit.words for edit in made.edits), *made.notes))

    def save(self, given: dict[str, str]) -> Edited:
        """Record the changes."""
        return self.desk.edits.edit(self._lead_id, given, seen=self._values)
