"""Views of a day's activity log. Times are aware UTC; durations are whole seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, overload

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


class LogLines(Sequence[LogEntry]):
    """The lines of a day, made when they are read.

    A day of a large team is 5,000 lines, of which a screen shows 20 at first.
    """

    def __init__(self, keys: Sequence[str], make: Callable[[int], LogEntry]) -> None:
        self.keys = keys
        self._make = make

    @cached_property
    def _all(self) -> tuple[LogEntry, ...]:
        return tuple(map(self._make, range(len(self.keys))))

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.keys)

    def __iter__(self) -> Iterator[LogEntry]:
        """Yield all lines, which are kept for the next time."""
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        """Return whether these are the same lines."""
        return isinstance(other, LogLines) and self._all == other._all

    __hash__ = None  # type: ignore[assignment]  # as a list's

    @overload
    def __getitem__(self, at: int) -> LogEntry: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[LogEntry]: ...
    def __getitem__(self, at: int | slice) -> LogEntry | Sequence[LogEntry]:
        """Return one line, or some."""
        return self._all[at] if isinstance(at, slice) else self._make(at)


def keys_of(lines: Sequence[LogEntry]) -> Sequence[str]:
    """Return the activity keys of lines, without making them."""
    return lines.keys if isinstance(lines, LogLines) else [line.activity_key for line in lines]


class LogView(NamedTuple):
    """A day's activity log."""

    day: str
    time_zone: str
    reps: tuple[RepTotals, ...]
    activities: Sequence[LogEntry]
    notes: tuple[str, ...] = ()
    """Problems of ``team.toml``."""
    doubts: tuple[Doubt, ...] = ()
    """Entries that count as they were logged, and may be wrong."""
