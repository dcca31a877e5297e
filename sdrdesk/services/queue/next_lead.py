"""The next leads, chosen while the call goes on.

Ranking 100,000 leads takes about as long as drawing a frame, and an outcome's key would wait for
it. So the next leads are chosen while the phone rings, as often as the queue is ranked again, when
a callback comes due and after every sync that brought something; after the outcome the rules check
them once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sdrdesk.clock import Clock
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.ranking.candidate import Candidate

LOOK_EVERY_S = 30
"""Interval at which screens look ahead while nothing is known to have changed."""
GOOD_FOR = timedelta(seconds=LOOK_EVERY_S + 2)
"""Time that a choice is valid."""


class _Ahead(NamedTuple):
    lead_id: str
    at: datetime
    ids: tuple[str, ...]


class LookAhead:
    """Keeps the last choice. One thread may look ahead while another records an outcome.

    Args:
        callable_of: returns those of some leads that are callable now.
        clock: present moment, aware.
    """

    def __init__(
        self, callable_of: Callable[[Sequence[str]], list[Candidate]], clock: Clock
    ) -> None:
        self._callable_of = callable_of
        self._clock = clock
        self._ahead: _Ahead | None = None

    def keep(self, lead_id: str, at: datetime, ids: Sequence[str]) -> None:
        """Keep the leads found at ``at`` to follow ``lead_id``, best first."""
        self._ahead = _Ahead(lead_id, at, tuple(ids))

    def forget(self) -> None:
        """Drop the choice: a decision may change the next lead."""
        self._ahead = None

    def after(self, lead_id: str) -> str | None:
        """Return the lead after ``lead_id``, ``None`` when the queue must be ranked again."""
        ahead = self._ahead
        if ahead is None or ahead.lead_id != lead_id:
            return None
        if not timedelta(0) <= self._clock() - ahead.at <= GOOD_FOR:
            return None
        able = {item.lead_id for item in self._callable_of(ahead.ids)}
        return next((other for other in ahead.ids if other in able), None)
