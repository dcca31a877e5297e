"""The form of an outcome that needs a time, a reason, a scope or a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar, Final, Literal, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.catalog import OTHER, Disposition, Flag
from sdrdesk.domain.outcome.types import Entry, Scope
from sdrdesk.domain.outcome.validation import missing_slots
from sdrdesk.screens.forms.dialogs import preview_text
from sdrdesk.screens.forms.meeting_fields import MeetingFields
from sdrdesk.screens.forms.two_zones import months_ahead
from sdrdesk.screens.forms.when_field import WhenField
from sdrdesk.screens.shell.base import DeskModal, foot, without_field
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.call import Handed
from sdrdesk.services.views.lead import LeadView
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.choice import Choice

_PREVIEW_AFTER_S = 0.1
_MOST_ROOMY = 8
"""Most reasons with which the roomy layout fits into 24 rows."""
_SCOPES: Final = (
    ("person", "This person"),
    ("number", "This number only"),
    ("company", "Everyone at this company"),
)
_TIMES: Final = {"callback_at": "Call back when? thu 10", "meeting_at": "Meeting when? thu 10:00"}


class OutcomeForm(DeskModal[Entry]):
    """Asks for what the outcome requires and shows what will change in the CRM."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Save", "form.save", "Record the outcome"),
        key("f5", "team", "For the team", "form.team", "Let anybody of the team keep the callback"),
        key("f3", "page", "Booking page", "form.page", "Open the booking page of a meeting"),
    ]
    HELP = (
        "Times are the lead's: `2h`, `+3d`, `thu 10`, `tomorrow 14:30`, `10am my time`. "
        "The number of a reason records it. `Tab`: next field."
    )

    def __init__(
        self,
        place: Workplace,
        lead: LeadView,
        outcome: Disposition,
        entry: Entry,
        *,
        saves: bool,
        preview: Callable[[Entry], Sequence[str]] | None = None,
    ) -> None:
        super().__init__(place)
        self._changes_of = preview or (lambda e: self.desk.outcome.preview(lead.row.lead_id, e))
        self._lead = lead
        self._outcome = outcome
        self._base = entry
        self._saves = saves
        self._timer: Timer | None = None
        self._save_waits = False

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        long = self._hands_off or max(len(self._outcome.reasons), len(self._slots())) > _MOST_ROOMY
        with VerticalScroll(classes="box -long" if long else "box"):
            yield Static(self._title(), markup=False, classes="head")
            label = self._time_label()
            if label:
                yield self._when_field(label)
            if self._hands_off:
                known = self._lead.qualify
                slots = self.desk.qualification
                meets = self._sets_meeting
                yield MeetingFields(self._base, self._lead.email, slots, known, meets=meets)
            if self._outcome.reasons:
                yield Choice(self._outcome.reasons, id="reason", chosen=False)
                if OTHER in dict(self._outcome.reasons):
                    yield Input(id="words", compact=True, placeholder="Why? In a few words")
            if self._outcome.is_(Flag.DO_NOT_CALL):
                yield Choice(_SCOPES, id="scope")
            if self._asks("note") and not self._base.note and not self._hands_off:
                yield Input(id="note", compact=True, placeholder="note", select_on_focus=False)
            for slot, words in self._slots():
                yield Input(id=f"slot-{slot}", compact=True, placeholder=words)
            yield Static(id="changes", markup=False)
            yield foot(self._foot())

    def _when_field(self, label: str) -> WhenField:
        lead = self._lead.row
        others = lead.other_zones
        if not self._outcome.is_(Flag.NURTURE):
            return WhenField(
                self.desk, lead.lead_id, lead.time_zone, label=label, other_zones=others
            )
        return WhenField(
            self.desk,
            lead.lead_id,
            lead.time_zone,
            label=label,
            quick=months_ahead(self.desk.now()),
            empty="until they convert again",
            other_zones=others,
        )

    def on_mount(self) -> None:
        """Focus the first field."""
        self.query("#words").set(display=False)
        fields = self.query(WhenField)
        if fields:
            fields.first().start()
        else:
            self.query("Input, Choice").first().focus()
        self._preview_soon()

    def _title(self) -> Content:
        verb = "" if self._saves else "Preview · "
        return Content.assemble(
            (f"{verb}{self._outcome.label}", "bold $accent"), f" · {self._lead.row.name}"
        )

    def _foot(self) -> str:
        page = " · F3 booking page" if self._has_page else ""
        if self._promises and self._saves:
            page = f" · F5 for {'me' if self._base.for_team else 'the team'}"
        if not self._saves:
            return f"nothing is saved{page} · esc back"
        if self._number_records:
            return "number records · ↑↓ and ⏎ · esc back"
        return f"⏎ save · tab next field{page} · esc back"

    @property
    def _promises(self) -> bool:
        return self._asks("callback_at")

    def action_team(self) -> None:
        """Let anybody of the team keep the callback, or only me again."""
        if self._promises:
            self._base = replace(self._base, for_team=not self._base.for_team)
            self.query(".foot").last(Static).update(self._foot())
            self._preview_soon()

    @property
    def _sets_meeting(self) -> bool:
        return self._outcome.is_(Flag.MEETING)

    @property
    def _hands_off(self) -> bool:
        """True if slots and note are shown: they go along when the lead moves on."""
        return self._sets_meeting or bool(self._outcome.lifecycle)

    @property
    def _number_records(self) -> bool:
        """True if nothing but the reason is asked for, so that its number says it all."""
        others = set(self._outcome.requires) - {"reason"} - ({"note"} if self._base.note else set())
        closes = self._outcome.is_(Flag.DO_NOT_CALL)
        return bool(self._outcome.reasons) and not (others or closes or self._hands_off)

    @property
    def _has_page(self) -> bool:
        return self._sets_meeting and self.desk.has_booking_page()

    def action_page(self) -> None:
        """Open the booking page while the person is on the line."""
        if self._has_page:
            lead_id = self._lead.row.lead_id
            self.read("form.page", lambda: self.desk.phone.open_booking_page(lead_id), self._opened)

    def _opened(self, answer: Handed) -> None:
        severity: Literal["warning", "information"]
        severity = "warning" if answer.failed else "information"
        self.app.notify(answer.said, severity=severity, markup=False)

    def _asks(self, name: str) -> bool:
        return name in self._outcome.requires

    def _time_label(self) -> str:
        for name, label in _TIMES.items():
            if self._asks(name):
                return label
        return "Back in the queue when?" if self._outcome.is_(Flag.NURTURE) else ""

    def _slots(self) -> Sequence[tuple[str, str]]:
        if self._hands_off:
            return ()
        known = self.desk.qualification
        if needed := missing_slots(self._outcome, self._base, known):
            return tuple((slot.key, slot.question or slot.label) for slot in needed)
        return known.pairs if self._asks("qualify") and not self._base.qualify else ()

    def _entry(self) -> Entry:
        entry = self._base
        fields = self.query(WhenField)
        if fields:
            moment = fields.first().moment
            if self._asks("meeting_at"):
                entry = replace(entry, meeting_at=moment)
            else:
                entry = replace(entry, callback_at=moment)
        for meeting in self.query(MeetingFields):
            entry = meeting.applied_to(entry)
        if not self._hands_off:
            for field in self.query(Input):
                entry = _with_text(entry, field.id or "", field.value.strip())
        if self._outcome.reasons:
            entry = replace(entry, reason=self._reason())
        if self._outcome.is_(Flag.DO_NOT_CALL):
            scope = cast(Scope, self.query_one("#scope", Choice).value)
            entry = replace(entry, do_not_call_scope=scope)
        return entry

    def _reason(self) -> str:
        reason = self.query_one("#reason", Choice).value
        words = self.query_one("#words", Input).value.strip() if reason == OTHER else ""
        return f"{OTHER}: {words}" if words else reason

    @on(Choice.Picked)
    def _picked(self, event: Choice.Picked) -> None:
        """Record by the number itself, when nothing else is missing."""
        event.stop()
        if event.value not in dict(self._outcome.reasons):
            return
        if event.value == OTHER:
            self._ask_words()
        elif self._number_records and self._saves:
            self.action_save()

    def _ask_words(self) -> None:
        field = self.query_one("#words", Input)
        field.display = True
        field.focus()

    @on(WhenField.Understood)
    def _understood(self, event: WhenField.Understood) -> None:
        event.stop()
        if self._save_waits:
            self._save_waits = False
            self.action_save()
        else:
            self._preview_soon()

    @on(Choice.Chosen)
    @on(Input.Changed)
    def _changed(self) -> None:
        for field in self.query("#words"):
            field.display = self.query_one("#reason", Choice).value == OTHER
        self._preview_soon()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def _preview_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PREVIEW_AFTER_S, self._preview)

    def _preview(self) -> None:
        if any(not field.settled for field in self.query(WhenField)):
            return  # once the time is understood
        entry = self._entry()
        if self._outcome.reasons and not entry.reason and self._base.number:
            # The reason changes nothing else: show what will change before one is chosen.
            entry = replace(entry, reason=self._outcome.reasons[0][0])

        def ask() -> Content:
            try:
                return preview_text(self._changes_of(entry))
            except UsageError as error:
                return Content.styled(f"· {without_field(error.what)}", MUTED)

        self.read("form.preview", ask, self._show_preview)

    def _show_preview(self, text: Content) -> None:
        self.query_one("#changes", Static).update(
            Content.assemble((f"\nWill change in {CRM_NAME}\n", MUTED), text, "\n")
        )

    def action_save(self) -> None:
        """Check the entry and return it; the form stays open while something is missing."""
        if not self._saves:
            self.dismiss(None)
            return
        fields = self.query(WhenField)
        if fields and not fields.first().settled:
            # Enter came before the time was read: read it, then save.
            self._save_waits = True
            fields.first().read_now()
            return
        if fields and fields.first().moment is None and self._time_is_required(fields.first()):
            self.app.bell()
            return
        entry = self._entry()
        if self._outcome.reasons and not entry.reason:
            self.app.bell()
            return
        if entry.reason == OTHER and not entry.note:
            self._ask_words()
            return

        def then(_: Sequence[str]) -> None:
            self.dismiss(entry)

        self.read("form.save", lambda: self._changes_of(entry), then)

    def _time_is_required(self, field: WhenField) -> bool:
        return bool(field.text) or any(self._asks(name) for name in _TIMES)


def _with_text(entry: Entry, name: str, text: str) -> Entry:
    if name == "note":
        return replace(entry, note=text)
    if name.startswith("slot-") and text:
        return replace(entry, qualify={**entry.qualify, name.removeprefix("slot-"): text})
    return entry
