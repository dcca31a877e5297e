"""Fields of a table as levels that a regression can weigh, and which of them may be used."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sdrdesk.domain.calibration.columns import DataColumn
from sdrdesk.domain.calibration.measures import area_of_counts, information_value

FEWEST = 10
"""Leads of a value below which its points stay as they are."""
_BANDS = 12
"""Most bands of a number."""
_TEXTS = 60
"""Most values of a text that get points of their own; the others count as the rest."""
STRONGEST_IV = 1.5
STRONGEST_AREA = 0.8
"""A field stronger than that knows the outcome: it was written after the call."""
SUSPECT_IV = 0.5
"""A field this strong is used, and named."""

_AFTER_CALL = re.compile(
    r"\b(status|stage|tags?|notes?|remarks?|comments?|durations?|outcomes?|dispositions?|results?|"
    r"quality|last (notable )?(activity|contact(ed)?|modified|touch)|closed?|lost reason|won|deal|"
    r"converted|conversion date|meetings?|calls?|(last )?called( at)?|attempts?|lead profile)\b"
)
_OF_THE_REP = re.compile(r"\b(owner|rep|agent|sdr|bdr|salesperson|assigned( to)?)\b")


@dataclass(frozen=True, slots=True)
class Level:
    """Values of a field that get points together."""

    texts: tuple[str, ...] = ()
    low: float | None = None
    """Above this number …"""
    high: float | None = None
    """… up to and with this one."""
    number: bool = False
    """True if ``low`` and ``high`` are meant, also when both are open."""
    missing: bool = False
    rule: str = ""
    """Name of the rule of the present file that this level is."""
    now: float = 0.0
    """Present points."""

    @property
    def words(self) -> str:
        """The values as a condition to read."""
        if self.rule:
            return self.rule
        parts = [f'"{text}"' for text in self.texts]
        if self.number:
            parts.append(_band(self.low, self.high))
        if self.missing:
            parts.append("missing")
        shown = parts if len(parts) <= 4 else [*parts[:3], f"{len(parts) - 3} more"]
        return " or ".join(shown)


def _band(low: float | None, high: float | None) -> str:
    if low is None:
        return "any number" if high is None else f"up to {high:g}"
    return f"above {low:g}" if high is None else f"above {low:g} up to {high:g}"


@dataclass(slots=True)
class Feature:
    """A field with its levels; level 0 holds the rows that no rule is about."""

    name: str
    levels: list[Level]
    codes: Sequence[int]
    """By row: its level."""
    ordered: bool = False
    """True if only neighbouring levels may share points."""
    fixed: bool = False
    """True if the levels are rules of the present file and stay apart."""
    iv: float = 0.0
    area: float = 0.5
    """Of the training part."""
    why: str | None = None
    """Why it is not used, or what to check."""
    used: bool = False


def feature_of(column: DataColumn, won: Sequence[int], training: Sequence[int]) -> Feature:
    """Return a column as a feature, judged by the rows of ``training`` alone."""
    counts = Counter(map(column.codes.__getitem__, training))
    numbers = column.numbers()
    ordered = numbers is not None
    levels, of_value = _bands(numbers, counts) if numbers is not None else _texts(column, counts)
    codes = array("H", map(of_value.__getitem__, column.codes))
    found = Feature(column.name, levels, codes, ordered)
    measure(found, won, training)
    return found


def _texts(column: DataColumn, counts: Counter[int]) -> tuple[list[Level], list[int]]:
    common = sorted(
        (code for code, count in counts.items() if count >= FEWEST),
        key=lambda code: (-counts[code], column.values[code]),
    )[:_TEXTS]
    levels, of_value = [Level()], [0] * len(column.values)
    for code in common:
        of_value[code] = len(levels)
        text = column.values[code]
        levels.append(Level(texts=(text,)) if text else Level(missing=True))
    return levels, of_value


def _bands(numbers: Sequence[float | None], counts: Counter[int]) -> tuple[list[Level], list[int]]:
    seen: Counter[float] = Counter()
    missing = 0
    for code, count in counts.items():
        value = numbers[code]
        if value is None:
            missing += count
        else:
            seen[value] += count
    edges = _edges(seen)
    bounds: list[float | None] = [None, *edges, None]
    levels = [Level()]
    if seen:
        levels += [Level(low=a, high=b, number=True) for a, b in pairwise(bounds)]
    none = 0
    if missing >= FEWEST:
        none = len(levels)
        levels.append(Level(missing=True))
    of_value = [
        none if value is None else min(len(edges), bisect_left(edges, value)) + 1
        for value in numbers
    ]
    return levels, of_value


def _edges(seen: Counter[float]) -> list[float]:
    """Return the upper bounds of the bands but the last, each band with about as many leads."""
    total = sum(seen.values())
    least = max(FEWEST, total / _BANDS)
    edges: list[float] = []
    held = 0
    left = total
    for value in sorted(seen):
        held += seen[value]
        left -= seen[value]
        if held >= least and left >= FEWEST:
            edges.append(value)
            held = 0
    return edges


def measure(found: Feature, won: Sequence[int], training: Sequence[int]) -> None:
    """Fill in information value and area, by the rows of ``training``."""
    wins, all_of = [0] * len(found.levels), [0] * len(found.levels)
    for row in training:
        level = found.codes[row]
        wins[level] += won[row]
        all_of[level] += 1
    pairs = [(w, of - w) for w, of in zip(wins, all_of, strict=True) if of]
    found.iv = information_value(pairs)
    found.area = area_of_counts(sorted(pairs, key=lambda pair: pair[0] / sum(pair)))


def judge(
    found: Feature, column: DataColumn, rows: int, allowed: Collection[str], named: Collection[str]
) -> None:
    """Decide whether a feature may be used, and say why not.

    Args:
        found: the feature.
        column: what it was made of.
        rows: rows of the table.
        allowed: names of fields to use whatever is said here.
        named: names of the outcome and time columns, which are never used.
    """
    name = _spaced(column.name)
    values = len(column.values)
    free = column.name in allowed or name in {_spaced(each) for each in allowed}
    if column.name in named:
        found.why = "the outcome or its time"
    elif values == 1:
        found.why = "always missing" if column.values == [""] else "the same for every lead"
    elif len(found.levels) < 2 or (not found.ordered and values > rows / 2):
        found.why = f"{values:,} different values: too few leads have each"
    elif free:
        found.used = True
    elif found.ordered and values == rows and all(map(str.isdecimal, column.values)):
        found.why = "a number of its own for every lead: an identifier"
    elif why := known_after_call(column.name):
        found.why = why
    elif found.iv > STRONGEST_IV or found.area > STRONGEST_AREA:
        found.why = (
            f"information value {found.iv:.2f}, own area {found.area:.2f}: "
            "so strong that it was probably written after the call"
        )
    else:
        found.used = True
        if found.iv > SUSPECT_IV:
            strong = f"used; information value {found.iv:.2f}"
            found.why = f"{strong}: check that it is known before the call"


def known_after_call(field: str) -> str:
    """Return why a field says more than was known before the call, ``""`` when it does not."""
    name = _spaced(field)
    if match := _OF_THE_REP.search(name):
        return f'"{match[0]}": says who called, not who the lead is'
    if match := _AFTER_CALL.search(name.replace("do not call", "").replace("opt out", "")):
        return f'"{match[0]}": known only after the call'
    return ""


def _spaced(name: str) -> str:
    """Return a name in lower case with spaces between its words, also of ``camelCase``."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.split(r"[\W_]+", parts.casefold())).strip()
