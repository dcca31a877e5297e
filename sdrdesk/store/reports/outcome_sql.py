"""The outcomes of calls in SQL, from the rules that read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdrdesk.domain.reports.outcome_classifier import OutcomeTable
from sdrdesk.store.mirror.activity_sql import CORRECTED_OF_MANY
from sdrdesk.store.reports.meeting_rows import TITLE_HEAD

Sql = tuple[str, list[str]]
"""SQL with placeholders, and their values."""


def outcome_place(table: OutcomeTable[Any]) -> Sql:
    """Return the place of a call's outcome in the values of ``table``."""
    titled = {
        label: _places(TITLE_HEAD, heads, table.by_label.get(label, 0))
        for label, heads in table.by_title.items()
    }
    keys = {key: _number(place) for key, place in table.by_key.items()}
    sql, values = _case(
        "a.disposition",
        {**keys, "": _case("a.outcome_label", titled, _number(0))},
        _places("a.outcome_label", table.by_label, 0),
    )
    return f"CASE WHEN {CORRECTED_OF_MANY} THEN 0 ELSE {sql} END", values


def _places(column: str, places: Mapping[str, int], other: int) -> Sql:
    differ = {value: _number(place) for value, place in places.items() if place != other}
    return _case(column, differ, _number(other))


def _number(place: int) -> Sql:
    return str(int(place)), []


def _case(column: str, whens: Mapping[str, Sql], other: Sql) -> Sql:
    branches = [f" WHEN ? THEN {sql}" for sql, _ in whens.values()]
    values = [value for key, (_, inner) in whens.items() for value in (key, *inner)]
    if not branches:
        return other
    return f"CASE {column}{''.join(branches)} ELSE {other[0]} END", [*values, *other[1]]
