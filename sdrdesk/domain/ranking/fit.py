"""The fit of a lead, 0 to 100: the sum of the rules in a team's ``fit.toml``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.lead.conditions import (
    NUMBER_FIELDS,
    TEXT_FIELDS,
    Condition,
    Fields,
    fields_of,
    parse_condition,
)
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.properties import is_property, property_text
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.ranking.config import MAX_FIT
from sdrdesk.domain.ranking.scoring import Reason

_REMEMBERED = 4096
"""Values per field whose matching rules are cached; there may be more mail domains."""


@dataclass(frozen=True, slots=True)
class FitRule:
    """One rule: when its condition holds, its points are added."""

    name: str
    condition: Condition
    points: float
    text: str
    group: str = ""
    """Only the first matching rule of a group counts; ``""`` is no group."""


@dataclass(frozen=True, slots=True)
class FitConfig:
    """The rules of a team."""

    base: float = 50.0
    rules: tuple[FitRule, ...] = ()
    free_mail: frozenset[str] = frozenset()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the rules read."""
        return tuple(dict.fromkeys(n for rule in self.rules for n in rule.condition.fields))


@dataclass(frozen=True, slots=True)
class FitResult:
    """Fit and why."""

    points: int
    """0 to 100."""
    reasons: tuple[Reason, ...]
    """Their points sum to ``points``, rounded; the first is the base."""


@dataclass(frozen=True, slots=True)
class FitLint:
    """Rules that do not tell leads apart."""

    leads: int
    never: tuple[str, ...]
    """Rules that match no lead."""
    always: tuple[str, ...]
    """Rules that match every lead."""
    matches: Mapping[str, int]
    """Leads per rule."""
    at_ends: tuple[int, int] = (0, 0)
    """Leads with a fit of 0 and of 100: their points no longer tell them apart."""


def fit_of(lead: Lead, config: FitConfig) -> FitResult:
    """Return how well ``lead`` fits, with the reasons."""
    reasons = [Reason("base", config.base, f"everybody starts at {config.base:g}")]
    reasons += [
        Reason(rule.name, round(rule.points, 2), rule.text)
        for rule in _matching(fields_of(lead, config.free_mail), config)
    ]
    total = sum(reason.points for reason in reasons)
    points = round(min(MAX_FIT, max(0.0, total)))
    if not 0 <= total <= MAX_FIT:
        word = "at most 100" if total > MAX_FIT else "at least 0"
        reasons.append(Reason("limit", round(points - total, 2), word))
    return FitResult(points, tuple(reasons))


class FitPoints:
    """Computes ``fit_of(lead, config).points`` for a whole account, several times faster.

    The leads of an account share a few hundred titles, countries and forms, so the rules that a
    value matches are cached. Not thread-safe.
    """

    def __init__(self, config: FitConfig) -> None:
        self._config = config
        by_field: dict[str, list[tuple[int, Condition]]] = {}
        self._more: list[tuple[int, Condition]] = []
        """Conditions on more than one value: joined ones and ages."""
        for index, rule in enumerate(config.rules):
            condition = rule.condition
            if condition.join or condition.days:
                self._more.append((index, condition))
            else:
                by_field.setdefault(condition.field, []).append((index, condition))
        self._by_persona = _Met("persona", by_field.pop("persona", []))
        self._texts = [(TEXT_FIELDS[n], _Met(n, by_field[n])) for n in TEXT_FIELDS if n in by_field]
        numbers = NUMBER_FIELDS.items()
        self._numbers = [(read, _Met(n, by_field[n])) for n, read in numbers if n in by_field]
        self._own = [(n, _Met(n, by_field[n])) for n in by_field if is_property(n)]
        self._points = [round(rule.points, 2) for rule in config.rules]
        self._groups = [rule.group for rule in config.rules]
        self._sums: dict[tuple[int, ...], int] = {}

    def of(self, lead: Lead, persona: str) -> int:
        """Return the fit of ``lead``, 0 to 100, with ``persona`` as its persona."""
        met = self._by_persona[persona]
        for read, by_text in self._texts:
            met += by_text[read(lead, self._config.free_mail)]
        for count, by_number in self._numbers:
            met += by_number[count(lead)]
        for name, by_own in self._own:
            met += by_own[property_text(lead, name)]
        if self._more:
            read_all = fields_of(replace(lead, persona=persona), self._config.free_mail)
            met += tuple(i for i, condition in self._more if read_all.match(condition))
        points = self._sums.get(met)
        if points is None:
            points = self._sum(met)
            if len(self._sums) < _REMEMBERED:
                self._sums[met] = points
        return points

    def _sum(self, met: tuple[int, ...]) -> int:
        total = self._config.base
        taken: set[str] = set()
        # In file order: the first of a group counts, and sums round as in ``fit_of``.
        for index in sorted(met):
            group = self._groups[index]
            if group:
                if group in taken:
                    continue
                taken.add(group)
            total += self._points[index]
        return round(min(MAX_FIT, max(0.0, total)))


