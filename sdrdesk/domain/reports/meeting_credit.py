"""Find the call that a meeting of the CRM came from. The CRM itself has no such link.

A meeting counts on the day it was made, for the rep whose call reached the person at most a week
before. So a person who books through a link on Thursday never changes Tuesday's numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

WEEK_MS: Final = 7 * 86_400_000
"""Longest time from a call to a meeting that it may have led to."""
CANCELLED: Final = frozenset({"canceled", "cancelled"})


class Meeting(NamedTuple):
    """A meeting of the CRM. Moments are milliseconds, UTC."""

    crm_id: str
    owner_id: str
    lead_ids: tuple[str, ...]
    at_ms: int
    """When it begins."""
    made_ms: int
    """When it was entered."""
    cancelled: bool = False
    call_key: str = ""
    """The call whose outcome made it, by any sdrdesk; else ``""``."""
    result: str = ""
    """The CRM's outcome of it, in lower case."""


class ReachedCall(NamedTuple):
    """A call that reached the person. ``at_ms`` is UTC."""

    key: str
    at_ms: int
    sets_meeting: bool
    """Its recorded outcome is a meeting."""


class Credits(NamedTuple):
    """Outcomes that the CRM's meetings add to the recorded ones, and those they take away."""

    by_call: tuple[tuple[Meeting, str], ...] = ()
    """Meetings, with the key of their call, whose outcome was another one. Once for each call."""
    alone: tuple[Meeting, ...] = ()
    """Meetings set without a call."""
    cancelled: frozenset[str] = frozenset()
    """Keys of calls whose recorded meetings were all cancelled."""
    twice: tuple[tuple[Meeting, Meeting], ...] = ()
    """Meetings of one person at one moment."""
    calls: tuple[tuple[Meeting, str], ...] = ()
    """Every meeting with the key of its call, ``""`` without one."""


def credit(meetings: Iterable[Meeting], calls: Mapping[str, Sequence[ReachedCall]]) -> Credits:
    """Return the call of each meeting.

    A meeting goes to the call that recorded it; else to one in the week before that recorded a
    meeting and has none yet; else to the last one of that week.

    Args:
        meetings: in any order.
        calls: calls that reached the person, by lead, in any order.
    """
    by_call: dict[str, list[Meeting]] = {}
    recorded: set[str] = set()
    alone: list[Meeting] = []
    every: list[tuple[Meeting, str]] = []
    ordered = sorted(meetings, key=lambda m: (not m.call_key, m.made_ms, m.crm_id))
    for meeting in ordered:
        near = {
            call.key: call
            for lead_id in meeting.lead_ids
            for call in calls.get(lead_id, ())
            if 0 <= meeting.made_ms - call.at_ms <= WEEK_MS
        }.values()
        recorded.update(call.key for call in near if call.sets_meeting)
        key = meeting.call_key or _call_of(near, by_call)
        every.append((meeting, key))
        if meeting.call_key:
            recorded.add(meeting.call_key)
        if key:
            by_call.setdefault(key, []).append(meeting)
        elif not meeting.cancelled:
            alone.append(meeting)
    stand = {key: [m for m in some if not m.cancelled] for key, some in by_call.items()}
    return Credits(
        tuple((some[0], key) for key, some in stand.items() if some and key not in recorded),
        tuple(alone),
        frozenset(key for key, some in stand.items() if not some and key in recorded),
        tuple(_twice(ordered)),
        tuple(every),
    )


def _call_of(near: Iterable[ReachedCall], taken: Mapping[str, object]) -> str:
    ordered = sorted(near, key=lambda call: (call.at_ms, call.key), reverse=True)
    free = [call.key for call in ordered if call.sets_meeting and call.key not in taken]
    return next(iter(free or [call.key for call in ordered]), "")


def _twice(meetings: Iterable[Meeting]) -> Iterable[tuple[Meeting, Meeting]]:
    first: dict[tuple[str, int], Meeting] = {}
    for meeting in meetings:
        for lead_id in meeting.lead_ids if not meeting.cancelled else ():
            before = first.setdefault((lead_id, meeting.at_ms), meeting)
            if before is not meeting:
                yield before, meeting
                break
