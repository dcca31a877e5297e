"""The queue planned for a moment, in words: ``as of tomorrow 18:00 Lisbon, closing first``.

A plan is one of the conditions of a view. Its times are read once: "tomorrow" must not move at
midnight, nor with the rep's time zone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.queue.filters import clauses

_AS_OF: Final = re.compile(r"(?:plan(?:ned)?\s+(?:for|as\s+of)|as\s+of)\s+(?P<when>.+)", re.I)
_CLOSES: Final = re.compile(
    r"(?:all\s+)?(?:leads?\s+)?(?:whose\s+)?(?:(?:calling\s+)?(?:windows?|hours)\s+)?"
    r"clos(?:es?|ing)\s+(?:before|by|until|within|in)\s+(?P<when>.+)",
    re.I,
)
_CLOSING_FIRST: Final = re.compile(
    r"(?:sort(?:ed)?\s+by\s+)?(?:what\s+)?(?:clos(?:es?|ing)\s+(?:first|soonest)|soonest\s+closing)"
    r"(?:\s+first)?",
    re.I,
)
_LANDING: Final = re.compile(r"(?:i\s+(?:land|arrive|am\s+back)|landing|arrival|then)", re.I)


@dataclass(frozen=True, slots=True)
class Plan:
    """The times in a text. Moments are aware UTC."""

    as_of: datetime | None = None
    """The moment the queue is ranked for, ``None`` for now."""
    closes_by: datetime | None = None
    """Only leads whose calling window is open and closes by then."""
    closing_first: bool = False
    """The order: what closes first."""
    rest: str = ""
    """The other conditions, as typed."""

    def words(self, zone: tzinfo) -> str:
        """Return the plan with exact times, as ``parse_plan`` reads it at any later moment."""
        parts = []
        if self.as_of is not None:
            parts.append(f"as of {_exact(self.as_of, zone)}")
        if self.closes_by is not None:
            parts.append(f"closes before {_exact(self.closes_by, zone)}")
        if self.closing_first:
            parts.append("closing first")
        return ", ".join((*parts, self.rest) if self.rest else parts)

    def without_past(self, now: datetime) -> Plan:
        """Return the plan without a moment that has come: then the queue is that of now."""
        return replace(self, as_of=None) if self.as_of is not None and self.as_of <= now else self


def parse_plan(
    text: str,
    zone: tzinfo,
    now: datetime,
    *,
    landing: datetime | None = None,
    day_first: bool | None = None,
) -> Plan:
    """Return what ``text`` says about time, and its other conditions as they are.

    Args:
        text: conditions separated by commas or ``and``.
        zone: the rep's, for times that name none.
        now: the present moment, aware.
        landing: the moment the rep planned for, for "before I land"; ``None`` when there is none.
        day_first: whether ``3/4`` is 3 April; ``None`` when unknown.

    Raises:
        UsageError: a time is not understood or has two meanings, is given twice, or "before I
            land" is said without a planned moment. An exact moment may lie in the past.
    """
    made, rest, closes = Plan(), list[str](), ""
    for clause in clauses(text):
        if found := _AS_OF.fullmatch(clause):
            _once(made.as_of is None, clause)
            made = replace(made, as_of=_moment(found["when"], zone, now, day_first))
        elif _CLOSING_FIRST.fullmatch(clause):
            made = replace(made, closing_first=True)
        elif found := _CLOSES.fullmatch(clause):
            _once(not closes, clause)
            closes = found["when"]
        else:
            rest.append(clause)
    if closes and _LANDING.fullmatch(closes):
        if landing is None:
            raise UsageError(
                f'"before {closes}": no moment is planned yet.',
                next_step="Name it, such as `closes before tomorrow 18:00`.",
            )
        made = replace(made, closes_by=landing)
    elif closes:
        # "as of tomorrow 9:00, closes before noon" means the noon of that day.
        made = replace(
            made, closes_by=_moment(closes, zone, max(now, made.as_of or now), day_first)
        )
    return replace(made, rest=", ".join(rest))


def closing_order(
    lead_ids: Sequence[str], closes_at: Mapping[str, datetime | None], due: Collection[str]
) -> tuple[str, ...]:
    """Return the leads with due callbacks as they are, then the others by what closes first.

    Equal ones, and those that do not close, keep their order.
    """
    ends = {lead_id: end for lead_id, end in closes_at.items() if end is not None}
    promised = [lead_id for lead_id in lead_ids if lead_id in due]
    closing = [lead_id for lead_id in lead_ids if lead_id in ends and lead_id not in due]
    open_ended = [i for i in lead_ids if i not in ends and i not in due]
    return (*promised, *sorted(closing, key=ends.__getitem__), *open_ended)


def _once(first: bool, clause: str) -> None:
    if not first:
        raise UsageError(f"{clause!r} names a second moment.", next_step="Name one.")


def _moment(text: str, zone: tzinfo, now: datetime, day_first: bool | None) -> datetime:
    # Its patterns take 50 ms to compile, which a queue without a plan need not pay.
    from sdrdesk.domain.times.parse import parse_when

    with suppress(ValueError, OverflowError):
        exact = datetime.fromisoformat(text.strip().upper().replace("Z", "+00:00"))
        if exact.tzinfo is not None:
            return exact.astimezone(now.tzinfo)
    return parse_when(text, zone, now, mine=zone, day_first=day_first)


def _exact(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "minutes")
