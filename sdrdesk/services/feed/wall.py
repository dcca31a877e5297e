"""The team's wall: who is in a block, calling or paused, and fresh leads that nobody called yet."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from sdrdesk.domain.text.humanize import plural
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.record.team_claims import team_presence
from sdrdesk.store.reports.counts import waiting_since

FRESH: Final = timedelta(hours=1)
_DOES: Final = {"call": "calling", "block": "in a block", "pause": "paused"}


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
        names = " · ".join(f"{name} {_DOES[does]}" for _, name, does in sorted(people))
        lines.append(f"Now: {said} ({names})")
    waiting = waiting_since(db, now - FRESH, now)
    if waiting:
        longest = max(1, int((now - waiting[0]).total_seconds() // 60))
        word = plural(len(waiting), "lead")
        lines.append(f"Not called yet: {len(waiting)} fresh {word}, the longest for {longest} min")
    return lines
