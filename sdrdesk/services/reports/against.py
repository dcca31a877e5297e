"""A report next to the same report of the days before: every figure, and what is certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.outcome_classifier import NO_OUTCOME
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.services.reports.cells import Cell, Duration
from sdrdesk.services.reports.tables import Table

_LEFT_OUT = frozenset({"from", "to", "time_zone", "days", "hours", "weekdays", "enough_connects"})
_SHARE = {"count", "of", "percent"}
_DEEPEST = 3
Names: TypeAlias = "Mapping[str, Mapping[str, str]]"
_BLANK = {"outcomes": NO_OUTCOME, "rejected": "no reason known here"}
"""Words for a key without a word, by the figure it is in."""


def days_before(first: DateRange) -> DateRange:
    """Return as many days, right before these."""
    count = (first.last - first.first).days + 1
    step = timedelta(days=count)
    return DateRange(first.first - step, first.last - step, first.zone)


def against_table(
    now: Mapping[str, object],
    before: Mapping[str, object],
    span: DateRange,
    names: Names | None = None,
) -> Table:
    """Return the figures of two reports side by side; ``span`` are the days of ``before``.

    A share is called higher or lower only when the two intervals do not touch. ``names`` are words
    for keys: of reps under ``owner_id``, of outcomes and reasons under the figures they are in.
    """
    sides = dict(_figures(now, names or {})), dict(_figures(before, names or {}))
    rows = []
    for name in sides[0] | sides[1]:
        found = [side.get(name, _missing(name, sides)) for side in sides]
        if found != [None, None]:
            rows.append((name, *found, _change(*found)))
    return Table(
        f"Against {span.first} to {span.last}", ("figure", "now", "before", "change"), tuple(rows)
    )


def _missing(name: str, sides: Sequence[Mapping[str, Cell]]) -> Cell:
    """Return 0 for a count that only one of the two reports has, such as a rare outcome."""
    return 0 if any(isinstance(side.get(name), int) for side in sides) else None


def _figures(
    found: Mapping[str, object], names: Names, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, Cell]]:
    known = names.get(path[-1] if path else "", {})
    for name, value in found.items():
        blank = _BLANK.get(path[-1] if path else "", "none")
        here = (*path, known.get(name) or _words(name) or blank)
        if name in _LEFT_OUT or isinstance(value, bool):
            continue
        if isinstance(value, Mapping):
            yield from _parts(name, value, names, here)
        elif isinstance(value, list):
            for item in value:
                if label := _named(item, names.get("owner_id", {})):
                    yield from _figures(_own(item), names, (label,))
        elif value is None:
            yield ", ".join(here), None
        elif isinstance(value, int | float):
            yield ", ".join(here), Duration(value) if name.endswith("_s") else value


def _parts(
    name: str, value: Mapping[str, object], names: Names, here: tuple[str, ...]
) -> Iterator[tuple[str, Cell]]:
    """Yield a share, or the figures of a part of the report."""
    hits, of = value.get("count"), value.get("of")
    if value.keys() >= _SHARE and isinstance(hits, int) and isinstance(of, int):
        yield ", ".join(here), Proportion(hits, of)
    elif len(here) < _DEEPEST:
        for key, cell in _figures(value, names, here):
            wait = name.endswith("_s") and isinstance(cell, int | float)
            yield key, Duration(cell) if wait else cell  # type: ignore[arg-type]  # number


def _named(item: object, reps: Mapping[str, str]) -> str:
    """Return the name of a row of a list, such as a step, a partner or a rep; ``""`` for none."""
    if not isinstance(item, Mapping):
        return ""
    for key in ("step", "script", "gap", "name"):
        if key in item:
            return str(item[key] or f"no {key}")
    owner = item.get("owner_id")
    return "" if owner is None else reps.get(str(owner), str(owner))


def _own(item: Mapping[str, object]) -> dict[str, object]:
    """Return the numbers, shares and waits of a row, without lists and texts in it."""
    return {
        name: value
        for name, value in item.items()
        if isinstance(value, int | float)
        or (isinstance(value, Mapping) and (value.keys() >= _SHARE or name.endswith("_s")))
    }


def _words(name: str) -> str:
    return name.removesuffix("_s").replace("_", " ")


def _change(now: Cell, before: Cell) -> Cell:
    if isinstance(now, Proportion) and isinstance(before, Proportion):
        return certain(now, before)
    if isinstance(now, Duration) and isinstance(before, Duration):
        seconds = (now.seconds or 0) - (before.seconds or 0)
        return f"{'+' if seconds >= 0 else '−'}{Duration(abs(seconds))}"
    if isinstance(now, int | float) and isinstance(before, int | float):
        return now - before
    return None


def certain(now: Proportion, before: Proportion) -> str:
    """Return ``higher`` or ``lower`` only when the two intervals do not touch."""
    if now.interval is None or before.interval is None or now.is_thin or before.is_thin:
        return "too few to tell"
    if now.interval[0] > before.interval[1]:
        return "higher"
    if now.interval[1] < before.interval[0]:
        return "lower"
    return "no clear change"
