"""The team's wall: who is in a block, calling or paused, and fresh leads that nobody called yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sdrdesk.clock import Clock
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.feed.steps import StepView, day_steps
from sdrdesk.services.views.log import LogView
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.record.team_claims import team_presence
from sdrdesk.store.reports.counts import waiting_since

FRESH: Final = timedelta(hours=1)
_DOES: Final = {"call": "calling", "block": "in a block", "pause": "paused"}
_NAMED: Final = 12
"""Reps named one by one; of a large team that is enough for a line."""


class Wall:
    """The feed's part of the log, nothing without one."""

    def __init__(self, db: Database, clock: Clock, *, on: bool) -> None:
        self._db = db
        self._clock = clock
        self._on = on

    def now(self) -> list[str]:
        """Return who does what now, and the fresh leads that wait, in lines."""
        return wall_lines(self._db, self._clock()) if self._on else []

    def steps(self, log: LogView, *, everybody: bool) -> Sequence[StepView]:
        """Return the steps of round robin on the log's day: of its reps, or of all."""
        return day_steps(self._db, log, everybody=everybody) if self._on else []


def wall_lines(db: Database, now: datetime) -> list[str]:
    """Return the wall in lines, empty without a feed: nobody who shows themselves is no news."""
    shown = team_presence(db, now)
    lines = []
    if shown:
        people = []
        for owner_id, does in shown.items():
            rep = owner_by(db, owner_id)
            people.append((list(_DOES).index(does), rep.name if rep else "a colleague", does))
        counts = Counter(does for _, _, does in people)
        said = ", ".join(f"{counts[key]} {word}" for key, word in _DOES.items() if counts[key])
        names = [f"{name} {_DOES[does]}" for _, name, does in sorted(people)]
        if len(names) > _NAMED:
            names = [*names[:_NAMED], f"{len(names) - _NAMED} more"]
        lines.append(f"Now: {said} ({' · '.join(names)})")
    waiting = waiting_since(db, now - FRESH, now)
    if waiting:
        longest = max(1, int((now - waiting[0]).total_seconds() // 60))
        word = plural(len(waiting), "lead")
        lines.append(f"Not called yet: {len(waiting)} fresh {word}, the longest for {longest} min")
    return lines
