"""Views of a day's activity log. Times are aware UTC; durations are whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from sdrdesk.domain.reports.doubts import Doubt


class RepTotals(NamedTuple):
    """One rep's day."""

    owner_id: str
    name: str
    dials: int
    connects: int
    conversations: int
    meetings_set: int
    talk_s: int
    disqualified_without_call: int
    outcomes: Mapping[str, int]
    callbacks_kept: int = 0
    callbacks_missed: int = 0
    time_zone: str = ""
    """Time zone of this rep's day, ``""`` for that of the log."""
    hours: tuple[int, ...] = ()
    """Dials per hour of the rep's clock, 24 numbers; empty when not counted."""
    incoming: int = 0
    """Calls that came in: no dials."""
    not_made: int = 0
    """Calls that never took place, or lie ahead: in no other number."""
    meetings_without_call: int = 0
    """Meetings that no call led to."""
    labels: Mapping[str, str] = MappingProxyType({})
    """The label of each key of ``outcomes``."""
    meetings_held: int = 0
    """Meetings due on the day that took place, no matter when they were set."""
    meetings_missed: int = 0
    """Those to which nobody came."""


class LogEntry(NamedTuple):
    """One line of the day's timeline."""

    activity_key: str
    crm_id: str
    owner_id: str
    owner: str
    lead_id: str
    lead_name: str
    at: datetime
    disposition: str
    label: str
    duration_s: int
    note: str
    state: str
    kind: str = "call"
    """``call``, ``incoming`` for one that came in, ``not_made`` for one that never took place or
    lies ahead, ``change`` for an outcome without a call, ``meeting`` for a meeting of the CRM that
    no outcome recorded, ``held`` and ``missed`` for what became of one that was due."""
    corrected: bool = False
    """The outcome was undone after it was sent: a dial, nothing else."""
    counted: tuple[str, ...] = ()
    """Names of the ``RepTotals`` numbers that count this line."""
    clock_shift_s: int = 0
    """Correction of ``at`` in seconds, because the clock was wrong when it was recorded."""
    reason: str = ""
    """Label of the reason, such as that of a rejection."""


class LogView(NamedTuple):
    """A day's activity log."""

    day: str
    time_zone: str
    reps: tuple[RepTotals, ...]
    activities: tuple[LogEntry, ...]
    notes: tuple[str, ...] = ()
    """Problems of ``team.toml``."""
    doubts: tuple[Doubt, ...] = ()
    """Entries that count as they were logged, and may be wrong."""
