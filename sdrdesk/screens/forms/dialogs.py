"""Small questions above a screen: why skip, rest until when, leave the call, which zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.screens.forms.when_field import WhenField
from sdrdesk.screens.shell.base import DeskModal, DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.key_queue import KeysMayGo
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.desk import LeadView
from sdrdesk.widgets.choice import Choice

MUTED = "$foreground-muted"
SKIP_REASONS = (
    ("not now", "Not now"),
    ("needs research", "Needs research first"),
    ("known already", "A colleague knows them"),
    ("wrong fit", "Does not look like a fit"),
    ("other", "Other"),
)


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when a lead rests."""

    until: datetime
    reason: str = ""


def _head(text: str) -> Static:
    return Static(Content.styled(text, "bold $accent"), markup=False, classes="head")


def _foot(text: str) -> Static:
    return Static(Content.styled(f"\n{text}", MUTED), markup=False)


class SkipModal(DeskModal[str]):
    """Why is this lead put aside?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Skip", "skip.choose", "Put aside with this reason"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the reasons."""
        with VerticalScroll(classes="box"):
            yield _head("Put aside for this session, because …")
            yield Choice(SKIP_REASONS, id="reason")
            yield _foot("1-5 or ↑↓ · ⏎ put aside · esc back")

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(Choice).focus()

    def action_choose(self) -> None:
        """Answer."""
        self.dismiss(self.query_one(Choice).value)


class SnoozeModal(DeskModal[Rest]):
    """Until when does this lead rest?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Snooze", "snooze.save", "Let the lead rest until then"),
    ]

    def __init__(self, place: Workplace, lead_id: str) -> None:
        super().__init__(place)
        self._lead_id = lead_id
        self._is_ready = False

    @property
    def holds_keys(self) -> bool:
        """Whether keys wait for the field they are meant for."""
        return not self._is_ready

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        with VerticalScroll(classes="box"):
            yield _head("Rest until …")
            yield _foot("⏎ snooze · esc back")

    def on_mount(self) -> None:
        """Ask for the lead's zone, then for the time."""
        self.read("snooze.lead", lambda: self.desk.lead(self._lead_id), self._ready)

    def _ready(self, lead: LeadView) -> None:
        field = WhenField(self.desk, self._lead_id, lead.row.time_zone, label="+1h")
        self.query_one(".box").mount(field, after=0)
        self.call_after_refresh(self._start, field)

    def _start(self, field: WhenField) -> None:
        field.start()
        self._is_ready = True
        self.post_message(KeysMayGo())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Answer; an empty field means the first of the usual times."""
        fields = self.query(WhenField)
        if not fields:
            return
        field = fields.first()
        text = field.text or "+1h"

        def then(until: datetime) -> None:
            self.dismiss(Rest(until))

        self.read("snooze.until", lambda: self.desk.parse_when(self._lead_id, text), then)


class LeaveModal(DeskModal[bool]):
    """The call has notes; really leave?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "leave", "Leave", "leave.yes", "Leave the call and drop its notes"),
        key("n,enter", "close", "Stay", "leave.no", "Stay in the call"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with VerticalScroll(classes="box"):
            yield _head("Leave this call without an outcome?")
            yield Static("What you typed is dropped. An outcome would keep it.", markup=False)
            yield _foot("⏎ stay · y leave and drop the notes")

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(True)


class PreviewModal(DeskModal[None]):
    """What one outcome would change at the CRM; nothing is recorded."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,f2,q", "close", "Back", "preview.back", "Back to the call"),
    ]

    def __init__(self, place: Workplace, lead_id: str, outcome: Disposition, entry: Entry) -> None:
        super().__init__(place)
        self._lead_id = lead_id
        self._outcome = outcome
        self._entry = entry

    def compose(self) -> ComposeResult:
        """Lay out the answer."""
        with VerticalScroll(classes="box"):
            yield _head(f"{self._outcome.label}: what would change upstream")
            yield Static(id="upstream", markup=False)
            yield _foot("Nothing was recorded · esc back")

    def on_mount(self) -> None:
        """Ask."""
        lead_id, entry = self._lead_id, self._entry
        self.read("preview", lambda: self.desk.preview(lead_id, entry), self._show)

    def _show(self, lines: Sequence[str]) -> None:
        self.query_one("#upstream", Static).update(preview_text(lines))


def preview_text(lines: Sequence[str]) -> Content:
    """Return the lines of a preview, each with its mark."""
    if not lines:
        return Content.styled("Nothing changes at the CRM.", MUTED)
    return Content("\n").join(Content.assemble(("→ ", "$text-primary"), line) for line in lines)


class ZoneModal(DeskModal[str]):
    """In which time zone does the lead live?"""

    def __init__(self, place: Workplace, zone: str) -> None:
        super().__init__(place)
        self._zone = zone

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        with VerticalScroll(classes="box"):
            yield _head("Time zone of this lead")
            yield Input(
                self._zone,
                id="zone",
                compact=True,
                placeholder="Europe/Dublin",  # what is there is selected: typing replaces it
            )
            yield _foot("an IANA name such as America/New_York · ⏎ save · esc back")

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())


def ask_zone(screen: DeskScreen, lead_id: str, then: Callable[[], None]) -> None:
    """Ask for the zone of a lead, save it, and go on with ``then``."""

    def save(zone: str | None) -> None:
        if zone:
            screen.write("lead.zone", lambda: screen.desk.set_zone(lead_id, zone), lambda _: then())

    def ask(lead: LeadView) -> None:
        screen.app.push_screen(ZoneModal(screen.place, lead.row.time_zone), save)

    screen.read("lead.zone", lambda: screen.desk.lead(lead_id), ask)
