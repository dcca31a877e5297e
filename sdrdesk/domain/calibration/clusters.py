"""Levels that share points, so that a file of rules stays readable."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from sdrdesk.domain.calibration.features import Feature, Level

_BY_CHANCE = 2.7
"""Square of a difference in its standard errors that chance alone makes in one case of ten."""


@dataclass(slots=True)
class _Group:
    levels: list[int]
    leads: float
    weight: float
    rest: bool = False
    """True if it has no rule: its weight is 0."""


def cluster(
    features: list[Feature], weights: list[list[float]], leads: list[list[float]], most: int
) -> list[Feature]:
    """Return the features with levels joined until at most ``most`` rules are left.

    What is joined loses least: neighbouring bands of a number, any values of a text, or a level
    with the leads that no rule is about. Levels that chance alone could tell apart are joined too.
    Rules of the present file stay apart and count as well.

    Args:
        features: the fields.
        weights: by field and level, in log-odds.
        leads: by field and level, the sum of chance times counter-chance.
        most: rules.
    """
    groups = [_groups(f, w, n) for f, w, n in zip(features, weights, leads, strict=True)]
    rules = sum(not group.rest for own in groups for group in own)
    costs: list[tuple[float, int, int, int]] = []
    for place, own in enumerate(groups):
        costs += _costs(place, features[place], own)
    while costs:
        cost, place, first, second = min(costs)
        if rules <= most and cost > _BY_CHANCE:
            break
        own = groups[place]
        own[first] = _joined(own[first], own[second])
        del own[second]
        rules -= 1
        costs = [cost for cost in costs if cost[1] != place]
        costs += _costs(place, features[place], own)
    return [_joined_feature(f, own) for f, own in zip(features, groups, strict=True)]


def _groups(feature: Feature, weights: list[float], leads: list[float]) -> list[_Group]:
    return [
        _Group([level], leads[level], weights[level] if level else 0.0, rest=not level)
        for level in range(len(feature.levels))
    ]


def _costs(place: int, feature: Feature, own: list[_Group]) -> list[tuple[float, int, int, int]]:
    if feature.fixed:
        return []
    if not feature.ordered:
        pairs = list(combinations(range(len(own)), 2))
    else:
        bands = [n for n, group in enumerate(own) if not group.rest]
        pairs = [(n, m) for n, m in pairwise(bands) if _touch(feature, own[n], own[m])]
        pairs += [(n, m) for n in range(len(own)) if own[n].rest for m in bands]
    return [(_loss(own[a], own[b]), place, min(a, b), max(a, b)) for a, b in pairs]


def _touch(feature: Feature, one: _Group, other: _Group) -> bool:
    """Return whether two groups are neighbouring bands of a number."""
    missing = any(feature.levels[level].missing for level in one.levels + other.levels)
    return not missing and one.levels[-1] + 1 == other.levels[0]


def _loss(one: _Group, other: _Group) -> float:
    if one.rest or other.rest:
        joins = other if one.rest else one
        return joins.leads * joins.weight**2
    both = max(1.0, one.leads + other.leads)
    return one.leads * other.leads / both * (one.weight - other.weight) ** 2


def _joined(one: _Group, other: _Group) -> _Group:
    levels = sorted(one.levels + other.levels)
    leads = one.leads + other.leads
    if one.rest or other.rest:
        return _Group(levels, leads, 0.0, rest=True)
    weight = (one.weight * one.leads + other.weight * other.leads) / max(1.0, leads)
    return _Group(levels, leads, weight)


def _joined_feature(feature: Feature, own: list[_Group]) -> Feature:
    new = [0] * len(feature.levels)
    levels = [Level()]
    for group in own:
        if group.rest:
            continue
        for level in group.levels:
            new[level] = len(levels)
        levels.append(_union([feature.levels[level] for level in group.levels]))
    codes = array("H", map(new.__getitem__, feature.codes))
    return replace(feature, levels=levels, codes=codes)


def _union(levels: list[Level]) -> Level:
    if len(levels) == 1:
        return levels[0]
    bands = [level for level in levels if level.number]
    return Level(
        texts=tuple(text for level in levels for text in level.texts),
        low=bands[0].low if bands else None,
        high=bands[-1].high if bands else None,
        number=bool(bands),
        missing=any(level.missing for level in levels),
    )
