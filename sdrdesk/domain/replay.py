"""What another ranking would have put first in the past, against what really happened.

Every call of the past is a question: of the leads that could be called at that moment, where did
each ranking have the one that was called? Calls that ended in a meeting or a qualified lead are
asked one thing more: from when on would each ranking have had that lead on top?
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import comb
from operator import itemgetter
from statistics import mean, median
from typing import Literal, NamedTuple

from sdrdesk.domain.calling_window import WindowClock
from sdrdesk.domain.candidate import Candidate, Facts
from sdrdesk.domain.past import LeadPast, PastCall, PastQueue
from sdrdesk.domain.ranking_config import RankingConfig
from sdrdesk.domain.rule_config import RuleConfig
from sdrdesk.domain.rules import blocker
from sdrdesk.domain.scoring import OrderKey, key_of, scorer
from sdrdesk.domain.window_config import WindowConfig

Verdict = Literal["too_few", "no_difference", "earlier", "later"]
"""What may be said of the other ranking about the leads that were won."""

ENOUGH_WON = 10
"""Fewer meetings and qualified leads than this say nothing about a ranking: a judgement."""
CHANCE = 0.05
"""A difference that chance brings about more often than this is not claimed."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One way to rank."""

    config: RankingConfig
    fits: Mapping[str, int] | None = None
    """Fit by lead id where ``fit.toml`` differs; ``None`` takes the leads' own."""


class Place(NamedTuple):
    """Where one ranking had the lead that was called."""

    rank: int
    """1 is the top."""
    on_top_at: datetime | None = None
    """The first call of the period before which it was on top, ``None`` never; only for won."""


@dataclass(frozen=True, slots=True)
class Dial:
    """One call of the past, under both rankings."""

    lead_id: str
    at: datetime
    won: bool
    callable: int
    """How many leads could be called then, this one included."""
    present: Place
    other: Place


@dataclass(frozen=True, slots=True)
class Share:
    """How well a ranking agrees with the calls that were made."""

    top_1: int
    top_5: int
    top_10: int
    mean_rank: float | None
    median_rank: float | None


@dataclass(frozen=True, slots=True)
class Replay:
    """The whole comparison."""

    dials: tuple[Dial, ...]
    """Calls to leads that were in the queue as far as can be told."""
    outside: int
    """Calls to leads that were not: pinned, looked up, dialled again at once …"""
    present: Share
    other: Share
    earlier: int
    """Won leads that the other ranking would have had on top earlier."""
    later: int
    same: int
    by_chance: float
    """How often chance alone splits earlier and later at least as unevenly (sign test)."""

    @property
    def won(self) -> int:
        """Calls that ended in a meeting or a qualified lead."""
        return self.earlier + self.later + self.same

    @property
    def verdict(self) -> Verdict:
        """What may be said."""
        if self.won < ENOUGH_WON:
            return "too_few"
        if self.by_chance > CHANCE or self.earlier == self.later:
            return "no_difference"
        return "earlier" if self.earlier > self.later else "later"


@dataclass(slots=True)
class _Watch:
    """When a won lead was first on top, by ranking."""

    present: datetime | None = None
    other: datetime | None = None


def replay(
    leads: Iterable[LeadPast],
    present: Ranking,
    other: Ranking,
    *,
    rules: RuleConfig,
    windows: WindowConfig,
    facts: Facts,
    start: datetime,
    end: datetime,
    counts: Callable[[PastCall], bool],
) -> Replay:
    """Compare two rankings over the calls with ``start <= at < end`` for which ``counts`` holds.

    The rules decide who could be called; they are the same for both.
    """
    pasts = list(leads)
    asked = sorted(
        (
            (call.at, past.today.lead_id, call)
            for past in pasts
            for call in past.calls
            if start <= call.at < end and counts(call)
        ),
        key=itemgetter(0, 1),
    )
    won = {lead_id for _, lead_id, call in asked if call.won}
    watches = {lead_id: _Watch() for lead_id in won}
    queue = PastQueue(pasts)
    made: list[Dial] = []
    for at, lead_id, call in asked:
        first = blocker(rules, WindowClock(windows, at), facts)
        pool = [item for item in queue.at(at) if first(item) is None]
        now, then = _keys(pool, present, at), _keys(pool, other, at)
        _watch(watches, now, then, at)
        if lead_id not in now:
            continue
        watch = watches.get(lead_id, _Watch()) if call.won else _Watch()
        made.append(
            Dial(
                lead_id,
                at,
                call.won,
                len(pool),
                Place(_rank(now, lead_id), watch.present),
                Place(_rank(then, lead_id), watch.other),
            )
        )
        if lead_id in watches:
            watches[lead_id] = _Watch()  # a later call starts anew
    return _sum_up(made, len(asked))


def _keys(pool: Sequence[Candidate], ranking: Ranking, at: datetime) -> dict[str, OrderKey]:
    points, fits = scorer(ranking.config, at), ranking.fits
    if fits is not None:
        pool = [replace(item, fit=fits.get(item.lead_id, item.fit)) for item in pool]
    return {item.lead_id: key_of(item, points(item), at) for item in pool}


def _rank(keys: Mapping[str, OrderKey], lead_id: str) -> int:
    mine = keys[lead_id]
    return 1 + sum(key < mine for key in keys.values())


def _watch(
    watches: Mapping[str, _Watch],
    now: Mapping[str, OrderKey],
    then: Mapping[str, OrderKey],
    at: datetime,
) -> None:
    if not now:
        return
    top_now, top_then = min(now, key=now.__getitem__), min(then, key=then.__getitem__)
    if top_now in watches and watches[top_now].present is None:
        watches[top_now].present = at
    if top_then in watches and watches[top_then].other is None:
        watches[top_then].other = at


def _sum_up(made: Sequence[Dial], asked: int) -> Replay:
    signs = [_sign(dial) for dial in made if dial.won]
    earlier, later = signs.count(1), signs.count(-1)
    return Replay(
        dials=tuple(made),
        outside=asked - len(made),
        present=_share([dial.present.rank for dial in made]),
        other=_share([dial.other.rank for dial in made]),
        earlier=earlier,
        later=later,
        same=signs.count(0),
        by_chance=sign_test(earlier, later),
    )


def _sign(dial: Dial) -> int:
    """Return 1 when the other ranking would have had the lead on top earlier, -1 later, else 0.

    A lead that was never on top is judged by its rank when it was called.
    """
    now = (dial.present.on_top_at or dial.at, dial.present.rank)
    then = (dial.other.on_top_at or dial.at, dial.other.rank)
    return (then < now) - (then > now)


def _share(ranks: Sequence[int]) -> Share:
    return Share(
        top_1=sum(rank <= 1 for rank in ranks),
        top_5=sum(rank <= 5 for rank in ranks),
        top_10=sum(rank <= 10 for rank in ranks),
        mean_rank=round(mean(ranks), 2) if ranks else None,
        median_rank=float(median(ranks)) if ranks else None,
    )


def sign_test(one: int, two: int) -> float:
    """Return how often a fair coin splits ``one + two`` throws at least as unevenly."""
    total, least = one + two, min(one, two)
    tail = sum(comb(total, k) for k in range(least + 1)) / float(2**total)
    return min(1.0, 2 * tail)
