"""The account on disk: a SQLite file that is consistent at all times, also after ``kill -9``."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sdrdesk.sandbox.account.account import Account, Effect, Version
from sdrdesk.sandbox.account.records import Record

FORMAT = 1
"""Format of the file; files of another format are refused."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (type TEXT NOT NULL, id TEXT NOT NULL, properties TEXT NOT NULL,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, archived_ms INTEGER,
  PRIMARY KEY (type, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (from_type TEXT NOT NULL, to_type TEXT NOT NULL,
  from_id TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (from_type, to_type, from_id))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS submission (number INTEGER PRIMARY KEY, form TEXT NOT NULL,
  json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY, json TEXT NOT NULL);
"""


class StateError(Exception):
    """The state file cannot be used; the message is for a person."""


class State:
    """Saves each change in one transaction before it is answered."""

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
          StateError: it is not a state file, has another format, or is in use.
        """
        self.path = path
        try:
            # One thread builds it, another one serves from it.
            self._db = sqlite3.connect(
                path, isolation_level=None, timeout=2, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise StateError(f"The state file {path} cannot be opened ({error}).") from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._db.close()
            raise StateError(
                f"The state file {path} cannot be used ({error}). It was left as it is."
            ) from error
        except StateError:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, FORMAT):
            raise StateError(
                f"The state file {self.path} has layout {version}, this sandbox knows {FORMAT}. "
                "It was left as it is."
            )
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version={FORMAT}")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def is_filled(self) -> bool:
        """Return whether it holds an account."""
        row = self._db.execute("SELECT 1 FROM document WHERE kind='details'").fetchone()
        return row is not None

    def fill(self, account: Account) -> None:
        """Save a new account."""
        account.dirty_documents.update(_WRITERS)
        account.catalog.changed.update(account.tables)
        with self._transaction():
            self._fill(account)
        _forget(account)

    def _fill(self, account: Account) -> None:
        for name, table in account.tables.items():
            self._put_records(_record_row(name, record) for record in table.rows.values())
        self._put_links((slot, account.graph.flat(slot)) for slot in account.graph.slots())
        self._db.executemany(
            "INSERT INTO submission (form, json) VALUES (?, ?)",
            ((form, json.dumps(row)) for form, rows in account.submissions.items() for row in rows),
        )
        self._put_documents(account)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def save(self, account: Account) -> None:
        """Save the changes since the last save."""
        graph, journal = account.graph, account.journal
        if not (
            account.dirty
            or account.dirty_documents
            or graph.changed
            or account.catalog.changed
            or account.new_submissions
            or journal.saved < journal.last
        ):
            return
        with self._transaction():
            self._save(account)
        _forget(account)

    def _save(self, account: Account) -> None:
        graph, journal = account.graph, account.journal
        self._save_records(account)
        self._put_links((slot, graph.flat(slot)) for slot in graph.changed)
        self._db.executemany(
            "INSERT INTO submission (form, json) VALUES (?, ?)",
            [(form, json.dumps(row)) for form, row in account.new_submissions],
        )
        self._db.executemany(
            "INSERT INTO journal (seq, json) VALUES (?, ?)",
            [(row["seq"], json.dumps(row)) for row in journal.after(journal.saved, 10**9)],
        )
        self._put_documents(account)

    def _save_records(self, account: Account) -> None:
        rows, gone = [], []
        for kind, record_id in account.dirty:
            record = account.tables[kind].rows.get(record_id)
            if record is None:
                gone.append((kind, record_id))
            else:
                rows.append(_record_row(kind, record))
        self._put_records(rows)
        self._db.executemany("DELETE FROM record WHERE type=? AND id=?", gone)
        self._put(
            "history",
            {
                f"{kind}/{record_id}": {
                    name: [[v.value, v.at_ms, v.source, v.user_id] for v in versions]
                    for name, versions in account.history[kind, record_id].items()
                }
                for kind, record_id in account.dirty
                if (kind, record_id) in account.history
            },
        )

    def _put_records(self, rows: Any) -> None:
        self._db.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _put_links(self, slots: Any) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?)",
            ((*slot, json.dumps(flat)) for slot, flat in slots),
        )

    def _put_documents(self, account: Account) -> None:
        for kind in account.dirty_documents:
            self._put(kind, {"": _WRITERS[kind](account)})
        self._put(
            "properties",
            {
                kind: [
                    list(account.catalog.definitions[kind].values()),
                    account.catalog.groups[kind],
                ]
                for kind in account.catalog.changed
            },
        )

    def _put(self, kind: str, documents: dict[str, Any]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO document VALUES (?, ?, ?)",
            [(kind, key, json.dumps(value)) for key, value in documents.items()],
        )

    def load(self, account: Account) -> None:
        """Fill an empty account from the file."""
        documents = self._db.execute("SELECT kind, key, json FROM document")
        for kind, key, text in documents:
            value = json.loads(text)
            if kind == "properties":
                rows, groups = value
                account.catalog.definitions[key] = {row["name"]: row for row in rows}
                account.catalog.groups[key] = groups
            elif kind == "history":
                name, _, record_id = key.partition("/")
                account.history[name, record_id] = {
                    prop: [Version(*version) for version in versions]
                    for prop, versions in value.items()
                }
            else:
                _READERS[kind](account, value)
        for kind, record_id, text, created_ms, updated_ms, archived_ms in self._db.execute(
            "SELECT type, id, properties, created_ms, updated_ms, archived_ms FROM record"
        ):
            account.tables[kind].take(
                Record(kind, record_id, _properties(text), created_ms, updated_ms, archived_ms)
            )
        for left, right, from_id, text in self._db.execute(
            "SELECT from_type, to_type, from_id, json FROM link"
        ):
            account.graph.load((left, right, from_id), json.loads(text))
        for form, text in self._db.execute("SELECT form, json FROM submission"):
            account.submissions.setdefault(form, []).append(json.loads(text))
        for rows in account.submissions.values():
            rows.sort(key=lambda row: -int(row["submittedAt"]))
        for (text,) in self._db.execute("SELECT json FROM journal ORDER BY seq"):
            account.journal.entries.append(json.loads(text))
        account.ready()
        _forget(account)


