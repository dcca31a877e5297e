"""The weights of the ranking, as a team sets them in ``ranking.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from sdrdesk.domain.calling_hours.weekly_hours import WEEKDAYS
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader, suggest
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.ranking.decay import Decay

MAX_FIT = 100


def hundredths(points: float) -> int:
    """Return ``points`` as whole hundredths, halves to the even neighbour."""
    return round(points * 100)


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """The weights of the ranking, in natural log-odds unless the name says otherwise."""

    decay: Decay
    preset: str = "lrm2007"
    points_per_fit: float = 0.04
    attempt_each: float = -0.30
    attempts_most: int = 10
    re_conversion: float = 0.25
    conversion: float = 0.10
    conversions_most: int = 3
    page_view: float = 0.02
    page_views_most: int = 20
    day_hour: bool = False
    weekdays: tuple[float, ...] = (0.0,) * 7
    """Monday first."""
    hours: tuple[float, ...] = (0.0,) * 24
    fit_table: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Hundredths by fit, rounded once and not for every row."""
    attempts_table: tuple[int, ...] = field(init=False, repr=False, compare=False)
    conversions_table: tuple[int, ...] = field(init=False, repr=False, compare=False)
    views_table: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        def table(most: int, each: float, zero: int = 0) -> tuple[int, ...]:
            return tuple(hundredths((n - zero) * each) for n in range(most + 1))

        for name, values in (
            ("fit_table", table(MAX_FIT, self.points_per_fit, 50)),
            ("attempts_table", table(self.attempts_most, self.attempt_each)),
            ("conversions_table", table(self.conversions_most, self.conversion)),
            ("views_table", table(self.page_views_most, self.page_view)),
        ):
            object.__setattr__(self, name, values)


def parse_ranking(data: Mapping[str, object]) -> RankingConfig:
    """Return the ranking that ``data`` (a whole ``ranking.toml``) describes.

    Raises:
        ConfigProblem: a key is unknown or missing, or a value is of the wrong type or size.
    """
    top = TableReader(data)
    recency, fit = top.table("recency"), top.table("fit")
    attempts, signals, day_hour = top.table("attempts"), top.table("signals"), top.table("day_hour")
    top.done()
    preset, decay = _decay(recency)
    config = RankingConfig(
        decay=decay,
        preset=preset,
        points_per_fit=fit.number("points_per_fit", low=0, high=1),
        attempt_each=attempts.number("each", low=-5, high=0),
        attempts_most=attempts.integer("most", low=1, high=100),
        re_conversion=signals.number("re_conversion", low=0, high=5),
        conversion=signals.number("conversion", low=0, high=5),
        conversions_most=signals.integer("conversions_most", high=1000),
        page_view=signals.number("page_view", low=0, high=5),
        page_views_most=signals.integer("page_views_most", high=1000),
        day_hour=day_hour.boolean("enabled"),
        weekdays=_weekdays(day_hour.table("weekdays")),
        hours=_hours(day_hour.table("hours")),
    )
    for part in (fit, attempts, signals, day_hour):
        part.done()
    return config


def _decay(recency: TableReader) -> tuple[str, Decay]:
    lam = recency.number("lambda", low=0, high=2)
    preset = recency.text("preset")
    presets = recency.table("presets")
    recency.done()
    curves = {name: _knots(presets.table(name)) for name in presets.keys()}  # noqa: SIM118
    if preset not in curves:
        raise recency.problem("preset", f"{preset!r} is not known{suggest(preset, list(curves))}")
    return preset, Decay(curves[preset], lam)


def _knots(table: TableReader) -> tuple[tuple[float, float], ...]:
    rows = table.items("knots")
    table.done()
    knots: list[tuple[float, float]] = []
    for index, row in enumerate(rows):
        path = (*table.path, "knots", str(index + 1))
        if not isinstance(row, list) or len(row) != 2:
            raise ConfigProblem(path, "must be [minutes, weight]")
        pair = TableReader(dict(zip(("minutes", "weight"), row, strict=True)), path)
        minutes = pair.number("minutes", low=0.001, high=1_000_000)
        weight = pair.number("weight", low=1e-9, high=1e9)
        age_s, scaled = minutes * 60, weight * _scale(rows)
        if knots and (age_s <= knots[-1][0] or scaled > knots[-1][1]):
            raise ConfigProblem(path, "must be later than the knot before it and not higher")
        knots.append((age_s, scaled))
    if len(knots) < 2:
        raise table.problem("knots", "must hold at least two knots")
    return tuple(knots)


def _scale(rows: list[object]) -> float:
    """Return the factor that makes the first knot's weight 1: the newest lead gets 0 points."""
    first = rows[0]
    weight = first[1] if isinstance(first, list) else 1
    return 1 / weight if isinstance(weight, int | float) and weight > 0 else 1.0


def _weekdays(table: TableReader) -> tuple[float, ...]:
    values = tuple(table.number(day, 0.0, low=-5, high=5) for day in WEEKDAYS)
    table.done()
    return values


def _hours(table: TableReader) -> tuple[float, ...]:
    values = [0.0] * 24
    for key in table.keys():  # noqa: SIM118 - not a mapping
        first, dash, last = key.partition("-")
        if not (dash and first.isdecimal() and last.isdecimal() and int(first) < int(last) <= 24):
            raise table.problem(key, 'must be hours "from-to" such as "8-9"')
        points = table.number(key, low=-5, high=5)
        for hour in range(int(first), int(last)):
            values[hour] = points
    return tuple(values)
