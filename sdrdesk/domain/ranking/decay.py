"""The falling chance to qualify a lead, by the time since it converted.

A curve through published knots, straight between them on log-log paper. The curve comes from
research; a team sets only its exponent ``lam``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import field

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.humanize import DAY_S

FLAT_AFTER_S = 30.0 * DAY_S
"""No study covers more than thirty days; from there on the curve stays flat."""


@dataclass(frozen=True, slots=True)
class Decay:
    """A falling curve. ``knots`` are (age in seconds, weight), ages rising, weights falling."""

    knots: tuple[tuple[float, float], ...]
    lam: float = 1.0
    """Damping exponent: 1 is the study as published, 0 ignores time."""
    _ln_age: tuple[float, ...] = field(init=False, repr=False, compare=False)
    _ln_weight: tuple[float, ...] = field(init=False, repr=False, compare=False)
    _slopes: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ages = [math.log(age) for age, _ in self.knots]
        weights = [math.log(weight) for _, weight in self.knots]
        slopes = [
            (weights[i + 1] - weights[i]) / (ages[i + 1] - ages[i]) for i in range(len(ages) - 1)
        ]
        # The last slope continues to thirty days.
        slopes.append(slopes[-1] if slopes else 0.0)
        object.__setattr__(self, "_ln_age", tuple(ages))
        object.__setattr__(self, "_ln_weight", tuple(weights))
        object.__setattr__(self, "_slopes", tuple(slopes))

    def ln_weight(self, age_s: float) -> float:
        """Return ``lam`` times the natural logarithm of the weight at ``age_s`` seconds.

        Before the first knot (and for a conversion in the future, when a clock is wrong) it is
        the first knot's; beyond thirty days it stays flat.
        """
        if age_s <= self.knots[0][0]:
            return self.lam * self._ln_weight[0]
        ln_age = math.log(age_s if age_s < FLAT_AFTER_S else FLAT_AFTER_S)
        i = bisect_right(self._ln_age, ln_age) - 1
        return self.lam * (self._ln_weight[i] + self._slopes[i] * (ln_age - self._ln_age[i]))

    def weight(self, age_s: float) -> float:
        """Return the damped weight at ``age_s`` seconds, 1 at its highest knot if that is 1."""
        return math.exp(self.ln_weight(age_s))

    def age_at(self, ln_weight: float) -> float | None:
        """Return the age in seconds at which the damped curve falls to ``ln_weight``.

        ``None`` when the curve starts below it or never falls that far.
        """
        if self.lam <= 0:
            return None
        target = ln_weight / self.lam
        if target >= self._ln_weight[0]:
            return None
        for i, slope in enumerate(self._slopes):
            last = i == len(self._slopes) - 1
            if (last or target >= self._ln_weight[i + 1]) and slope < 0:
                ln_age = self._ln_age[i] + (target - self._ln_weight[i]) / slope
                age = math.exp(ln_age)
                return age if age <= FLAT_AFTER_S else None
        return None
