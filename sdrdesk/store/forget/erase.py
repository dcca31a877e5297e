"""Erases one person from a database: the counts stay, who they belonged to does not.

Works on the schema of any released version, because backups are erased as well.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.forget.digests import TOKEN, Kind, note_forgotten
from sdrdesk.store.forget.traces import UNSENT, Traces

_KEPT: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "lead": frozenset(
            {"lead_id", "owner_id", "lifecycle", "status", "source", "fit", "persona", "region"}
            | {"converted_ms", "first_converted_ms", "conversions", "created_ms", "modified_ms"}
            | {"seen_ms", "archived", "attempts", "first_attempt_ms", "last_attempt_ms"}
            | {"last_attempt_by"}
        ),
        "activity": frozenset(
            {"activity_key", "lead_id", "owner_id", "kind", "at_ms", "disposition", "duration_s"}
            | {"outcome_label", "reason", "callback_ms", "meeting_ms", "script_id", "crm_id"}
            | {"local", "done", "modified_ms", "undone_ms", "corrects", "direction", "channel"}
            | {"number_works", "not_made", "created_ms", "result"}
        ),
        "outbox": frozenset(
            {"seq", "key", "kind", "lead_id", "activity_key", "state", "priority", "attempts"}
            | {"unknown", "looks", "hold_until_ms", "next_try_ms", "correlation_id"}
            | {"created_ms", "sent_ms"}
        ),
        "outbox_lead": frozenset(
            {"key", "owner_id", "lifecycle", "do_not_call", "asks", "asked_ms", "shown", "answer"}
        ),
        "conversion": frozenset({"lead_id", "at_ms"}),
        "sla_pause": frozenset({"lead_id", "from_ms", "until_ms", "owner_id"}),
    }
)
"""Columns that keep their value in rows that are counted. Rows of other tables are deleted."""

_BY_KEY = ("outbox_lead",)
"""Tables whose rows belong to the lead through the key of an outbox item."""
_BY_PARENT = (
    ("call_talk", "desk", "call_journal"),
    ("call_claim", "desk", "call_journal"),
    ("cadence_step", "run_id", "cadence_run"),
)
"""Tables whose rows belong to it through a column of another table, and are deleted."""
_Tables = Mapping[str, Mapping[str, tuple[str, bool]]]
"""Columns of each table: type, and whether it must have a value."""
_WORD = re.compile(r"[a-z0-9_.-]{1,40}")


@dataclass(frozen=True, slots=True)
class Erased:
    """The erased records of one database."""

    leads: int = 0
    activities: int = 0
    items: int = 0
    do_not_call: bool = False


def erase(connection: Connection, found: Traces, now_ms: int, *, remember: bool = True) -> Erased:
    """Erase a person, in the caller's transaction; the rows that are counted get a random id.

    Args:
        connection: the database, or a backup of an older version.
        found: the person.
        now_ms: the time.
        remember: keep hashes, so that the lead is not pulled again. A person who must not be called
            stays so by hashes of their numbers and addresses in any case.
    """
    tables = _tables(connection)
    barred = _barred(connection, found)
    numbers = _numbers(connection, found)
    if "forgotten" in tables:
        kept: list[tuple[Kind, str]] = [("lead", i) for i in found.ids] if remember else []
        note_forgotten(connection, kept + (_addresses(connection, found) if barred else []), now_ms)
    leads, activities, items = (
        _count(connection, table, found.ids) for table in ("lead", "activity", "outbox")
    )
    token = TOKEN + secrets.token_hex(8)
    for lead_id in found.ids:
        _erase_rows(connection, tables, lead_id)
        _forget_facts(connection, tables, lead_id, numbers)
    for table in _KEPT:
        if table in tables and "lead_id" in tables[table]:
            _rename(connection, table, found.ids, token)
    connection.execute("UPDATE lead SET archived = 1 WHERE lead_id = ?", (token,))
    connection.execute(
        f"UPDATE outbox SET state = 'undone' WHERE lead_id = ? AND state IN {UNSENT}",  # noqa: S608
        (token,),
    )
    # Last, because triggers keep what a lead was before a change.
    for lead_id in (token, *found.ids):
        _erase_search(connection, tables, lead_id)
        for table, columns in tables.items():
            if "lead_id" in columns and table not in _KEPT:
                connection.execute(f"DELETE FROM {table} WHERE lead_id = ?", (lead_id,))  # noqa: S608
    return Erased(leads, activities, items, barred)


def _erase_rows(connection: Connection, tables: _Tables, lead_id: str) -> None:
    """Empty the rows that are counted, and delete those that hang on them."""
    for table in _BY_KEY:
        if table in tables:
            keys = "SELECT key FROM outbox WHERE lead_id = ?"
            _blank(connection, table, tables[table], f"key IN ({keys})", lead_id)
    for table, column, parent in _BY_PARENT:
        if table in tables and parent in tables:
            connection.execute(
                f"DELETE FROM {table} WHERE {column} IN"  # noqa: S608  # names from above
                f" (SELECT {column} FROM {parent} WHERE lead_id = ?)",
                (lead_id,),
            )
    for table in _KEPT:
        if table in tables and "lead_id" in tables[table]:
            _blank(connection, table, tables[table], "lead_id = ?", lead_id)


def _rename(connection: Connection, table: str, ids: Iterable[str], token: str) -> None:
    connection.execute(
        f"UPDATE OR IGNORE {table} SET lead_id = ? WHERE lead_id IN ({_marks(ids)})",  # noqa: S608
        (token, *ids),
    )
    connection.execute(
        f"DELETE FROM {table} WHERE lead_id IN ({_marks(ids)})",  # noqa: S608
        tuple(ids),
    )


def _blank(
    connection: Connection,
    table: str,
    columns: Mapping[str, tuple[str, bool]],
    where: str,
    lead_id: str,
) -> None:
    """Empty every column of the rows that is not kept."""
    sets = [
        f"{name} = {_nothing(name, kind, needed)}"
        for name, (kind, needed) in columns.items()
        if name not in _KEPT[table]
    ]
    if table == "activity":  # a key of the rules stays, a sentence does not
        rows = connection.execute(
            f"SELECT activity_key, reason FROM activity WHERE reason <> '' AND {where}",  # noqa: S608
            (lead_id,),
        ).fetchall()
        connection.executemany(
            "UPDATE activity SET reason = '' WHERE activity_key = ?",
            [(key,) for key, reason in rows if not _WORD.fullmatch(str(reason))],
        )
    if sets:
        connection.execute(f"UPDATE {table} SET {', '.join(sets)} WHERE {where}", (lead_id,))  # noqa: S608


def _nothing(name: str, kind: str, needed: bool) -> str:
    if name.endswith("_json"):
        return "'{}'"
    if not needed:
        return "NULL"
    return "0" if kind in ("INTEGER", "BOOLEAN", "FLOAT", "REAL", "NUMERIC") else "''"


def _forget_facts(
    connection: Connection, tables: Mapping[str, object], lead_id: str, numbers: Iterable[str]
) -> None:
    """Delete what names the lead without a column of its own."""
    connection.execute(
        "DELETE FROM sync_state WHERE name IN (?, ?, 'import.begun')"
        " OR name LIKE 'left_out.lead.?%'",
        (f"derived.stale.{lead_id}", f"left_out.lead.{lead_id}"),
    )
    connection.execute("DELETE FROM suppression WHERE scope = 'person' AND value = ?", (lead_id,))
    told = [lead_id, f"person|{lead_id}", *(f"number|{number}" for number in numbers)]
    for number in numbers:  # another person's number stays
        connection.execute(
            "DELETE FROM suppression WHERE scope = 'number' AND value = ? AND NOT EXISTS"
            " (SELECT 1 FROM lead WHERE e164 = ? OR ' ' || e164_more || ' ' LIKE ?)",
            (number, number, f"% {number} %"),
        )
    if "shared_item" in tables:
        connection.execute(
            f"DELETE FROM shared_item WHERE item_id IN ({_marks(told)})"  # noqa: S608
            " OR kind = 'number' AND substr(item_id, 1, ?) = ?",
            (*told, len(lead_id) + 1, f"{lead_id}|"),
        )


def _erase_search(connection: Connection, tables: Mapping[str, object], lead_id: str) -> None:
    if "find_doc" in tables:
        connection.execute(
            "DELETE FROM lead_fts WHERE rowid IN (SELECT doc FROM find_doc WHERE lead_id = ?)",
            (lead_id,),
        )


def _barred(connection: Connection, found: Traces) -> bool:
    """Return whether the person must not be called."""
    ids = tuple(found.ids)
    row = connection.execute(
        f"SELECT 1 FROM lead WHERE do_not_call = 1 AND lead_id IN ({_marks(ids)}) UNION"  # noqa: S608
        f" SELECT 1 FROM suppression WHERE scope = 'person' AND value IN ({_marks(ids)})",
        (*ids, *ids),
    ).fetchone()
    return row is not None or any(
        connection.execute(
            "SELECT 1 FROM suppression WHERE scope = 'number' AND value = ?", (number,)
        ).fetchone()
        for number in _numbers(connection, found)
    )


def _numbers(connection: Connection, found: Traces) -> list[str]:
    return [value for kind, value in _addresses(connection, found) if kind == "number"]


def _addresses(connection: Connection, found: Traces) -> list[tuple[Kind, str]]:
    ids = tuple(found.ids)
    rows = connection.execute(
        f"SELECT email, e164, e164_more FROM lead WHERE lead_id IN ({_marks(ids)})",  # noqa: S608
        ids,
    ).fetchall()
    values: list[tuple[Kind, str]] = []
    for email, first, more in rows:
        values.append(("email", str(email)))
        values += [("number", number) for number in f"{first} {more}".split()]
    return values


def _count(connection: Connection, table: str, ids: Iterable[str]) -> int:
    row = connection.execute(
        f"SELECT count(*) FROM {table} WHERE lead_id IN ({_marks(ids)})",  # noqa: S608
        tuple(ids),
    ).fetchone()
    return int(row[0])


def _tables(connection: Connection) -> dict[str, dict[str, tuple[str, bool]]]:
    """Return the columns of every own table: type, and whether it must have a value."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\' AND name NOT LIKE 'lead\\_fts%' ESCAPE '\\'"
    ).fetchall()
    return {
        str(table): {
            str(name): (str(kind).partition("(")[0].upper(), bool(needed))
            for _, name, kind, needed, _, _ in connection.execute(f"PRAGMA table_info({table})")
        }
        for (table,) in rows
    }


def _marks(values: Iterable[str]) -> str:
    return ", ".join("?" for _ in values)
