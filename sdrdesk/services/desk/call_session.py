"""The call session: one lead, its numbers, the call, the note, and the outcome that ends it.

The call screen and the plain mode share it, so that both dial and record the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sdrdesk.domain.errors import NotFoundError
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.phone_events import PhoneEvent, likely_outcome
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.place.dial_command import with_pause
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.queue.next_lead import GOOD_FOR
from sdrdesk.services.views.call import CallView, Disposed, ScriptView
from sdrdesk.services.views.lead import LeadView, Number
from sdrdesk.store.record.call_claim import UNATTENDED

RENEW_EVERY_S = 15
"""Interval of renewing the claim of a running call: well within the time until it expires."""


@dataclass(frozen=True, slots=True)
class OpenedLead:
    """A lead with its script."""

    lead: LeadView
    script: ScriptView
    number: str = ""
    """The number to start with, ``""`` for the first usable one."""
    ahead: bool = False
    """True if it was read during the call before: an outcome or a sync may have changed it since,
    so a screen reads it again once it is painted."""


class Recorded(NamedTuple):
    """A recorded outcome, and the lead to call next."""

    done: Disposed
    following: OpenedLead | None


class CallSession:
    """The rep's work on one lead after the other, from ready to recorded.

    ``open``, ``start``, ``save``, ``record`` and ``end`` block on the disk and change nothing here,
    so they may run in another thread; ``take`` and ``began`` then take over what they returned.
    ``look_ahead`` too; what it keeps is only looked at by ``record``.
    """

    def __init__(self, desk: Desk, lead_id: str = "") -> None:
        self._desk = desk
        self.lead_id = lead_id
        self.opened: OpenedLead | None = None
        self.call: CallView | None = None
        self.note = ""
        """The note as typed so far."""
        self.qualify: Mapping[str, str] = {}
        """The slots filled so far."""
        self.length_s: int | None = None
        """The length of a call that the phone said has ended, ``None`` while it lasts."""
        self.asked_s: int | None = None
        """The length that an outcome's form will record, ``None`` while no form is open."""
        self.next_lead_id = ""
        """The lead the rep chose to call next, ``""`` leaves it to the queue."""
        self.next_number = ""
        """The number of this lead the rep chose to dial next, ``""`` for none."""
        self._index = 0
        self._ahead: tuple[datetime, OpenedLead] | None = None
        """When the lead that is likely to be next was read, and the lead."""

    # -- the lead -------------------------------------------------------------------------------

    def open(self, lead_id: str) -> OpenedLead:
        """Return a lead with its script. Raises NotFoundError."""
        return OpenedLead(*self._desk.call.open(lead_id))

    def look_ahead(self) -> OpenedLead | None:
        """Choose the next lead and read it, so that an outcome's key need not wait for either.

        Return it, ``None`` when nobody else is callable. May run in another thread.
        """
        now = self._desk.now()
        following = self._desk.outcome.look_ahead(self.lead_id)
        try:
            found = replace(self.open(following), ahead=True) if following else None
        except NotFoundError:
            found = None  # deleted at this moment
        self._ahead = (now, found) if found else None
        return found

    def _following(self, lead_id: str) -> OpenedLead:
        """Return the lead to call next, as it was read during the call if it was."""
        if self._ahead is not None:
            read_at, found = self._ahead
            fresh = timedelta(0) <= self._desk.now() - read_at <= GOOD_FOR
            if fresh and found.lead.row.lead_id == lead_id:
                return found
        return self.open(lead_id)

    def take(self, opened: OpenedLead) -> None:
        """Go on with another lead, or with another number of the same lead."""
        self.opened, self.call = opened, None
        self.note, self.qualify, self.length_s, self.asked_s = "", {}, None, None
        self.next_lead_id = self.next_number = ""
        self.lead_id = opened.lead.row.lead_id
        numbers = opened.lead.numbers
        wanted = [n for n, number in enumerate(numbers) if number.e164 == opened.number]
        usable = [n for n, number in enumerate(numbers) if number.usable]
        self._index = (wanted if opened.number else usable or [0])[0] if numbers else 0

    def renew(self, opened: OpenedLead) -> bool:
        """Take over new data of the lead on screen; return False for another lead."""
        if opened.lead.row.lead_id != self.lead_id:
            return False
        before = self.number
        self.opened = opened
        places = [n for n, number in enumerate(opened.lead.numbers) if number.usable]
        same = [n for n in places if opened.lead.numbers[n].e164 == before]
        self._index = (same or places or [0])[0]
        return True

    def call_next(self, lead_id: str) -> None:
        """Choose the lead to call after this call."""
        self.next_lead_id, self.next_number = lead_id, ""

    # -- its numbers ----------------------------------------------------------------------------

    @property
    def _numbers(self) -> tuple[Number, ...]:
        return self.opened.lead.numbers if self.opened is not None else ()

    @property
    def number(self) -> str:
        """The number being dialled, or the one that Enter dials."""
        if self.call is not None:
            return self.call.number
        if self.opened is None:
            return ""
        return self._numbers[self._index].e164 if self._numbers else self.opened.lead.row.phone

    @property
    def number_text(self) -> str:
        """The same number formatted; ``""`` when it must not be dialled."""
        if self.call is not None:
            return self.display(self.call.number)
        if not self._numbers or not self._numbers[self._index].usable:
            return ""
        return self._numbers[self._index].display

    def display(self, number: str) -> str:
        """Return a number formatted for reading."""
        return next((n.display for n in self._numbers if n.e164 == number), number)

    @property
    def dial_text(self) -> str:
        """The number for a telephone: digits, a pause, the extension."""
        extension = next((n.extension for n in self._numbers if n.e164 == self.number), "")
        return with_pause(self.number, extension)

    def number_like(self, typed: str) -> str:
        """Return the lead's only number that contains the digits typed, ``""`` without exactly one.

        Fewer than four digits fit too many numbers.
        """
        digits = "".join(ch for ch in typed if ch.isdecimal()).lstrip("0")
        found = [n.e164 for n in self._numbers if len(digits) >= 4 and digits in n.e164]
        return found[0] if len(found) == 1 else ""

    def step_number(self) -> None:
        """Choose the next usable number, after the last the first."""
        usable = [n for n, number in enumerate(self._numbers) if number.usable]
        later = [n for n in usable if n > self._index]
        self._index = (later or usable or [0])[0]

    def step_next_number(self) -> None:
        """Choose the number to dial after this call's outcome; after the last none."""
        offered = ["", *_others(self._numbers, self.number)]
        self.next_number = offered[(offered.index(self.next_number) + 1) % len(offered)]
        self.next_lead_id = ""

    # -- the call -------------------------------------------------------------------------------

    def start(self, *, anyway: bool = False) -> CallView:
        """Journal the start of the call, or return the one in progress on this lead.

        ``anyway``: also when someone else is in a call with this person.
        """
        return self._desk.call.start(self.lead_id, self.number, anyway=anyway)

    def take_incoming(self, number: str = "", *, anyway: bool = False) -> CallView:
        """Journal a call that came in, from ``number`` if that is known; nothing is dialled."""
        return self._desk.call.start(self.lead_id, number, anyway=anyway, incoming=True)

    def began(self, call: CallView) -> bool:
        """Take over a started call; return False for one of another lead or of someone else."""
        if call.lead_id != self.lead_id or not call.mine:
            return False
        self.call, self.note, self.qualify = call, call.note, dict(call.qualify)
        self.length_s = self.asked_s = None
        return True

    def slept(self, rest: timedelta) -> None:
        """Leave time out of the call in which this machine slept, as its journal does."""
        if self.call is not None and rest > UNATTENDED:
            call, talking = self.call, self.call.talking_at
            idle_s = call.idle_s + int(rest.total_seconds())
            talking = None if talking is None else talking + rest
            self.call = call._replace(idle_s=idle_s, talking_at=talking)

    @property
    def ended_s(self) -> int | None:
        """The length of a call that is over, as it will be recorded; ``None`` while it lasts."""
        return self.length_s if self.asked_s is None else self.asked_s

    @property
    def has_text(self) -> bool:
        """True if the rep typed anything beyond the opening note."""
        opening = self.call.first_line.strip() if self.call is not None else ""
        note = self.note.strip()
        return bool((note and note != opening) or self.qualify)

    def save(self, note: str, qualify: Mapping[str, str]) -> None:
        """Journal note and slots."""
        if self.opened is not None:
            self._desk.call.save(note, qualify, self.opened.script.script_id)

    def entry(self, outcome: Disposition) -> Entry:
        """Return the entry that recording ``outcome`` now would record."""
        call, opened, now = self.call, self.opened, self._desk.now()
        return Entry(
            disposition=outcome.key,
            at=call.started_at if call else now,
            note=self.note.strip(),
            duration_s=self._length(now),
            number=call.number if call else "",
            qualify=dict(self.qualify),
            qualified_before=dict(opened.lead.qualify) if opened else None,
            script_id=opened.script.script_id if opened and call else "",
            incoming=call.incoming if call else False,
        )

    def ended(self, event: PhoneEvent) -> tuple[int, Disposition | None]:
        """Note that the phone ended the call; return its seconds and its most likely outcome.

        Nothing is recorded: the length fills in, the rep decides.
        """
        if self.call is None:
            return 0, None
        told = event.seconds
        self.length_s = length_s = self._length(self._desk.now()) if told is None else told
        answered = self.call.talking_at is not None
        return length_s, likely_outcome(event, answered, self._desk.outcomes())

    def _length(self, now: datetime) -> int:
        if self.length_s is not None or self.call is None:
            return self.length_s or 0
        return max(0, int((now - self.call.clock_from).total_seconds()))

    def record(self, outcome: Disposition, entry: Entry) -> Recorded:
        """Record an outcome and open the lead to call next.

        That is the rep's choice; after a wrong or dead number, another number of the lead; else
        the next lead of the queue.
        """
        lead_id, chosen, number = self.lead_id, self.next_lead_id, self.next_number
        done = self._desk.outcome.record(lead_id, entry)
        same = not chosen and not outcome.is_(Flag.FINAL)
        dead = outcome.is_(Flag.WRONG_NUMBER) or outcome.is_(Flag.NUMBER_FAILED)
        if same and (number or dead):
            opened = self.open(lead_id)
            left = _others(opened.lead.numbers, entry.number)
            if left:
                wanted = number if number in left else left[0]
                return Recorded(done, replace(opened, number=wanted))
        after = chosen or done.next_lead_id
        return Recorded(done, self._following(after) if after else None)

    def set_aside(self, act: Callable[[str], object]) -> OpenedLead | None:
        """Decide about the lead without an outcome, end its call and open the lead to call next.

        ``act`` comes first: a machine that stops in between brings the call back; nothing is lost.
        """
        lead_id, chosen = self.lead_id, self.next_lead_id
        act(lead_id)
        self.end()
        after = chosen or self._desk.outcome.next_after(lead_id)
        return self.open(after) if after else None

    def end(self) -> None:
        """Forget the call in progress without an outcome."""
        self._desk.call.end()


def _others(numbers: tuple[Number, ...], dialled: str) -> list[str]:
    return [number.e164 for number in numbers if number.usable and number.e164 != dialled]
