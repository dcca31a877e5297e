"""One machine's file in the shared folder: an encrypted database of items, replaced as a whole.

Each machine writes its own file only, so a folder that syncs late or makes "conflicted copies"
loses nothing. The file is built and read in the rep's own directory: SQLite's small files and
locks have no place in a folder that another program syncs.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sdrdesk.domain.crm.shared_items import SharedItem, checked
from sdrdesk.store.database.connection import connect

SUFFIX: Final = ".sdrdesk"
MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_ROWS: Final = 40_000
_DRIVER: Final = "sqlcipher3"


class UnreadableFileError(Exception):
    """The file is half-written, too large, of another program, or has another key."""


@dataclass(frozen=True, slots=True)
class ItemFile:
    """The content of one file."""

    machine: str
    facts: Mapping[str, str]
    items: tuple[SharedItem, ...]


def write_file(
    path: Path, key: str, machine: str, facts: Mapping[str, str], items: Iterable[SharedItem],
    workplace: Path,
) -> None:  # fmt: skip
    """Write a file: whole under its name, or not at all.

    Args:
        path: in the shared folder.
        key: 64 hexadecimal digits.
        machine: id of this machine.
        facts: what else the reader needs, such as the account.
        items: at most as many as a reader takes.
        workplace: a directory of the rep's own.

    Raises:
        OSError: the folder cannot be written; the file before stays.
    """
    with tempfile.TemporaryDirectory(prefix=".shared-", dir=workplace) as directory:
        made = Path(directory) / "items.db"
        connection = connect(made, key, driver=_DRIVER)
        try:
            connection.execute("CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT)")
            connection.execute(
                "CREATE TABLE item (kind TEXT, item_id TEXT, value TEXT, at_ms INT, machine TEXT)"
            )
            connection.execute("BEGIN")
            connection.executemany(
                "INSERT INTO fact VALUES (?, ?)", list({**facts, "machine": machine}.items())
            )
            connection.executemany(
                "INSERT INTO item VALUES (?, ?, ?, ?, ?)",
                [(i.kind, i.item_id, json.dumps(i.value), i.at_ms, i.machine) for i in items],
            )
            connection.execute("COMMIT")
        finally:
            connection.close()
        content = made.read_bytes()
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_file(path: Path, key: str, workplace: Path) -> ItemFile:
    """Return the content of a file; items that cannot be ours are left out.

    Raises:
        UnreadableFileError: nothing of it can be used now.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(error.strerror or "cannot be opened") from error
    if not 0 < len(content) <= MOST_BYTES:
        raise UnreadableFileError("empty" if not content else "too large to be one of sdrdesk")
    with tempfile.TemporaryDirectory(prefix=".shared-", dir=workplace) as directory:
        copy = Path(directory) / "items.db"
        copy.write_bytes(content)
        try:
            return _read(copy, key)
        except UnreadableFileError:
            raise
        except Exception as error:  # the driver's own errors, whatever a foreign file provokes
            raise UnreadableFileError("half-written, or written with another key") from error


def _read(copy: Path, key: str) -> ItemFile:
    connection = connect(copy, key, driver=_DRIVER)
    try:
        facts = {
            str(name): str(value)
            for name, value in connection.execute("SELECT name, value FROM fact LIMIT 50")
        }
        rows = connection.execute(
            "SELECT kind, item_id, value, at_ms, machine FROM item LIMIT ?", (_MOST_ROWS,)
        ).fetchall()
    finally:
        connection.close()
    items = []
    for kind, item_id, value, at_ms, machine in rows:
        try:
            found = checked(kind, item_id, json.loads(value), at_ms)
        except (TypeError, ValueError, RecursionError):
            continue
        if found is not None and isinstance(machine, str) and len(machine) <= 64:
            items.append(replace(found, machine=machine))
    if not facts.get("machine"):
        raise UnreadableFileError("not one of sdrdesk")
    return ItemFile(facts["machine"], facts, tuple(items))
