"""L2-regularised logistic regression over fields whose values exclude each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import compress
from math import exp
from operator import add, itemgetter, mul, sub
from typing import NamedTuple

_MOST_ROUNDS = 12
_SWEEPS = 2
"""Per round."""
_STILL = 5e-3
"""Largest step of a weight, in log-odds, at which it is final: a twelfth of a point."""
_HUGE = 700.0
"""Log-odds beyond which the exponential overflows."""
_FARTHEST = 2.0
"""Longest step of a weight: the first ones of a rare value would overshoot."""


class Design(NamedTuple):
    """A field of the regression."""

    codes: Sequence[int]
    """By row: its value, 0 to ``len(towards) - 1``."""
    towards: Sequence[float]
    """By value: the weight that its own is drawn towards; a value not ``free`` keeps it."""
    free: Sequence[bool]


class Model(NamedTuple):
    """The learned weights."""

    intercept: float
    weights: list[list[float]]
    """By field and value, in log-odds."""
    errors: list[list[float]]
    """Standard errors of the same."""
    scores: list[float]
    """By row, in log-odds."""


def learn(
    fields: Sequence[Design], won: Sequence[int], strength: float, start: Model | None = None
) -> Model:
    """Fit the weights.

    Newton's method. Each round solves its linear system by sweeps over the fields: the values of
    a field share no row, so that no matrix is needed.

    Args:
        fields: the fields.
        won: by row 1 or 0.
        strength: of the pull; as many leads with an even chance.
        start: an earlier model of the same fields.
    """
    numbers = list(range(len(won)))  # shared by all pickers
    rows = [_rows_of(field, numbers) for field in fields]
    weights = [list(w) for w in start.weights] if start else [list(f.towards) for f in fields]
    intercept = start.intercept if start else _log_odds(sum(won), len(won))
    scores = _scores(fields, intercept, weights)
    bent: list[list[float]] = []
    for _ in range(_MOST_ROUNDS):
        chances = [1 / (1 + exp(-s)) if s > -_HUGE else 0.0 for s in scores]
        left = [w - p for w, p in zip(won, chances, strict=True)]
        bends = [p * (1 - p) for p in chances]
        bent = [[math.fsum(pick(bends)) for _, pick in own] for own in rows]
        all_bent = max(1e-9, math.fsum(bends))
        farthest = 0.0
        for _ in range(_SWEEPS):
            step = math.fsum(left) / all_bent
            intercept += step
            left = [one - bend * step for one, bend in zip(left, bends, strict=True)]
            for field, own, picks, bent_of in zip(fields, weights, rows, bent, strict=True):
                steps = [0.0] * len(own)
                for (value, pick), bend in zip(picks, bent_of, strict=True):
                    pull = strength * (own[value] - field.towards[value])
                    by = (math.fsum(pick(left)) - pull) / (bend + strength)
                    steps[value] = by = max(-_FARTHEST, min(_FARTHEST, by))
                    own[value] += by
                    farthest = max(farthest, abs(by))
                left = list(map(sub, left, map(mul, bends, map(steps.__getitem__, field.codes))))
        scores = _scores(fields, intercept, weights)
        if farthest < _STILL:
            break
    errors = [[0.0] * len(field.towards) for field in fields]
    for place, picks in enumerate(rows):
        for (value, _), bend in zip(picks, bent[place], strict=True):
            errors[place][value] = 1 / math.sqrt(bend + strength)
    return Model(intercept, weights, errors, scores)


def score(fields: Sequence[Sequence[int]], model: Model) -> list[float]:
    """Return the log-odds of other rows of the same fields."""
    found = [model.intercept] * (len(fields[0]) if fields else 0)
    for codes, own in zip(fields, model.weights, strict=True):
        found = list(map(add, found, map(own.__getitem__, codes)))
    return found


def log_loss(scores: Sequence[float], won: Sequence[int]) -> float:
    """Return the mean log loss of log-odds, lower is better."""
    # log(1 + e^x) without overflow
    total = math.fsum(
        max(s, 0.0) + math.log1p(math.exp(-abs(s))) - (s if w else 0.0)
        for s, w in zip(scores, won, strict=True)
    )
    return total / max(1, len(won))


def _scores(
    fields: Sequence[Design], intercept: float, weights: Sequence[Sequence[float]]
) -> list[float]:
    found = [intercept] * (len(fields[0].codes) if fields else 0)
    for field, own in zip(fields, weights, strict=True):
        found = list(map(add, found, map(own.__getitem__, field.codes)))
    return found


def _log_odds(won: int, of: int) -> float:
    return math.log((won + 0.5) / (of - won + 0.5))


def _rows_of(
    field: Design, numbers: Sequence[int]
) -> list[tuple[int, Callable[[Sequence[float]], Sequence[float]]]]:
    """Return for each free value a picker of its rows."""
    of: list[list[int]] = [[] for _ in field.towards]
    for row, code in zip(numbers, field.codes, strict=True):
        of[code].append(row)
    # A picker of one row gives no tuple; one lead teaches nothing.
    free = [value for value in compress(range(len(of)), field.free) if len(of[value]) > 1]
    return [(value, itemgetter(*of[value])) for value in free]
