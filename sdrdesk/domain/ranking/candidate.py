"""A lead as the queue sees it: flat, cheap to build ten thousand times, nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sdrdesk.domain.ranking.scoring import RankInput

if TYPE_CHECKING:
    from sdrdesk.domain.lead.lead import Lead
    from sdrdesk.domain.lead.time_zones import ZoneVerdict
    from sdrdesk.domain.place.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class Candidate(RankInput):
    """Everything the rules and the ranking read of one lead, from one database row.

    Zone, numbers, country and state are worked out when the lead is pulled (``candidate``), never
    while the queue is ranked. Times are aware UTC. It is a ``RankInput``: hand it to the ranking
    as it is.
    """

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
    worked_out_at: datetime | None = None
    """A final outcome was recorded here at this moment; a later conversion reopens the lead. It
    closes the lead even where the account has no status for the outcome."""
    pinned: bool = False
    """The rep asked to keep it at hand: lifts resting and the attempt cap, nothing else."""
    calls_24h: int = 0
    """Calls to this person in the last 24 hours; only regions with a daily cap read it."""

    @property
    def converted_since_attempt(self) -> bool:
        """Say whether the person came back by themselves after the last call."""
        return (
            self.last_attempt_at is not None
            and self.converted_at is not None
            and self.converted_at > self.last_attempt_at
        )

    @property
    def worked_out(self) -> bool:
        """Say whether a final outcome was recorded here and the person has not come back since."""
        at = self.worked_out_at
        return at is not None and not (self.converted_at is not None and self.converted_at > at)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules must know that belongs to no single lead."""

    my_owner_ids: frozenset[str] | None = None
    """Owner ids of the rep whose queue it is; ``None`` is everybody's queue."""
    suppressed_numbers: frozenset[str] = frozenset()
    """Do-not-call numbers in E.164."""
    suppressed_companies: frozenset[str] = frozenset()
    """Ids of companies that asked not to be called."""
    held_numbers: frozenset[str] = frozenset()
    """Wrong or dead numbers in E.164."""


NO_FACTS = Facts()


def candidate(
    lead: Lead,
    numbers: tuple[PhoneNumber, ...],
    verdict: ZoneVerdict,
    *,
    last_attempt_by: str = "",
    snoozed_until: datetime | None = None,
    pinned: bool = False,
    calls_24h: int = 0,
) -> Candidate:
    """Return ``lead`` as the queue sees it; for one lead, not for a whole queue."""
    country, state = place_of(lead, numbers)
    return Candidate(
        lead_id=lead.lead_id,
        converted_at=lead.converted_at,
        fit=lead.fit,
        attempts=lead.attempts,
        conversions=lead.conversions,
        page_views=lead.page_views,
        last_attempt_at=lead.last_attempt_at,
        next_due_at=lead.next_due_at,
        callback_at=lead.callback_at,
        re_converted=has_re_converted(lead),
        zone=verdict.zone,
        numbers=tuple(number.e164 for number in numbers if number.e164),
        country=country,
        state=state,
        owner_id=lead.owner_id,
        lifecycle=lead.lifecycle,
        status=lead.status,
        company_id=lead.company.company_id if lead.company else "",
        archived=lead.archived,
        do_not_call=lead.do_not_call,
        last_attempt_by=last_attempt_by,
        snoozed_until=snoozed_until,
        pinned=pinned,
        calls_24h=calls_24h,
    )


def has_re_converted(lead: Lead) -> bool:
    """Say whether ``lead`` converted again after its first conversion."""
    if lead.conversions > 1:
        return True
    first, latest = lead.first_converted_at, lead.converted_at
    return first is not None and latest is not None and latest > first


def place_of(lead: Lead, numbers: tuple[PhoneNumber, ...]) -> tuple[str, str]:
    """Return (ISO country, state) whose rules hold for ``lead``.

    The person's address, else the company's, else the country of the first usable number.
    """
    from sdrdesk.domain.place.regions import region_of  # not for the queue, which has it worked out

    place = region_of(lead.country, lead.state)
    if not place[0] and lead.company:
        place = region_of(lead.company.country, lead.company.state)
    if not place[0]:
        place = (next((n.region for n in numbers if n.e164 and n.region), ""), "")
    return place
