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

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig
from sdrdesk.domain.queue.eligibility import exclusion_check
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.queue.time_travel import LeadPast, PastCall, PastQueue
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from sdrdesk.domain.ranking.config import RankingConfig
from sdrdesk.domain.ranking.scoring import OrderKey, id_key, is_callback_due, key_of, scorer

RankingVerdict = Literal["too_few", "no_difference", "earlier", "later"]
"""What may be said of the other ranking about the leads that were won."""

MIN_WON = 10
"""Fewer meetings and qualified leads than this say nothing about a ranking: a judgement."""
CHANCE = 0.05
"""A difference that chance brings about more often than this is not claimed."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One way to rank."""

    config: RankingConfig
    fits: Mapping[str, int] | None = None
    """Fit by lead id where ``fit.toml`` differs; ``None`` takes the leads' own."""


class Position(NamedTuple):
    """Where one ranking had the lead that was called."""

    rank: int
    """1 is the top."""
    on_top_at: datetime | None = None
    """The first call of the period before which it was on top, ``None`` never; only for won."""


@dataclass(frozen=True, slots=True)
class ReplayedCall:
    """One call of the past, under both rankings."""

    lead_id: str
    at: datetime
    won: bool
    callable: int
    """How many leads could be called then, this one included."""
    present: Position
    other: Position


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well a ranking agrees with the calls that were made."""

    top_1: int
    top_5: int
    top_10: int
    mean_rank: float | None
    median_rank: float | None


@dataclass(frozen=True, slots=True)
class Replay:
    """The whole comparison."""

    dials: tuple[ReplayedCall, ...]
    """Calls to leads that were in the queue as far as can be told."""
    outside: int
    """Calls to leads that were not: pinned, looked up, dialled again at once …"""
    present: Agreement
    other: Agreement
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
    def verdict(self) -> RankingVerdict:
        """What may be said."""
        if self.won < MIN_WON:
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
    facts: QueueFacts,
    start: datetime,
    end: datetime,
    counts: Callable[[PastCall], bool],
    told: Callable[[int, int], None] | None = None,
) -> Replay:
    """Compare two rankings over the calls with ``start <= at < end`` for which ``counts`` holds.

    The rules decide who could be called; they are the same for both. ``told`` hears calls done and
    calls in all before each call.
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
    made: list[ReplayedCall] = []
    for number, (at, lead_id, call) in enumerate(asked):
        if told is not None:
            told(number, len(asked))
        first = exclusion_check(rules, WindowClock(windows, at), facts)
        pool = [item for item in queue.at(at) if first(item) is None]
        now, then = _Order(pool, present, at), _Order(pool, other, at)
        if watches:
            _watch(watches, now.top, then.top, at)
        here, there = now.rank(lead_id), then.rank(lead_id)
        if here is None or there is None:
            continue
        watch = watches.get(lead_id, _Watch()) if call.won else _Watch()
        made.append(
            ReplayedCall(
                lead_id,
                at,
                call.won,
                len(pool),
                Position(here, watch.present),
                Position(there, watch.other),
            )
        )
        if lead_id in watches:
            watches[lead_id] = _Watch()  # a later call starts anew
    return _sum_up(made, len(asked))


class _Order:
    """One ranking of the leads that could be called at one moment.

    Nothing is sorted: a place is counted, and keys are made only of promises and of equal scores.
    """

    def __init__(self, pool: Sequence[Candidate], ranking: Ranking, at: datetime) -> None:
        points, fits = scorer(ranking.config, at), ranking.fits
        if fits is not None:
            pool = [replace(item, fit=fits.get(item.lead_id, item.fit)) for item in pool]
        self._promised: dict[str, OrderKey] = {}
        self._points: dict[str, int] = {}
        for item in pool:
            if is_callback_due(item, at):
                self._promised[item.lead_id] = key_of(item, points(item), at)
            else:
                self._points[item.lead_id] = points(item)

    def rank(self, lead_id: str) -> int | None:
        """Return the place of a lead, 1 for the top; ``None`` when it could not be called."""
        key = self._promised.get(lead_id)
        if key is not None:
            return 1 + sum(other < key for other in self._promised.values())
        mine = self._points.get(lead_id)
        if mine is None:
            return None
        above = sum(points > mine for points in self._points.values())
        own = id_key(lead_id)
        equal = [i for i, points in self._points.items() if points == mine and id_key(i) < own]
        return 1 + len(self._promised) + above + len(equal)

    @property
    def top(self) -> str:
        """The lead on top, ``""`` when nobody could be called."""
        if self._promised:
            return min(self._promised, key=self._promised.__getitem__)
        most = max(self._points.values(), default=0)
        best = (lead_id for lead_id, points in self._points.items() if points == most)
        return min(best, key=id_key, default="")


def _watch(watches: Mapping[str, _Watch], now: str, then: str, at: datetime) -> None:
    """Remember the leads that are on top now and were not before."""
    if now in watches and watches[now].present is None:
        watches[now].present = at
    if then in watches and watches[then].other is None:
        watches[then].other = at


def _sum_up(made: Sequence[ReplayedCall], asked: int) -> Replay:
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


def _sign(dial: ReplayedCall) -> int:
    """Return 1 when the other ranking would have had the lead on top earlier, -1 later, else 0.

    A lead that was never on top is judged by its rank when it was called.
    """
    now = (dial.present.on_top_at or dial.at, dial.present.rank)
    then = (dial.other.on_top_at or dial.at, dial.other.rank)
    return (then < now) - (then > now)


def _share(ranks: Sequence[int]) -> Agreement:
    return Agreement(
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
