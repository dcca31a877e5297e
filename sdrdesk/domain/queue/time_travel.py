"""A lead as the queue would have seen it at an earlier moment, rebuilt from today's data.

Calls, conversions and the changes of outcomes are dated, so they are restored exactly. Fit, page
views and numbers are not: today's are used. Snoozes and pins are not recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sdrdesk.domain.ranking.candidate import Candidate

_DAY = timedelta(days=1)


class PastCall(NamedTuple):
    """One call of any rep. Times are aware UTC."""

    at: datetime
    owner_id: str
    rests_until: datetime | None = None
    """When the retry rule ended its rest, ``None`` without one."""
    callback_at: datetime | None = None
    final: bool = False
    """The outcome closed the lead until the person converts again."""
    won: bool = False
    """A meeting was set or the lead was qualified."""


class PastFields(NamedTuple):
    """The CRM's fields just before an outcome of this desk."""

    at: datetime
    status: str
    lifecycle: str
    do_not_call: bool


@dataclass(frozen=True, slots=True)
class LeadPast:
    """A lead with everything dated about it."""

    today: Candidate
    first_converted_at: datetime | None = None
    created_at: datetime | None = None
    calls: tuple[PastCall, ...] = ()
    """Oldest first."""
    stood: tuple[PastFields, ...] = ()
    """Oldest first."""

    def changes(self) -> Iterator[datetime]:
        """Yield every moment after which the lead may look different."""
        for moment in (self.first_converted_at, self.today.converted_at, self.created_at):
            if moment is not None:
                yield moment
        for call in self.calls:
            yield call.at
            yield call.at + _DAY
        for image in self.stood:
            yield image.at


def as_of(past: LeadPast, at: datetime) -> Candidate | None:
    """Return the lead as it was just before ``at``, ``None`` before it existed."""
    today = past.today
    if past.created_at is not None and past.created_at > at:
        return None
    converted, conversions, again = _conversion(past, at)
    if converted is None and today.converted_at is not None:
        return None
    calls = [call for call in past.calls if call.at < at]
    last = calls[-1] if calls else None
    fields = _fields(past, at)
    since = [call for call in calls if converted is None or call.at >= converted]
    return replace(
        today,
        converted_at=converted,
        conversions=conversions,
        re_converted=again,
        attempts=len(since),
        last_attempt_at=last.at if last else None,
        last_attempt_by=last.owner_id if last else "",
        next_due_at=last.rests_until if last else None,
        callback_at=last.callback_at if last else None,
        closed_at=next((call.at for call in reversed(calls) if call.final), None),
        calls_24h=sum(call.at >= at - _DAY for call in calls),
        status=fields.status,
        lifecycle=fields.lifecycle,
        do_not_call=fields.do_not_call,
        snoozed_until=None,
        rest_seen_at=None,
        rest_promise=False,
        pinned=False,
        failed=(),
    )


def _fields(past: LeadPast, at: datetime) -> PastFields:
    image = next((image for image in past.stood if image.at >= at), None)
    if image is not None:
        return image
    if past.calls and past.calls[-1].at >= at:
        # A later call by another rep may have closed the lead.
        return PastFields(at, "", "", False)
    return PastFields(at, past.today.status, past.today.lifecycle, past.today.do_not_call)


def _conversion(past: LeadPast, at: datetime) -> tuple[datetime | None, int, bool]:
    """Return the latest conversion at ``at``, their number, and whether the lead came back."""
    today = past.today
    if today.converted_at is None or today.converted_at <= at:
        return today.converted_at, today.conversions, today.re_converted
    first = past.first_converted_at
    return (first, 1, False) if first is not None and first <= at else (None, 0, False)


class PastQueue:
    """All leads moving forward in time; cheap when asked for rising moments."""

    def __init__(self, leads: Iterable[LeadPast]) -> None:
        self._pasts = list(leads)
        self._now: list[Candidate | None] = [None] * len(self._pasts)
        self._changes = [sorted(past.changes()) for past in self._pasts]
        self._next = [0] * len(self._pasts)
        self._started = False

    def at(self, moment: datetime) -> Iterator[Candidate]:
        """Yield every lead that existed, as it was just before ``moment``.

        ``moment`` must not be earlier than in the last call.
        """
        for place, past in enumerate(self._pasts):
            changes, following = self._changes[place], self._next[place]
            # A change at exactly this moment counts only afterwards, so it stays the next one.
            due = following < len(changes) and changes[following] <= moment
            if due or not self._started:
                self._now[place] = as_of(past, moment)
                while following < len(changes) and changes[following] < moment:
                    following += 1
                self._next[place] = following
            item = self._now[place]
            if item is not None:
                yield item
        self._started = True
