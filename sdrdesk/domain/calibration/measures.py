"""Measures of a score against who was won: area under the curve, intervals, information value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_Z95 = 1.959963984540054


class Area(NamedTuple):
    """Areas under the ROC curve of two scores over the same leads."""

    old: float
    new: float
    low: float
    """Lower end of the 95 % interval of new minus old."""
    high: float


NO_AREA = Area(0.5, 0.5, 0.0, 0.0)
"""Of no score at all."""


def area(scores: Sequence[float], won: Sequence[int]) -> float:
    """Return the area under the curve: how often a won lead scores above a lost one, ties half."""
    return area_of_counts(_by_score(scores, won))


def area_of_counts(counts: Iterable[tuple[int, int]]) -> float:
    """Return the area from won and lost leads of each score, the lowest score first."""
    above, lost_below, wins, losses = 0.0, 0, 0, 0
    for positives, negatives in counts:
        above += positives * (lost_below + negatives / 2)
        lost_below += negatives
        wins += positives
        losses += negatives
    return above / (wins * losses) if wins and losses else 0.5


def compare(old: Sequence[float], new: Sequence[float], won: Sequence[int]) -> Area:
    """Return both areas with the interval of their difference.

    Source: DeLong, DeLong and Clarke-Pearson 1988, for two correlated areas.
    """
    first, second = _parts(old, won), _parts(new, won)
    wins, losses = sum(won), len(won) - sum(won)
    a, b = area(old, won), area(new, won)
    if wins < 2 or losses < 2:
        return Area(a, b, -1.0, 1.0)
    spread = math.sqrt(
        _variance([y - x for x, y in zip(first[0], second[0], strict=True)]) / wins
        + _variance([y - x for x, y in zip(first[1], second[1], strict=True)]) / losses
    )
    return Area(a, b, b - a - _Z95 * spread, b - a + _Z95 * spread)


def information_value(counts: Sequence[tuple[int, int]]) -> float:
    """Return the information value of a field.

    Args:
        counts: won and lost leads of each of its values.
    """
    wins, losses = sum(won for won, _ in counts), sum(lost for _, lost in counts)
    if not wins or not losses:
        return 0.0
    total = 0.0
    for won, lost in counts:
        share, other = (won + 0.5) / (wins + 0.5), (lost + 0.5) / (losses + 0.5)
        total += (share - other) * math.log(share / other)
    return total


def _by_score(scores: Sequence[float], won: Sequence[int]) -> list[tuple[int, int]]:
    """Return won and lost leads of each score, the lowest score first."""
    counts: dict[float, list[int]] = {}
    for score, win in zip(scores, won, strict=True):
        counts.setdefault(score, [0, 0])[0 if win else 1] += 1
    return [(counts[score][0], counts[score][1]) for score in sorted(counts)]


def _parts(scores: Sequence[float], won: Sequence[int]) -> tuple[list[float], list[float]]:
    """Return for each won lead the share of lost ones below it, and the reverse for lost ones."""
    wins, losses = sum(won), len(won) - sum(won)
    counts: dict[float, list[int]] = {}
    for score, win in zip(scores, won, strict=True):
        counts.setdefault(score, [0, 0])[0 if win else 1] += 1
    of_won: dict[float, float] = {}
    of_lost: dict[float, float] = {}
    won_below = lost_below = 0
    for score in sorted(counts):
        positives, negatives = counts[score]
        of_won[score] = (lost_below + negatives / 2) / losses if losses else 0.0
        of_lost[score] = (wins - won_below - positives / 2) / wins if wins else 0.0
        won_below += positives
        lost_below += negatives
    pairs = list(zip(scores, won, strict=True))
    return [of_won[s] for s, win in pairs if win], [of_lost[s] for s, win in pairs if not win]


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
