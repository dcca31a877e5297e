"""Calls to leads since their conversion, counted by SQLite in groups of equal effect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from sdrdesk.domain.reports.history import EqualCalls, OutcomeEffect
from sdrdesk.domain.reports.outcome_classifier import OutcomeTable
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.reports.call_facts import KINDS, STANDS, kind_of
from sdrdesk.store.reports.outcome_sql import outcome_place

_ASKED = "WITH asked (lead_id, since_ms) AS (SELECT key, value FROM json_each(?) LIMIT -1)"
"""The limit is none, and keeps the list in one piece, which SQLite then indexes."""
_MANY = "activity a NOT INDEXED CROSS JOIN asked ON asked.lead_id = a.lead_id WHERE true"
_FEW = "asked CROSS JOIN activity a INDEXED BY ix_activity_lead_at WHERE a.lead_id = asked.lead_id"
_SHARED = (
    "asked CROSS JOIN call_lead s CROSS JOIN activity a"
    " WHERE s.lead_id = asked.lead_id AND a.activity_key = s.activity_key"
)


def calls_since(
    db: Database, since: Mapping[str, int], effects: OutcomeTable[OutcomeEffect], now: datetime
) -> Iterator[tuple[str, EqualCalls]]:
    """Yield calls and outcomes of leads by any rep, each from its own moment (ms) on, in groups.

    A call with several people counts for each of them; one that never took place does not.
    """
    now_ms = to_ms(now)
    effect, values = outcome_place(effects)
    rejecting = [n for n, one in enumerate(effects.values) if one.rejects]
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
            "SELECT asked.lead_id, CAST(a.at_ms AS INTEGER) AS at, a.reason,"
            f" {kind_of(now_ms)} AS kind, {effect} AS effect FROM {source}{these} LIMIT -1)"
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
                yield lead_id, EqualCalls(KINDS[kind], effects.values[place], *rest)
