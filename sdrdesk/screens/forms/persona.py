"""The dialog that sets the persona of leads, here and in the CRM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ChoiceModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.lead import LeadView


class PersonaModal(ChoiceModal):
    """Asks for one of the account's personas, or none of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Set", "persona.choose", f"Set this persona, also in {CRM_NAME}"),
    ]

    def __init__(self, place: Workplace, personas: Sequence[str], now: str) -> None:
        options = [*((label, label) for label in personas), ("", "None: infer it from the title")]
        keys = f"↑↓ or number · ⏎ set, also in {CRM_NAME} · esc back"
        super().__init__(place, "Persona of this lead", options, keys, now or None)


def ask_persona(screen: DeskScreen, lead_id: str, then: Callable[[], None]) -> None:
    """Ask for the persona of a lead, set it, then call ``then``."""

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
