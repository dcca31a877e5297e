"""The dialogs that settle many leads at once: the reason, and the opening note."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.text.humanize import plural
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ChoiceModal, TextModal
from sdrdesk.screens.shell.keys import key

_LONGEST_NOTE = 400


class ReasonModal(ChoiceModal):
    """Asks for the reason of an outcome without a call, for all chosen leads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Save", "reason.choose", "Record this for all chosen leads"),
    ]

    def __init__(self, place: Workplace, outcome: Disposition, count: int) -> None:
        title = f"{outcome.label}: {count} {plural(count, 'lead')}, without a call"
        keys = f"number records, or ↑↓ and ⏎; sent to {CRM_NAME} with the next sync · esc back"
        super().__init__(place, title, outcome.reasons, keys, by_number=True, first=False)


def other_reason(place: Workplace, outcome: Disposition) -> TextModal:
    """Return the dialog for a reason in the rep's own words."""
    return TextModal(
        place,
        f"{outcome.label}: why? In a few words",
        f"⏎ record, sent to {CRM_NAME} with the next sync · esc back",
        longest=_LONGEST_NOTE,
    )


def opening_note(place: Workplace, text: str) -> TextModal:
    """Return the dialog for the opening note of the next call."""
    return TextModal(
        place,
        "Opening note for the next call",
        "The next call's note starts with it, until you reach the person.\n"
        "⏎ keep (empty: none) · esc back",
        text=text,
        example="You asked about delivery in March: is that still the date?",
        longest=_LONGEST_NOTE,
        may_be_empty=True,
    )
