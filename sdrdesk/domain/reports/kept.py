"""Meetings that were set, and how many of them were held."""

from __future__ import annotations

from collections.abc import Iterable

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome.meeting_result import AT_CRM, OPEN, result_of
from sdrdesk.domain.reports.statistics import Proportion


@dataclass(slots=True)
class Kept:
    """Results of meetings; grows by ``add``."""

    made: int = 0
    held: int = 0
    no_show: int = 0
    cancelled: int = 0
    moved: int = 0
    """Moved, and still to be held."""
    open: int = 0
    """Still to come, or nobody has said."""

    def add(self, result: str) -> None:
        """Count one meeting by the CRM's outcome of it; one that the account invented is open."""
        self.made += 1
        name = result_of(result)
        if result in OPEN:
            moved = result == AT_CRM["moved"]
            self.moved += moved
            self.open += not moved
        elif name in ("held", "cancelled"):
            setattr(self, name, getattr(self, name) + 1)
        elif name == "no-show":
            self.no_show += 1
        else:
            self.open += 1

    @property
    def share(self) -> Proportion:
        """Held meetings, of those that took place or were missed."""
        return Proportion(self.held, self.held + self.no_show)

    def to_json(self) -> dict[str, object]:
        """Return the counts by public name, and the share with its interval."""
        return {
            "made": self.made,
            "held": self.held,
            "no_show": self.no_show,
            "cancelled": self.cancelled,
            "moved": self.moved,
            "open": self.open,
            "held_rate": self.share.to_json(),
        }


def added(parts: Iterable[Kept]) -> Kept:
    """Return the sum of counts."""
    found = Kept()
    for part in parts:
        for name in ("made", "held", "no_show", "cancelled", "moved", "open"):
            setattr(found, name, getattr(found, name) + getattr(part, name))
    return found
