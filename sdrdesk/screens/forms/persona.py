"""Which persona is this lead? The answer goes to the CRM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.shell.base import DeskModal, DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.desk import LeadView
from sdrdesk.widgets.choice import Choice

MUTED = "$foreground-muted"


class PersonaModal(DeskModal[str]):
    """The personas of the account, and none of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Set", "persona.choose", "Set this persona, here and upstream"),
    ]

    def __init__(self, place: Workplace, personas: Sequence[str], now: str) -> None:
        super().__init__(place)
        self._personas = personas
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay out the personas."""
        with VerticalScroll(classes="box"):
            head = Content.styled("Persona of this lead", "bold $accent")
            yield Static(head, markup=False, classes="head")
            offered = [(label, label) for label in self._personas]
            yield Choice([*offered, ("", "none: let the rules infer it")], id="persona")
            foot = "\n↑↓ or number · ⏎ set, goes upstream with the next sync · esc back"
            yield Static(Content.styled(foot, MUTED), markup=False)

    def on_mount(self) -> None:
        """Take the keys, on the persona the lead has."""
        choice = self.query_one(Choice)
        if self._now in self._personas:
            choice.set_reactive(Choice.index, list(self._personas).index(self._now))
        choice.focus()

    def action_choose(self) -> None:
        """Answer."""
        self.dismiss(self.query_one(Choice).value)


def ask_persona(screen: DeskScreen, lead_id: str, then: Callable[[], None]) -> None:
    """Ask for the persona of a lead, set it, and go on with ``then``."""

    def save(persona: str | None) -> None:
        if persona is not None:
            screen.write(
                "lead.persona",
                lambda: screen.desk.decisions.set_persona(lead_id, persona),
                lambda _: then(),
            )

    def ask(known: tuple[LeadView, Sequence[str]]) -> None:
        lead, personas = known
        screen.app.push_screen(PersonaModal(screen.place, personas, lead.row.persona), save)

    screen.read(
        "lead.persona",
        lambda: (screen.desk.leads.view(lead_id), screen.desk.decisions.personas()),
        ask,
    )
