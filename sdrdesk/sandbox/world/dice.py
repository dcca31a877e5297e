"""Random draws that are the same on every machine and Python version.

Only ``random.Random.random`` promises a reproducible sequence across Python versions, so every draw
of the generated world is made from it, in this module. Dice have a key: the draws of one company
do not depend on those of another.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice:
    """A stream of draws named by its key."""

    __slots__ = ("_roll",)

    def __init__(self, *key: str | int) -> None:
        self._roll = random.Random("|".join(map(str, key))).random

    def roll(self) -> float:
        """Return a float in [0, 1)."""
        return self._roll()

    def chance(self, share: float) -> bool:
        """Return whether an event of probability ``share`` (0 to 1) happens."""
        return self._roll() < share

    def below(self, stop: int) -> int:
        """Return an integer in [0, stop)."""
        return int(self._roll() * stop)

    def between(self, low: int, high: int) -> int:
        """Return an integer in [low, high]."""
        return low + int(self._roll() * (high - low + 1))

    def spread(self, low: float, high: float) -> float:
        """Return a float between two positive bounds; orders of magnitude are equally likely."""
        return low * math.exp(self._roll() * math.log(high / low))

    def pick(self, items: Sequence[T]) -> T:
        """Return one item; all are equally likely."""
        return items[int(self._roll() * len(items))]

    def poisson(self, mean: float) -> int:
        """Return the number of events when ``mean`` are expected (for small means)."""
        limit, product, count = math.exp(-mean), self._roll(), 0
        while product > limit:
            product *= self._roll()
            count += 1
        return count

    def sample(self, stop: int, count: int) -> list[int]:
        """Return ``count`` different integers of [0, stop), in the order drawn."""
        drawn: dict[int, None] = {}
        while len(drawn) < min(count, stop):
            drawn[self.below(stop)] = None
        return list(drawn)


class Table(Generic[T]):
    """Items with weights, drawn in logarithmic time."""

    __slots__ = ("_bounds", "_items", "_total")

    def __init__(self, weighted: Sequence[tuple[T, float]]) -> None:
        self._items = [item for item, _ in weighted]
        self._bounds: list[float] = []
        total = 0.0
        for _, weight in weighted:
            total += weight
            self._bounds.append(total)
        self._total = total

    def draw(self, dice: Dice) -> T:
        """Return one item by weight."""
        return self._items[bisect_right(self._bounds, dice.roll() * self._total)]
