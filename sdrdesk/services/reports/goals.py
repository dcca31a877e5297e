"""``report goals``: what each rep and team did, next to what they aimed for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from sdrdesk.domain.calling_hours.business_time import BusinessHours, elapsed_s
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import CallTally
from sdrdesk.domain.team.roster import Roster
from sdrdesk.domain.team.team import COUNTS, Goals
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Cell, Sheet, Table
from sdrdesk.services.reports.tallies import tallies_of

_DEFINED = ("goal", "dial", "conversation", "meeting set", "day")
_MOST_DAYS = 14
"""Longer periods are shown by week only."""
_FIELDS = {"dials": "dials", "conversations": "conversations", "meetings": "meetings_set"}
_LABELS = {"dials": "dials", "conversations": "conversations", "meetings": "meetings set"}

_HEADS = ("rep", "count", "done", "goal", "result")


class Reached(NamedTuple):
    """One rep or team in some days."""

    done: Mapping[str, int]
    goals: Mapping[str, float | None]
    over: bool
    """The days are over, so that a goal can be missed."""

    def words(self, name: str) -> str | None:
        """Return what became of a goal: ``reached``, ``short by 2``; ``None`` without one."""
        goal = self.goals.get(name)
        if not goal:
            return None
        missing = goal - self.done[name]
        if missing <= 0:
            return "reached"
        missing = round(missing, 1)
        return f"short by {missing:g}" if self.over else f"{missing:g} to go"

    def to_json(self) -> dict[str, object]:
        """Return each count with its goal, ``None`` without one."""
        found: dict[str, object] = {"over": self.over}
        for name in COUNTS:
            found[_FIELDS[name]] = self.done[name]
            found[f"{_FIELDS[name]}_goal"] = self.goals.get(name)
        return found


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a week with everybody's counts."""

    span: DateRange
    workdays: int
    reps: Mapping[str, Reached]
    """By owner id."""
    teams: Mapping[str, Reached]
    """By the team's name; ``Team`` where there is no team file."""
    ahead: bool = False
    """It has not begun: its goals are no gap."""


@dataclass(frozen=True, slots=True)
class GoalReport:
    """Goals and what became of them."""

    span: DateRange
    days: tuple[Period, ...]
    weeks: tuple[Period, ...]
    has_goals: bool
    names: Mapping[str, str]
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report goals --json``."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "reps": self._done(),
            "weeks": [self._period("week_of", week) for week in self.weeks],
            "days": [self._period("day", day) for day in self.days],
        }

    def _done(self) -> list[dict[str, object]]:
        """Return what each rep did in all these days."""
        done: dict[str, Counter[str]] = {}
        for week in self.weeks:
            for owner, found in week.reps.items():
                done.setdefault(owner, Counter()).update(found.done)
        return [
            {
                "owner_id": owner,
                "name": self.names.get(owner, owner),
                **{_FIELDS[name]: counts[name] for name in COUNTS},
            }
            for owner, counts in done.items()
        ]

    def _period(self, first: str, period: Period) -> dict[str, object]:
        return {
            first: period.span.first.isoformat(),
            "last_day": period.span.last.isoformat(),
            "working_days": period.workdays,
            "over": all(found.over for found in period.reps.values()),
            "ahead": period.ahead,
            "reps": [
                {"owner_id": owner, "name": self.names.get(owner, owner), **reached.to_json()}
                for owner, reached in period.reps.items()
            ],
            "teams": [{"team": name, **found.to_json()} for name, found in period.teams.items()],
        }


def goal_report(reader: Reader, span: DateRange) -> GoalReport:
    """Count what was done in ``span`` by day and by week, against the goals of ``team.toml``."""
    roster = reader.roster()
    dates = [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]
    by_day = [(day, day) for day in dates] if len(dates) <= _MOST_DAYS else []
    told = reader.credits(span.start)

    def periods(parts: Sequence[tuple[date, date]], *, whole_week: bool) -> tuple[Period, ...]:
        spans = [DateRange(*ends, span.zone) for ends in parts]
        counted = tallies_of(reader, spans, told) if spans else []
        made = _Maker(reader, roster)
        return tuple(
            made(*each, whole_week=whole_week) for each in zip(spans, counted, strict=True)
        )

    return GoalReport(
        span,
        periods(by_day, whole_week=False),
        periods(weeks_of(dates), whole_week=True),
        any(goals != Goals() for goals in roster.goals.values()),
        reader.owner_names(),
        roster.problems,
    )