def _record_row(kind: str, record: Record) -> tuple[Any, ...]:
    return (
        kind,
        record.id,
        json.dumps(record.properties),
        record.created_ms,
        record.updated_ms,
        record.archived_ms,
    )


def _properties(text: str) -> dict[str, str]:
    """Return a record's properties with interned names, which saves memory with 100,000 records."""
    return {sys.intern(name): value for name, value in json.loads(text).items()}


def _forget(account: Account) -> None:
    account.dirty.clear()
    account.dirty_documents.clear()
    account.graph.changed.clear()
    account.catalog.changed.clear()
    account.new_submissions.clear()
    account.journal.saved = account.journal.last


def _effects(account: Account) -> Any:
    return [[e.due_ms, e.number, e.kind, e.args] for e in account.effects]


def _read_effects(account: Account, value: Any) -> None:
    account.effects = [Effect(*row) for row in value]


_WRITERS: dict[str, Any] = {
    "details": lambda account: [account.details, account.default_owner_email, account.meta],
    "settings": lambda account: {"offset_ms": account.clock.offset_ms},
    "owners": lambda account: account.owners,
    "forms": lambda account: account.forms,
    "lists": lambda account: account.lists,
    "blocklist": lambda account: sorted(account.blocklist),
    "aliases": lambda account: {n: t.aliases for n, t in account.tables.items() if t.aliases},
    "effects": _effects,
}


def _read_details(account: Account, value: Any) -> None:
    account.details, account.default_owner_email, account.meta = value


def _read_settings(account: Account, value: Any) -> None:
    """Continue at the account's time, unless the command line sets another."""
    if abs(value["offset_ms"]) > 1000 and not account.clock.was_set:
        account.clock.advance(value["offset_ms"])


def _read_aliases(account: Account, value: Any) -> None:
    for name, aliases in value.items():
        account.tables[name].aliases = aliases


_READERS: dict[str, Any] = {
    "details": _read_details,
    "settings": _read_settings,
    "owners": lambda account, value: account.owners.extend(value),
    "forms": lambda account, value: account.forms.extend(value),
    "lists": lambda account, value: account.lists.update(value),
    "blocklist": lambda account, value: account.blocklist.update(value),
    "aliases": _read_aliases,
    "effects": _read_effects,
}
