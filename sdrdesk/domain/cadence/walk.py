"""Walks a lead through a cadence by what happened: steps done and skipped, and the next one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sdrdesk.domain.cadence.cadence import Cadence, Facts
from sdrdesk.domain.cadence.events import Event
from sdrdesk.domain.calling_hours.call_window_config import Region, WindowConfig

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that was done or skipped. Moments in milliseconds, UTC."""

    step: int
    what: str
    since_ms: int
    due_ms: int | None
    at_ms: int
    how: str
    """``done`` or ``skipped``."""
    key: str
    """The activity that did it, ``""`` for a skipped one."""


@dataclass(frozen=True, slots=True)
class LeadPlace:
    """The lead's place, for hours and holidays."""

    zone: str
    region: Region
    windows: WindowConfig


class Walk:
    """One walk from the start, or from what was worked out before.

    Args:
        cadence: the steps.
        facts: of the lead; the outcomes are found on the way.
        place: where the lead is.
        started_ms: when the lead was put into the cadence.
        before: what an earlier walk found; it holds, up to an activity that is gone.
        events: what happened since the start, in order.
    """

    def __init__(
        self,
        cadence: Cadence,
        facts: Facts,
        place: LeadPlace,
        started_ms: int,
        before: Iterable[StepDone],
        events: Sequence[Event],
    ) -> None:
        self._cadence, self._facts, self._place = cadence, facts, place
        self._outcomes: set[str] = set()
        self.done = _standing(before, {event.key for event in events})
        last = self.done[-1] if self.done else None
        self.index = last.step + 1 if last else 0
        self.since_ms = last.at_ms if last else started_ms
        used = {step.key for step in self.done}
        self._outcomes |= {event.disposition for event in events if event.key in used}
        self._skip()
        for event in events:
            if event.key not in used:
                self._take(event)

    @property
    def due_ms(self) -> int | None:
        """When the next step is due, ``None`` when no open hour is found."""
        place = self._place
        since = _EPOCH + timedelta(milliseconds=self.since_ms)
        at = self._cadence.due(self.index, since, place.zone, place.region, place.windows)
        return None if at is None else (at - _EPOCH) // timedelta(milliseconds=1)

    def _take(self, event: Event) -> None:
        if event.disposition:
            self._outcomes.add(event.disposition)
        # Events before the last step was done are no later step.
        is_step = self.index < len(self._cadence.steps) and event.at_ms >= self.since_ms
        if is_step and event.does == self._cadence.what(self.index):
            self.done.append(
                StepDone(
                    self.index, event.does, self.since_ms, self.due_ms, event.at_ms, "done",
                    event.key,
                )
            )  # fmt: skip
            self.index, self.since_ms = self.index + 1, event.at_ms
        self._skip()

    def _skip(self) -> None:
        """Skip the steps ahead whose conditions do not hold; what was skipped is asked again."""
        while self.done and self.done[-1].how == "skipped":
            self.index = self.done.pop().step
        facts = replace(self._facts, outcomes=frozenset(self._outcomes))
        ahead = self._cadence.upcoming(self.index, facts)
        for at in range(self.index, ahead):
            what, since = self._cadence.what(at), self.since_ms
            self.done.append(StepDone(at, what, since, None, since, "skipped", ""))
        self.index = ahead


def _standing(before: Iterable[StepDone], known: set[str]) -> list[StepDone]:
    found: list[StepDone] = []
    for step in before:
        if step.how == "done" and step.key not in known:
            break  # undone: what came after it is worked out again
        found.append(step)
    while found and found[-1].how == "skipped":
        found.pop()
    return found
