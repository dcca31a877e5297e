"""Calls to leads since their conversion, counted by SQLite in groups of equal effect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from sdrdesk.domain.reports.history import EffectTable, EqualCalls
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED_OF_MANY
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.reports.call_facts import STANDS
from sdrdesk.store.reports.meeting_rows import TITLE_HEAD

_KINDS = ("change", "call", "incoming")
_ASKED = "WITH asked (lead_id, since_ms) AS (SELECT key, value FROM json_each(?) LIMIT -1)"
"""The limit is none, and keeps the list in one piece, which SQLite then indexes."""
_MANY = "activity a NOT INDEXED CROSS JOIN asked ON asked.lead_id = a.lead_id WHERE true"
_FEW = "asked CROSS JOIN activity a INDEXED BY ix_activity_lead_at WHERE a.lead_id = asked.lead_id"
_SHARED = (
    "asked CROSS JOIN call_lead s CROSS JOIN activity a"
    " WHERE s.lead_id = asked.lead_id AND a.activity_key = s.activity_key"
)


def calls_since(
    db: Database, since: Mapping[str, int], effects: EffectTable, now: datetime
) -> Iterator[tuple[str, EqualCalls]]:
    """Yield calls and outcomes of leads by any rep, each from its own moment (ms) on, in groups.

    A call with several people counts for each of them; one that never took place does not.
    """
    now_ms = to_ms(now)
    effect, values = _effect(effects)
    rejecting = [n for n, one in enumerate(effects.effects) if one.rejects]
    these = (
        f" AND a.at_ms >= asked.since_ms AND {STANDS}"
        f" AND (a.kind = 'change' OR {took_place(now_ms)})"
    )

    def counted(source: str) -> str:
        # The limit is none: the effect is worked out once for each call.
        return (
            f"{_ASKED} SELECT lead_id, kind, effect,"  # noqa: S608  # constants and placeholders
            f" CASE WHEN effect IN ({', '.join(map(str, rejecting))}) THEN reason ELSE '' END"
            " AS why, min(at), max(at), count(*) FROM ("
            "SELECT asked.lead_id, CAST(a.at_ms AS INTEGER) AS at, a.reason, CASE"
            " WHEN a.kind = 'change' THEN 0 WHEN a.direction = 'in' THEN 2 ELSE 1 END AS kind,"
            f" {effect} AS effect FROM {source}{these} LIMIT -1)"
            " GROUP BY lead_id, kind, effect, why"
        )

    with db.reader() as connection:
        leads = connection.execute("SELECT count(*) FROM lead").fetchone()[0]
        # Index reads jump all over the file: for many leads the whole table is quicker.
        sources = [_MANY if len(since) * 8 > leads else _FEW]
        if connection.execute("SELECT 1 FROM call_lead LIMIT 1").fetchone() is not None:
            sources.append(_SHARED)
        asked = json.dumps(since)
        for source in sources:
            rows = connection.execute(counted(source), (asked, *values))
            for lead_id, kind, place, *rest in rows:
                yield lead_id, EqualCalls(_KINDS[kind], effects.effects[place], *rest)


_Sql = tuple[str, list[str]]
"""SQL with placeholders, and their values."""


def _effect(table: EffectTable) -> _Sql:
    """Return the place of a call's effect."""
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


def _places(column: str, places: Mapping[str, int], other: int) -> _Sql:
    told = {value: _number(place) for value, place in places.items() if place != other}
    return _case(column, told, _number(other))


def _number(place: int) -> _Sql:
    return str(int(place)), []


def _case(column: str, whens: Mapping[str, _Sql], other: _Sql) -> _Sql:
    branches = [f" WHEN ? THEN {sql}" for sql, _ in whens.values()]
    values = [value for key, (_, inner) in whens.items() for value in (key, *inner)]
    if not branches:
        return other
    return f"CASE {column}{''.join(branches)} ELSE {other[0]} END", [*values, *other[1]]
