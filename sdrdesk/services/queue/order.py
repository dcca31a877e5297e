"""The order of the callable leads: the first part of it, or all of it.

Due callbacks come first, then pinned leads, then the score, then the id. Both ways to the order
agree with scoring every lead that the rules allow; a test checks that.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count, groupby, islice

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.queue.eligibility import exclusion_check
from sdrdesk.domain.ranking.candidate import QueueFacts
from sdrdesk.domain.ranking.decay import FLAT_AFTER_S
from sdrdesk.domain.ranking.ranking import QueueKey, queue_key
from sdrdesk.domain.ranking.scoring import clock_points, id_key, is_callback_due, scorer
from sdrdesk.rulebook import Rulebook
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.queue.candidates import candidates_in
from sdrdesk.store.queue.rank_index import ensure_indices
from sdrdesk.store.queue.ranked_leads import RankedLeads

_Place = tuple[int, str]
"""Negative score in hundredths and the id: the place of a lead without a callback or pin."""
_IdKey = tuple[int, str]
_Row = tuple[str, str, int | None]
"""Id, place and conversion."""


class _Closed(NamedTuple):
    """A stream that is not open yet: the leads of an owner and a level of points."""

    owner: str
    level: int
    cools: bool


_Stream = tuple[int, _IdKey, int, _Closed | Iterator[_Place]]
"""A stream by its best place; the number keeps the order of equal ones."""

LAST: QueueKey = (True, True, (2, 0.0, 0, (0, "")))
"""Sorts after every lead: the key of a deleted one."""
_BEFORE_ALL: _IdKey = (-1, "")
"""Sorts before every id, so a stream opens before a lead of the same score is handed out."""
_AT_FIRST = 8
"""Fewest leads checked against the rules at once. Each may open a stream, and the next lead alone
must not cost a page."""
_AT_ONCE = 96
"""Most leads checked against the rules at once."""
_MANY_CLOSED = 2_000
"""After this many leads outside their hours, check whether any lead is inside."""


def first_ids(
    db: Database, rulebook: Rulebook, told: QueueFacts, now: datetime, most: int
) -> tuple[str, ...] | None:
    """Return the ids of the first ``most`` callable leads, or ``None`` when all must be ranked.

    The cost is that of the page, not of the account: a stream of an index is opened only when its
    best possible score is reached, and read only as far as needed.
    """
    ranking = rulebook.ranking
    if ranking.day_hour or not ensure_indices(db, ranking):
        return None  # by local time, one level of points does not cool evenly
    with db.reader() as connection:
        return tuple(islice(_Queue(connection, rulebook, told, now).merged(most), most))


@contextmanager
def walk(
    db: Database, rulebook: Rulebook, told: QueueFacts, now: datetime
) -> Iterator[Iterator[str]]:
    """Lend the ids of the callable leads, best first; the cost is that of the ids taken."""
    ranking = rulebook.ranking
    by_index = not ranking.day_hour and ensure_indices(db, ranking)
    with db.reader() as connection:
        queue = _Queue(connection, rulebook, told, now)
        yield queue.merged(_AT_FIRST) if by_index else queue.whole()


def all_ids(db: Database, rulebook: Rulebook, told: QueueFacts, now: datetime) -> tuple[str, ...]:
    """Return the ids of all callable leads, best first."""
    with db.reader() as connection:
        return tuple(_Queue(connection, rulebook, told, now).whole())


class _Queue:
    """One queue at one moment, while its transaction is open."""

    def __init__(
        self, connection: Connection, rulebook: Rulebook, told: QueueFacts, now: datetime
    ) -> None:
        clock = WindowClock(rulebook.windows, now)
        self._config = rulebook.ranking
        self._now = now
        self._now_us = to_ms(now) * 1000 + now.microsecond % 1000
        self._leads = RankedLeads(connection, self._config, rulebook.rules, told, clock)
        self._coldest = round(self._config.decay.ln_weight(FLAT_AFTER_S) * 100)
        self._heap: list[_Stream] = []
        self._turns = count()
        self._windows: dict[tuple[str, str], bool] = {}
        self._closed = 0
        first = exclusion_check(rulebook.rules, clock, told)
        self._aside = frozenset(self._leads.needs_rules(due=True))
        aside = candidates_in(connection, sorted(self._aside), now)
        mine = [item for item in aside if first(item) is None]
        mine.sort(key=queue_key(rulebook.ranking, now))
        points = scorer(self._config, now)
        self._front = [c.lead_id for c in mine if c.pinned or is_callback_due(c, now)]
        self._among = [
            (-points(c), c.lead_id) for c in mine if not (c.pinned or is_callback_due(c, now))
        ]

    def merged(self, most: int) -> Iterator[str]:
        """Yield ids in the order of the queue, reading little further than ``most``."""
        yield from self._front
        judged = {lead_id for _, lead_id in self._among}
        places = self._places()
        # The wanted leads, and the ones the rules will exclude.
        at_once = min(max(_AT_FIRST, most + most // 2), _AT_ONCE)
        while part := list(islice(places, at_once)):
            at_once = min(2 * at_once, _AT_ONCE)
            fit = judged | self._leads.plain(part)
            yield from (lead_id for lead_id in part if lead_id in fit)

    def whole(self) -> Iterator[str]:
        """Yield every id in the order of the queue, reading each lead once."""
        yield from self._front
        piles: dict[int, list[str]] = {}
        for lost, lead_id in self._among:
            piles.setdefault(lost, []).append(lead_id)
        by_clock: dict[str, int] = {}
        for lead_id, standing, converted_ms, zone in self._leads.all():
            points = standing + self._recency(converted_ms)
            if self._config.day_hour:
                if zone not in by_clock:
                    by_clock[zone] = clock_points(zone, self._config, self._now)[0]
                points += by_clock[zone]
            piles.setdefault(-points, []).append(lead_id)
        # Many small sorts instead of one, so that the keyboard is answered in between.
        for lost in sorted(piles):
            yield from sorted(piles.pop(lost), key=id_key)

    def _recency(self, converted_ms: int | None) -> int:
        if converted_ms is None:
            return self._coldest
        age_s = (self._now_us - converted_ms * 1000) / 1_000_000
        return round(self._config.decay.ln_weight(age_s) * 100)

    def _places(self) -> Iterator[str]:
        """Yield the ids of all leads whose window is open, in order, before the other rules."""
        self._heap.extend(self._closed_streams())
        heapq.heapify(self._heap)
        self._push(iter(self._among))
        try:
            while self._heap:
                _, (_, lead_id), _, stream = heapq.heappop(self._heap)
                if isinstance(stream, _Closed):
                    opens = self._cooling if stream.cools else self._flat
                    self._push(opens(stream.owner, stream.level))
                else:
                    yield lead_id
                    self._push(stream)
        finally:
            # Open streams refer to this queue: the circle would wait for a garbage collection.
            self._heap.clear()

    def _closed_streams(self) -> Iterator[_Stream]:
        """Yield each stream, by the best score it can hold."""
        for owner in self._leads.owners():
            for level, newest_ms in self._leads.levels(owner):
                if newest_ms is not None:
                    best = level + self._recency(newest_ms)
                    yield -best, _BEFORE_ALL, next(self._turns), _Closed(owner, level, True)
                best = level + self._coldest
                yield -best, _BEFORE_ALL, next(self._turns), _Closed(owner, level, False)

    def _push(self, stream: Iterator[_Place]) -> None:
        place = next(stream, None)
        if place is not None:
            turn = next(self._turns)
            heapq.heappush(self._heap, (place[0], id_key(place[1]), turn, stream))

    def _cooling(self, owner: str, level: int) -> Iterator[_Place]:
        rows = self._open_now(owner, self._leads.cooling(owner, level))
        for points, run in groupby(rows, key=lambda row: level + self._recency(row[2])):
            for lead_id in sorted((row[0] for row in run), key=id_key):
                yield -points, lead_id

    def _flat(self, owner: str, level: int) -> Iterator[_Place]:
        for row in self._open_now(owner, self._leads.flat(owner, level)):
            yield -level - self._coldest, row[0]

    def _open_now(self, owner: str, rows: Iterator[_Row]) -> Iterator[_Row]:
        for row in rows:
            if row[0] in self._aside:
                continue
            is_open = self._windows.get((owner, row[1]))
            if is_open is None:
                is_open = self._windows[owner, row[1]] = self._leads.is_open(row[1], owner)
            if is_open:
                yield row
                continue
            self._closed += 1
            if self._closed == _MANY_CLOSED and not self._leads.any_open():
                self._heap.clear()  # at night no lead needs checking
                return
