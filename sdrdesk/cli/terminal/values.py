"""Values that a shell completes from the rep's own data: leads, outcomes, views, items, backups.

A shell asks at a press of Tab, so nothing is imported that is not needed: no services, no settings,
and what has the key only for an encrypted database.
A failure completes nothing; it never shows on the command line.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from sdrdesk.paths import Paths, find_paths

ASKED = "_SDRDESK_COMPLETE"
WORD = "_SDRDESK_WORD"

_MOST = 60
_PLAIN = re.compile(r"[A-Za-z0-9_.:@-]{1,80}")
"""A value that no shell reads as anything else."""
_UNSAFE = re.compile(r"[^\w .,+@/-]+")
"""Characters that a stranger's text may not bring into a shell, not even as a description."""

_ENTRIES = {
    "outcome": ("dispositions.toml", re.compile(r"^\[disposition\.([\w-]+)\]", re.MULTILINE)),
    "view": ("views.toml", re.compile(r"^\[view\.([\w-]+)\]", re.MULTILINE)),
}

_QUERIES = {
    "lead": "SELECT lead_id, trim(first_name || ' ' || last_name) || ' ' || company_text FROM lead"
    " WHERE archived = 0 AND (lead_id >= ?1 AND lead_id < ?1 || '~'"
    " OR ?1 <> '' AND last_name LIKE ?1 || '%') ORDER BY converted_ms DESC LIMIT ?2",
    "item": "SELECT key, kind || ' ' || last_error FROM outbox WHERE state = 'blocked'"
    " AND key >= ?1 AND key < ?1 || '~' ORDER BY seq LIMIT ?2",
    "conflict": "SELECT key, field FROM conflict WHERE taken = '' AND key >= ?1"
    " AND key < ?1 || '~' ORDER BY key LIMIT ?2",
}


def main(environ: Mapping[str, str]) -> None:
    """Print the values of the kind that is asked for, one a line."""
    kind, word = environ.get(ASKED, ""), environ.get(WORD, "")[:80]
    lines = []
    with suppress(Exception):
        lines = list(values(kind, word, environ))
    with suppress(OSError):
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()


def values(kind: str, word: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the values that may follow ``word``, each with a tab before its description."""
    paths = find_paths(environ)
    if kind in _QUERIES:
        for value, text in _rows(paths, _QUERIES[kind], word, environ):
            if _PLAIN.fullmatch(str(value)):
                said = " ".join(_UNSAFE.sub(" ", str(text)).split())[:60]
                yield f"{value}\t{said}" if said else str(value)
    elif kind in _ENTRIES:
        yield from _entries(paths, *_ENTRIES[kind])
    elif kind == "backup":
        folder = paths.data_dir / "backups"
        yield from (file.name for file in sorted(folder.glob("*.db"), reverse=True))


def _entries(paths: Paths, name: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield the names in the rule files: shipped, pulled, and the rep's own."""
    shipped = Path(__file__).parents[2] / "defaults" / name
    files = [shipped, *paths.rules_dir.glob(f"*/{name}"), paths.config_dir / name]
    if name == "views.toml":
        files.append(paths.config_dir / "my_views.toml")
    seen: dict[str, None] = {}
    for file in files:
        with suppress(OSError):
            for found in pattern.findall(file.read_text(encoding="utf-8", errors="replace")):
                seen[found] = None
    yield from seen


def _rows(
    paths: Paths, query: str, word: str, environ: Mapping[str, str]
) -> list[tuple[object, object]]:
    path = paths.database
    with path.open("rb") as file:
        plain = file.read(16) == b"SQLite format 3\0"
    uri = f"{path.absolute().as_uri()}?mode=ro"
    if plain:
        connection = sqlite3.connect(uri, timeout=0.05, uri=True)
    else:
        import sqlcipher3

        from sdrdesk.credentials import find_database_key

        key = find_database_key(environ, path)
        if key is None:
            return []
        connection = sqlcipher3.connect(uri, timeout=0.05, uri=True)
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key=\"x'{key.value}'\"")
    try:
        return list(connection.execute(query, (word, _MOST)).fetchall())
    finally:
        connection.close()


if __name__ == "__main__":
    main(os.environ)
