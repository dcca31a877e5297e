"""The questions of an outcome, one line each, and a preview before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.catalog import OTHER, Disposition, Flag
from sdrdesk.domain.outcome.types import Entry, Scope
from sdrdesk.domain.outcome.validation import missing_slots
from sdrdesk.plain import words
from sdrdesk.plain.talk import Talk
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.views.lead import LeadView

BACK = "back"
SCOPES: Sequence[tuple[str, str]] = (
    ("person", "this person"),
    ("number", "this number only"),
    ("company", "everybody at this company"),
)


class _Back(Exception):  # noqa: N818 - not an error: the rep changed their mind
    """The rep goes back without recording."""


class Form:
    """The questions of one outcome."""

    def __init__(self, desk: Desk, talk: Talk, lead: LeadView, zone: ZoneInfo) -> None:
        self._desk = desk
        self._talk = talk
        self._lead = lead
        self._zone = zone
        self._when_said = ""

    def fill(self, outcome: Disposition, entry: Entry, when: str = "") -> Entry | None:
        """Return the entry with all fields that ``outcome`` needs; ``None`` to record nothing.

        ``when``: a time typed with the outcome, the answer to the first question for one.
        """
        self._when_said = when
        self._talk.say(f"{outcome.label}. Type {BACK} to go back without recording.")
        try:
            entry = self._asked(outcome, entry)
            changes = self._desk.outcome.preview(self._lead.row.lead_id, entry)
        except _Back:
            return None
        except UsageError as error:
            self._talk.say(str(error))
            return None
        for line in changes:
            self._talk.say(f"Changes: {line}")
        answer = self._talk.ask("Enter saves, anything else goes back")
        return entry if answer.casefold() in {"", "save", "yes", "y"} else None

    def _asked(self, outcome: Disposition, entry: Entry) -> Entry:
        if "callback_at" in outcome.requires:
            entry = replace(entry, callback_at=self._when("Call back when?"))
        elif outcome.is_(Flag.NURTURE):
            back = self._when(
                "Back in the queue when? Enter: until they convert again.", may_be_empty=True
            )
            entry = replace(entry, callback_at=back)
        if outcome.is_(Flag.MEETING):
            entry = self._meeting(entry)
        if outcome.reasons:
            reason = self._one_of("Why?", outcome.reasons)
            if reason == OTHER and (words := self._line("Why? In a few words.")):
                reason = f"{OTHER}: {words}"
            entry = replace(entry, reason=reason)
        if outcome.is_(Flag.DO_NOT_CALL):
            scope = self._one_of("Who must not be called?", SCOPES)
            entry = replace(entry, do_not_call_scope=cast(Scope, scope))
        if "note" in outcome.requires and not entry.note:
            entry = replace(entry, note=self._line("Note?"))
        needed = missing_slots(outcome, entry, self._desk.qualification)
        if needed or ("qualify" in outcome.requires and not entry.qualify):
            entry = self._slots(entry)
        return entry

    def _meeting(self, entry: Entry) -> Entry:
        entry = replace(entry, meeting_at=self._when("Meeting when?"))
        minutes = self._line(f"How many minutes? Enter for {entry.meeting_minutes}.")
        if minutes:
            whole = int(minutes) if minutes.isascii() and minutes.isdigit() else 0
            entry = replace(entry, meeting_minutes=min(whole, 100_000))
        usual = ", ".join(entry.attendees) or self._lead.email
        who = self._line(f"Who comes? Enter for {usual or 'no guests'}.") or usual
        entry = replace(entry, attendees=(who,) if who else ())
        known = {**self._lead.qualify, **entry.qualify}
        return self._slots(replace(entry, qualify=known))

    def _slots(self, entry: Entry) -> Entry:
        slots = dict(entry.qualify)
        for slot, label in self._desk.qualify_slots():
            said = f" Enter keeps: {slots[slot]}" if slots.get(slot) else " Enter leaves it open."
            if text := self._line(f"{label}?{said}"):
                slots[slot] = text
        return replace(entry, qualify=slots)

    def _when(self, question: str, *, may_be_empty: bool = False) -> datetime | None:
        lead_id = self._lead.row.lead_id
        while True:
            text, self._when_said = self._when_said, ""
            if not text:
                text = self._line(f"{question} Their time, such as +3d, thu 10 or tomorrow 14:30.")
            if not text and may_be_empty:
                return None
            try:
                moment = self._desk.outcome.when(lead_id, text)
            except UsageError as error:
                self._talk.say(str(error))
                continue
            self._talk.say(words.both_zones(moment, self._lead.row, self._zone))
            window = self._desk.queue.window_note(lead_id, moment)
            self._talk.say(f"Careful: {window}." if window else "That is within their hours.")
            return moment

    def _one_of(self, question: str, choices: Sequence[tuple[str, str]]) -> str:
        self._talk.say(question)
        for number, (_, label) in enumerate(choices, 1):
            self._talk.say(f"{number}: {label}")
        while True:
            text = self._line(f"1 to {len(choices)}?").casefold()
            for number, (key, label) in enumerate(choices, 1):
                if text in {str(number), key.casefold(), label.casefold()}:
                    return key
            self._talk.say("Please choose one of these.")

    def _line(self, prompt: str) -> str:
        text = self._talk.ask(prompt)
        if text.casefold() == BACK:
            raise _Back
        return text
