"""Teams, goals, and who does not call, from ``team.toml``.

Members are named by owner id or e-mail address; ``roster.py`` finds them in the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.light_dataclass import dataclass

COUNTS: Final = ("dials", "conversations", "meetings")
"""Counts that can have a goal."""
_MOST = 10_000
_SILENT_DAYS, _STUCK_DAYS = 3, 30
_PASS_AFTER_S = 60


@dataclass(frozen=True, slots=True)
class Goals:
    """Goals of one rep, by name of ``COUNTS``; a count without a goal is missing."""

    per_day: Mapping[str, int] = field(default_factory=dict)
    """In a working day of ``sla.toml``."""
    per_week: Mapping[str, int] = field(default_factory=dict)

    def over(self, other: Goals) -> Goals:
        """Return these goals, with those of ``other`` where none is set here.

        A goal for the week replaces one of ``other`` for the day, and the other way round.
        """
        mine = self.per_day.keys() | self.per_week.keys()
        day = {name: goal for name, goal in other.per_day.items() if name not in mine}
        week = {name: goal for name, goal in other.per_week.items() if name not in mine}
        return Goals({**day, **self.per_day}, {**week, **self.per_week})

    def of(self, name: str, workdays: int, *, workdays_of_week: int = 5) -> float | None:
        """Return the goal of a count for this many working days, ``None`` without one."""
        if name in self.per_day:
            return float(self.per_day[name] * workdays)
        if name in self.per_week:
            return self.per_week[name] * workdays / max(1, workdays_of_week)
        return None

    def for_week(self, name: str, workdays: int) -> float | None:
        """Return the goal of a count for one week with this many working days."""
        if name in self.per_week:
            return float(self.per_week[name])
        return self.of(name, workdays)


@dataclass(frozen=True, slots=True)
class Team:
    """One team."""

    key: str
    name: str
    members: tuple[str, ...]
    """Owner ids or e-mail addresses, as the file names them."""
    goals: Goals = Goals()
    """Of each member."""
    partner: bool = False
    """Another company that follows up leads for this one, without sdrdesk."""


@dataclass(frozen=True, slots=True)
class TeamFile:
    """The whole of ``team.toml``."""

    teams: Mapping[str, Team] = field(default_factory=dict)
    goals: Goals = Goals()
    """Of each rep, where neither the team nor the rep has other ones."""
    reps: Mapping[str, Goals] = field(default_factory=dict)
    """Goals of single reps, by owner id or e-mail address in lower case."""
    not_calling: tuple[str, ...] = ()
    """Owners who do not call: managers, marketing, people who left."""
    silent_days: int = _SILENT_DAYS
    """A lead called once and left alone for this many days is listed in the week."""
    stuck_days: int = _STUCK_DAYS
    """So is a lead at the same lifecycle stage for this many days."""
    round_robin: bool = False
    """Fresh leads without an owner are offered to reps in a block, by the team feed."""
    pass_after_s: int = _PASS_AFTER_S
    """A rep who has not taken an offered lead after this many seconds passes it on."""


def parse_team(data: Mapping[str, object]) -> TeamFile:
    """Return what ``data`` (a whole ``team.toml``) describes; everything has a default.

    Raises:
        ConfigProblem: a key is unknown, or a value is of the wrong type or size.
    """
    top = TableReader(data)
    teams = top.table("team", optional=True)
    week = top.table("week", optional=True)
    rep_goals = top.table("rep_goals", optional=True)
    turns = top.table("round_robin", optional=True)
    found = TeamFile(
        {key: _team(key, teams.table(key)) for key in teams.keys()},  # noqa: SIM118  # no mapping
        _goals(top.table("goals", optional=True)),
        {rep.strip().lower(): _goals(rep_goals.table(rep)) for rep in rep_goals.keys()},  # noqa: SIM118
        top.texts("not_calling", ()),
        week.integer("silent_days", _SILENT_DAYS, low=1, high=366),
        week.integer("stuck_days", _STUCK_DAYS, low=1, high=3_660),
        turns.boolean("on", False),
        turns.integer("pass_after_s", _PASS_AFTER_S, low=10, high=600),
    )
    week.done()
    turns.done()
    teams.done()
    rep_goals.done()
    top.done()
    return found


def _team(key: str, table: TableReader) -> Team:
    made = Team(
        key,
        table.text("name", key).strip() or key,
        table.texts("members", ()),
        _goals(table.table("goals", optional=True)),
        table.boolean("partner", False),
    )
    table.done()
    return made


def _goals(table: TableReader) -> Goals:
    found: dict[str, dict[str, int]] = {"day": {}, "week": {}}
    for name in COUNTS:
        for span, goals in found.items():
            key = f"{name}_per_{span}"
            if table.has(key):
                goals[name] = table.integer(key, high=_MOST)
        if name in found["day"] and name in found["week"]:
            raise table.problem(f"{name}_per_week", f"give {name} per day or per week, not both")
    table.done()
    return Goals(found["day"], found["week"])