def weeks_of(dates: Iterable[date]) -> list[tuple[date, date]]:
    """Return first and last day of each week (from Monday) among ``dates``."""
    found: dict[date, list[date]] = {}
    for day in dates:
        found.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return [(days[0], days[-1]) for days in found.values()]


class _Maker:
    def __init__(self, reader: Reader, roster: Roster) -> None:
        self.reader = reader
        self.roster = roster
        self._workdays = cache(_workdays)

    def __call__(
        self, span: DateRange, found: Mapping[str, CallTally], *, whole_week: bool
    ) -> Period:
        workdays = self._workdays(span, self.reader.sla.hours)
        week = DateRange(
            span.first - timedelta(days=span.first.weekday()),
            span.first + timedelta(days=6 - span.first.weekday()),
            span.zone,
        )
        is_whole = whole_week and (span.first, span.last) == (week.first, week.last)

        def goal(owner: str, name: str) -> float | None:
            goals = self.roster.goals.get(owner, Goals())
            hours = self.reader.hours_of(owner)
            mine = self._workdays(span, hours)
            if is_whole:
                return goals.for_week(name, mine)
            return goals.of(name, mine, workdays_of_week=self._workdays(week, hours))

        over = self.reader.clock() >= span.end
        reps = {
            owner: Reached(_done(tally), {name: goal(owner, name) for name in COUNTS}, over)
            for owner, tally in found.items()
        }
        ahead = self.reader.clock() < span.start
        return Period(span, workdays, reps, self._teams(reps, over), ahead)

    def _teams(self, reps: Mapping[str, Reached], over: bool) -> dict[str, Reached]:
        named = {
            team.name: [owner for owner in reps if owner in self.roster.members[key]]
            for key, team in self.roster.teams.items()
        } or {"Team": list(reps)}
        return {
            name: Reached(
                {count: sum(reps[o].done[count] for o in members) for count in COUNTS},
                {count: _sum(reps[o].goals.get(count) for o in members) for count in COUNTS},
                over,
            )
            for name, members in named.items()
            if members
        }


def _workdays(span: DateRange, hours: BusinessHours) -> int:
    count = 0
    for n in range((span.last - span.first).days + 1):
        day = span.first + timedelta(days=n)
        one = DateRange(day, day, span.zone)
        count += elapsed_s(one.start, one.end, hours) > 0
    return count


def _done(tally: CallTally) -> dict[str, int]:
    return {name: getattr(tally, field) for name, field in _FIELDS.items()}


def _sum(goals: Iterable[float | None]) -> float | None:
    known = [goal for goal in goals if goal is not None]
    return sum(known) if known else None


def goal_sheet(reader: Reader, report: GoalReport) -> Sheet:
    """Return the report as tables."""
    notes = list(report.problems)
    if not report.has_goals:
        notes.append("No goals are set: see [goals] in team.toml.")
    if any(period.ahead for period in (*report.days, *report.weeks)):
        notes.append("Days and weeks that have not begun are left out.")
    tables = [Table("By week", ("week of", *_HEADS), tuple(_rows(report, report.weeks)))]
    if report.days:
        tables.append(Table("By day", ("day", *_HEADS), tuple(_rows(report, report.days))))
    return Sheet(
        "Goals and actuals",
        f"{report.span.first} to {report.span.last} · {report.span.zone.key} · {reader.who}",
        tuple(tables),
        chosen(reader.targets, _DEFINED),
        tuple(notes),
    )


def _rows(report: GoalReport, periods: Iterable[Period]) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each count of everybody, in each period those without a goal last."""
    for period in periods:
        if period.ahead:
            continue
        without = []
        named = [(report.names.get(owner, owner), found) for owner, found in period.reps.items()]
        for who, found in (*named, *period.teams.items()):
            for name, label in _LABELS.items():
                day, result = period.span.first.isoformat(), found.words(name)
                if result is None:
                    without.append((day, who, label, found.done[name], None, "no goal"))
                else:
                    yield day, who, label, found.done[name], _goal(found.goals[name] or 0), result
        yield from without


def _goal(goal: float) -> Cell:
    return round(goal, 1) if goal % 1 else int(goal)
