"""Dialogs of more than one screen: skip, snooze, leave a call, preview, time zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.queue.skip import skip_end
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ChoiceModal, TextModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.lead import LeadView
from sdrdesk.widgets.cells import MUTED

Skipping = Callable[[], tuple[Callable[[str], object], str]]
"""Makes what skips a lead, and what to say about it."""
_SOON = timedelta(minutes=5)
"""An answer within this time keeps the moment that the dialog named."""
SKIP_REASONS = (
    ("not now", "Not now"),
    ("needs research", "Needs research first"),
    ("known already", "A colleague knows them"),
    ("wrong fit", "Does not look like a fit"),
    ("other", "Other"),
)


class SkipModal(ChoiceModal):
    """Asks why a lead is skipped, and says until when."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Skip", "skip.choose", "Skip for this reason"),
    ]

    def __init__(self, place: Workplace, until: datetime) -> None:
        keys = "1-5 skip · ↑↓ and ⏎ · esc back"
        title = f"Skip until {until.astimezone():%H:%M} (your time), because …"
        super().__init__(place, title, SKIP_REASONS, keys, by_number=True)


def ask_skip(screen: DeskScreen, then: Callable[[Skipping], None]) -> None:
    """Ask why to skip; call ``then`` with what skips a lead, made again for each repetition."""
    told = skip_end(screen.desk.now())

    def answered(reason: str | None) -> None:
        if reason is None:
            return
        skip = screen.desk.decisions.skip

        def skipping() -> tuple[Callable[[str], object], str]:
            end = skip_end(screen.desk.now())
            until = told if end - told < _SOON else end
            said = f"Skipped until {until.astimezone():%H:%M} (your time)"
            return lambda lead_id: skip(lead_id, reason, until), said

        then(skipping)

    screen.app.push_screen(SkipModal(screen.place, told), answered)


class LeaveModal(DeskModal[bool]):
    """Asks whether to leave a call that has notes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("delete", "leave", "Leave", "leave.yes", "Leave the call and delete its note"),
        key("enter", "close", "Stay", "leave.no", "Stay in the call"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with VerticalScroll(classes="box"):
            yield head("Leave this call without an outcome?")
            words = "Your note will be deleted. Choose an outcome to keep it."
            yield Static(words, markup=False)
            yield foot("\n⏎ stay · Del leave and delete the note")

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(True)


class PreviewModal(DeskModal[None]):
    """Shows what an outcome would change in the CRM; nothing is recorded."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,f2,q", "close", "Back", "preview.back", "Back to the call"),
    ]

    def __init__(self, place: Workplace, lead_id: str, outcome: Disposition, entry: Entry) -> None:
        super().__init__(place)
        self._lead_id = lead_id
        self._outcome = outcome
        self._entry = entry

    def compose(self) -> ComposeResult:
        """Lay out the changes."""
        with VerticalScroll(classes="box"):
            yield head(f"{self._outcome.label}: would change in {CRM_NAME}")
            yield Static(id="changes", markup=False)
            yield foot("\nNothing was recorded · esc back")

    def on_mount(self) -> None:
        """Read the changes."""
        lead_id, entry = self._lead_id, self._entry
        self.read("preview", lambda: self.desk.outcome.preview(lead_id, entry), self._show)

    def _show(self, lines: Sequence[str]) -> None:
        self.query_one("#changes", Static).update(preview_text(lines))


def preview_text(lines: Sequence[str]) -> Content:
    """Return the lines of a preview, each with an arrow."""
    if not lines:
        return Content.styled(f"Nothing will change in {CRM_NAME}.", MUTED)
    return Content("\n").join(Content.assemble(("→ ", "$text-primary"), line) for line in lines)


def ask_zone(screen: DeskScreen, lead_id: str, then: Callable[[], None]) -> None:
    """Ask for the zone of a lead, save it, then call ``then``."""

    def save(zone: str | None) -> None:
        if zone:
            screen.write(
                "lead.zone", lambda: screen.desk.decisions.set_zone(lead_id, zone), lambda _: then()
            )

    def ask(lead: LeadView) -> None:
        modal = TextModal(
            screen.place,
            "Time zone of this lead",
            "an IANA name such as America/New_York · ⏎ save · esc back",
            text=lead.row.time_zone,
            example="Europe/Dublin",
            replaces=True,  # typing replaces the zone there is
        )
        screen.app.push_screen(modal, save)

    screen.read("lead.zone", lambda: screen.desk.leads.view(lead_id), ask)
