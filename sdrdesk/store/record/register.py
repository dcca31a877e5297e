"""The do-not-call register: numbers, plain or hashed, that nobody on this machine may dial.

It never leaves the machine: neither the CRM nor the folder of the rep's machines gets an entry.

The register may hold millions of numbers, and hashes cannot be joined with anything. So the
numbers of leads that it bars are kept next to it (``register_match``), for the queue; triggers note
the leads whose numbers changed since (``register_todo``). ``barred`` asks the register itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sdrdesk.domain.errors import StorageError
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.place.register import RegisterEntry, forms_of
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms

_KINDS = ("number", "sha256", "sha1", "md5")
_BATCH = 2_000
"""Entries or leads in a transaction: a rep's write goes in between."""


class Barring(NamedTuple):
    """The entry that bars a number."""

    source: str
    at: datetime
    """When it was imported, aware UTC."""

    @property
    def words(self) -> str:
        """The register, in words."""
        name = f' "{self.source}"' if self.source else ""
        return f"on the do-not-call register{name} of {self.at:%Y-%m-%d}"


class SourceCount(NamedTuple):
    """The entries of one source."""

    source: str
    kind: str
    number: int
    first_at: datetime
    last_at: datetime


def add_entries(db: Database, entries: Iterable[RegisterEntry], source: str, at: datetime) -> int:
    """Store entries and return how many are new; what was stored before an error stays."""
    before = _count(db)
    for part in chunks(list(entries), _BATCH):
        with db.writer() as connection:
            connection.executemany(
                "INSERT INTO register_entry (kind, value, source, at_ms) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET source = excluded.source, at_ms = excluded.at_ms",
                [(entry.kind, entry.value, source, to_ms(at)) for entry in part],
            )
    return _count(db) - before


def remove_older(db: Database, source: str, before: datetime) -> int:
    """Remove the entries of a source that its new edition has no more; return their number."""
    with db.writer() as connection:
        done = connection.execute(
            "DELETE FROM register_entry WHERE source = ? AND at_ms < ?", (source, to_ms(before))
        )
        return int(done.rowcount)


def remove_entries(db: Database, entries: Iterable[RegisterEntry], source: str | None) -> int:
    """Remove these entries, or all of a source; return how many were removed."""
    with db.writer() as connection:
        removed = 0
        for entry in entries:
            removed += connection.execute(
                "DELETE FROM register_entry WHERE kind = ? AND value = ?", entry
            ).rowcount
        if source is not None:
            removed += connection.execute(
                "DELETE FROM register_entry WHERE source = ?", (source,)
            ).rowcount
    return removed


def match_all(db: Database) -> int:
    """Compare the numbers of every lead with the register; return how many are barred."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT e164, e164_more FROM lead WHERE e164 <> '' OR e164_more <> ''"
        ).fetchall()
        known = _barred(connection, _numbers(rows))
    with db.writer() as connection:
        connection.execute("DELETE FROM register_match")
        _keep(connection, known)
    return len(known)


def match_changed(db: Database) -> None:
    """Compare the numbers that are new since the last time; nothing to do on most days.

    On a full disk they stay for later: ``barred`` asks the register itself before a dial.
    """
    with suppress(StorageError):
        while _todo(db):
            with db.writer() as connection:
                match_in(connection)


def _todo(db: Database) -> bool:
    with db.reader() as connection:
        return connection.execute("SELECT 1 FROM register_todo LIMIT 1").fetchone() is not None


def match_in(connection: Connection) -> None:
    """Like ``match_changed`` in the caller's transaction, for this many leads at a time."""
    rows = connection.execute("SELECT lead_id FROM register_todo LIMIT ?", (_BATCH,)).fetchall()
    if not rows:
        return
    these = json.dumps([lead_id for (lead_id,) in rows])
    inside = "lead_id IN (SELECT value FROM json_each(?))"
    numbers = connection.execute(
        f"SELECT e164, e164_more FROM lead WHERE {inside}",  # noqa: S608  # a constant
        (these,),
    ).fetchall()
    _keep(connection, _barred(connection, _numbers(numbers)))
    connection.execute(f"DELETE FROM register_todo WHERE {inside}", (these,))  # noqa: S608


def barred(db: Database, numbers: Sequence[str]) -> dict[str, Barring]:
    """Return which of these E.164 numbers the register bars, asked of the register itself."""
    with db.reader() as connection:
        return _barred(connection, numbers)


def matches(connection: Connection) -> dict[str, str]:
    """Return the numbers of leads that are barred, each with the reason in words."""
    rows = connection.execute("SELECT e164, source, at_ms FROM register_match").fetchall()
    return {e164: Barring(source, from_ms(at_ms)).words for e164, source, at_ms in rows}


def sources(db: Database) -> list[SourceCount]:
    """Return the sources of the register with the number of their entries."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT source, kind, count(*), min(at_ms), max(at_ms) FROM register_entry"
            " GROUP BY source, kind ORDER BY source, kind"
        ).fetchall()
    return [SourceCount(s, kind, n, from_ms(a), from_ms(b)) for s, kind, n, a, b in rows]


def entries(db: Database, most: int) -> list[tuple[RegisterEntry, Barring]]:
    """Return the first entries by value."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT kind, value, source, at_ms FROM register_entry ORDER BY kind, value LIMIT ?",
            (most,),
        ).fetchall()
    return [
        (RegisterEntry(k, value), Barring(source, from_ms(at))) for k, value, source, at in rows
    ]


def _barred(connection: Connection, numbers: Sequence[str]) -> dict[str, Barring]:
    any_of = "SELECT 1 FROM register_entry WHERE kind = ? LIMIT 1"
    kinds = [kind for kind in _KINDS if connection.execute(any_of, (kind,)).fetchone()]
    found: dict[str, Barring] = {}
    for part in chunks(numbers, 200) if kinds else ():
        forms = {entry: number for number in part for entry in forms_of(number, kinds)}
        rows = connection.execute(
            "SELECT r.kind, r.value, r.source, r.at_ms FROM json_each(?) t"
            " CROSS JOIN register_entry r ON r.kind = t.value ->> 0 AND r.value = t.value ->> 1",
            (json.dumps([list(entry) for entry in forms]),),
        ).fetchall()
        for kind, value, source, at_ms in rows:
            found[forms[RegisterEntry(kind, value)]] = Barring(source, from_ms(at_ms))
    return found


def _keep(connection: Connection, known: Mapping[str, Barring]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO register_match (e164, source, at_ms) VALUES (?, ?, ?)",
        [(number, barring.source, to_ms(barring.at)) for number, barring in known.items()],
    )


def _numbers(rows: Iterable[tuple[str, str]]) -> list[str]:
    found = (number for first, more in rows for number in (first, *more.split()) if number)
    return list(dict.fromkeys(found))


def _count(db: Database) -> int:
    with db.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM register_entry").fetchone()[0])
