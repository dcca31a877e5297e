"""A cadence: steps of call, e-mail and LinkedIn with waits, hours and conditions, and an end.

A cadence plans; nothing in it acts on its own. A step is done when a rep did what it asks for, with
whatever tool, and the next one is due some days later by the lead's own calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sdrdesk.domain.calling_hours.call_window import next_open
from sdrdesk.domain.calling_hours.call_window_config import Region, WindowConfig
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.place.wall_time import instants
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.durations import parse_duration

STEPS: Final = ("call", "email", "linkedin", "wait")
ENDS: Final = ("nurture", "disqualify", "hand_back")
MOST_STEPS: Final = 60
_DAY_S: Final = 86_400
_LONGEST_S: Final = 365 * _DAY_S
_SEARCHED_DAYS: Final = 40


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of a lead that conditions read."""

    persona: str = ""
    source: str = ""
    fit: int = 0
    outcomes: frozenset[str] = frozenset()
    """Keys of the outcomes since the start."""
    may_email: bool = True
    """There is an address, and the person did not opt out."""


@dataclass(frozen=True, slots=True)
class When:
    """A condition of a step; everything that is set must hold."""

    personas: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    fit_min: int = 0
    outcomes: frozenset[str] = frozenset()
    """One of these outcomes came since the start."""
    without: frozenset[str] = frozenset()
    """None of these came."""

    def holds(self, facts: Facts) -> bool:
        """Return whether the condition holds."""
        return (
            _among(facts.persona, self.personas)
            and _among(facts.source, self.sources)
            and facts.fit >= self.fit_min
            and (not self.outcomes or bool(self.outcomes & facts.outcomes))
            and not self.without & facts.outcomes
        )


def _among(value: str, wanted: frozenset[str]) -> bool:
    return not wanted or value.casefold() in {text.casefold() for text in wanted}


@dataclass(frozen=True, slots=True)
class Step:
    """One step that a rep does."""

    what: str
    """``call``, ``email`` or ``linkedin``."""
    after_s: float
    """Since the step before; whole days count by the lead's calendar, from midnight."""
    between: tuple[int, int] | None = None
    """Minutes of the lead's day in which it is due, the second excluded; ``None``: any."""
    when: When = When()
    template: str = ""
    """Id of the script whose e-mail it is; ``""``: the one that fits the lead."""
    place: int = 0
    """Of its table in the file, from 1; waits count."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """One file."""

    name: str
    title: str
    about: str
    steps: tuple[Step, ...]
    end: str
    """One of ``ENDS``."""
    end_after_s: float
    hand_to: str = ""
    """Owner id or e-mail of who gets a lead that is handed back, ``""``: the rep is asked."""

    @property
    def calls(self) -> int:
        """The number of call steps."""
        return sum(step.what == "call" for step in self.steps)

    def what(self, index: int) -> str:
        """Return what the step at ``index`` asks for; after the last one, how it ends."""
        return self.steps[index].what if index < len(self.steps) else self.end

    def upcoming(self, index: int, facts: Facts) -> int:
        """Return the first step from ``index`` on whose condition holds; their number for none."""
        while index < len(self.steps):
            step = self.steps[index]
            if step.when.holds(facts) and (step.what != "email" or facts.may_email):
                break
            index += 1
        return index

    def due(
        self, index: int, since: datetime, zone: str, region: Region, windows: WindowConfig
    ) -> datetime | None:
        """Return when the step at ``index`` is due, aware UTC.

        Waits of skipped steps do not count. ``None`` when no open hour is found in some weeks.

        Args:
            index: of the step; after the last one, of the end.
            since: when the step before was done, or the start.
            zone: the lead's IANA zone; with ``""`` only the wait counts.
            region: (country, state), for limits and holidays.
            windows: the calling hours, which hold for every step.
        """
        if index >= len(self.steps):
            return due_at(self.end_after_s, None, since, zone, region, windows)
        step = self.steps[index]
        return due_at(step.after_s, step.between, since, zone, region, windows)


def due_at(
    after_s: float,
    between: tuple[int, int] | None,
    since: datetime,
    zone: str,
    region: Region,
    windows: WindowConfig,
) -> datetime | None:
    """Return the first open moment after a wait. See ``Cadence.due``."""
    place = zone_info(zone)
    if place is None:
        return since + timedelta(seconds=after_s)
    days, rest_s = divmod(after_s, _DAY_S)
    earliest = since + timedelta(seconds=after_s)
    if days:
        # By the calendar: two days after a call at 16:00 is the morning, also when clocks change.
        day = since.astimezone(place).date() + timedelta(days=int(days))
        earliest = instants(day, 0, place)[0] + timedelta(seconds=rest_s)
    at = next_open(zone, region, windows, earliest)
    for _ in range(_SEARCHED_DAYS):
        if at is None or between is None:
            return at
        there = at.astimezone(place)
        minute = there.hour * 60 + there.minute
        if between[0] <= minute < between[1]:
            return at
        day = there.date() + timedelta(days=int(minute >= between[1]))
        start = next((moment for moment in instants(day, between[0], place) if moment > at), None)
        at = next_open(zone, region, windows, start or at + timedelta(hours=1))
    return None


def parse_cadence(name: str, data: Mapping[str, object]) -> Cadence:
    """Return the cadence that ``data`` (a whole file) describes.

    Raises:
        ConfigProblem: a key is unknown or missing, or a value cannot be read.
    """
    top = TableReader(data)
    title = top.text("title", name)
    about = top.text("about", "")
    steps: list[Step] = []
    waited = 0.0
    for place, table in enumerate(top.tables("step"), start=1):
        what = table.choice("do", STEPS)
        waited += _after(table, "0s" if what != "wait" else None)
        if what != "wait":
            template = table.text("template", "") if what == "email" else ""
            steps.append(Step(what, waited, _between(table), _when(table), template, place))
            waited = 0.0
        table.done()
    end = top.table("end", optional=True)
    how = end.choice("do", ENDS, "nurture")
    end_after_s = waited + _after(end, "0s")
    hand_to = end.text("to", "") if how == "hand_back" else ""
    end.done()
    top.done()
    if not steps:
        raise top.problem("step", "must hold at least one step that is no wait")
    if len(steps) > MOST_STEPS:
        raise top.problem("step", f"holds {len(steps)} steps; at most {MOST_STEPS}")
    return Cadence(name, title, about, tuple(steps), how, end_after_s, hand_to)


def _after(table: TableReader, default: str | None) -> float:
    try:
        seconds = parse_duration(table.text("after", default))
    except ValueError as error:
        raise table.problem("after", str(error)) from error
    if seconds > _LONGEST_S:
        raise table.problem("after", "is longer than a year")
    return seconds


def _between(table: TableReader) -> tuple[int, int] | None:
    if not table.has("between"):
        return None
    first, _, last = table.text("between").partition("-")
    try:
        start, end = _minute(first), _minute(last)
    except ValueError as error:
        raise table.problem("between", 'must be hours such as "09:00-11:30"') from error
    if not start < end:
        raise table.problem("between", "must end after it begins")
    return start, end


def _minute(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    found = int(hour) * 60 + int(minute)
    if not colon or not (0 <= int(minute) < 60 and 0 <= found <= 1_440):
        raise ValueError(text)
    return found


def _when(table: TableReader) -> When:
    if not table.has("when"):
        return When()
    said = table.table("when")
    made = When(
        frozenset(said.texts("persona", ())),
        frozenset(said.texts("source", ())),
        said.integer("fit_min", 0, high=100),
        frozenset(said.texts("outcome", ())),
        frozenset(said.texts("without", ())),
    )
    said.done()
    return made
