"""Actions on the person on screen, on every screen that shows one: open, copy, edit, add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.place.dial_command import with_pause
from sdrdesk.screens.forms.undo import say_whole
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.keys import key

if TYPE_CHECKING:
    # Only types: they bring the sync engine and the numbering plans, and the queue has these keys.
    from sdrdesk.services.lead.edits import Edited
    from sdrdesk.services.lead.touches import Touched
    from sdrdesk.services.people.add import AddedPerson
    from sdrdesk.services.views.call import Handed
    from sdrdesk.services.views.lead import LeadView


def person_keys(screen: str) -> list[Binding]:
    """Return the bindings; ``screen`` is the first part of their ids."""
    return [
        key("O", "links", "open in …", f"{screen}.links",
            f"Open the lead in {CRM_NAME}, its website or LinkedIn"),
        key("Y", "copies", "copy …", f"{screen}.copies", "Copy a number, the e-mail or the name"),
        key("E", "edit", "edit", f"{screen}.edit",
            f"Correct name, title, e-mail, numbers, company, also in {CRM_NAME}"),
        key("J", "touch", "log a touch", f"{screen}.touch",
            "Log an e-mail, a message, a meeting in person or a note, without a call"),
        key("ctrl+e", "mail", "e-mail", f"{screen}.mail",
            "Write the follow-up e-mail; between two calls, to the person called last"),
        key("semicolon", "wait", "customer waits", f"{screen}.waits",
            "The customer asked to wait: the SLA rests, or runs again"),
        key("colon", "cadence", "cadence", f"{screen}.cadence",
            "Put the lead into a cadence, take it out, end it, or show who is in which step"),
        key("N", "add_person", "add a person", f"{screen}.add",
            f"Add a person, unless {CRM_NAME} has them already"),
    ]  # fmt: skip


class PersonActions(DeskScreen):
    """A screen with a lead on it."""

    @property
    def person_id(self) -> str:
        """The lead to act on, ``""`` when there is none."""
        raise NotImplementedError

    @property
    def mail_id(self) -> str:
        """The lead to write to, ``""`` when there is none."""
        return self.person_id

    def action_mail(self) -> None:
        """Write the follow-up e-mail."""
        from sdrdesk.screens.forms.mail_form import write_mail

        if self.mail_id:
            write_mail(self, self.mail_id)

    def person_changed(self) -> None:
        """Show the changed person."""
        raise NotImplementedError

    def action_links(self) -> None:
        """Choose a link of the lead and open it."""
        lead_id = self.person_id
        if not lead_id:
            return

        def opened(page: Handed) -> None:
            if page.copy:
                self.app.copy_to_clipboard(page.copy)
            say_whole(self, page.said, clean=not page.failed)

        def then(kind: str | None) -> None:
            if kind:
                phone = self.desk.phone
                self.read("person.open", lambda: phone.open_link(lead_id, kind), opened)

        def ask(lead: LeadView) -> None:
            options = [(link.kind, link.label) for link in lead.links]
            if not options:
                self.say(Content("No address of this lead is known yet."))
                return
            self._show_menu(f"Open {lead.row.name} in …", options, then)

        self.read("person.links", lambda: self.desk.leads.view(lead_id), ask)

    def _show_menu(
        self,
        title: str,
        options: Sequence[tuple[str, str]],
        then: Callable[[str | None], None],
    ) -> None:
        from sdrdesk.screens.shell.dialogs import MenuModal

        self.app.push_screen(MenuModal(self.place, title, options), then)

    def action_copies(self) -> None:
        """Choose what to copy to the clipboard."""
        lead_id = self.person_id
        if not lead_id:
            return

        def then(text: str | None) -> None:
            if text:
                self.app.copy_to_clipboard(text)
                self.say(Content(f"Copied {text}"))

        def ask(lead: LeadView) -> None:
            self._show_menu("Copy …", copies_of(lead), then)

        self.read("person.copies", lambda: self.desk.leads.view(lead_id), ask)

    def action_wait(self) -> None:
        """Rest the SLA of the lead until a moment, or let it run again."""
        from sdrdesk.screens.forms.wait import ask_wait

        if self.person_id:
            ask_wait(self, self.person_id, self.person_changed)

    def action_edit(self) -> None:
        """Correct the person's data on a form."""
        from sdrdesk.screens.forms.person_form import EditForm

        lead_id = self.person_id
        if not lead_id:
            return

        def then(made: Edited | None) -> None:
            if made is not None:
                words = "; ".join(edit.words for edit in made.edits)
                say_whole(self, " ".join((f"{made.lead_name}: {words}.", *made.notes)))
                self.person_changed()

        def ask(values: dict[str, str]) -> None:
            self.app.push_screen(EditForm(self.place, lead_id, values), then)

        self.read("person.values", lambda: self.desk.edits.values(lead_id), ask)

    def action_touch(self) -> None:
        """Log a touch without a call."""
        from sdrdesk.domain.outcome.touch import touch_kind  # with every record of an outcome
        from sdrdesk.screens.forms.touch_form import KINDS, TouchForm

        lead_id = self.person_id
        if not lead_id:
            return

        def done(made: Touched | None) -> None:
            if made is not None:
                told = f"Logged: {made.words}, {made.lead_name}"
                self.say(Content.assemble(("✓ ", "$text-success"), told))
                self.person_changed()

        def ask(lead: LeadView) -> None:
            def then(chosen: str | None) -> None:
                if chosen:
                    kind, _, direction = chosen.partition(" ")
                    form = TouchForm(
                        self.place,
                        lead_id,
                        lead.row.name,
                        touch_kind(kind),
                        "in" if direction == "in" else "out",
                    )
                    self.app.push_screen(form, done)

            self._show_menu(f"Log a touch without a call: {lead.row.name}", KINDS, then)

        self.read("person.touch", lambda: self.desk.leads.view(lead_id), ask)

    def action_cadence(self) -> None:
        """Start or stop a cadence, or show who is in which step."""
        from sdrdesk.screens.forms.cadences import ask_cadence

        ask_cadence(
            self,
            self.person_id,
            self.person_changed,
            self.show_cadences,
            may_end=self.may_end_cadence,
        )

    @property
    def may_end_cadence(self) -> bool:
        """True if the end of a cadence is offered: not during a call."""
        return True

    show_cadences: Callable[[], None] | None = None
    """Opens the list of everybody in a cadence, where the screen offers it."""

    def person_added(self, lead_id: str) -> None:
        """Show a person who was added, or who was there already."""

    def action_add_person(self) -> None:
        """Add a person on a form."""
        from sdrdesk.screens.forms.add_person import AddForm

        def then(added: AddedPerson | None) -> None:
            if added is not None:
                said = "Added" if added.created else "There already, not changed"
                self.say(Content.assemble(("✓ ", "$text-success"), f"{said}: {added.name}"))
                self.person_added(added.lead_id)

        self.app.push_screen(AddForm(self.place), then)


def copies_of(lead: LeadView) -> list[tuple[str, str]]:
    """Return what can be copied, each with its label."""
    numbers = [
        (with_pause(number.e164, number.extension), number.display)
        for number in lead.numbers
        if number.usable
    ]
    options = [*numbers, (lead.email, lead.email), (lead.row.name, lead.row.name)]
    if lead.row.company:
        options.append((lead.row.company, lead.row.company))
    return [(text, label) for text, label in options if text]
