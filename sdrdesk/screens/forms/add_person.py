"""The form of a new person: looked up in the CRM before anybody is created."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.worker import Worker

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.forms.person_form import PersonForm
from sdrdesk.screens.shell.base import Work
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import MenuModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.people.add import AddedPerson
from sdrdesk.widgets.cells import MUTED


class AddForm(PersonForm[AddedPerson]):
    """Adds a person."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Add", "add.save", f"Look the person up in {CRM_NAME} and add them"),
    ]
    TITLE_WORDS = "Add a person"
    FOOT_WORDS = f"⏎ look up in {CRM_NAME}, then add · ↑↓ fields · esc back"

    def __init__(self, place: Workplace) -> None:
        super().__init__(place, {})

    def understood(self, given: dict[str, str]) -> str:
        """Return the number as it will be dialled."""
        new = self.desk.edits.new(given)
        return " · ".join((*new.numbers, new.email)).strip(" ·")

    def action_save(self) -> None:
        """Add the person; what was typed stays in the form until that is done."""
        given = self.given()
        if given and not self._saving:
            self._add(given, anyway=False)

    def _add(self, given: dict[str, str], *, anyway: bool) -> None:
        self._saving = True
        told = Content.styled(f"Looking the person up in {CRM_NAME} …", MUTED)
        self.tell(told)
        # Not ``write``: it waits for the network, and outcomes must not wait for it.
        work: Work = partial(self._run, given, anyway)
        _: Worker[None] = self.app.run_worker(
            work, name="person.add", group="person.add", exit_on_error=False
        )

    async def _run(self, given: dict[str, str], anyway: bool) -> None:
        people = self.desk.people
        try:
            added = await asyncio.to_thread(lambda: people.add(given, anyway=anyway))
        except SdrDeskError as error:
            self._saving = False
            self.show_error(error)
            if self.is_open:
                words = f"! {error.what} {error.next_step}"
                self.tell(Content.styled(words, "$text-warning"))
            return
        self._saving = False
        if not self.is_open:  # closed meanwhile
            if added.lead_id:
                said = "was added" if added.created else "is there already"
                self.app.notify(f"{added.name} {said}.", markup=False)
        elif added.alike:
            self._ask(given, added)
        else:
            self.dismiss(added)

    def _ask(self, given: dict[str, str], added: AddedPerson) -> None:
        """Ask about somebody else with the same number."""
        other = added.alike[0]
        name = f"{other.first_name} {other.last_name}".strip() or f"lead {other.lead_id}"

        def then(choice: str | None) -> None:
            if choice == "anyway":
                self._add(given, anyway=True)
            elif choice == "same":
                self.dismiss(AddedPerson(other.lead_id, name, created=False))

        options = [("same", f"The same person: open {name}"), ("anyway", "Somebody else: add them")]
        title = f"{name} has this number in {CRM_NAME}"
        self.app.push_screen(MenuModal(self.place, title, options), then)
