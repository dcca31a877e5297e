"""Views of one lead: its data, numbers, timeline and colleagues.

Times are aware UTC. Text from the CRM has no control characters, but anyone may have written it:
draw it with markup off.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.services.views.queue import QueueRow

if TYPE_CHECKING:
    from sdrdesk.domain.lead.stage_history import StageSpan
    from sdrdesk.domain.people.links import LeadLink


class TimelineItem(NamedTuple):
    """One event with a lead, by any rep, here or in the CRM."""

    at: datetime
    kind: str
    """``call``, ``task``, ``note``, ``meeting``, ``email``, ``message``, ``change`` or
    ``conversion``."""
    who: str
    what: str
    """Outcome, subject or title, in words."""
    note: str
    duration_s: int
    state: str
    """``crm`` (pulled), ``sent``, ``held``, ``queued``, ``sending``, ``blocked``, ``undone``."""
    activity_key: str = ""
    direction: str = ""
    """``in`` for what came from the lead, else ``""``."""
    channel: str = ""
    """``email``, ``linkedin``, ``sms`` … of a touch without a call, else ``""``."""
    recording_url: str = ""
    """A web link that a person may open; nothing opens it on its own."""
    attachments: tuple[str, ...] = ()
    """Ids of the CRM's files, to be opened there."""


class Colleague(NamedTuple):
    """Another person of the lead's company."""

    lead_id: str
    name: str
    title: str
    last_call: str
    """The last call to this person: rep, time and outcome in words; ``""`` never."""


class Number(NamedTuple):
    """A number of the lead."""

    display: str
    """The number for display, with its extension; the raw text when it is not a number."""
    e164: str
    """``""`` when it cannot be dialled."""
    kind: str
    held: str
    """Why it must not be dialled (``wrong number`` …), ``""`` when it may be."""
    extension: str = ""
    assumed_country: str = ""
    """Country assumed because neither number nor lead names one, ``""`` for none."""

    @property
    def usable(self) -> bool:
        """True if it may be dialled."""
        return bool(self.e164) and not self.held


class Decided(NamedTuple):
    """The rep's decisions about a lead without a call, on any of their machines."""

    snoozed: bool = False
    """A snooze or a skip rests the lead now."""
    snoozed_until: datetime | None = None
    """``None`` for until they convert again."""
    snooze_reason: str = ""
    pinned: bool = False
    first_line: str = ""
    """The opening note of the next call."""


MOST_ACTIVITIES = 200
"""Newest activities of a lead that its timeline shows, besides the conversions."""


class LeadView(NamedTuple):
    """Everything the call screen and the lead screen show about one lead."""

    row: QueueRow
    email: str
    message: str
    source: str
    last_url: str
    conversions: int
    page_views: int
    first_converted_at: datetime | None
    first_converted_on: str
    company_line: str
    """Industry, size and place, in words."""
    persona_reason: str
    zone_note: str
    numbers: tuple[Number, ...]
    timeline: tuple[TimelineItem, ...]
    colleagues: tuple[Colleague, ...]
    qualify: Mapping[str, str]
    """Slots filled in earlier calls."""
    owner: str
    status_label: str
    lifecycle_label: str
    do_not_call: bool
    duplicates: tuple[str, ...] = ()
    proposal: str = ""
    """A proposed next step, ``""`` for none."""
    proposal_outcome: str = ""
    """Key of the outcome for the proposal."""
    facts: tuple[tuple[str, str], ...] = ()
    """``qualify`` with labels, the chosen set first."""
    voicemail: str = ""
    """Why no voicemail should be left in the call that comes next, ``""`` for no reason."""
    links: tuple[LeadLink, ...] = ()
    stages: tuple[StageSpan, ...] = ()
    """Lifecycle stages in the order of entering them, the present one last."""
    properties: tuple[tuple[str, str], ...] = ()
    """Properties of the account that the team's rules name, by the names rules use."""
    decided: Decided = Decided()
    put_back: str = ""
    """Why a lead that was rejected is in the queue again, ``""`` for all others."""
