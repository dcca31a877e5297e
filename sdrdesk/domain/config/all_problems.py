"""Every problem of a settings file at once: parsers stop at the first.

After each problem the setting is mended in a copy and the parser runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy

from sdrdesk.domain.config.problem import ConfigProblem

_MOST = 100
"""Problems of one file; a file with more is not a settings file."""


def problems_of(
    data: Mapping[str, object],
    parse: Callable[[Mapping[str, object]], object],
    shipped: Mapping[str, object] | None = None,
) -> tuple[ConfigProblem, ...]:
    """Return the problems of ``data`` in the order the parser meets them, unknown settings first.

    A misspelt setting is unknown under its wrong name and missing under its right one; only the
    first is reported.

    Args:
        data: the file, parsed as TOML.
        parse: raises ``ConfigProblem`` at the first problem.
        shipped: a file without problems, for values to read on with.
    """
    copy = deepcopy(dict(data))
    found: dict[tuple[str, ...], ConfigProblem] = {}
    tries: dict[tuple[str, ...], int] = {}
    while len(found) < _MOST:
        try:
            parse(copy)
        except ConfigProblem as problem:
            path = problem.key_path
            found.setdefault(path, problem)
            tries[path] = tries.get(path, 0) + 1
            if not path or not _mend(copy, problem, shipped, tries[path]):
                break
        else:
            break
    return _told_first(list(found.values()))


def _told_first(found: list[ConfigProblem]) -> tuple[ConfigProblem, ...]:
    meant = {(*one.key_path[:-1], one.meant) for one in found if one.unknown}
    told = [one for one in found if one.stand_in is None or one.key_path not in meant]
    return tuple(sorted(told, key=lambda problem: not problem.unknown))


def _mend(
    data: dict[str, object],
    problem: ConfigProblem,
    shipped: Mapping[str, object] | None,
    tries: int,
) -> bool:
    """Give the setting the shipped value, another, or none; return whether that was possible."""
    *way, key = problem.key_path
    place: object = data
    for part in way:
        place = _inside(place, part)
    standard = _value_at(shipped, problem.key_path) if tries == 1 else None
    if tries > 3 or not isinstance(place, dict):
        return tries <= 1 and _mend_list(place, key, standard)
    if standard is not None and place.get(key) != standard:
        place[key] = deepcopy(standard)
    elif problem.stand_in is not None:
        place[key] = deepcopy(problem.stand_in)
    elif key in place:
        del place[key]
    else:
        return False
    return True


def _mend_list(place: object, key: str, standard: object) -> bool:
    """Replace a wrong element by the shipped one or by a neighbour, so that no other one moves."""
    if not isinstance(place, list) or not key.isdigit() or not 0 < int(key) <= len(place):
        return False
    at = int(key) - 1
    neighbour = place[at - 1] if len(place) > 1 else None
    value = standard if standard is not None else neighbour
    if value is None:
        return False
    place[at] = deepcopy(value)
    return True


def _inside(place: object, part: str) -> object:
    if isinstance(place, dict):
        return place.get(part)
    if isinstance(place, list) and part.isdigit() and 0 < int(part) <= len(place):
        return place[int(part) - 1]
    return None


def _value_at(data: Mapping[str, object] | None, path: tuple[str, ...]) -> object:
    place: object = dict(data) if data else None
    for part in path:
        place = _inside(place, part)
    return place
