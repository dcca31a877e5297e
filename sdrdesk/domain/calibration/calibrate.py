"""Points of fit from what became of leads: learned on the earlier part, judged on the later.

A regression gives each value of a field its log-odds, drawn towards the present points.
Rounded to whole points they are a file of rules that a person can read. Recency is not among the
fields: whom a rep called first would decide it.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sdrdesk.domain.calibration.clusters import cluster
from sdrdesk.domain.calibration.features import FEWEST, Feature, Level
from sdrdesk.domain.calibration.logistic import Design, Model, learn, log_loss, score
from sdrdesk.domain.calibration.measures import NO_AREA, Area, area, compare

TRAINING_SHARE = 0.7
FEWEST_LEADS = 300
FEWEST_WON = 50
MOST_RULES = 40
_STRENGTHS = (100.0, 30.0, 10.0, 3.0, 1.0)
"""Tried on the training part, the strongest pull first: each goes on where the last one ended."""
_SAME = 0.001
"""Areas that differ less rank the same."""
_TRY_ON = 20_000
"""Leads on which the strength is chosen."""
_SCALES = range(18, 11, -1)
"""Points for one log-odd: the most that leave few leads at an end."""
_MOST_AT_ENDS = 0.05
_BANDS = (0, 20, 40, 50, 60, 80, 101)
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to learn from and rows to judge by."""

    training: Sequence[int]
    later: Sequence[int]
    by: str
    """``"time"`` or ``"random"``."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Points of one level."""

    feature: str
    level: Level
    points: int
    low: int
    """Lower end of the 95 % interval of the points."""
    high: int
    leads: int
    """Leads of the training part with it."""
    won: int
    others: int
    """Leads of the training part without it."""
    won_others: int


@dataclass(frozen=True, slots=True)
class BandRate:
    """Leads by fit."""

    low: int
    high: int
    """Included."""
    leads: int
    won: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """The learned points, and their score."""

    rows: int
    positives: int
    split: str
    features: tuple[Feature, ...]
    refused: str | None
    """Why nothing should be written."""
    learned: tuple[Learned, ...] = ()
    base: int = 50
    points_per_log_odd: int = 0
    areas: Area = NO_AREA
    top10_rate: float = 0.0
    top10_lift: float = 0.0
    chance_at_50: float = 0.0
    bands: tuple[BandRate, ...] = ()
    at_ends: float = 0.0
    """Share of leads with a fit of 0 or 100."""
    rates: tuple[float, float] = (0.0, 0.0)
    """Share won in the training and in the later part."""


def split_rows(moments: Sequence[float] | None, rows: int, seed: int = 0) -> Split:
    """Return the first 70 % of the rows by time, or a random 70 %, and the others.

    Args:
        moments: by row; ``None`` for a random split.
        rows: how many.
        seed: of the random split.
    """
    order = list(range(rows))
    if moments is not None:
        order.sort(key=lambda row: (moments[row], row))
    else:
        random.Random(seed).shuffle(order)  # noqa: S311 - a split, not a secret
    end = int(rows * TRAINING_SHARE)
    return Split(order[:end], order[end:], "random" if moments is None else "time")


@dataclass(frozen=True, slots=True)
class Present:
    """The present points, by row."""

    fits: Sequence[int]
    kept: Sequence[float]
    """Points of rules that are not learned."""
    per_point: float
    """Log-odds of one point of fit, as the ranking counts it."""


def too_few(won: Sequence[int]) -> str | None:
    """Return why the outcomes are too few, ``None`` when they suffice."""
    wins = sum(won)
    if len(won) >= FEWEST_LEADS and wins >= FEWEST_WON and len(won) - wins >= FEWEST_WON:
        return None
    return (
        f"{len(won):,} outcomes, {wins:,} of them won: "
        f"at least {FEWEST_LEADS} outcomes with {FEWEST_WON} won and {FEWEST_WON} lost are needed"
    )


def calibrate(
    features: Sequence[Feature],
    won: Sequence[int],
    split: Split,
    present: Present | None = None,
    most_rules: int = MOST_RULES,
) -> Calibration:
    """Learn points for the features that are ``used``, and judge them.

    Args:
        features: all fields, also those not used.
        won: by row 1 or 0.
        split: the rows to learn from and to judge by.
        present: the present points; ``None`` when there are none.
        most_rules: rules of the new file.
    """
    refused = too_few(won)
    used = [feature for feature in features if feature.used]
    if refused is None and not used:
        refused = "no field can be used"
    if refused is not None:
        return Calibration(len(won), sum(won), split.by, tuple(features), refused)
    joined, model = _fitted(used, won, split, present.per_point if present else 0.0, most_rules)
    scale = _scale(model.scores)
    made = _points(joined, model, split, won, scale)
    base, fits = _fits(_sums(joined, made, present.kept if present else [0.0] * len(won)), split)
    return replace(
        _judged(fits, won, split, present),
        features=tuple(features),
        learned=tuple(
            learned for own in made for learned in own if learned.points or learned.level.rule
        ),
        base=base,
        points_per_log_odd=scale,
    )


