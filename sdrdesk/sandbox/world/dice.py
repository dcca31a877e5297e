"""Random draws that are the same on every machine, in every Python, for ever.

Only ``random.Random.random`` promises a reproducible sequence across Python versions, so every draw
of the generated world is made from it here and nowhere else. A die is keyed by what it is for: the
draws of one company never shift those of another.
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
        """A float in [0, 1)."""
        return self._roll()

    def chance(self, share: float) -> bool:
        """Whether an event of probability ``share`` (0 to 1) happens."""
        return self._roll() < share

    def below(self, stop: int) -> int:
        """A whole number in [0, stop)."""
        return int(self._roll() * stop)

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high], both included."""
        return low + int(self._roll() * (high - low + 1))

    def spread(self, low: float, high: float) -> float:
        """A float between two positive bounds, each order of magnitude as likely as the next."""
        return low * math.exp(self._roll() * math.log(high / low))

    def pick(self, items: Sequence[T]) -> T:
        """One item, all equally likely."""
        return items[int(self._roll() * len(items))]

    def poisson(self, mean: float) -> int:
        """How many events happen where ``mean`` are expected (for small means)."""
        limit, product, count = math.exp(-mean), self._roll(), 0
        while product > limit:
            product *= self._roll()
            count += 1
        return count

    def sample(self, stop: int, count: int) -> list[int]:
        """``count`` different whole numbers of [0, stop), in the order drawn."""
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
        """One item, by weight."""
        return self._items[bisect_right(self._bounds, dice.roll() * self._total)]
