"""The indices behind the queue: leads by the points that do not change with time.

The queue makes them, not a migration, because they contain the team's weights (an index over an
expression). SQLite keeps them up to date. Where they are missing, or have other weights, queries
give the same answer more slowly.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from sdrdesk.domain.crm.foreign_values import LATEST_MS
from sdrdesk.domain.errors import StorageError
from sdrdesk.domain.ranking.config import MAX_FIT, RankingConfig, hundredths
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database

READY = (
    "archived = 0 AND do_not_call = 0 AND e164 <> '' AND zone <> ''"
    f" AND coalesce(converted_ms, 0) < {LATEST_MS}"
)
"""Condition of the two big indices."""

ODD = f"((e164 = '' AND e164_more <> '') OR coalesce(converted_ms, 0) >= {LATEST_MS})"
"""The very few leads that ``READY`` leaves out although they may be callable. The last condition
finds unchecked dates of an older sdrdesk; text in such a column is larger than any number."""

DECIDED = "(callback_ms IS NOT NULL OR pinned_ms IS NOT NULL OR rep_time_zone <> '')"
"""Leads with a decision of the rep, which no index over ``lead`` contains."""

PLACE = "zone || '|' || region || '|' || region_state"
"""A lead's place for call windows."""

RULE_INPUTS = " || char(31) || ".join(
    (
        "archived",
        "owner_id",
        "lifecycle",
        "status",
        "do_not_call",
        "(e164 <> '' OR e164_more <> '')",
        "CAST(attempts AS INTEGER)",
        "coalesce(converted_ms > last_attempt_ms, 0)",
        "zone",
        "region",
        "region_state",
    )
)
"""Everything the rules read of a lead without decisions, as one text (the values contain no control
characters): SQLite counts equal texts in an index fastest. See ``grouped_counts``."""

_NAMES = (
    "queue_rank",
    "queue_flat",
    "queue_odd",
    "queue_decided",
    "queue_place",
    "queue_alike",
    "queue_called",
)


def base_points_sql(config: RankingConfig) -> str:
    """Return SQL for a lead's points that do not change with time, in hundredths.

    The same as ``scoring.lasting_points``. Weights are looked up in a text of fixed-width entries,
    so that both round alike.
    """
    terms = (
        _looked_up(config.fit_table, f"min(max(fit, 0), {MAX_FIT})"),
        _looked_up(config.attempts_table, _clamped("attempts", config.attempts_most)),
        _looked_up(config.conversions_table, _clamped("conversions - 1", config.conversions_most)),
        _looked_up(config.views_table, _clamped("page_views", config.page_views_most)),
        "CASE WHEN conversions > 1 OR converted_ms > first_converted_ms"
        f" THEN {hundredths(config.re_conversion)} ELSE 0 END",
    )
    return f"({' + '.join(terms)})"


def ensure_indices(db: Database, config: RankingConfig) -> bool:
    """Create missing indices of this ranking; return whether they exist.

    Costs one small read when they do. Creating them reads every lead: about a second for a million.
    A full or locked disk costs only speed.
    """
    wanted = _statements(base_points_sql(config))
    with db.reader() as connection:
        if _held(connection) == wanted:
            return True
    with suppress(StorageError), db.writer() as connection:
        held = _held(connection)
        for name, statement in wanted.items():
            if held.get(name) != statement:
                connection.execute(f"DROP INDEX IF EXISTS {name}")
                connection.execute(statement)
        return True
    return False


def skip_scan(least: str, value: str) -> str:
    """Return SQL for the distinct values of an index, jumping from each value to the next."""
    return (
        f"WITH RECURSIVE leap(value) AS ({least} UNION ALL"  # noqa: S608  # constants
        f" SELECT ({least} AND {value} > leap.value) FROM leap WHERE leap.value IS NOT NULL)"
        " SELECT value FROM leap WHERE value IS NOT NULL"
    )


def _statements(expression: str) -> dict[str, str]:
    columns = (
        f"lead (owner_id, {expression}, converted_ms DESC, lead_id, {PLACE}) WHERE {READY}",
        f"lead (owner_id, {expression}, length(lead_id), lead_id, converted_ms, {PLACE})"
        f" WHERE {READY}",
        f"lead (lead_id) WHERE {ODD}",
        f"lead_desk (lead_id) WHERE {DECIDED}",
        f"lead ({PLACE})",
        f"lead ({RULE_INPUTS})",
        "lead (last_attempt_ms)",
    )
    return {
        name: f"CREATE INDEX {name} ON {what}" for name, what in zip(_NAMES, columns, strict=True)
    }


def _held(connection: Connection) -> dict[str, str]:
    marks = ", ".join("?" * len(_NAMES))
    rows = connection.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name IN ({marks})",  # noqa: S608
        _NAMES,
    ).fetchall()
    return {str(name): str(sql) for name, sql in rows}


def _clamped(column: str, most: int) -> str:
    return f"min(max({column}, 0), {most})"


def _looked_up(table: Sequence[int], at: str) -> str:
    width = max(len(str(value)) for value in table)
    text = "".join(str(value).rjust(width) for value in table)
    return f"CAST(substr('{text}', 1 + {width} * {at}, {width}) AS INTEGER)"