def _fitted(
    used: list[Feature], won: Sequence[int], split: Split, per_point: float, most_rules: int
) -> tuple[list[Feature], Model]:
    """Return the features with their alike levels joined into few rules, and their weights."""
    training_won = [won[row] for row in split.training]
    strength = _strength(used, won, split, per_point)
    model = _learn(used, split.training, training_won, strength, per_point)
    counts = [_information(feature, split.training, model.scores) for feature in used]
    joined = cluster(used, model.weights, counts, most_rules)
    return joined, _learn(joined, split.training, training_won, strength, per_point)


def _fits(points: Sequence[float], split: Split) -> tuple[int, list[int]]:
    """Return the base that puts the mean of the training part at 50, and the fit of each row."""
    mean = math.fsum(points[row] for row in split.training) / len(split.training)
    base = min(100, max(0, round(50 - mean)))
    return base, [round(min(100.0, max(0.0, base + one))) for one in points]


def _judged(
    fits: Sequence[int], won: Sequence[int], split: Split, present: Present | None
) -> Calibration:
    """Return how the fits of the later part do against the present ones."""
    training_won = [won[row] for row in split.training]
    later_won = [won[row] for row in split.later]
    later_fit = [fits[row] for row in split.later]
    later_old: Sequence[float] = [50] * len(later_won)
    if present is not None:
        later_old = [present.fits[row] for row in split.later]
    areas = compare(later_old, later_fit, later_won)
    rates = (_rate(training_won), _rate(later_won))
    top_rate = _top_rate(later_fit, later_won)
    return Calibration(
        rows=len(won),
        positives=sum(won),
        split=split.by,
        features=(),
        refused=_verdict(areas, rates, later_won),
        areas=areas,
        top10_rate=top_rate,
        top10_lift=top_rate / rates[1] if rates[1] else 0.0,
        chance_at_50=_chance_at([fits[row] for row in split.training], training_won, 50),
        bands=band_rates(later_fit, later_won),
        at_ends=sum(fit in (0, 100) for fit in fits) / len(fits),
        rates=rates,
    )


def _verdict(areas: Area, rates: tuple[float, float], later_won: Sequence[int]) -> str | None:
    first, later = rates
    if min(first, later) * 2 < max(first, later):
        return (
            f"{first:.1%} were won in the earlier part and {later:.1%} in the later: "
            "more than twofold, so what was learned may not hold any more"
        )
    if areas.low <= 0:
        return (
            "the new points do not tell won from lost better than the old ones beyond chance "
            f"({areas.new - areas.old:+.3f}, 95 % {areas.low:+.3f} to {areas.high:+.3f}, "
            f"{len(later_won):,} later leads)"
        )
    return None


def _learn(
    features: Sequence[Feature],
    rows: Sequence[int],
    won: Sequence[int],
    strength: float,
    per_point: float,
    start: Model | None = None,
) -> Model:
    designs = [_design(feature, rows, per_point) for feature in features]
    return learn(designs, won, strength, start)


def _design(feature: Feature, rows: Sequence[int], per_point: float) -> Design:
    codes = list(map(feature.codes.__getitem__, rows))
    counts = [0] * len(feature.levels)
    for code in codes:
        counts[code] += 1
    towards = [level.now * per_point for level in feature.levels]
    free = [place > 0 and count >= FEWEST for place, count in enumerate(counts)]
    return Design(codes, towards, free)


def _strength(
    features: Sequence[Feature], won: Sequence[int], split: Split, per_point: float
) -> float:
    """Return the pull that ranks best within the training part; of equals the best predictor."""
    rows = split.training
    if len(rows) > _TRY_ON:
        rows = rows[:: math.ceil(len(rows) / _TRY_ON)]
    end = int(len(rows) * TRAINING_SHARE)
    first, second = rows[:end], rows[end:]
    first_won, second_won = [won[r] for r in first], [won[r] for r in second]
    if not sum(first_won) or not sum(second_won):
        return _STRENGTHS[1]
    codes = [list(map(feature.codes.__getitem__, second)) for feature in features]
    tried: list[tuple[float, float, float]] = []
    model = None
    for strength in _STRENGTHS:
        model = _learn(features, first, first_won, strength, per_point, model)
        scores = score(codes, model)
        tried.append((area(scores, second_won), log_loss(scores, second_won), strength))
    best = max(ranks for ranks, _, _ in tried)
    return min((loss, strength) for ranks, loss, strength in tried if ranks >= best - _SAME)[1]


