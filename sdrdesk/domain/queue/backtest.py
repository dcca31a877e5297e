"""A backtest: another ranking against the present one, over the calls that were made.

For every past call: among the leads that could be called at that moment, where did each ranking
have the one that was called? For calls that ended in a meeting or a qualified lead also: from when
on would each ranking have had that lead on top?
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
"""The result for the leads that were won: the other ranking had them on top earlier, later …"""

MIN_WON = 10
"""Least meetings and qualified leads for a verdict (our own choice)."""
CHANCE = 0.05
"""A difference is claimed only when chance alone would be rarer than this."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranking to compare."""

    config: RankingConfig
    fits: Mapping[str, int] | None = None
    """Fit by lead id where ``fit.toml`` differs; ``None`` uses the leads' own."""


class Position(NamedTuple):
    """The position of the called lead in one ranking."""

    rank: int
    """1 is the top."""
    on_top_at: datetime | None = None
    """When it was first on top in the period, ``None`` never; only for won leads."""


@dataclass(frozen=True, slots=True)
class ReplayedCall:
    """A past call under both rankings."""

    lead_id: str
    at: datetime
    won: bool
    callable: int
    """Leads that could be called then, this one included."""
    present: Position
    other: Position


@dataclass(frozen=True, slots=True)
class Agreement:
    """Share of the calls on which a ranking agrees."""

    top_1: int
    top_5: int
    top_10: int
    mean_rank: float | None
    median_rank: float | None


@dataclass(frozen=True, slots=True)
class Replay:
    """The whole comparison."""

    dials: tuple[ReplayedCall, ...]
    """Calls to leads that were in the queue, as far as is known."""
    outside: int
    """Calls to other leads: pinned, looked up, dialled again at once …"""
    present: Agreement
    other: Agreement
    earlier: int
    """Won leads that the other ranking had on top earlier."""
    later: int
    same: int
    by_chance: float
    """Probability that chance alone splits earlier and later this unevenly (sign test)."""

    @property
    def won(self) -> int:
        """Calls that ended in a meeting or a qualified lead."""
        return self.earlier + self.later + self.same

    @property
    def verdict(self) -> RankingVerdict:
        """The result, with enough won leads and a difference beyond chance."""
        if self.won < MIN_WON:
            return "too_few"
        if self.by_chance > CHANCE or self.earlier == self.later:
            return "no_difference"
        return "earlier" if self.earlier > self.later else "later"


@dataclass(slots=True)
class _Watch:
    """When each ranking first had a won lead on top."""

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
    on_progress: Callable[[int, int], None] | None = None,
) -> Replay:
    """Compare two rankings over the calls with ``start <= at < end`` for which ``counts`` holds.

    The rules, the same for both, decide which leads could be called. ``on_progress`` gets the calls
    done and their total before each call.
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
        if on_progress is not None:
            on_progress(number, len(asked))
        first = exclusion_check(rules, WindowClock(windows, at), facts)
        pool = [item for item in queue.at(at) if first(item) is None]
        now, then = _Order(pool, present, at), _Order(pool, other, at)
        if watches:
            _watch(watches, now.top, then.top, at)
        here, there = now.rank(lead_id), then.rank(lead_id)
        if here is None or there is None:
            continue
        watch = watches.get(lead_id, _Watch()) if call.won else _Watch()
        places = Position(here, watch.present), Position(there, watch.other)
        made.append(ReplayedCall(lead_id, at, call.won, len(pool), *places))
        if lead_id in watches:
            watches[lead_id] = _Watch()  # for a later call
    return _sum_up(made, len(asked))


class _Order:
    """The callable leads of one moment in the order of one ranking.

    Nothing is sorted: ranks are counted, and keys are made only for due callbacks and equal scores.
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
        """Return the rank of a lead, 1 for the top; ``None`` when it could not be called."""
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
        """The lead on top, ``""`` without a callable lead."""
        if self._promised:
            return min(self._promised, key=self._promised.__getitem__)
        most = max(self._points.values(), default=0)
        best = (lead_id for lead_id, points in self._points.items() if points == most)
        return min(best, key=id_key, default="")


def _watch(watches: Mapping[str, _Watch], now: str, then: str, at: datetime) -> None:
    """Note the leads that are on top for the first time."""
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
    """Return how often a fair coin splits ``one + two`` throws at least this unevenly."""
    total, least = one + two, min(one, two)
    tail = sum(comb(total, k) for k in range(least + 1)) / float(2**total)
    return min(1.0, 2 * tail)
