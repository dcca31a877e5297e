"""The indices the queue is read from: leads by the points that time does not change.

They are made by the queue and not by a migration, because they hold the team's own weights (an
index over an expression). SQLite keeps them true whoever writes the tables, and a query never
trusts them: where they are missing, or hold other weights, the same answer only takes longer.
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
    " AND lead.lead_id NOT GLOB '*[^0-9]*' AND lead.lead_id NOT GLOB '0*' AND lead.lead_id <> ''"
    f" AND coalesce(converted_ms, 0) < {LATEST_MS}"
)
"""What holds of every lead of the two big indices. Ids are written the one way in which numbers of
equal length sort like text."""

ODD = (
    "(lead.lead_id GLOB '*[^0-9]*' OR lead.lead_id GLOB '0*' OR lead.lead_id = ''"
    f" OR (e164 = '' AND e164_more <> '') OR coalesce(converted_ms, 0) >= {LATEST_MS})"
)
"""Leads that ``READY`` leaves out though they may be callable: hardly ever one. The last are rows
of an older sdrdesk, which did not check a date; text in such a column is larger than any number."""

DECIDED = "(callback_ms IS NOT NULL OR pinned_ms IS NOT NULL OR rep_time_zone <> '')"
"""Leads about which the rep decided what no index over ``lead`` can know."""

PLACE = "zone || '|' || region || '|' || region_state"
"""Where a lead lives, as far as call windows go."""

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
"""What the rules read of a lead about which nothing was decided, as one text (in which no control
character can stand): counting equal texts in an index is what SQLite does fastest."""

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
    """Return the SQL of a lead's points that time does not change, in hundredths.

    The same as ``scoring.lasting_points``; each weight is looked up in a table written as text of
    equal steps, so that both round alike.
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
    """Make the indices of this ranking where they are missing; say whether they are there.

    Costs one small read when they are. Making them reads every lead once: about a second for a
    million. A full disk, or another process that keeps the lock, costs speed and nothing else.
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
    """Return SQL that leaps through an index from each value to the next, not row by row."""
    return (
        f"WITH RECURSIVE leap(value) AS ({least} UNION ALL"  # noqa: S608  # constants
        f" SELECT ({least} AND {value} > leap.value) FROM leap WHERE leap.value IS NOT NULL)"
        " SELECT value FROM leap WHERE value IS NOT NULL"
    )


def _statements(expression: str) -> dict[str, str]:
    ready = READY.replace("lead.lead_id", "lead_id")
    odd = ODD.replace("lead.lead_id", "lead_id")
    columns = (
        f"lead (owner_id, {expression}, converted_ms DESC, lead_id, {PLACE}) WHERE {ready}",
        f"lead (owner_id, {expression}, length(lead_id), lead_id, converted_ms, {PLACE})"
        f" WHERE {ready}",
        f"lead (lead_id) WHERE {odd}",
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