def _information(feature: Feature, rows: Sequence[int], scores: Sequence[float]) -> list[float]:
    """Return by level the sum of chance times counter-chance: how sure its weight can be."""
    found = [0.0] * len(feature.levels)
    for row, value in zip(rows, scores, strict=True):
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
        found[feature.codes[row]] += chance * (1 - chance)
    return found


def _scale(scores: Sequence[float]) -> int:
    """Return the points for one log-odd."""
    mean = math.fsum(scores) / len(scores)
    for scale in _SCALES:
        reach = 50 / scale
        outside = sum(abs(value - mean) >= reach for value in scores)
        if outside <= _MOST_AT_ENDS * len(scores):
            return scale
    return _SCALES[-1]


def _points(
    features: Sequence[Feature], model: Model, split: Split, won: Sequence[int], scale: int
) -> list[list[Learned]]:
    """Return the points by feature and level."""
    made = []
    wins_of_all = sum(won[row] for row in split.training)
    leads_of_all = len(split.training)
    for feature, weights, errors in zip(features, model.weights, model.errors, strict=True):
        leads, wins = [0] * len(feature.levels), [0] * len(feature.levels)
        for row in split.training:
            leads[feature.codes[row]] += 1
            wins[feature.codes[row]] += won[row]
        own = []
        for place, level in enumerate(feature.levels):
            weight, half = weights[place] * scale, _Z95 * errors[place] * scale
            kept = place == 0 or leads[place] < FEWEST
            points = round(level.now) if kept else max(-100, min(100, round(weight)))
            own.append(
                Learned(
                    feature=feature.name,
                    level=level,
                    points=points,
                    low=round(weight - half),
                    high=round(weight + half),
                    leads=leads[place],
                    won=wins[place],
                    others=leads_of_all - leads[place],
                    won_others=wins_of_all - wins[place],
                )
            )
        made.append(own)
    return made


def _sums(
    features: Sequence[Feature], made: list[list[Learned]], kept: Sequence[float]
) -> list[float]:
    """Return the points of each row, without the base."""
    found = list(kept)
    for feature, own in zip(features, made, strict=True):
        points = [learned.points for learned in own]
        found = [held + points[code] for held, code in zip(found, feature.codes, strict=True)]
    return found


def _rate(won: Sequence[int]) -> float:
    return sum(won) / len(won) if won else 0.0


def _top_rate(fit: Sequence[int], won: Sequence[int]) -> float:
    """Return the share won among the tenth with the highest fit; a tie counts in part."""
    wanted = left = len(fit) / 10
    counts: dict[int, list[int]] = {}
    for value, win in zip(fit, won, strict=True):
        pair = counts.setdefault(value, [0, 0])
        pair[0] += win
        pair[1] += 1
    wins = 0.0
    for value in sorted(counts, reverse=True):
        wins_here, leads = counts[value]
        part = min(1.0, left / leads)
        wins += wins_here * part
        left -= leads * part
        if left <= 0:
            break
    return wins / wanted if wanted else 0.0


def _chance_at(fit: Sequence[int], won: Sequence[int], at: int) -> float:
    """Return the chance at one fit, by a regression of the outcome on fit alone."""
    counts: dict[int, list[int]] = {}
    for value, win in zip(fit, won, strict=True):
        pair = counts.setdefault(value, [0, 0])
        pair[0] += win
        pair[1] += 1
    rate = _rate(won)
    height, slope = math.log(rate / (1 - rate)), 0.0
    for _ in range(30):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for value, (wins, leads) in counts.items():
            x = (value - at) / 10
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, height + slope * x))))
            left, bend = wins - leads * chance, leads * chance * (1 - chance)
            g0, g1 = g0 + left, g1 + left * x
            h00, h01, h11 = h00 + bend, h01 + bend * x, h11 + bend * x * x
        room = h00 * h11 - h01 * h01
        if room < 1e-9:
            break
        height += max(-2.0, min(2.0, (h11 * g0 - h01 * g1) / room))
        slope += max(-2.0, min(2.0, (h00 * g1 - h01 * g0) / room))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, height))))


def band_rates(fit: Sequence[int], won: Sequence[int]) -> tuple[BandRate, ...]:
    """Return how many leads of each band of fit were won."""
    leads, wins = [0] * (len(_BANDS) - 1), [0] * (len(_BANDS) - 1)
    for value, win in zip(fit, won, strict=True):
        place = bisect_right(_BANDS, value) - 1
        leads[place] += 1
        wins[place] += win
    return tuple(
        BandRate(_BANDS[place], _BANDS[place + 1] - 1, leads[place], wins[place])
        for place in range(len(leads))
    )
