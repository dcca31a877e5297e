"""Notes about CRM values that could not be stored: record, field and reason.

One row of ``sync_state`` per record, deleted when the record is good again. Only the newest notes
stay.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import forget, set_state

MAX_RECORDS = 200
"""Records with notes that are kept."""

Named = tuple[str, str]
"""Kind and id of a record."""

_PREFIX = "left_out."
_OURS = "name >= 'left_out.' AND name < 'left_out/'"
"""Every name with the prefix, as a range of the primary key."""


def named(connection: Connection) -> set[Named]:
    """Return the records with notes."""
    return {(note.kind, note.record_id) for note in _all(connection)}


def put(connection: Connection, notes: Collection[LeftOut], now_ms: int) -> None:
    """Store notes, replacing earlier ones of the same records."""
    by_record: dict[str, list[tuple[str, ...]]] = {}
    for note in notes:
        by_record.setdefault(_name(note), []).append(tuple(note))
    for name, found in by_record.items():
        set_state(connection, name, json.dumps(found), now_ms)
    if notes:
        connection.execute(
            f"DELETE FROM sync_state WHERE {_OURS} AND name NOT IN (SELECT name FROM sync_state"  # noqa: S608  # constants
            f" WHERE {_OURS} ORDER BY at_ms DESC, name LIMIT ?)",
            (MAX_RECORDS,),
        )


def forget_records(connection: Connection, records: Iterable[Named]) -> None:
    """Delete the notes of records that are good again, or gone."""
    connection.executemany(
        "DELETE FROM sync_state WHERE name = ?",
        [(f"{_PREFIX}{kind}.{record_id}",) for kind, record_id in records],
    )


def forget_kind(connection: Connection, kind: str) -> None:
    """Delete every note of a kind that was just read completely."""
    forget(connection, f"{_PREFIX}{kind}.")


def forget_older(connection: Connection, kinds: Iterable[str], before_ms: int) -> None:
    """Delete notes of these kinds that are older than ``before_ms``."""
    for kind in kinds:
        connection.execute(
            f"DELETE FROM sync_state WHERE {_OURS} AND at_ms < ? AND substr(name, 1, ?) = ?",  # noqa: S608  # a constant
            (before_ms, len(_PREFIX) + len(kind) + 1, f"{_PREFIX}{kind}."),
        )


def left_out(db: Database) -> list[LeftOut]:
    """Return the notes by kind and record."""
    with db.reader() as connection:
        return _all(connection)


def count(connection: Connection) -> int:
    """Return the number of records with notes."""
    row = connection.execute(f"SELECT count(*) FROM sync_state WHERE {_OURS}").fetchone()  # noqa: S608  # a constant
    return int(row[0])


def _all(connection: Connection) -> list[LeftOut]:
    rows = connection.execute(
        f"SELECT value FROM sync_state WHERE {_OURS} ORDER BY name"  # noqa: S608  # a constant
    ).fetchall()
    return [LeftOut(*note) for (value,) in rows for note in json.loads(value)]


def _name(note: LeftOut) -> str:
    # Without an id, the value found in its place identifies the record.
    return f"{_PREFIX}{note.kind}.{note.record_id or f'?{note.field}={note.value}'}"
