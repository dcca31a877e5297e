"""The statements of migration 0004; frozen, with the limits of that time."""

from __future__ import annotations

_EARLIEST, _LATEST = 631_152_000_000, 4_102_444_800_000
"""1990 to 2099, in milliseconds."""
_MOST = 2**53 - 1


def _no_moment(name: str) -> str:
    return (
        f"({name} IS NOT NULL AND {name} <> 0 AND (typeof({name}) <> 'integer'"
        f" OR {name} NOT BETWEEN {_EARLIEST} AND {_LATEST - 1}))"
    )


def _no_number(name: str) -> str:
    return (
        f"({name} IS NOT NULL AND (typeof({name}) <> 'integer'"
        f" OR {name} NOT BETWEEN -{_MOST} AND {_MOST}))"
    )


def _repair(table: str, names: dict[str, str], where: str = "1") -> list[str]:
    """Return statements that set each bad value of a table to the value for "unknown".

    They also reset the modification date, so that the next sync reads the record again.
    """
    again = ", modified_ms = 0" if "modified_ms" in names else ""
    found = []
    for name, unknown in names.items():
        bad = _no_moment(name) if name.endswith("_ms") else _no_number(name)
        also = "" if name == "modified_ms" else again
        found.append(f"UPDATE {table} SET {name} = {unknown}{also} WHERE {where} AND {bad}")  # noqa: S608
    return found


STATEMENTS = (
    *_repair(
        "lead",
        {
            "converted_ms": "NULL",
            "first_converted_ms": "NULL",
            "created_ms": "NULL",
            "modified_ms": "0",
            "conversions": "0",
            "page_views": "0",
            "visits": "0",
            "crm_score": "NULL",
            "fit": "0",
            "attempts": "0",
            "first_attempt_ms": "NULL",
            "last_attempt_ms": "NULL",
            "seen_ms": "0",
        },
    ),
    *_repair("company", {"employees": "NULL", "modified_ms": "0"}),
    *_repair(
        "activity",
        {"at_ms": "0", "duration_s": "0", "modified_ms": "0"},
        where="local = 0",
    ),
    f"UPDATE activity SET duration_s = 0, modified_ms = 0 WHERE local = 0 AND duration_s > {31 * 86_400}",  # noqa: S608, E501
    f"DELETE FROM conversion WHERE {_no_moment('at_ms')}",  # noqa: S608
    f"DELETE FROM lead_base WHERE field >= 'stage:' AND field < 'stage;' AND {_no_moment('at_ms')}",  # noqa: S608
    # A cursor in the future hides every change until then.
    "DELETE FROM sync_state WHERE (name LIKE 'cursor.%' OR name LIKE 'trusted.%')"
    " AND CAST(value AS REAL) > (CAST(strftime('%s', 'now') AS INTEGER) + 86400) * 1000.0",
)