class _Met(dict[str | float | None, tuple[int, ...]]):
    """The rules that each value of one field matches, by their position in the file."""

    def __init__(self, name: str, conditions: list[tuple[int, Condition]]) -> None:
        super().__init__()
        self._name = name
        self._conditions = conditions

    def __missing__(self, value: str | float | None) -> tuple[int, ...]:
        texts = {self._name: value.casefold()} if isinstance(value, str) else {}
        numbers = {} if isinstance(value, str) else {self._name: value}
        met = tuple(i for i, condition in self._conditions if condition.match(texts, numbers))
        if len(self) < _REMEMBERED:
            self[value] = met
        return met


def lint_fit(leads: Iterable[Lead], config: FitConfig) -> FitLint:
    """Return the rules that match none or all of ``leads``, groups taken into account."""
    counts: Counter[str] = Counter()
    total = lowest = highest = 0
    for lead in leads:
        met = _matching(fields_of(lead, config.free_mail), config)
        points = config.base + sum(round(rule.points, 2) for rule in met)
        total += 1
        lowest += points <= 0
        highest += points >= MAX_FIT
        counts.update(rule.name for rule in met)
    names = [rule.name for rule in config.rules]
    return FitLint(
        leads=total,
        never=tuple(name for name in names if total and not counts[name]),
        always=tuple(name for name in names if total and counts[name] == total),
        matches={name: counts[name] for name in names},
        at_ends=(lowest, highest),
    )


def _matching(fields: Fields, config: FitConfig) -> list[FitRule]:
    found: list[FitRule] = []
    taken: set[str] = set()
    for rule in config.rules:
        if rule.group in taken or not fields.match(rule.condition):
            continue
        found.append(rule)
        if rule.group:
            taken.add(rule.group)
    return found


def parse_fit(data: Mapping[str, object]) -> FitConfig:
    """Return the rules that ``data`` (a whole ``fit.toml``) describes.

    Raises:
        ConfigProblem: a key is unknown or missing, a value cannot be used, or two rules share a
            name.
    """
    top = TableReader(data)
    base = top.number("base", low=0, high=MAX_FIT)
    free_mail = frozenset(domain.casefold() for domain in top.texts("free_mail"))
    rules = tuple(_rule(table) for table in top.tables("rule", optional=True))
    top.done()
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.name in seen:
            path = TableReader({}, ("rule", str(index + 1)))
            raise path.problem("name", f"{rule.name!r} is the name of an earlier rule")
        seen.add(rule.name)
    return FitConfig(base, rules, free_mail)


def _rule(table: TableReader) -> FitRule:
    rule = FitRule(
        name=table.text("name"),
        condition=parse_condition(table),
        points=table.number("points", low=-MAX_FIT, high=MAX_FIT),
        text=table.text("text"),
        group=table.text("group", ""),
    )
    table.done()
    return rule
