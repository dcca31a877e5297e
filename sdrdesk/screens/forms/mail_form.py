"""The form of the follow-up e-mail: read it, change it, hand it to the mail program."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import MenuModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.lead.touches import Touched
from sdrdesk.services.mail.service import MailView, OpenedMail
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.note_field import NoteField

_ANSWERS = (("went", "It went: log it here and in {crm}"), ("not", "It did not go"))
_LATER = ("later", "Ask me again later")


class MailForm(DeskModal[OpenedMail]):
    """Shows the rendered e-mail to be edited; returns what was opened."""

    DEFAULT_CSS = """
    MailForm { .box { width: 90%; max-width: 100; }
      NoteField { height: 12; min-height: 6; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "open", "Open it", "mail.open", "Open the e-mail in your mail program"),
    ]

    def __init__(self, place: Workplace, view: MailView) -> None:
        super().__init__(place)
        self._view = view

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        view = self._view
        with VerticalScroll(classes="box"):
            yield head(f"E-mail to {view.lead_name} <{view.to}>")
            yield Input(view.subject, id="mail-subject", compact=True, select_on_focus=False)
            yield NoteField(id="mail-body")
            yield Static(self._around(), markup=False)
            yield foot("ctrl+s opens it in your mail program; nothing is sent · tab · esc back")

    def _around(self) -> Content:
        """Return what the rep should know while reading: gaps, the note, what they answered."""
        view = self._view
        parts = []
        if view.missing:
            said = f"! Not known, fill it in: {', '.join(view.missing)}"
            parts.append(Content.styled(said, "$text-warning"))
        answers = " · ".join(f"{slot}: {text}" for slot, text in view.answers)
        for label, text in (("Note", view.note), ("They said", answers)):
            if text:
                parts.append(Content.styled(f"{label}: {text}", MUTED))
        return Content("\n").join(parts)

    def on_mount(self) -> None:
        """Fill and focus the text."""
        body = self.query_one(NoteField)
        body.load_text(self._view.body)
        body.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(NoteField).focus()

    def action_open(self) -> None:
        """Hand it to the mail program; what is wrong is shown above the form, which stays."""
        view = self._view
        subject, body = self.query_one("#mail-subject", Input).value, self.query_one(NoteField).text
        mail = self.desk.mail
        self.write(
            "mail.open",
            lambda: mail.open(view.lead_id, subject, body, view.template),
            self._opened,
        )

    def _opened(self, opened: OpenedMail) -> None:
        if opened.copy:
            self.app.copy_to_clipboard(opened.copy)
        self.dismiss(opened)


def write_mail(screen: DeskScreen, lead_id: str) -> None:
    """Render the e-mail to a lead and let the rep edit it; first ask about one that is open."""

    def begin(view: MailView) -> None:
        if view.waiting is not None:
            _ask(screen, view.waiting.key, _about(view), then=lambda: _form(screen, view))
        else:
            _form(screen, view)

    screen.read("mail.view", lambda: screen.desk.mail.view(lead_id), begin)


def _form(screen: DeskScreen, view: MailView) -> None:
    def opened(made: OpenedMail | None) -> None:
        if made is not None:
            screen.say(Content(made.said))
            _ask(screen, made.key, f"{made.said} Did it go?")

    screen.app.push_screen(MailForm(screen.place, view), opened)


def _about(view: MailView) -> str:
    draft = view.waiting
    if draft is None:
        return ""
    at = f"{draft.opened_at.astimezone():%H:%M}"
    return f'"{draft.subject}" to {draft.name} was opened at {at}. Did it go?'


def _ask(
    screen: DeskScreen, opened_key: str, question: str, then: Callable[[], None] | None = None
) -> None:
    """Ask whether an e-mail went; log it when it did. ``then`` goes on afterwards."""
    options = [(name, words.format(crm=CRM_NAME)) for name, words in (*_ANSWERS, _LATER)]

    def logged(done: Touched) -> None:
        screen.say(Content.assemble(("✓ ", "$text-success"), f"E-mail logged, {done.lead_name}"))
        screen.place.kick()

    def dropped(_: object) -> None:
        screen.say(Content("Nothing was logged."))
        if then is not None:
            then()

    def answered(answer: str | None) -> None:
        mail = screen.desk.mail
        if answer == "went":
            screen.write("mail.went", lambda: mail.went(opened_key), logged)
        elif answer == "not":
            screen.write("mail.dropped", lambda: mail.dropped(opened_key), dropped)
        elif answer == "later" and then is not None:
            then()

    screen.app.push_screen(MenuModal(screen.place, question, options), answered)
