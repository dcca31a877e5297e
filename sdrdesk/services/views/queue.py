"""Views of the queue: the order, its rows and the reasons for them.

Times are aware UTC unless a name says ``local``; ages and durations are whole seconds. Text from
the CRM has no control characters, but anyone may have written it: draw it with markup off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sdrdesk.domain.lead.owner import Promiser
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.ranking.scoring import Reason

if TYPE_CHECKING:
    from sdrdesk.domain.queue.eligibility import Exclusion
    from sdrdesk.domain.ranking.ranking import Lane
    from sdrdesk.domain.sla.sla import SlaWord


_VIEW_LABELS = {
    "callable": "Whole queue",
    "callback": "Callbacks",
    "reengaged": "Re-engaged",
    "all": "All leads",
}


def view_label(name: str) -> str:
    """Return a view of the queue as a rep reads it: ``Best fit`` for ``best_fit``."""
    return _VIEW_LABELS.get(name) or name.replace("_", " ").capitalize()


class QueueSnapshot(NamedTuple):
    """The order of the queue at one moment. Rows are fetched by id when they are drawn."""

    as_of: datetime
    lead_ids: Sequence[str]
    """Best first."""
    total: int
    """Leads on disk; while ``whole`` is false, only those known so far."""
    find: str = ""
    """The search text, ``""`` for the whole queue."""
    view: str = "callable"
    whole: bool = True
    """False: only the first leads of the order, as many as requested."""
    live: bool = True
    """False: ranked for another time than now, so calls in progress do not count."""
    in_call: tuple[int, ...] = ()
    """Places (from 0) of leads in a call with someone else: in the list, without a rank."""
    where: str = ""
    """The conditions with exact times, to read the same list again later."""
    closing_first: bool = False
    """Ordered by which calling window closes first."""
    opens_at: datetime | None = None
    """Of an empty list: when the first lead becomes callable, if any does."""

    @property
    def callable(self) -> int:
        """Number of leads in the list that can be called."""
        return len(self.lead_ids) - len(self.in_call)


class ViewChoice(NamedTuple):
    """A view to choose from."""

    name: str
    text: str
    words: str
    """Its conditions in words, ``""`` for none."""


class QueueRow(NamedTuple):
    """One row of the queue."""

    rank: int
    """From 1; 0 has no rank: not in the queue, or in a call with someone else."""
    lead_id: str
    name: str
    company: str
    title: str
    persona: str
    lane: Lane
    score: float
    reasons: tuple[Reason, ...]
    """Their points sum to ``score``."""
    converted_at: datetime | None
    converted_on: str
    age_s: int | None
    """Since the latest conversion; ``None`` when no conversion is known."""
    fit: int
    attempts: int
    phone: str
    """E.164, or the raw text when it cannot be parsed; never truncated on screen."""
    lead_local_time: str
    """``HH:MM`` in the lead's zone when the row was made, ``""`` unknown."""
    time_zone: str
    callable: bool
    next_due_at: datetime | None
    callback_at: datetime | None
    sla_state: SlaWord
    sla_due_at: datetime | None
    lifecycle: str
    status: str
    window_closes_at: datetime | None
    pinned: bool = False
    callback_note: str = ""
    promised_by: Promiser = Promiser()
    extension: str = ""
    """Digits to dial after ``phone``, ``""`` none."""
    sla_waits: str = ""
    """Why the SLA rests: the customer asked to wait; ``""`` while it runs."""
    in_call: str = ""
    """Others in a call with the lead now, in words; ``""`` nobody."""
    other_zones: tuple[str, ...] = ()
    """Zones that other sources name for the lead: nobody has settled which is right."""
    comment: str = ""
    """A colleague's comment on a call of the rep, ``Ana: well done``, until the rep has seen it."""
    cadence: str = ""
    """Name of the cadence the lead is in and its next step, ``""`` none."""
    whose: str = ""
    """Name of the rep whose lead it is, or ``NO_OWNER``; ``""`` for a lead of this rep's queue."""

    @property
    def phone_text(self) -> str:
        """The number with its extension."""
        return f"{self.phone} x{self.extension}" if self.extension else self.phone


class Standing(NamedTuple):
    """The place of a lead in the queue at this moment."""

    rank: int
    """From 1; 0 while the lead is not callable."""
    in_call: str
    """Others in a call with the lead, in words; ``""`` nobody."""


class WhyView(NamedTuple):
    """The rank of a lead and its reasons."""

    lead_id: str
    name: str
    rank: int | None
    callable: bool
    blocked_by: tuple[Exclusion, ...]
    score: float
    reasons: tuple[Reason, ...]
    above: str
    """Name of the lead one place above, ``""`` at the top or outside the queue."""
    above_reasons: tuple[Reason, ...]
    overtakes_at: datetime | None
    overtakes_because: str = ""
    """The cause, in words."""
    offices: tuple[str, ...] = ()
    """Rules that a team or the owner has instead of everybody's, in words."""


class FunnelStep(NamedTuple):
    """One step of the funnel."""

    rule: str
    text: str
    removed: int
    left: int


class FunnelView(NamedTuple):
    """The funnel from all leads to the callable ones. ``total - removed … == callable``."""

    total: int
    steps: tuple[FunnelStep, ...]
    callable: int
