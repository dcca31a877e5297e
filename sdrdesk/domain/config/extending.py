"""Team files that say only what differs: ``extends = "shipped"``.

Tables are merged key by key, so fixes and legal limits that ship still arrive. In a list of tables
an entry replaces the shipped one of its name; a new one comes before those that ship. ``without``
names what does not count, such as ``["view.hot", "disposition.gatekeeper", "rule.free_mail"]``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sdrdesk.domain.config.problem import ConfigProblem

_NAMES: Final = ("name", "label", "key")
"""The key that names a table in a list."""
_WHOLE: Final = ("hours",)
"""Tables that are replaced as a whole: half of a week's hours means nothing."""

Table = Mapping[str, object]


def extended(data: Table, shipped: Callable[[], Table]) -> Table:
    """Return a team's file, over the shipped one if it says so.

    Raises:
        ConfigProblem: ``extends`` is something else, or ``without`` names what does not exist.
    """
    if "extends" not in data:
        if "without" in data:
            raise ConfigProblem(("without",), 'needs extends = "shipped"')
        return data
    if data["extends"] != "shipped":
        raise ConfigProblem(("extends",), 'must be "shipped"')
    base = dict(shipped())
    without = data.get("without", [])
    if not isinstance(without, list):
        raise ConfigProblem(("without",), "must be a list of names")
    for path in without:
        base = _removed(base, str(path))
    own = {key: value for key, value in data.items() if key not in ("extends", "without")}
    return _merged(base, own)


def _merged(base: Table, own: Table) -> Table:
    made = dict(base)
    for key, value in own.items():
        before = base.get(key)
        if isinstance(value, Mapping) and isinstance(before, Mapping) and key not in _WHOLE:
            made[key] = _merged(before, value)
        elif (mine := _tables(value)) and (theirs := _tables(before)):
            made[key] = _lists_merged(theirs, mine)
        else:
            made[key] = value
    return made


def _tables(value: object) -> list[Table]:
    """Return a list of tables, ``[]`` for anything else."""
    listed = value if isinstance(value, list) else []
    tables = [table for table in listed if isinstance(table, Mapping)]
    return tables if len(tables) == len(listed) else []


def _lists_merged(base: list[Table], own: list[Table]) -> list[Table]:
    mine = {_name(table): table for table in own if _name(table)}
    known = {_name(table) for table in base}
    new = [table for table in own if not _name(table) or _name(table) not in known]
    return [*new, *(mine.get(_name(table), table) for table in base)]


def _name(table: Table) -> str:
    return next((str(table[key]) for key in _NAMES if key in table), "")


def _removed(base: dict[str, object], path: str) -> dict[str, object]:
    head, _, rest = path.partition(".")
    inside = base.get(head)
    if isinstance(inside, list) and rest:
        left = [x for x in inside if not (isinstance(x, Mapping) and _name(x) == rest)]
        if len(left) < len(inside):
            return {**base, head: left}
    elif isinstance(inside, Mapping) and rest:
        return {**base, head: _removed(dict(inside), rest)}
    elif head in base and not rest:
        return {key: value for key, value in base.items() if key != head}
    raise ConfigProblem(("without",), f'the shipped file has no "{path}"')
