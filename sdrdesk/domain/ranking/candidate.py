"""A lead as the queue sees it: one flat row with nothing left to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sdrdesk.domain.light_dataclass import dataclass

if TYPE_CHECKING:
    from sdrdesk.domain.place.failed_numbers import FailedNumber
    from sdrdesk.domain.ranking.sharing import Share


@dataclass(frozen=True, slots=True)
class Candidate:
    """Everything the rules and the ranking read of one lead, from one database row.

    Zone, numbers, country and state are derived when the lead is pulled, never while the queue is
    ranked. Times are aware UTC.
    """

    lead_id: str
    converted_at: datetime | None = None
    """Latest conversion; ``None`` ranks like one thirty days old."""
    fit: int = 0
    attempts: int = 0
    """Calls made since the latest conversion."""
    conversions: int = 0
    page_views: int = 0
    last_attempt_at: datetime | None = None
    next_due_at: datetime | None = None
    callback_at: datetime | None = None
    re_converted: bool = False
    """Converted again after the first conversion."""
    zone: str = ""
    """IANA zone of the lead, ``""`` unknown."""
    numbers: tuple[str, ...] = ()
    """Usable numbers in E.164, the best first."""
    country: str = ""
    """ISO code, ``""`` unknown."""
    state: str = ""
    """Post code of the state, ``""`` unknown."""
    owner_id: str = ""
    lifecycle: str = ""
    status: str = ""
    company_id: str = ""
    archived: bool = False
    do_not_call: bool = False
    """The person asked not to be called."""
    last_attempt_by: str = ""
    """Owner id of the rep who made the last attempt."""
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    """When a final outcome was recorded here. It closes the lead, even where the account has no
    status for the outcome, until a later conversion reopens it, or the CRM."""
    pinned: bool = False
    """Pinned by the rep: lifts resting and the attempt cap, nothing else."""
    failed: tuple[FailedNumber, ...] = ()
    """Those of ``numbers`` that failed since they last worked."""
    calls_24h: int = 0
    """Calls to this person in the last 24 hours; only regions with a daily cap read it."""
    callback_owner_id: str | None = None
    """Promiser of the callback: an id, ``""`` for anybody, ``None`` for the lead's owner."""
    rest_seen_at: datetime | None = None
    """The latest conversion the rep had seen when they snoozed the lead; a later one ends the
    snooze. ``None``: no snooze, or one that only its time ends."""
    rest_promise: bool = False
    """True if the snooze holds back a callback that is due."""
    missed_meeting: bool = False
    """The callback is a no-show: they come back although they were handed over."""

    @property
    def place(self) -> tuple[str, str, str]:
        """Zone, country and state, as call windows ask for them."""
        return self.zone, self.country, self.state

    @property
    def came_back(self) -> bool:
        """True if the person converted after the last call and after the work was ended."""
        if self.converted_at is None:
            return False
        since = [at for at in (self.last_attempt_at, self.closed_at) if at is not None]
        return bool(since) and self.converted_at > max(since)

    @property
    def ended_rest(self) -> bool:
        """True if a conversion ended what the rep decided before: a snooze, a nurture date."""
        if self.converted_at is None:
            return False
        return any(
            at is not None and self.converted_at > at for at in (self.rest_seen_at, self.closed_at)
        )

    @property
    def is_snoozed(self) -> bool:
        """True if the rep snoozed the lead and no conversion ended it; its time is not checked."""
        if self.snoozed_until is None and self.rest_seen_at is None:
            return False
        seen, converted = self.rest_seen_at, self.converted_at
        return seen is None or converted is None or converted <= seen

    @property
    def is_closed(self) -> bool:
        """True if a final outcome was recorded here and the person has not come back since."""
        at = self.closed_at
        return at is not None and not (self.converted_at is not None and self.converted_at > at)


UNKNOWN_REP: Final = frozenset({"(nobody)"})
"""Owner ids while the rep is unknown: nothing is theirs. Not a NUL: SQLite reads that in JSON as
the empty text, which means leads without an owner."""


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """Facts that the rules read and that belong to no single lead."""

    my_owner_ids: frozenset[str] | None = None
    """Owner ids of the rep whose queue it is; ``None`` is everybody's queue."""
    suppressed_numbers: frozenset[str] = frozenset()
    """Do-not-call numbers in E.164."""
    registered: Mapping[str, str] = field(default_factory=dict)
    """Numbers of leads on a do-not-call register, in E.164, each with which, in words."""
    suppressed_companies: frozenset[str] = frozenset()
    """Ids of companies that asked not to be called."""
    held_numbers: frozenset[str] = frozenset()
    """Wrong or dead numbers in E.164."""
    owner_names: Mapping[str, str] = field(default_factory=dict)
    """Names by owner id, for explanations."""
    share: Share | None = None
    """The rep's part of the leads without an owner; ``None``: all of them."""
    in_call: Mapping[str, str] = field(default_factory=dict)
    """Ids of leads that another running sdrdesk is calling now, with who is, in words."""


NO_FACTS = QueueFacts()
