"""How many leads each rule keeps out, without looking at every lead."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sdrdesk.domain.calling_window import WindowClock
from sdrdesk.domain.candidate import Facts
from sdrdesk.domain.rules import blocker
from sdrdesk.rulebook import Rulebook
from sdrdesk.store.alike import kinds, single_out
from sdrdesk.store.candidates import candidates_in
from sdrdesk.store.database import Database
from sdrdesk.store.ranked import RankedLeads


def counts_by_rule(
    db: Database, rulebook: Rulebook, told: Facts, now: datetime
) -> Counter[str | None]:
    """Return the leads on disk counted by the first rule that keeps them out (``None``: none)."""
    rules = rulebook.rules
    clock = WindowClock(rulebook.windows, now)
    first = blocker(rules, clock, told)
    counts: Counter[str | None] = Counter()
    with db.reader() as connection:
        leads = RankedLeads(connection, rulebook.ranking, rules, told, clock)
        single = set(leads.set_aside())
        single.update(single_out(connection, now, timedelta(minutes=rules.colleague_min)))
        for kind, number in kinds(connection, single).items():
            counts[first(kind.candidate())] += number
        for item in candidates_in(connection, sorted(single), now):
            counts[first(item)] += 1
    return counts
