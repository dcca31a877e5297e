"""Waits on the customer: the SLA of one lead rests, with a reason and an end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.calling_hours.business_time import BusinessHours, add_business, elapsed_s


class SlaPause(NamedTuple):
    """A wait that a rep noted: the person asked for it. Times are aware UTC.

    ``until`` at or before ``start`` ends every earlier wait that still runs.
    """

    start: datetime
    until: datetime
    reason: str
    owner_id: str = ""


def rests(pauses: Iterable[SlaPause]) -> list[SlaPause]:
    """Return the waits without overlaps, earliest first."""
    found: list[SlaPause] = []
    for pause in sorted(pauses, key=lambda p: (p.start, p.until)):
        # A later note decides from its own moment on.
        found = [p._replace(until=min(p.until, pause.start)) for p in found]
        if pause.until > pause.start:
            found.append(pause)
    return [p for p in found if p.until > p.start]


def rest_at(pauses: Iterable[SlaPause], now: datetime) -> SlaPause | None:
    """Return the wait that runs at ``now``, ``None`` without one."""
    return next((p for p in rests(pauses) if p.start <= now < p.until), None)


def put_off(
    due_at: datetime, converted_at: datetime, pauses: Sequence[SlaPause], hours: BusinessHours
) -> datetime:
    """Return when an SLA is due whose clock rests during ``pauses``."""
    for pause in rests(pauses):
        start = max(pause.start, converted_at)
        if start < due_at and pause.until > start:
            later = add_business(due_at, elapsed_s(start, pause.until, hours), hours)
            due_at = max(due_at, pause.until) if later is None else later
    return due_at
