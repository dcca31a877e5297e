"""Speed to lead: the wait from conversion until seen, tried, reached and qualified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.domain.calling_hours.business_time import BusinessHours, elapsed_s
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.reports.statistics import Percentiles, percentiles

By = Literal["source", "form", "persona", "owner", "hour"]
BANDS: Final = (("0-5m", 300), ("5-15m", 900), ("15-60m", 3_600), ("1-24h", 86_400))
"""Name and longest wait in seconds, inclusive; longer is ``24h+``."""
HoursOf = Callable[[str], BusinessHours]
"""Returns the office hours that hold for the leads of an owner id."""
_LONGEST = "24h+"
_NEVER = "never"


class Wait(NamedTuple):
    """A lead from its latest conversion in the period. Times are aware UTC."""

    lead_id: str
    converted_at: datetime
    seen_at: datetime | None
    """When this desk first had the conversion, ``None`` unknown: replaced by a later one, or before
    this desk began."""
    attempted_at: datetime | None
    """First dial by any rep at or after the conversion."""
    contacted_at: datetime | None
    """First connect."""
    qualified_at: datetime | None
    source: str = ""
    form: str = ""
    persona: str = ""
    owner: str = ""
    owner_id: str = ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The waits and the bands, in calendar or business time."""

    first_attempt: Percentiles
    first_contact: Percentiles
    qualified: Percentiles
    bands: dict[str, int]
    """Every band in order, then ``24h+`` and ``never``; the sum is the leads."""

    def to_json(self) -> dict[str, object]:
        """Return the waits under their public names."""
        return {
            "first_attempt_s": self.first_attempt.to_json(),
            "first_contact_s": self.first_contact.to_json(),
            "qualified_s": self.qualified.to_json(),
            "bands": self.bands,
        }


@dataclass(frozen=True, slots=True)
class Speed:
    """The speed to lead of a group of leads."""

    leads: int
    attempted: int
    contacted: int
    qualified: int
    calendar: Clocks
    business: Clocks
    system: Percentiles
    """From conversion to visible here, in calendar time: waiting for routing."""
    rep: Percentiles
    """From visible here to the first attempt, in calendar time: waiting for the rep."""
    before_seen: int
    """Attempted before this desk saw the conversion: in neither of the two."""
    seen_unknown: int = 0
    """Leads of which nobody knows when they arrived here: in neither of the two."""

    @property
    def never_attempted(self) -> int:
        """Leads without a call yet."""
        return self.leads - self.attempted

    def to_json(self) -> dict[str, object]:
        """Return the counts and clocks, in whole seconds."""
        return {
            "leads": self.leads,
            "attempted": self.attempted,
            "never_attempted": self.never_attempted,
            "contacted": self.contacted,
            "qualified": self.qualified,
            **self.calendar.to_json(),
            "business_hours": self.business.to_json(),
            "system_s": self.system.to_json(),
            "rep_s": self.rep.to_json(),
            "attempted_before_seen": self.before_seen,
            "seen_unknown": self.seen_unknown,
        }


def speed(waits: Sequence[Wait], hours: HoursOf) -> Speed:
    """Return the speed to lead of ``waits``; ``hours`` are the office hours of an owner's leads."""
    shares = [
        (wait.seen_at, wait.attempted_at)
        for wait in waits
        if wait.seen_at is not None and wait.attempted_at is not None
    ]
    seen = [w for w in waits if w.seen_at is not None and not _before_seen(w)]
    return Speed(
        leads=len(waits),
        attempted=sum(wait.attempted_at is not None for wait in waits),
        contacted=sum(wait.contacted_at is not None for wait in waits),
        qualified=sum(wait.qualified_at is not None for wait in waits),
        calendar=_clocks(waits, lambda _, start, end: (end - start).total_seconds()),
        business=_clocks(waits, lambda w, start, end: elapsed_s(start, end, hours(w.owner_id))),
        system=percentiles(
            max(0.0, (wait.seen_at - wait.converted_at).total_seconds())
            for wait in seen
            if wait.seen_at is not None
        ),
        rep=percentiles((tried - saw).total_seconds() for saw, tried in shares if tried >= saw),
        before_seen=sum(map(_before_seen, waits)),
        seen_unknown=sum(wait.seen_at is None for wait in waits),
    )


def band_of(seconds: float) -> str:
    """Return the band of a wait."""
    return next((name for name, most in BANDS if seconds <= most), _LONGEST)


def grouped(waits: Iterable[Wait], by: By, zone: ZoneInfo, hours: HoursOf) -> dict[str, Speed]:
    """Return the speed by source, form, persona, owner or hour of conversion (``09``).

    The largest group first, hours (local to ``zone``) in order; ``""`` is unknown.
    """
    groups: dict[str, list[Wait]] = {}
    for wait in waits:
        groups.setdefault(_group(wait, by, zone), []).append(wait)
    ordered = sorted(
        groups.items(), key=lambda pair: (0 if by == "hour" else -len(pair[1]), pair[0])
    )
    return {name: speed(members, hours) for name, members in ordered}


def _before_seen(wait: Wait) -> bool:
    return (
        wait.seen_at is not None
        and wait.attempted_at is not None
        and wait.attempted_at < wait.seen_at
    )


def _clocks(waits: Sequence[Wait], between: Callable[[Wait, datetime, datetime], float]) -> Clocks:
    attempts = [between(w, w.converted_at, w.attempted_at) for w in waits if w.attempted_at]
    bands = dict.fromkeys([*(name for name, _ in BANDS), _LONGEST, _NEVER], 0)
    for seconds in attempts:
        bands[band_of(seconds)] += 1
    bands[_NEVER] = len(waits) - len(attempts)
    return Clocks(
        percentiles(attempts),
        percentiles(between(w, w.converted_at, w.contacted_at) for w in waits if w.contacted_at),
        percentiles(between(w, w.converted_at, w.qualified_at) for w in waits if w.qualified_at),
        bands,
    )


def _group(wait: Wait, by: By, zone: ZoneInfo) -> str:
    if by == "hour":
        return f"{wait.converted_at.astimezone(zone):%H}"
    return str(getattr(wait, by))
