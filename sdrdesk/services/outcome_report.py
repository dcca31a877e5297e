"""Outcomes of all reps over some days, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from sdrdesk.domain.errors import UsageError
from sdrdesk.services.views import LogView

_MOST_DAYS = 400
"""A year and a bit: each day is one read."""


class _HasLog(Protocol):
    def log(self, day: date, rep: str = "") -> LogView: ...


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """How often each outcome was recorded, days in the zone of whoever asks."""

    start: str
    end: str
    time_zone: str
    dials: int
    connects: int
    conversations: int
    meetings_set: int
    outcomes: dict[str, int]

    def to_json(self) -> dict[str, object]:
        """Return what ``report outcomes --json`` prints."""
        return {
            "from": self.start,
            "to": self.end,
            "time_zone": self.time_zone,
            "dials": self.dials,
            "connects": self.connects,
            "conversations": self.conversations,
            "meetings_set": self.meetings_set,
            "outcomes": self.outcomes,
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for a terminal."""
        yield f"Outcomes · {self.start} to {self.end} · {self.time_zone} · all reps"
        yield (
            f"{self.dials} dials · {self.connects} connects · {self.conversations} conversations "
            f"· {self.meetings_set} meetings set"
        )
        for name, count in self.outcomes.items():
            yield f"{count:>6}  {name}"


def outcome_report(desk: _HasLog, start: date, end: date) -> OutcomeReport:
    """Count the outcomes from ``start`` to ``end``, both included.

    Raises:
        UsageError: ``end`` lies before ``start``, or the span is longer than 400 days.
    """
    days = (end - start).days + 1
    if not 1 <= days <= _MOST_DAYS:
        raise UsageError(
            f"From {start} to {end} is no span of 1 to {_MOST_DAYS} days.",
            next_step="Give --from and --to as days, the earlier first.",
        )
    logs = [desk.log(start + timedelta(days=offset), "all") for offset in range(days)]
    reps = [rep for log in logs for rep in log.reps]
    counted: Counter[str] = Counter()
    for rep in reps:
        counted.update(rep.outcomes)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return OutcomeReport(
        start=start.isoformat(),
        end=end.isoformat(),
        time_zone=logs[0].time_zone,
        dials=sum(rep.dials for rep in reps),
        connects=sum(rep.connects for rep in reps),
        conversations=sum(rep.conversations for rep in reps),
        meetings_set=sum(rep.meetings_set for rep in reps),
        outcomes=dict(ordered),
    )
