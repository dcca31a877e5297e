"""The lead a rep is on: which number, which call, what an outcome would record, who is next.

The call screen and the plain mode share it, so that both dial and record the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.place.dial_command import with_pause
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.views.desk import CallView, LeadView, Number, ScriptView


@dataclass(frozen=True, slots=True)
class Opened:
    """A lead with everything the screen shows."""

    lead: LeadView
    script: ScriptView
    number: str = ""
    """The number to begin with, ``""`` for the first that may be dialled."""


class InHand:
    """One lead from ready to recorded."""

    def __init__(self, lead_id: str) -> None:
        self.lead_id = lead_id
        self.opened: Opened | None = None
        self.call: CallView | None = None
        self.then_number = ""
        """Another number of this lead, to be dialled after the outcome of this dial."""
        self._place = 0

    def take(self, opened: Opened) -> None:
        """Go on with another lead, or with another number of the same."""
        self.opened, self.call, self.then_number = opened, None, ""
        self.lead_id = opened.lead.row.lead_id
        numbers = opened.lead.numbers
        wanted = [n for n, number in enumerate(numbers) if number.e164 == opened.number]
        usable = [n for n, number in enumerate(numbers) if number.usable]
        self._place = (wanted if opened.number else usable or [0])[0] if numbers else 0

    @property
    def _numbers(self) -> tuple[Number, ...]:
        return self.opened.lead.numbers if self.opened is not None else ()

    @property
    def number(self) -> str:
        """The number that Enter dials, or the one that is dialled."""
        if self.call is not None:
            return self.call.number
        if self.opened is None:
            return ""
        return self._numbers[self._place].e164 if self._numbers else self.opened.lead.row.phone

    @property
    def number_text(self) -> str:
        """The same for the eye; ``""`` when it must not be dialled."""
        if self.call is not None:
            return self.display(self.call.number)
        if not self._numbers or not self._numbers[self._place].usable:
            return ""
        return self._numbers[self._place].display

    def display(self, number: str) -> str:
        """Return a number as it is read best."""
        return next((n.display for n in self._numbers if n.e164 == number), number)

    @property
    def keys(self) -> str:
        """What a telephone is to dial, for the clipboard: the number, a pause, its extension."""
        extension = next((n.extension for n in self._numbers if n.e164 == self.number), "")
        return with_pause(self.number, extension)

    def step(self) -> None:
        """Choose the next number that may be dialled, after the last the first."""
        usable = [n for n, number in enumerate(self._numbers) if number.usable]
        later = [n for n in usable if n > self._place]
        self._place = (later or usable or [0])[0]

    def step_after(self) -> None:
        """Choose the number to dial after this call's outcome; after the last none."""
        offered = ["", *(number.e164 for number in others(self._numbers, self.number))]
        self.then_number = offered[(offered.index(self.then_number) + 1) % len(offered)]

    def entry(
        self, outcome: Disposition, note: str, qualify: Mapping[str, str], now: datetime
    ) -> Entry:
        """Return what recording ``outcome`` now would record."""
        call, opened = self.call, self.opened
        return Entry(
            disposition=outcome.key,
            at=call.started_at if call else now,
            note=note,
            duration_s=max(0, int((now - call.started_at).total_seconds())) if call else 0,
            number=call.number if call else "",
            qualify=dict(qualify),
            script_id=opened.script.script_id if opened and call else "",
        )


def open_lead(desk: Desk, lead_id: str) -> Opened:
    """Return a lead with its script. Raises NotFoundError."""
    return Opened(desk.lead(lead_id), desk.script(lead_id))


def same_lead(desk: Desk, hand: InHand, outcome: Disposition, dialled: str) -> Opened | None:
    """Return the same lead with the number to dial next, ``None`` to go on with another lead.

    Ask after ``outcome`` was recorded: after a wrong number the next one is up, and so it is when
    the rep chose it during the call, unless the outcome ends the work on the lead.
    """
    chosen = hand.then_number
    if outcome.is_(Flag.FINAL) or not (chosen or outcome.is_(Flag.WRONG_NUMBER)):
        return None
    opened = open_lead(desk, hand.lead_id)
    left = [number.e164 for number in others(opened.lead.numbers, dialled)]
    number = chosen if chosen in left else next(iter(left), "")
    return replace(opened, number=number) if number else None


def others(numbers: tuple[Number, ...], dialled: str) -> list[Number]:
    """Return the numbers that may be dialled, without ``dialled``."""
    return [n for n in numbers if n.usable and n.e164 != dialled]
